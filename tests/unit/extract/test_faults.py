"""Faults of Spotify, the run's outcome, and its tables."""

from collections import Counter

import pytest

from fake_spotify.faults import Fault, Faults, Kind
from fake_spotify.rate_window import RateWindow
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import Playlist, World
from spotify_pipeline.extract import planner
from spotify_pipeline.extract.parts.fetching import FAULTS
from spotify_pipeline.extract.spotify import client
from spotify_pipeline.extract.spotify.retries import TRIES
from tests.conftest import Aws, Server, aws_in_memory, set_environment
from tests.scheduler import run_to_its_end
from tests.tables import Rows, tables_of
from tests.unit.extract.runs import EVENT, raw_records

ITEMS = r"/v1/playlists/\w+(/items)?"
API = "/v1/.*"
TOKEN = "/api/token"


@pytest.fixture(scope="module")
def world() -> World:
    """Playlists of three pages, of one, and of none, and one that is refused."""
    whole = synthetic_world()
    day = whole.days[0]
    names = ("Deep Focus Hours", "Morning Commute", "Odds and Ends", "To Sort", "Neighbour's Party")
    few = tuple(one for one in whole.library(day) if one.name in names)
    return World((day,), {day: few}, catalog_tracks=whole.catalog_tracks)


def longest(world: World) -> Playlist:
    """The playlist that has further pages, whose snapshot is rechecked."""
    return max(world.library(world.days[0]), key=lambda one: len(one.entries))


ENTRIES = 120 + 34 + 10


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "PART_ENTRIES", 50)


@pytest.fixture(scope="module")
def expected(world: World) -> dict[str, Rows]:
    """The tables of the same event without faults."""
    with (
        aws_in_memory() as aws,
        serving(FakeSpotify(world)) as url,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setattr(planner, "PART_ENTRIES", 50)
        set_environment(aws, url, environment)
        assert [one["status"] for one in run_to_its_end(EVENT)] == ["complete"]
        tables = tables_of(aws)
    assert sum(tables["playlist_items"].values()) == ENTRIES
    return tables


@pytest.fixture
def faults(deployed: Aws, server: Server) -> Faults:
    return server.fake.faults


COMPLETE, RESUMED = ["complete"], ["partial", "complete"]


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Fault(Kind.RATE_LIMIT, API, after=4, retry_after="1"), COMPLETE),
        (Fault(Kind.RATE_LIMIT, API, after=4, retry_after="86400"), RESUMED),
        (Fault(Kind.RATE_LIMIT, API, after=4, retry_after=None), COMPLETE),
        (Fault(Kind.RATE_LIMIT, API, after=4, retry_after="0"), COMPLETE),
        (Fault(Kind.RATE_LIMIT, API, retry_after="3600"), RESUMED),
        (Fault(Kind.RATE_LIMIT, API, every=3, count=3, retry_after="3600"), ["partial"]),
        (Fault(Kind.ERROR, API, count=TRIES - 1, status=500), COMPLETE),
        (Fault(Kind.ERROR, ITEMS, after=3, count=TRIES - 1, status=502), COMPLETE),
        (Fault(Kind.ERROR, API, every=3, count=None, status=503), COMPLETE),
        (Fault(Kind.ERROR, API, after=4, count=16, status=503), ["partial"]),
        (Fault(Kind.ERROR, API, count=TRIES, status=504), RESUMED),
        (Fault(Kind.DROP, API, every=4, count=None), COMPLETE),
        (Fault(Kind.DROP, API, after=4, count=16), ["partial"]),
        (Fault(Kind.SLOW, API, count=10, seconds=0.05), COMPLETE),
        (Fault(Kind.HTML, API, every=5, count=None), COMPLETE),
        (Fault(Kind.EMPTY, API, every=5, count=None), COMPLETE),
        (Fault(Kind.ERROR_STRING, API, every=5, count=None, status=502), COMPLETE),
        (Fault(Kind.EXPIRED, API, every=3, count=3), COMPLETE),
        (Fault(Kind.ERROR, TOKEN, count=TRIES - 1, status=503), COMPLETE),
        (Fault(Kind.ERROR, TOKEN, count=TRIES, status=503), RESUMED),
        (Fault(Kind.DROP, TOKEN, count=1), COMPLETE),
        (Fault(Kind.HTML, TOKEN, count=1), COMPLETE),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "-".join(value),
)
def test_transient_faults_end_in_the_same_tables(
    faults: Faults,
    deployed: Aws,
    server: Server,
    fault: Fault,
    statuses: list[str],
    expected: dict[str, Rows],
) -> None:
    faults.add(fault)
    ends = [one["status"] for one in run_to_its_end(EVENT)]
    assert ends[: len(statuses)] == statuses
    assert ends[-1] == "complete"
    [tally] = faults.tallies()
    assert tally.hits > 0
    assert tables_of(deployed) == expected


