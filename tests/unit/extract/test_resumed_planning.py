"""A library that is listed over several attempts of a run: no page is requested twice."""

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from math import inf

import boto3
import msgspec
import pytest

from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.world import World
from spotify_pipeline.extract.errors import (
    BudgetSpentError,
    InterruptionError,
    OutOfTimeError,
    QuotaExceededError,
    RateLimitedError,
    UnavailableError,
)
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.plan import Plan
from spotify_pipeline.extract.spotify import library as listing
from spotify_pipeline.extract.spotify.client import PAGE, SpotifyClient
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.keys import PLANS_PREFIX
from spotify_pipeline.raw import Request
from tests.conftest import CONTEXT, Aws, aws_in_memory, set_environment
from tests.scheduler import entries, take
from tests.unit.extract.outside import SPREAD, Outside, deliver
from tests.unit.extract.runs import EVENT, KilledError, raw_records

PAGES = 6
SIZE = PAGES * PAGE - 10
OFFSETS = list(range(0, SIZE, PAGE))
LIBRARY_EVENT = {**EVENT, "sources": {"my_playlists": True}}
MOMENT = datetime(2026, 3, 1, 6, tzinfo=UTC)


class FakeLibrary:
    """One playlist of the user and many of others, whose contents are withheld from the run.

    It returns `left` pages, then raises `error`; the page at `unavailable` is never returned.
    """

    def __init__(self, size: int = SIZE) -> None:
        self.ids = [f"{n:022}" for n in range(size)]
        self.offsets: list[int] = []
        self.left = inf
        self.error: BaseException = OutOfTimeError()
        self.unavailable: int | None = None
        self._lock = threading.Lock()

    def allow_four(self) -> None:
        self.left = 4

    def page(self, offset: int) -> Response:
        with self._lock:
            if not self.left:
                raise self.error
            self.left -= 1
            self.offsets.append(offset)
        if offset == self.unavailable:
            raise UnavailableError("me/playlists: 502")
        items = [self._playlist(one) for one in self.ids[offset : offset + PAGE]]
        body = msgspec.json.encode({"items": items, "limit": PAGE, "total": len(self.ids)})
        request = Request("me/playlists", {"limit": PAGE, "offset": offset})
        return Response(request, MOMENT, msgspec.Raw(body))

    def _playlist(self, playlist_id: str) -> dict[str, object]:
        playlist: dict[str, object] = {"id": playlist_id, "snapshot_id": f"s{playlist_id}"}
        if playlist_id == self.ids[-1]:
            return {**playlist, "owner": {"id": "me"}, "items": {"total": 1}}
        return {**playlist, "owner": {"id": "another"}}


class Runs:
    """Runs the event and its resumes, with a limit of pages for each attempt."""

    def __init__(self, aws: Aws, library: FakeLibrary) -> None:
        self.aws = aws
        self.library = library
        self.event = LIBRARY_EVENT

    def attempt(self, left: float = inf) -> str:
        """Run the next attempt; return its status."""
        self.library.left = left
        due = entries()
        event = take(due[0]) if due else self.event
        return str(handler(event, CONTEXT)["status"])

    def attempts(self, *limits: float) -> list[str]:
        return [self.attempt(left) for left in limits]

    @property
    def plan(self) -> Plan:
        [key] = [one for one in self.aws.keys(PLANS_PREFIX) if one.endswith(".json")]
        return msgspec.json.decode(self.aws.read(key), type=Plan)

    @property
    def checkpoint(self) -> str:
        [key] = [one for one in self.aws.keys(PLANS_PREFIX) if one.endswith("-planning.json.gz")]
        return key

    def restart(self) -> None:
        """Forget everything; the library stays."""
        self.aws.empty()
        self.library.offsets.clear()
        for entry in entries():
            take(entry)


