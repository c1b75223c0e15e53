"""Lists that arrive short: of a playlist's entries, of the library, of an album's tracks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.synthetic import synthetic_world as synthetic
from fake_spotify.worlds.world import Playlist, World, make_id
from spotify_pipeline.extract.spotify import pagination
from spotify_pipeline.extract.spotify.pagination import READS
from spotify_pipeline.raw import Request
from tests.conftest import Aws, Server
from tests.scheduler import run_to_its_end
from tests.tables import tables_of
from tests.unit.extract.edits import Edit, ShortPage, edit_responses
from tests.unit.extract.runs import raw_records

Summary = dict[str, Any]
Run = Callable[..., Summary]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "_BACKOFF_SECONDS", 0)


@pytest.fixture(scope="module")
def world() -> World:
    """A playlist of an embedded page and three more, and one of an embedded page."""
    whole = synthetic()
    day = whole.days[0]
    found = {one.name: one for one in whole.library(day)}
    longer = found["Deep Focus Hours"]
    few = (replace(longer, entries=longer.entries * 2), found["Morning Commute"])
    return World((day,), {day: few}, catalog_tracks=whole.catalog_tracks)


@pytest.fixture
def long(world: World) -> Playlist:
    return max(world.library(world.days[0]), key=lambda one: len(one.entries))


@pytest.fixture
def run(deployed: Aws, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the library on a day of March 2026, with edited responses."""

    def run_on(day: int, edit: Edit | None = None, **sources: object) -> Summary:
        event = {
            "time": f"2026-03-{day:02}T06:00:00Z",
            "schedule": "daily",
            "sources": sources or {"my_playlists": True},
        }
        with monkeypatch.context() as editing:
            if edit:
                edit_responses(editing, edit)
            return run_to_its_end(event)[-1]

    return run_on


def observation(aws: Aws, playlist: Playlist) -> dict[str, Any]:
    """The context of the last observation of a playlist."""
    contexts = [
        record["context"]
        for _, record in raw_records(aws)
        if record["kind"] == "playlist" and record["context"]["playlist_id"] == playlist.id
    ]
    last: dict[str, Any] = contexts[-1]
    return last


@pytest.mark.parametrize("total", [None, 0, 150])
@pytest.mark.parametrize("offset", [100, 150, 200])
@pytest.mark.parametrize("items", [0, 7])
def test_a_page_short_for_a_moment_is_read_again(
    run: Run, deployed: Aws, long: Playlist, offset: int, items: int, total: int | None
) -> None:
    page = ShortPage(f"{long.id}/items", offset, items=items, total=total, times=1)
    assert run(1, page)["entries"] == len(long.entries) + 34
    assert (observation(deployed, long)["status"], page.requests) == ("walked", 2)
    assert run(2)["playlists_walked"] == 0


def test_a_short_page_is_stored_with_a_reason_and_walked_again(
    run: Run, deployed: Aws, long: Playlist
) -> None:
    page = ShortPage(f"{long.id}/items", 150)
    first = run(1, page)
    assert (first["status"], page.requests) == ("complete", READS)
    context = observation(deployed, long)
    assert context["status"] == "walked"
    assert context["reason"].startswith("190 of 240 entries arrived")
    [row] = [row for row in tables_of(deployed)["playlists"] if row[0] == long.id]
    assert row[9:11] == (240, 190)
    healed = run(2)
    assert (healed["playlists_walked"], healed["entries"]) == (1, 240)
    assert observation(deployed, long)["reason"] is None
    assert run(3)["playlists_walked"] == 0


def test_the_same_shortfall_in_a_later_run_is_accepted(
    run: Run, deployed: Aws, long: Playlist
) -> None:
    page = ShortPage(f"{long.id}/items", 200, items=3)
    run(1, page)
    run(2, page)
    assert "an earlier run received as many" in observation(deployed, long)["reason"]
    requests = page.requests
    assert run(3, page)["playlists_walked"] == 0
    assert page.requests == requests


def test_another_shortfall_in_a_later_run_is_not_accepted(
    run: Run, deployed: Aws, long: Playlist
) -> None:
    run(1, ShortPage(f"{long.id}/items", 200, items=3))
    run(2, ShortPage(f"{long.id}/items", 200, items=2))
    assert observation(deployed, long)["reason"].startswith("202 of 240")
    assert run(3)["playlists_walked"] == 1


def test_a_shortfall_survives_the_loss_of_the_state(
    run: Run, deployed: Aws, long: Playlist
) -> None:
    page = ShortPage(f"{long.id}/items", 200)
    run(1, page)
    deployed.s3.put_object(Bucket=deployed.bucket, Key="state/daily.json", Body=b"{")
    run(2, page)
    assert "an earlier run received as many" in observation(deployed, long)["reason"]


