"""Faults while a run is planned: one bad playlist, page or id never stops the others."""

from collections.abc import Callable
from typing import Any

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import World
from spotify_pipeline.extract.parts.fetching import FAULTS
from spotify_pipeline.raw import Request
from tests.conftest import Aws, Server
from tests.scheduler import run_to_its_end
from tests.tables import tables_of
from tests.unit.extract.edits import Body, edit_responses, nest_responses
from tests.unit.extract.runs import raw_records

Event = dict[str, Any]
LIBRARY = {"my_playlists": True}
STATUSES = [400, 410, 422, 451]


@pytest.fixture(scope="module")
def world() -> World:
    """Two playlists of one page."""
    whole = synthetic_world()
    day = whole.days[0]
    names = ("Odds and Ends", "Morning Commute")
    few = tuple(one for one in whole.library(day) if one.name in names)
    return World((day,), {day: few}, catalog_tracks=whole.catalog_tracks)


@pytest.fixture
def ids(world: World) -> list[str]:
    return [one.id for one in world.library(world.days[0])]


def event(day: int = 1, **sources: object) -> Event:
    return {
        "time": f"2026-03-{day:02}T06:00:00Z",
        "schedule": "daily",
        "sources": sources or LIBRARY,
    }


def outcomes(aws: Aws) -> dict[str | None, tuple[str, str | None]]:
    """Status and reason of the last observation of each playlist."""
    return {
        record["context"]["playlist_id"]: (record["context"]["status"], record["context"]["reason"])
        for _, record in raw_records(aws)
        if record["kind"] == "playlist"
    }


@pytest.mark.parametrize("status", [*STATUSES, 502])
def test_a_playlist_that_spotify_refuses_fails_alone(
    deployed: Aws, server: Server, ids: list[str], status: int
) -> None:
    kind = Kind.ERROR if status == 502 else Kind.ERROR_STRING
    bad = Fault(kind, f"/v1/playlists/{ids[0]}.*", count=None, status=status)
    server.fake.faults.add(bad)
    ends = run_to_its_end(event(playlists=ids))
    assert [one["status"] for one in ends][-1] == "complete"
    assert len(ends) == (FAULTS if status == 502 else 1)
    found = outcomes(deployed)
    expected = {410: "missing", 451: "forbidden"}.get(status, "failed")
    assert found[ids[0]][0] == expected
    assert str(status) in str(found[ids[0]][1])
    assert found[ids[1]] == ("walked", None)


@pytest.mark.parametrize("kind", ["albums", "artists"])
@pytest.mark.parametrize("status", [*STATUSES, 502])
def test_a_catalog_item_that_spotify_refuses_is_rejected_alone(
    deployed: Aws, server: Server, ids: list[str], kind: str, status: int
) -> None:
    fault = Kind.ERROR if status == 502 else Kind.ERROR_STRING
    server.fake.faults.add(Fault(fault, f"/v1/{kind}/.*", count=None, status=status))
    ends = run_to_its_end({**event(), "sources": {**LIBRARY, kind: ["z" * 22]}})
    assert ends[-1]["status"] == "complete"
    assert {status for status, _ in outcomes(deployed).values()} == {"walked"}
    [rejected] = tables_of(deployed)["rejected"]
    assert f"{status} " in str(rejected)


UNREADABLE: list[Callable[[Body], object]] = [
    lambda playlist: playlist.update(id=None),
    lambda playlist: playlist.update(id=7),
    lambda playlist: playlist.update(id=""),
    lambda playlist: playlist.update(id="../me"),
    lambda playlist: playlist.update(id="é" * 22),
    lambda playlist: playlist.pop("id"),
    lambda playlist: playlist.update(items="none", tracks="none"),
    lambda playlist: playlist.update(items={"total": 1.5}, tracks={"total": 1.5}),
    lambda playlist: playlist.update(snapshot_id=["s"]),
]


@pytest.mark.parametrize("spoil", UNREADABLE)
def test_an_unreadable_listed_playlist_is_recorded_alone(
    deployed: Aws, monkeypatch: pytest.MonkeyPatch, ids: list[str], spoil: Callable[[Body], object]
) -> None:
    def edit(request: Request, body: Body) -> None:
        if request.path == "me/playlists":
            spoil(body["items"][0])

    edit_responses(monkeypatch, edit)
    [end] = run_to_its_end(event())
    assert (end["status"], end["playlists_seen"]) == ("complete", 2)
    assert outcomes(deployed)[ids[1]] == ("walked", None)
    [(status, reason)] = [
        outcome for playlist, outcome in outcomes(deployed).items() if playlist != ids[1]
    ]
    assert (status, bool(reason)) == ("failed", True)
    tables = tables_of(deployed)
    recorded = [row[0] for row in tables["playlists"] if row[0] != ids[1]]
    assert recorded or tables["rejected"]


