"""The user's plays: recently played ones as the Web API lists them, and both exports of them."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from fake_spotify.worlds.listening import Listening
from fake_spotify.worlds.world import World
from tests.conftest import Server
from tests.unit.fake_spotify.conftest import Client

PATH = "me/player/recently-played"
NOW = datetime(2026, 3, 20, 20, tzinfo=UTC)
MONTH = timedelta(days=30)

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def evening(server: Server) -> None:
    server.fake.clock = NOW.timestamp


@pytest.fixture
def listener(server: Server, evening: None, user: Client) -> Client:
    """A client whose token is of the fake's evening."""
    user.request_token()
    return user


def control(server: Server, path: str, **params: str | int) -> requests.Response:
    return requests.get(f"{server.url}fake/{path}", params=params, timeout=5)


def read_export(server: Server, package: str, days: int = 30) -> dict[str, Any]:
    """The JSON files of an export, by base name."""
    archive = zipfile.ZipFile(
        io.BytesIO(control(server, "export", package=package, days=days).content)
    )
    return {name.rpartition("/")[2]: json.loads(archive.read(name)) for name in archive.namelist()}


def test_a_page_has_the_newest_plays_first(listener: Client) -> None:
    page = listener.get(PATH, limit=50).json()
    times = [play["played_at"] for play in page["items"]]
    assert len(times) == 50
    assert times == sorted(times, reverse=True)
    assert "total" not in page


def test_cursors_are_exclusive_and_there_is_nothing_before_the_fiftieth_play(
    listener: Client,
) -> None:
    page = listener.get(PATH, limit=50).json()
    newest, oldest = page["cursors"]["after"], page["cursors"]["before"]
    assert listener.get(PATH, limit=50, after=newest).json()["items"] == []
    assert len(listener.get(PATH, limit=50, before=newest).json()["items"]) == 49
    end = listener.get(PATH, limit=50, before=oldest).json()
    assert (end["items"], end["next"], end["cursors"]) == ([], None, None)
    assert listener.get(PATH, after=newest, before=oldest).status_code == 400
    assert listener.get(PATH, limit=51).status_code == 400


def test_an_app_without_a_user_has_no_plays(app: Client) -> None:
    app.request_token()
    assert app.get(PATH).status_code == 401


def test_plays_follow_the_clock_of_the_fake(server: Server, listener: Client) -> None:
    before = listener.get(PATH, limit=50).json()["items"]
    server.fake.advance(86_400)
    listener.request_token()
    after = listener.get(PATH, limit=50).json()["items"]
    assert before[0]["played_at"] < after[0]["played_at"]


def test_the_api_lacks_podcasts_private_sessions_and_what_is_not_reported_yet(world: World) -> None:
    listening = Listening(world)
    listed = listening.recent(NOW)
    assert not [one for one in listed if one.is_private or one.reported_at is None]
    assert not [one for one in listed if one.reported_at and one.reported_at > NOW]
    truth = listening.plays(NOW - MONTH, NOW)
    assert {type(one.item).__name__ for one in truth} == {"Track", "Episode", "Chapter"}


def test_offline_plays_are_listed_late_and_out_of_order(world: World) -> None:
    listening = Listening(world)
    truth = listening.plays(NOW - MONTH, NOW)
    late = next(one for one in truth if one.is_offline and one.reported_at)
    assert late.reported_at
    assert late not in listening.recent(late.ended_at + timedelta(hours=1))
    listed = listening.recent(late.reported_at)
    assert late in listed
    assert listed.index(late) > 0


def test_at_times_more_plays_end_in_an_hour_than_a_page_has(world: World) -> None:
    listening = Listening(world)
    hours = [NOW - timedelta(hours=hour) for hour in range(24 * 30)]
    listed = [
        [one for one in listening.plays(hour, hour + timedelta(hours=1)) if one.reported_at]
        for hour in hours
    ]
    assert max(map(len, listed)) > 50
    assert min(map(len, listed)) == 0


def test_the_truth_has_each_play_and_says_which_ones_the_api_lists(
    server: Server, world: World
) -> None:
    facts = control(server, "plays", days=30).json()
    assert len(facts) == len(Listening(world).plays(NOW - MONTH, NOW))
    assert {one["item_type"] for one in facts} == {"track", "episode", "chapter"}
    assert None in {one["reported_at"] for one in facts}


def test_both_exports_have_every_play(server: Server, world: World) -> None:
    truth = Listening(world).plays(NOW - MONTH, NOW)
    account, extended = read_export(server, "account-data"), read_export(server, "extended")
    rows = [row for name in account if name.startswith("Streaming") for row in account[name]]
    assert sorted(row["msPlayed"] for row in rows) == sorted(one.ms_played for one in truth)
    rows = [row for name in extended for row in extended[name]]
    assert sorted(row["ms_played"] for row in rows) == sorted(one.ms_played for one in truth)


def test_an_extended_export_has_the_oddities_of_a_real_one(server: Server) -> None:
    extended = read_export(server, "extended")
    rows: list[Json] = [row for name in extended for row in extended[name]]
    assert len({tuple(row) for row in rows}) == 1
    starts = [row["offline_timestamp"] for row in rows]
    assert {None, 0, 1} < set(starts)
    assert max(start for start in starts if start) > 1e11
    nameless = [
        row
        for row in rows
        if not (row["master_metadata_track_name"] or row["episode_name"] or row["audiobook_title"])
    ]
    assert nameless
    assert any("Video" in name and extended[name] for name in extended)


def test_the_same_plays_make_the_same_archive(server: Server) -> None:
    first = control(server, "export", package="extended").content
    assert control(server, "export", package="extended").content == first


@pytest.mark.parametrize("query", [{"package": "all"}, {"package": "extended", "days": 0}])
def test_a_wrong_query_of_an_export_is_refused(server: Server, query: dict[str, Any]) -> None:
    response = control(server, "export", **query)
    assert response.status_code == 400
    assert next(reversed(query)) in response.text