@pytest.mark.parametrize(
    ("fault", "status", "remedy"),
    [
        (Fault(Kind.QUOTA, API, after=4), "partial", "quota is used up"),
        (Fault(Kind.INVALID_GRANT), "grant_refused", "run make auth"),
        (Fault(Kind.PREMIUM, API, after=4), "premium_lapsed", "renew the subscription"),
        (Fault(Kind.NOT_LISTED, API), "user_not_listed", "Users Management"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else None,
)
def test_lasting_refusals_end_the_run_until_resolved(
    faults: Faults,
    deployed: Aws,
    server: Server,
    fault: Fault,
    status: str,
    remedy: str,
    expected: dict[str, Rows],
) -> None:
    secret = deployed.secret()
    faults.add(fault)
    [end] = run_to_its_end(EVENT)
    assert end["status"] == status
    assert remedy in end["reason"]
    assert deployed.secret() == secret
    faults.clear()
    assert [one["status"] for one in run_to_its_end(EVENT)] == ["complete"]
    assert tables_of(deployed) == expected


def test_a_bad_request_fails_its_playlist_alone(
    faults: Faults, deployed: Aws, server: Server, world: World
) -> None:
    wrong = world.library(server.fake.day)[1].id
    faults.add(Fault(Kind.ERROR_STRING, f"/v1/playlists/{wrong}/items", count=None))
    assert [one["status"] for one in run_to_its_end(EVENT)] == ["complete"]
    [refused] = [
        line["context"]
        for _, line in raw_records(deployed)
        if line["kind"] == "playlist" and line["context"]["status"] == "failed"
    ]
    assert refused["playlist_id"] == wrong
    assert refused["reason"].startswith("400 Bad request: Spotify does not accept this request")
    faults.clear()
    later = {**EVENT, "time": "2026-03-01T18:00:00Z"}
    assert [one["playlists_walked"] for one in run_to_its_end(later)] == [1]
    assert sum(tables_of(deployed)["playlist_items"].values()) == ENTRIES


def test_a_response_that_times_out_is_retried(
    faults: Faults,
    deployed: Aws,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    expected: dict[str, Rows],
) -> None:
    monkeypatch.setattr(client, "_TIMEOUT_SECONDS", 0.5)
    faults.add(Fault(Kind.SLOW, ITEMS, after=2, seconds=2))
    assert [one["status"] for one in run_to_its_end(EVENT)] == ["complete"]
    assert tables_of(deployed) == expected


def test_an_unavailable_playlist_does_not_stop_the_others(
    faults: Faults, deployed: Aws, server: Server, world: World
) -> None:
    poisoned = world.library(server.fake.day)[1].id
    faults.add(Fault(Kind.ERROR, f"/v1/playlists/{poisoned}/items", count=None, status=500))
    ends = [one["status"] for one in run_to_its_end(EVENT)]
    assert ends == ["partial"] * (FAULTS - 1) + ["complete"]
    [refused] = [
        line["context"]
        for _, line in raw_records(deployed)
        if line["kind"] == "playlist" and line["context"]["status"] == "failed"
    ]
    assert refused["playlist_id"] == poisoned
    assert "500" in refused["reason"]
    # It is not in the state, so that the next run walks it.
    faults.clear()
    later = {**EVENT, "time": "2026-03-01T18:00:00Z"}
    [next_run] = run_to_its_end(later)
    assert next_run["playlists_walked"] == 1
    items = tables_of(deployed)["playlist_items"]
    assert sum(items.values()) == ENTRIES


def test_a_playlist_that_changes_during_its_walk_is_walked_again(
    faults: Faults, deployed: Aws, server: Server, world: World, expected: dict[str, Rows]
) -> None:
    moving = longest(world)
    faults.add(Fault(Kind.MOVE, f"/v1/playlists/{moving.id}/items"))
    assert [one["status"] for one in run_to_its_end(EVENT)] == ["complete"]
    moved = server.fake.as_moved(moving).snapshot_id
    assert moved != moving.snapshot_id
    then = {
        name: Counter({row: n for row, n in rows.items() if moving.snapshot_id not in row})
        for name, rows in expected.items()
    }
    tables = tables_of(deployed)
    walked = [row for row in tables["playlist_items"] if row[0] == moving.id]
    assert {row[1] for row in walked} == {moved}
    assert len(walked) == len(moving.entries)
    for name, rows in tables.items():
        assert Counter({row: n for row, n in rows.items() if moved not in row}) == then[name]


def test_a_restless_playlist_is_walked_thrice_then_once_a_run(
    faults: Faults, deployed: Aws, server: Server, world: World
) -> None:
    restless = longest(world)
    faults.add(Fault(Kind.MOVE, f"/v1/playlists/{restless.id}/items", count=None))
    run_to_its_end(EVENT)

    def walks() -> int:
        return sum(f"{restless.id}/items" in path for path in server.fake.log)

    assert walks() == 3
    server.fake.move(restless.id)
    run_to_its_end({**EVENT, "time": "2026-03-01T18:00:00Z"})
    assert walks() == 4
    items = tables_of(deployed)["playlist_items"]
    walked = [row for row in items if row[0] == restless.id]
    assert len(walked) == 2 * len(restless.entries)
    assert len({row[1] for row in walked}) == 2


def test_a_rate_limit_is_waited_out(
    deployed: Aws, server: Server, expected: dict[str, Rows]
) -> None:
    # Longer than a slow machine takes for the first six requests.
    server.fake.rate_window = RateWindow(requests=6, seconds=3)
    [end] = run_to_its_end(EVENT)
    assert end["status"] == "complete"
    assert end["throttled_seconds"] >= 1
    assert tables_of(deployed) == expected


def test_a_rate_limit_without_waiting_takes_several_attempts(
    deployed: Aws, server: Server, monkeypatch: pytest.MonkeyPatch, expected: dict[str, Rows]
) -> None:
    monkeypatch.setenv("LONGEST_WAIT_SECONDS", "0")
    monkeypatch.setenv("RESUMES", "100")
    server.fake.rate_window = RateWindow(requests=6, seconds=600)
    ends = [one["status"] for one in run_to_its_end(EVENT, before=lambda: server.fake.advance(600))]
    assert ends[0] == "partial"
    assert ends[-1] == "complete"
    assert tables_of(deployed) == expected


def test_a_rotated_refresh_token_serves_the_next_run(deployed: Aws, server: Server) -> None:
    server.fake.rotates = True
    for hour in ("06", "18"):
        event = {**EVENT, "time": f"2026-03-01T{hour}:00:00Z"}
        assert [one["status"] for one in run_to_its_end(event)] == ["complete"]
    assert deployed.secret()["refresh_token"] != "fake-refresh-token"


def test_concurrent_requests_share_one_token(deployed: Aws, server: Server) -> None:
    run_to_its_end(EVENT)
    assert server.fake.token_requests == 1