@pytest.mark.parametrize("item", ["text", 7, [], {}, "[" * 1500 + "]" * 1500])
def test_an_item_of_the_library_that_is_no_playlist_is_recorded(
    deployed: Aws, monkeypatch: pytest.MonkeyPatch, ids: list[str], item: object
) -> None:
    def edit(request: Request, body: Body) -> None:
        if request.path == "me/playlists":
            body["items"][0] = item

    edit_responses(monkeypatch, edit)
    [end] = run_to_its_end(event())
    assert end["status"] == "complete"
    tables = tables_of(deployed)
    assert [row[0] for row in tables["playlists"]] == [ids[1]]
    assert tables["rejected"]


def test_whole_numbers_written_as_floats_are_accepted(
    deployed: Aws, monkeypatch: pytest.MonkeyPatch, ids: list[str]
) -> None:
    def edit(_: Request, body: Body) -> None:
        listed = body["items"] if isinstance(body.get("items"), list) else []
        for holder in (body, *listed):
            for contents in (holder, holder.get("items"), holder.get("tracks")):
                if isinstance(contents, dict) and "total" in contents:
                    contents["total"] = float(contents["total"])

    edit_responses(monkeypatch, edit)
    [end] = run_to_its_end(event())
    assert (end["status"], end["playlists_walked"]) == ("complete", 2)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Kind.ERROR, "/v1/me/playlists", count=None, status=500),
        Fault(Kind.ERROR_STRING, "/v1/me/playlists", count=None, status=400),
        Fault(Kind.HTML, "/v1/me/playlists", count=None),
    ],
    ids=lambda fault: fault.kind,
)
def test_without_a_listing_known_and_named_playlists_are_read(
    deployed: Aws, server: Server, ids: list[str], fault: Fault
) -> None:
    run_to_its_end(event(1))
    server.fake.move(ids[0])
    server.fake.faults.add(fault)
    ends = run_to_its_end(event(2, my_playlists=True, playlists=["37i9dQZF1DXcBWIGoYBM5M"]))
    assert ends[-1]["status"] == "partial"
    assert ends[-1]["reason"].startswith("part of the library could not be listed: ")
    assert ends[-1]["resume_at"] is None
    found = outcomes(deployed)
    assert (found[ids[0]][0], found[ids[1]][0]) == ("walked", "unchanged")
    assert found["37i9dQZF1DXcBWIGoYBM5M"][0] == "missing"


def test_a_library_listed_again_in_time_completes_the_run(
    deployed: Aws, server: Server, ids: list[str]
) -> None:
    fault = Fault(Kind.ERROR, "/v1/me/playlists", count=6, status=500)
    server.fake.faults.add(fault)
    assert [one["status"] for one in run_to_its_end(event())] == ["partial", "complete"]
    assert set(outcomes(deployed)) == set(ids)


def test_without_a_listing_and_other_sources_nothing_is_lost(deployed: Aws, server: Server) -> None:
    server.fake.faults.add(Fault(Kind.ERROR, "/v1/me/playlists", count=None, status=500))
    ends = run_to_its_end(event())
    assert {one["status"] for one in ends} == {"partial"}
    assert "me/playlists: 500" in ends[-1]["reason"]
    server.fake.faults.clear()
    assert run_to_its_end(event(2))[-1]["playlists_walked"] == 2


DEEP = "[" * 1_200 + "]" * 1_200


@pytest.mark.parametrize("depth", [1_200, 20_000])
def test_a_listed_playlist_nested_too_deeply_is_recorded_alone(
    deployed: Aws, monkeypatch: pytest.MonkeyPatch, ids: list[str], depth: int
) -> None:
    def nest(text: bytes) -> bytes:
        if b'"me/playlists' not in text and b"/v1/me/playlists?" not in text:
            return text
        return text.replace(b'"items":[', b'"items":[' + b"[" * depth + b"]" * depth + b",", 1)

    nest_responses(monkeypatch, nest)
    [end] = run_to_its_end(event())
    assert end["status"] == "complete"
    assert {outcomes(deployed)[one] for one in ids} == {("walked", None)}
    assert tables_of(deployed)["rejected"]


def test_an_entry_nested_too_deeply_is_rejected_alone(
    deployed: Aws, monkeypatch: pytest.MonkeyPatch, ids: list[str], world: World
) -> None:
    def nest(text: bytes) -> bytes:
        if ids[0].encode() not in text or b'"added_at"' not in text:
            return text
        return text.replace(b'"items":[{', b'"items":[' + DEEP.encode() + b",{", 1)

    nest_responses(monkeypatch, nest)
    [end] = run_to_its_end(event())
    assert end["status"] == "complete"
    tables = tables_of(deployed)
    entries = sum(len(one.entries) for one in world.library(world.days[0]))
    assert sum(tables["playlist_items"].values()) == entries
    [rejected] = tables["rejected"]
    assert DEEP in str(rejected)
