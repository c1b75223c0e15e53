"""Liked songs: read as a playlist, with as few calls as show a change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.tokens import SCOPES
from fake_spotify.worlds.bulk import Group, Likes, library_world, with_likes
from fake_spotify.worlds.world import Entry, World
from local.spotify import APP_CREDENTIALS
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.spotify import pagination
from spotify_pipeline.raw import Request
from spotify_pipeline.sources import LIKED
from tests.conftest import CONTEXT, Aws, Server, set_environment
from tests.scheduler import entries, take
from tests.tables import rows_of
from tests.unit.extract.edits import Body, ShortPage, edit_responses
from tests.unit.extract.runs import raw_records

Summary = dict[str, Any]
Run = Callable[..., Summary]

CONCURRENCY = 4
LIBRARY_READ = "user-library-read"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "_BACKOFF_SECONDS", 0)


@pytest.fixture(scope="module")
def world() -> World:
    """One playlist, and 320 liked songs that change on two days out of three."""
    return with_likes(library_world(Group(1, 2)), Likes(320, 5))


@pytest.fixture
def fake(server: Server, deployed: Aws) -> FakeSpotify:
    return server.fake


@pytest.fixture
def run(fake: FakeSpotify) -> Run:
    """Runs the schedule on the n-th day of the world, counted from 0."""

    def run_on(n: int, **more: Any) -> Summary:
        fake.day = fake.world.days[0] + timedelta(days=n)
        sources = {"liked_songs": True} | more.pop("sources", {})
        event = {"time": f"{fake.day}T06:00:00Z", "schedule": "daily", "sources": sources, **more}
        return handler(event, CONTEXT)

    return run_on


def like(fake: FakeSpotify, day: date, entries: tuple[Entry, ...]) -> None:
    """These are the liked songs from a day on."""
    fake.world = replace(fake.world, liked={**fake.world.liked, day: entries})


def uris(entries: tuple[Entry, ...]) -> list[str | None]:
    return [entry.item.uri if entry.item else None for entry in entries]


def stored(aws: Aws) -> dict[str, list[str | None]]:
    """The URIs of the liked songs in order, by the day of each walk."""
    found: dict[str, list[str | None]] = {}
    for _, record in raw_records(aws):
        day, context = record["run_id"][:8], record["context"]
        if record["kind"] == "playlist" and context["playlist_id"] == LIKED:
            items = record["body"]["tracks"]["items"] if context.get("embedded") else []
            found |= {day: []} if context["status"] == "walked" else {}
        elif record["kind"] == "playlist_items" and context["playlist_id"] == LIKED:
            items = record["body"]["items"]
        else:
            continue
        if day in found:
            found[day] += [one["track"]["uri"] for one in items]
    return found


def rows(aws: Aws) -> list[Summary]:
    """The liked songs' rows of `playlists`, in the order of the runs."""
    return [row for row in rows_of(aws, "playlists") if row["playlist_id"] == LIKED]


