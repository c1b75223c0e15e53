"""Generated faults in every kind of response: a run ends, and keeps all that is sound.

The responses of a run without faults are recorded once. Each example spoils one or two of their
values, and repeats the run on them, resumes included.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import World, make_id
from spotify_pipeline.extract.errors import RefusedError
from spotify_pipeline.extract.spotify import pagination
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.raw import Envelope, Request
from tests.conftest import Aws, aws_in_memory, set_environment
from tests.scheduler import run_to_its_end
from tests.tables import tables_of

VALUES = (
    *"null true false 0 -1 1.5 1e400 85.0 4.9E7 2147483648 1000000000 9999999999999999999".split(),
    *'"" "x" "0000" "../me" "\\ud800" "\\u0000" [] {} [null] [[]] {"id":7} NaN'.split(),
    "[" * 1200 + "]" * 1200,
    '{"a":' * 20_000 + "0" + "}" * 20_000,
)
MARK = "(spoilt)"
Key = tuple[str, str]
Place = list[str | int]


@dataclass(frozen=True)
class Spoilt:
    """One value of a response: which, and its replacement in VALUES; None to delete it."""

    response: int
    steps: tuple[int, ...]
    value: int | None


FAULTS = st.lists(
    st.builds(
        Spoilt,
        st.integers(0, 99),
        st.lists(st.integers(0, 60), min_size=1, max_size=4).map(tuple),
        st.none() | st.integers(0, len(VALUES) - 1),
    ),
    min_size=1,
    max_size=2,
)


class Trial:
    """Recorded responses; those that are spoilt replace them. Its repr is short."""

    def __init__(self, aws: Aws, world: World) -> None:
        self.aws = aws
        self.playlists = world.library(world.days[0])
        self.bodies: dict[Key, bytes] = {}
        self.spoilt: dict[Key, bytes] = {}

    def run(self, event: dict[str, Any]) -> dict[str, Any]:
        """The summary of the last attempt at a run on the responses."""
        self.aws.empty()
        with pytest.MonkeyPatch.context() as patch:

            def send(_: SpotifyClient, request: Request, *__: object) -> Response:
                return Response.of(request, self.send(request))

            patch.setattr(SpotifyClient, "_send", send)
            return run_to_its_end(event)[-1]

    def send(self, request: Request) -> bytes:
        """Raises RefusedError for what was not recorded, such as a wrong id."""
        key = key_of(request)
        body = self.spoilt.get(key) or self.bodies.get(key)
        if body is None:
            raise RefusedError("missing", "404 Resource not found")
        return body

    def spoil(self, faults: list[Spoilt]) -> dict[Key, list[Place]]:
        """Spoil the responses; return the places by response."""
        self.spoilt.clear()
        places: dict[Key, list[Place]] = {}
        keys = sorted(self.bodies)
        for fault in faults:
            key = keys[fault.response % len(keys)]
            body = json.loads(self.bodies[key])
            place = spoil(body, fault)
            text = json.dumps(body).replace(f'"{MARK}"', VALUES[fault.value or 0])
            # Of two faults in one response the last one counts.
            self.spoilt[key] = text.encode()
            places[key] = [place]
        return places


def key_of(request: Request) -> Key:
    return request.path, json.dumps(request.params, sort_keys=True)


def spoil(body: Any, fault: Spoilt) -> Place:
    """Mark or delete a value at some depth; return its place."""
    place: Place = []
    for step in fault.steps:
        keys: list[Any] = list(body) if isinstance(body, dict) else list(range(len(body)))
        if not keys:
            break
        parent, key = body, keys[step % len(keys)]
        place.append(key)
        body = parent[key]
        if not isinstance(body, dict | list):
            break
    if fault.value is None:
        del parent[key]
    else:
        parent[key] = MARK
    return place


@pytest.fixture(scope="module")
def world() -> World:
    whole = synthetic_world()
    day = whole.days[0]
    names = ("Deep Focus Hours", "Odds and Ends", "To Sort", "Morning Commute")
    few = tuple(one for one in whole.library(day) if one.name in names)
    return World((day,), {day: few}, catalog_tracks=whole.catalog_tracks)


ALBUM, ARTIST = make_id("album", "long"), make_id("artist", 1)


@pytest.fixture(scope="module")
def event(world: World) -> dict[str, Any]:
    """The library; one of its playlists by id, in a schedule of its own; an album, an artist."""
    sources = {"my_playlists": True, "albums": [ALBUM], "artists": [ARTIST]}
    return {"time": "2026-03-01T06:00:00Z", "schedule": "daily", "sources": sources}


@pytest.fixture(scope="module")
def by_id(event: dict[str, Any], world: World) -> dict[str, Any]:
    ids = [one.id for one in world.library(world.days[0])]
    return {**event, "sources": {"playlists": ids}}


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with aws_in_memory() as aws:
        yield aws


@pytest.fixture(scope="module")
def trial(aws: Aws, world: World, event: dict[str, Any], by_id: dict[str, Any]) -> Iterator[Trial]:
    """The recorded responses of both events, and both functions set up to receive them.

    The regime has the most kinds of responses: both names of the contents, and batches.
    """
    trial = Trial(aws, world)
    real = SpotifyClient._send

    def record(client: SpotifyClient, request: Request, *rest: Any) -> Response:
        response = real(client, request, *rest)
        trial.bodies[key_of(request)] = bytes(response.body)
        return response

    with serving(FakeSpotify(world, Regime.OLD_DEV)) as url, pytest.MonkeyPatch.context() as patch:
        set_environment(aws, url, patch)
        patch.setenv("ENRICHMENT_REQUESTS", "100")
        patch.setattr(pagination, "_BACKOFF_SECONDS", 0)
        with pytest.MonkeyPatch.context() as recording:
            recording.setattr(SpotifyClient, "_send", record)
            for one in (event, by_id):
                assert run_to_its_end(one)[-1]["status"] == "complete"
                aws.empty()
        yield trial


class Page(msgspec.Struct):
    items: list[msgspec.Raw]


def records_of(aws: Aws) -> list[Envelope]:
    """Every raw record; bodies stay text, which may hold what Python cannot."""
    return [
        msgspec.json.decode(line, type=Envelope)
        for key in aws.raw_keys()
        for line in gzip.decompress(aws.read(key)).splitlines()
    ]


def entries_of(records: list[Envelope]) -> Counter[str]:
    """The number of stored entries of each playlist."""
    counts: Counter[str] = Counter()
    for record in records:
        if record.kind == "playlist_items":
            page = msgspec.json.decode(record.body, type=Page)
            counts[record.context["playlist_id"]] += len(page.items)
        elif record.kind == "playlist":
            counts[record.context["playlist_id"]] += record.context.get("embedded", 0)
    return counts


def check_playlists(trial: Trial, places: dict[Key, list[Place]], end: str) -> None:
    """Playlists that no fault touches are stored whole; the others are recorded."""
    records = records_of(trial.aws)
    listed = {
        record.context["playlist_id"]: record.context["status"]
        for record in records
        if record.kind == "playlist"
    }
    entries = entries_of(records)
    library = [place for key, found in places.items() if "me/" in key[0] for place in found]
    is_listing_sound = all(len(place) > 1 and place[0] == "items" for place in library)
    touched_items = {place[1] for place in library if len(place) > 1}
    for position, playlist in enumerate(trial.playlists):
        is_touched = position in touched_items or any(playlist.id in key[0] for key in places)
        if not is_listing_sound:
            assert end == "partial" or playlist.id in listed or is_touched
        elif not is_touched:
            assert listed[playlist.id] == "walked"
            assert entries[playlist.id] == len(playlist.entries)
        elif position not in touched_items:
            assert playlist.id in listed


def check_catalog_items(aws: Aws) -> None:
    """The album and the artist are stored, or rejected with a reason."""
    contexts = [record.context for record in records_of(aws)]
    assert any(context.get("album_id") == ALBUM for context in contexts)
    assert any(context.get("artist_id") == ARTIST for context in contexts)


@given(faults=FAULTS)
def test_spoilt_responses_never_stop_a_run(
    trial: Trial, event: dict[str, Any], faults: list[Spoilt]
) -> None:
    places = trial.spoil(faults)
    end = trial.run(event)
    assert end["status"] in ("complete", "partial")
    check_playlists(trial, places, end["status"])
    if end["status"] == "complete" or end["parts"]:
        check_catalog_items(trial.aws)
    # Raises an error if an entry is neither stored nor rejected.
    tables_of(trial.aws)


@given(faults=FAULTS)
def test_spoilt_playlists_by_id_never_stop_a_run(
    trial: Trial, by_id: dict[str, Any], faults: list[Spoilt]
) -> None:
    places = trial.spoil(faults)
    assert trial.run(by_id)["status"] == "complete"
    playlists = {key: found for key, found in places.items() if "me/" not in key[0]}
    check_playlists(trial, playlists, "complete")
    tables_of(trial.aws)