@pytest.fixture(scope="module")
def outside_world() -> Iterator[Aws]:
    """AWS, and a Spotify without any playlist of its own."""
    day = MOMENT.date()
    with (
        aws_in_memory() as aws,
        serving(FakeSpotify(World((day,), {day: ()}))) as url,
        pytest.MonkeyPatch.context() as environment,
    ):
        # Creating a client takes longer than its calls here.
        environment.setattr(boto3, "client", cache(boto3.client))
        set_environment(aws, url, environment)
        environment.setenv("RESUMES", "40")
        yield aws


@pytest.fixture
def runs(outside_world: Aws, monkeypatch: pytest.MonkeyPatch) -> Runs:
    library = FakeLibrary()
    monkeypatch.setattr(SpotifyClient, "my_playlists", lambda _, offset: library.page(offset))
    runs = Runs(outside_world, library)
    runs.restart()
    return runs


def planned_ids(runs: Runs) -> list[str]:
    return [one.id for one in runs.plan.playlists]


def recorded_ids(runs: Runs) -> list[str]:
    records = [record for _, record in raw_records(runs.aws) if record["kind"] == "playlist"]
    return [record["context"]["playlist_id"] for record in records]


@pytest.mark.parametrize("left", range(1, PAGES))
@pytest.mark.parametrize(
    "error",
    [
        OutOfTimeError(),
        BudgetSpentError(100, 900),
        RateLimitedError("429", 900),
        QuotaExceededError(900),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_next_attempt_requests_only_the_missing_pages(
    runs: Runs, left: int, error: InterruptionError
) -> None:
    runs.attempt()
    uninterrupted = runs.plan
    runs.restart()
    runs.library.error = error
    assert runs.attempts(left, inf) == ["partial", "complete"]
    assert sorted(runs.library.offsets) == OFFSETS
    assert runs.plan == uninterrupted
    assert sorted(recorded_ids(runs)) == runs.library.ids


def test_one_page_in_each_attempt_lists_the_library(runs: Runs) -> None:
    assert runs.attempts(*[1] * PAGES) == ["partial"] * (PAGES - 1) + ["complete"]
    assert runs.library.offsets == OFFSETS


def test_a_listing_in_one_attempt_stores_no_checkpoint(runs: Runs) -> None:
    assert runs.attempt() == "complete"
    [plan] = runs.aws.keys(PLANS_PREFIX)
    assert plan.endswith(".json")


def test_an_interruption_before_any_page_stores_nothing(runs: Runs) -> None:
    assert runs.attempt(0) == "partial"
    assert runs.aws.keys(PLANS_PREFIX) == []


def change(library: FakeLibrary, by: int) -> None:
    """Add playlists at the library's beginning, or remove them there."""
    added = [f"new{n:019}" for n in range(by)]
    library.ids = added + library.ids[max(0, -by) :]


@pytest.mark.parametrize("left", range(1, PAGES))
@pytest.mark.parametrize("by", [1, -1, -PAGE, PAGE])
def test_a_library_with_another_total_is_listed_again(runs: Runs, left: int, by: int) -> None:
    runs.attempt(left)
    runs.library.offsets.clear()
    change(runs.library, by)
    assert runs.attempt() == "complete"
    assert sorted(planned_ids(runs)) == sorted(runs.library.ids)
    wanted = set(range(0, len(runs.library.ids), PAGE))
    assert wanted <= set(runs.library.offsets)
    # Where a page is gone, only the first response tells.
    assert len(runs.library.offsets) <= PAGES + 1


def test_a_change_seen_by_an_interrupted_attempt_is_kept(runs: Runs) -> None:
    runs.attempt(2)
    change(runs.library, -1)
    assert runs.attempts(2, inf) == ["partial", "complete"]
    assert sorted(planned_ids(runs)) == sorted(runs.library.ids)
    assert len(runs.library.offsets) == 2 + PAGES


def test_a_library_smaller_than_in_an_earlier_run_resumes(runs: Runs) -> None:
    runs.attempt()
    runs.library.offsets.clear()
    change(runs.library, -PAGE)
    runs.event = {**LIBRARY_EVENT, "time": "2026-03-02T06:00:00Z"}
    assert runs.attempts(1, inf) == ["partial", "complete"]
    # The size that an earlier run knows is the only reason for the last page.
    assert sorted(runs.library.offsets) == OFFSETS


@pytest.mark.parametrize("offset", OFFSETS)
def test_an_unavailable_page_leaves_the_others_received(runs: Runs, offset: int) -> None:
    runs.library.unavailable = offset
    assert runs.attempt() == "partial"
    runs.library.unavailable = None
    assert runs.attempt() == "complete"
    assert sorted(runs.library.offsets) == sorted([*OFFSETS, offset])
    assert sorted(planned_ids(runs)) == runs.library.ids


def test_interruptions_do_not_count_as_faults_of_a_page(runs: Runs) -> None:
    """A page that is unavailable for once is requested again, in a late attempt too."""
    runs.event = {**EVENT, "sources": {"my_playlists": True, "artists": ["a" * 22]}}
    runs.attempts(1, 1, 1)
    runs.library.unavailable = OFFSETS[-1]
    assert runs.attempt() == "partial"
    assert [key for key in runs.aws.keys(PLANS_PREFIX) if key.endswith(".json")] == []
    runs.library.unavailable = None
    assert runs.attempt() == "complete"
    assert sorted(planned_ids(runs)) == runs.library.ids


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda body: body[: len(body) // 2],
    "flipped": lambda body: body[:30] + bytes([body[30] ^ 255]) + body[31:],
    "not gzip": gzip.decompress,
    "not JSON": lambda _: gzip.compress(b"{"),
    "other JSON": lambda _: gzip.compress(b'{"pages": []}'),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_listed_again(
    runs: Runs, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    runs.attempt(3)
    key = runs.checkpoint
    body = DAMAGES[damage](runs.aws.read(key))
    runs.aws.s3.put_object(Bucket=runs.aws.bucket, Key=key, Body=body)
    runs.library.offsets.clear()
    assert runs.attempt() == "complete"
    assert sorted(runs.library.offsets) == OFFSETS
    assert sorted(planned_ids(runs)) == runs.library.ids
    assert "checkpoint is damaged" in caplog.text


def test_a_killed_attempt_loses_few_pages_of_a_long_listing(runs: Runs) -> None:
    runs.library.ids = [f"{n:022}" for n in range(60 * PAGE)]
    runs.library.error = KilledError()
    with pytest.raises(KilledError):
        runs.attempt(45)
    assert runs.attempt() == "complete"
    assert len(runs.library.offsets) <= 60 + 45 - 2 * listing._SAVED_PAGES
    assert sorted(planned_ids(runs)) == runs.library.ids


def test_5000_playlists_are_listed_over_several_attempts(runs: Runs) -> None:
    runs.library.ids = [f"{n:022}" for n in range(5_000)]
    statuses = runs.attempts(*[12] * 9)
    assert statuses == ["partial"] * 8 + ["complete"]
    assert sorted(runs.library.offsets) == list(range(0, 5_000, PAGE))
    assert sorted(recorded_ids(runs)) == runs.library.ids


@pytest.mark.parametrize("failure", SPREAD)
def test_planning_that_fails_at_any_call_completes(runs: Runs, failure: str) -> None:
    """Every attempt lists at most four pages; each call to AWS fails once."""
    runs.attempt()
    undisturbed = runs.plan
    for n in count(*SPREAD[failure]):
        runs.restart()
        outside = Outside(n, failure)
        statuses = deliver(outside, LIBRARY_EVENT, runs.library.allow_four)
        assert statuses[-1] == "complete", (n, statuses)
        assert runs.plan == undisturbed, n
        assert entries() == [], n
        if outside.calls < n:
            break
    assert n > 15