@pytest.mark.parametrize("regime", Regime)
def test_they_are_a_playlist_of_the_user_under_every_regime(
    world: World, deployed: Aws, regime: Regime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(FakeSpotify(world, regime)) as url:
        set_environment(deployed, url, monkeypatch)
        sources = {"my_playlists": True, "liked_songs": True}
        summary = handler({"time": "2026-03-01T06:00:00Z", "sources": sources}, CONTEXT)
    assert summary["regime"] == regime
    [row] = rows(deployed)
    assert (row["name"], row["owner_id"], row["status"]) == ("Liked Songs", "analyst", "walked")
    assert (row["total_entries"], row["stored_entries"]) == (320, 320)
    assert row["is_public"] is False
    items = [one for one in rows_of(deployed, "playlist_items") if one["playlist_id"] == LIKED]
    items.sort(key=lambda one: one["position"])
    assert [one["uri"] for one in items] == uris(world.liked_songs(world.days[0]))
    assert {one["snapshot_id"] for one in items} == {row["snapshot_id"]}
    assert not rows_of(deployed, "rejected")


def test_every_day_of_two_weeks_equals_the_truth(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    calls = [run(n)["api_calls"] for n in range(14)]
    days = fake.world.days[:14]
    liked = [uris(fake.world.liked_songs(day)) for day in days]
    changed = [n for n in range(14) if n == 0 or liked[n] != liked[n - 1]]
    assert stored(deployed) == {f"{days[n]:%Y%m%d}": liked[n] for n in changed}
    # The first run asks for the user's id too.
    walk = [1 + -(-len(one) // 50) for one in liked]
    assert calls == [(walk[n] if n in changed else 1) + (n == 0) for n in range(14)]
    assert len({row["snapshot_id"] for row in rows(deployed)}) == len(changed)


def test_ten_thousand_songs_are_stored_in_order(fake: FakeSpotify, run: Run, deployed: Aws) -> None:
    like(fake, fake.world.days[0], fake.world.liked_songs(fake.world.days[0]) * 32)
    summary = run(0)
    assert (summary["entries"], summary["parts"]) == (10_240, 1)
    assert summary["api_calls"] == 1 + 205 + 1
    assert list(stored(deployed).values()) == [uris(fake.world.liked_songs(fake.day))]


@pytest.mark.parametrize("count", [0, 1, 50])
def test_a_single_page_takes_one_call_and_the_profile(
    fake: FakeSpotify, run: Run, deployed: Aws, count: int
) -> None:
    like(fake, fake.world.days[0], fake.world.liked_songs(fake.world.days[0])[:count])
    assert run(0)["api_calls"] == 2
    assert [row["stored_entries"] for row in rows(deployed)] == [count]


def test_a_change_that_neither_the_first_page_nor_the_total_shows_waits_for_a_full_refresh(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    first, *_, last = fake.world.days[:3]
    before = fake.world.liked_songs(first)
    moved = (*before[:100], before[200], *before[100:200], *before[201:])
    fake.world = replace(fake.world, liked={first: before, fake.world.days[1]: moved})
    run(0)
    run(1)
    run(2, refresh="full")
    statuses = [row["status"] for row in rows(deployed)]
    assert statuses == ["walked", "unchanged", "walked"]
    assert stored(deployed)[f"{last:%Y%m%d}"] == uris(moved)
    # Another snapshot, so that the entries of the earlier one stay apart.
    snapshots = [row["snapshot_id"] for row in rows(deployed)]
    assert snapshots[0] == snapshots[1] != snapshots[2]


class Changing:
    """Likes another song whenever a page at an offset above 0 was sent, the first `times` times."""

    def __init__(self, fake: FakeSpotify, times: float) -> None:
        self._fake = fake
        self._times = times

    def __call__(self, request: Request, _: Body) -> None:
        if request.path != "me/tracks" or request.params["offset"] != 100 or self._times <= 0:
            return
        self._times -= 1
        day = self._fake.day
        like(self._fake, day, self._fake.world.liked_songs(day)[1:])


def test_a_list_that_changes_during_the_walk_is_walked_again(
    fake: FakeSpotify, run: Run, deployed: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_responses(monkeypatch, Changing(fake, times=1))
    run(0)
    assert list(stored(deployed).values()) == [uris(fake.world.liked_songs(fake.day))]
    assert [row["reason"] for row in rows(deployed)] == [None]


def test_a_list_that_always_changes_is_stored_as_last_read(
    fake: FakeSpotify, run: Run, deployed: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_responses(monkeypatch, Changing(fake, times=99))
    assert run(0)["status"] == "complete"
    [row] = rows(deployed)
    assert row["status"] == "walked"
    assert "changes at every request" in row["reason"]


def test_a_page_that_stays_short_is_said_and_read_again_by_the_next_run(
    fake: FakeSpotify, run: Run, deployed: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as editing:
        edit_responses(editing, ShortPage("me/tracks", 100, items=20))
        run(0)
    fake.world = replace(fake.world, liked={fake.world.days[0]: fake.world.liked_songs(fake.day)})
    run(1)
    short, whole = rows(deployed)
    assert "290 of 320 entries arrived" in short["reason"]
    assert (whole["status"], whole["stored_entries"]) == ("walked", 320)


def test_without_the_scope_the_run_names_it_and_reads_the_rest(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    fake.tokens.limit(SCOPES - {LIBRARY_READ})
    summary = run(0, sources={"my_playlists": True})
    [row] = rows(deployed)
    assert (summary["status"], summary["playlists_walked"]) == ("complete", 1)
    assert row["status"] == "unauthorized"
    assert LIBRARY_READ in row["reason"]
    assert "make auth" in row["reason"]


def test_a_scope_that_the_secret_does_not_hold_costs_no_call(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    fake.tokens.limit(SCOPES - {LIBRARY_READ})
    deployed.fill_secret(**deployed.secret(), scope="playlist-read-private")
    summary = run(0)
    assert (summary["status"], summary["api_calls"]) == ("complete", 0)
    assert f"lacks the scope {LIBRARY_READ}" in summary["reason"]
    assert [row["status"] for row in rows(deployed)] == ["unauthorized"]


def test_after_a_new_authorisation_the_next_run_reads_them(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    fake.tokens.limit(SCOPES - {LIBRARY_READ})
    run(0)
    fake.tokens.limit(SCOPES)
    run(1)
    assert [row["status"] for row in rows(deployed)] == ["unauthorized", "walked"]


def test_without_a_user_they_are_unauthorized_and_the_rest_is_read(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    deployed.fill_secret(**APP_CREDENTIALS)
    artist = next(iter(fake.world.artists))
    summary = run(0, sources={"artists": [artist]})
    assert (summary["status"], summary["api_calls"]) == ("complete", 1)
    [row] = rows(deployed)
    assert row["status"] == "unauthorized"
    assert "user's authorisation" in row["reason"]


def test_an_interrupted_walk_goes_on_where_it_was(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    fake.faults.add(Fault(Kind.RATE_LIMIT, "/v1/me/tracks", after=4, retry_after="7200"))
    assert run(0)["status"] == "partial"
    [entry] = entries()
    assert handler(take(entry), CONTEXT)["status"] == "complete"
    assert list(stored(deployed).values()) == [uris(fake.world.liked_songs(fake.day))]
    # Seven pages and the first one again, the user's profile, and the refused request.
    assert fake.requests <= 10 + CONCURRENCY


def test_a_lost_state_is_rebuilt_without_reading_the_songs_again(
    fake: FakeSpotify, run: Run, deployed: Aws
) -> None:
    run(0)
    deployed.s3.delete_object(Bucket=deployed.bucket, Key="state/daily.json")
    fake.world = replace(fake.world, liked={fake.day: fake.world.liked_songs(fake.day)})
    run(1)
    assert [row["status"] for row in rows(deployed)] == ["walked", "unchanged"]


def test_a_track_that_is_played_in_place_of_another_one_is_no_change(
    fake: FakeSpotify, run: Run, deployed: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def relinked(request: Request, body: Body) -> None:
        for item in body.get("items", []):
            track = item["track"]
            item["track"] = {**track, "id": "0" * 22, "uri": "other", "linked_from": dict(track)}

    run(0)
    fake.world = replace(fake.world, liked={fake.day: fake.world.liked_songs(fake.day)})
    edit_responses(monkeypatch, relinked)
    run(1)
    assert [row["status"] for row in rows(deployed)] == ["walked", "unchanged"]


def test_an_unreadable_song_is_rejected_and_the_others_are_stored(
    fake: FakeSpotify, run: Run, deployed: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(request: Request, body: Body) -> None:
        if request.path == "me/tracks" and request.params["offset"] == 0:
            body["items"][3] = "no song"

    edit_responses(monkeypatch, edit)
    run(0)
    assert [row["stored_entries"] for row in rows(deployed)] == [319]
    assert [row["position"] for row in rows_of(deployed, "rejected")] == [3]


def test_the_pages_are_stored_untouched(fake: FakeSpotify, run: Run, deployed: Aws) -> None:
    sent: list[Body] = []
    with pytest.MonkeyPatch.context() as editing:
        edit_responses(editing, lambda request, body: sent.append(msgspec.to_builtins(body)))
        run(0)
    kept = [
        record["body"]["tracks"] if record["kind"] == "playlist" else record["body"]
        for _, record in raw_records(deployed)
        if record["kind"] in ("playlist", "playlist_items")
    ]
    assert len(kept) == 7
    assert all(page in sent for page in kept)