def test_a_total_far_too_large_costs_few_requests(
    run: Run, deployed: Aws, server: Server, long: Playlist
) -> None:
    def inflate(request: Request, body: dict[str, Any]) -> None:
        if request.path.endswith("/items"):
            body["total"] = 10**9

    summary = run(1, inflate)
    assert summary["entries"] == len(long.entries) + 34
    assert summary["api_calls"] <= 60
    assert observation(deployed, long)["reason"].startswith("240 of 1000000000")


def test_pages_smaller_than_requested_lose_nothing(run: Run, deployed: Aws, long: Playlist) -> None:
    def shrink(request: Request, body: dict[str, Any]) -> None:
        if request.path.endswith("/items"):
            body["limit"] = 20
            del body["items"][20:]

    assert run(1, shrink)["entries"] == len(long.entries) + 34
    entries = tables_of(deployed)["playlist_items"]
    positions = [row[2] for row in entries.elements() if row[0] == long.id]
    assert (set(positions), len(positions)) == (set(range(240)), 240)


@pytest.mark.parametrize("count", [1, None])
def test_a_short_embedded_page_is_read_again(
    run: Run, server: Server, long: Playlist, count: int | None
) -> None:
    server.fake.faults.add(Fault(Kind.SHORT_EMBEDDED, "/v1/playlists/.*", count=count))
    assert run(1)["entries"] == len(long.entries) + 34
    assert run(2)["playlists_walked"] == 0


LIBRARY = "me/playlists"


def test_a_library_short_for_a_moment_is_listed_again(run: Run, deployed: Aws) -> None:
    page = ShortPage(LIBRARY, 0, items=1, times=1)
    assert (run(1, page)["playlists_seen"], page.requests) == (2, 2)


def test_a_library_that_stays_short_makes_the_run_partial(run: Run, deployed: Aws) -> None:
    page = ShortPage(LIBRARY, 0, items=1)
    first = run(1, page)
    assert (first["status"], first["playlists_walked"]) == ("partial", 1)
    assert "1 of 2 playlists arrived" in first["reason"]
    assert run(2)["status"] == "complete"


def test_a_library_short_in_two_runs_is_accepted(run: Run, deployed: Aws) -> None:
    page = ShortPage(LIBRARY, 0, items=1)
    assert [run(day, page)["status"] for day in (1, 2, 3)] == ["partial", "complete", "complete"]
    assert "an earlier run received as many" in run(4, page)["reason"]


def test_a_library_that_shrank_is_confirmed_by_a_second_listing(run: Run, deployed: Aws) -> None:
    run(1)
    page = ShortPage(LIBRARY, 0, items=1, total=1)
    second = run(2, page)
    assert (second["status"], second["reason"], second["playlists_seen"]) == ("complete", None, 1)
    assert page.requests == 2


def test_a_library_smaller_for_a_moment_is_listed_again(run: Run, deployed: Aws) -> None:
    run(1)
    second = run(2, ShortPage(LIBRARY, 0, items=1, total=1, times=1))
    assert (second["status"], second["playlists_seen"]) == ("complete", 2)


ALBUM = make_id("album", "long")


@pytest.mark.parametrize("offset", [50, 100])
def test_album_tracks_short_for_a_moment_are_read_again(
    run: Run, deployed: Aws, offset: int
) -> None:
    run(1, ShortPage(f"{ALBUM}/tracks", offset, items=2, times=1), albums=[ALBUM])
    assert len(tables_of(deployed)["tracks"]) == 120


def test_an_album_with_a_short_embedded_page_is_completed(run: Run, deployed: Aws) -> None:
    def cut(request: Request, body: dict[str, Any]) -> None:
        if request.path == f"albums/{ALBUM}":
            del body["tracks"]["items"][30:]

    run(1, cut, albums=[ALBUM])
    assert len(tables_of(deployed)["tracks"]) == 120


def test_album_tracks_that_stay_short_say_so(run: Run, deployed: Aws) -> None:
    summary = run(1, ShortPage(f"{ALBUM}/tracks", 100), albums=[ALBUM])
    assert summary["status"] == "complete"
    [context] = [line["context"] for _, line in raw_records(deployed) if line["kind"] == "albums"]
    assert context["shortfall"].startswith("100 of 120 tracks arrived")
    tables = tables_of(deployed)
    assert len(tables["tracks"]) == 100
    [row] = tables["rejected"]
    assert {"tracks", "short", ALBUM, context["shortfall"]} <= set(row)
