from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.world import ME, World
from local.spotify import CREDENTIALS
from spotify_pipeline.extract import plan as plans
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.list_counts import UNKNOWN_ENTRIES
from spotify_pipeline.extract.plan import PlannedPlaylist, cut
from spotify_pipeline.extract.planner import make_plan
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.library import LibraryProgress
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.state.schedule_state import Refresh, ScheduleState
from spotify_pipeline.raw import Request
from tests.conftest import CONTEXT, Aws, Clock, Server, no_limit, rate_limiter_of

EDITORIAL = "37i9dQZF1DXcBWIGoYBM5M"
EVERYTHING = Refresh(ScheduleState(), datetime.now(UTC), full=True, full_refresh_days=30)


def planned(name: str, total: int) -> PlannedPlaylist:
    body = msgspec.json.encode({"id": name, "items": {"total": total}})
    return PlannedPlaylist(name, Response(Request(name), datetime.now(UTC), msgspec.Raw(body)))


@pytest.mark.parametrize(
    ("totals", "parts"),
    [
        ([], []),
        ([0, 0], [[0, 0]]),
        ([60, 40], [[60, 40]]),
        ([60, 41], [[60], [41]]),
        ([101], [[101]]),
        ([10, 250, 10], [[10], [250], [10]]),
    ],
)
def test_a_part_holds_whole_playlists_up_to_its_size(
    totals: list[int], parts: list[list[int]]
) -> None:
    made = cut([planned(str(n), total) for n, total in enumerate(totals)], entries=100)
    assert [[one.entries for one in part] for part in made] == parts


@pytest.mark.parametrize(
    ("metadata", "total"),
    [
        ({"items": {"total": 7}}, 7),
        ({"tracks": {"total": 7}}, 7),
        ({"items": {"total": 7}, "tracks": {"total": 9}}, 7),
        ({"items": None, "tracks": {"total": 9}}, 9),
        ({}, 0),
    ],
)
def test_the_total_is_read_in_either_spelling(metadata: dict[str, Any], total: int) -> None:
    assert msgspec.convert({"id": "p", **metadata}, Listing).total == total


def plan_of(server: Server, **sources: object) -> plans.Plan:
    credentials = msgspec.convert(CREDENTIALS, Credentials)
    auth = Auth(credentials, server.token_url, lambda _: None)
    request = RunRequest.from_event({"sources": sources}, datetime.now(UTC))
    spotify = SpotifyClient(auth, server.api_url, rate_limiter_of(Clock()), 2, no_limit())
    with ThreadPoolExecutor(2) as pool:
        return make_plan(request, spotify, pool, EVERYTHING, LibraryProgress())


def test_a_library_of_several_pages_is_planned_completely(server: Server, world: World) -> None:
    day = server.fake.day
    copies = tuple(
        replace(playlist, id=f"{n:022}") for n, playlist in enumerate(world.library(day) * 11)
    )
    server.fake.world = World((day,), {day: copies})
    made = plan_of(server, my_playlists=True)
    assert {one.id for one in made.playlists} == {one.id for one in copies}
    assert made.library_size == len(copies)


def test_a_playlist_of_two_sources_is_planned_once(server: Server, world: World) -> None:
    mine = [one.id for one in world.library(server.fake.day)]
    made = plan_of(server, my_playlists=True, playlists=[mine[0], EDITORIAL])
    assert len(made.playlists) == len(mine) + 1


def test_playlists_named_by_id_are_planned_without_a_request(server: Server) -> None:
    made = plan_of(server, playlists=[EDITORIAL])
    [[planned]] = made.parts
    assert (planned.entries, server.fake.log) == (UNKNOWN_ENTRIES, [])


def test_a_listed_playlist_without_contents_is_refused_unasked(
    server: Server, world: World
) -> None:
    made = plan_of(server, my_playlists=True)
    [refused] = made.not_walked
    theirs = [one.id for one in world.library(server.fake.day) if one.owner != ME]
    assert ([refused.id], refused.status) == (theirs, "forbidden")


@pytest.fixture
def followed(server: Server, world: World) -> list[str]:
    """The library: playlists of others only."""
    day = server.fake.day
    theirs = tuple(one for one in world.library(day) if one.owner != ME)
    server.fake.world = World((day,), {day: theirs})
    return [one.id for one in theirs]


def test_the_user_is_requested_if_no_playlist_shows_the_id(
    server: Server, followed: list[str]
) -> None:
    made = plan_of(server, my_playlists=True)
    assert (made.user_id, [one.id for one in made.not_walked]) == (ME, followed)


def test_the_user_is_requested_only_once(
    server: Server, deployed: Aws, followed: list[str]
) -> None:
    event = {"schedule": "daily", "sources": {"my_playlists": True}}
    runs = [handler(event | {"time": f"2026-03-0{day}T06:00:00Z"}, CONTEXT) for day in (1, 2)]
    assert [run["api_calls"] for run in runs] == [2, 1]


def test_withheld_playlists_are_requested_if_the_user_is_unknown(
    server: Server, followed: list[str]
) -> None:
    """A listing without any contents need not mean that they are withheld."""
    server.fake.faults.add(Fault(Kind.ERROR_STRING, "/v1/me/?", status=403))
    made = plan_of(server, my_playlists=True)
    assert ([one.id for one in made.playlists], made.not_walked) == (followed, [])


def test_a_plan_survives_being_stored(server: Server) -> None:
    made = plan_of(server, my_playlists=True, playlists=[EDITORIAL])
    assert plans.decode(plans.encode(made)) == made


def test_a_null_in_the_library_is_skipped() -> None:
    class Library:
        def pause(self, seconds: float) -> None:
            assert seconds == 0

        def my_playlists(self, offset: int) -> Response:
            items = [None, {"id": "p", "items": {"total": 1}}]
            body = msgspec.json.encode({"items": items, "total": 2})
            request = Request("me/playlists", {"offset": offset})
            return Response(request, datetime.now(UTC), msgspec.Raw(body))

    request = RunRequest.from_event({"sources": {"my_playlists": True}}, datetime.now(UTC))
    listing = cast(SpotifyClient, Library())
    with ThreadPoolExecutor(1) as pool:
        made = make_plan(request, listing, pool, EVERYTHING, LibraryProgress())
    assert [one.id for one in made.playlists] == ["p"]


def test_albums_and_artists_are_planned_once_after_the_playlists(server: Server) -> None:
    made = plan_of(server, albums=["b" * 22, "b" * 22], artists=["a" * 22], my_playlists=True)
    kinds = [type(one).__name__ for part in made.parts for one in part]
    assert kinds[-3:] == ["PlannedPlaylist", "PlannedAlbum", "PlannedArtist"]


def test_an_empty_library_is_an_empty_plan(server: Server) -> None:
    day = server.fake.day
    server.fake.world = World((day,), {day: ()})
    made = plan_of(server, my_playlists=True)
    assert (made.parts, made.not_walked) == ([], [])
