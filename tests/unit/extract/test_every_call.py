"""A run that fails at any of its calls to S3, Secrets Manager, Scheduler or Spotify."""

from collections.abc import Iterator
from functools import cache
from itertools import count

import boto3
import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import World
from spotify_pipeline.extract import planner
from tests.conftest import Aws, aws_in_memory, set_environment
from tests.scheduler import entries
from tests.tables import Rows, tables_of
from tests.unit.extract.outside import SPREAD, Outside, deliver


@pytest.fixture(scope="module")
def world() -> World:
    """Two playlists of an embedded page, a longer one, and one that is refused."""
    whole = synthetic_world()
    day = whole.days[0]
    names = ("Deep Focus Hours", "Morning Commute", "Odds and Ends", "Neighbour's Party")
    few = tuple(one for one in whole.library(day) if one.name in names)
    return World((day,), {day: few}, catalog_tracks=whole.catalog_tracks)


class Before:
    """AWS and Spotify before a run, with one long rate limit."""

    def __init__(self, aws: Aws, fake: FakeSpotify) -> None:
        self.aws = aws
        self._faults = fake.faults

    def restore(self) -> None:
        self.aws.empty()
        limit = Fault(Kind.RATE_LIMIT, r"/v1/playlists/\w+(/items)?", after=2, retry_after="3600")
        self._faults.replace([limit])


@pytest.fixture(scope="module")
def before(world: World) -> Iterator[Before]:
    fake = FakeSpotify(world)
    with (
        aws_in_memory() as aws,
        serving(fake) as url,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setattr(planner, "PART_ENTRIES", 60)
        # Creating a client takes longer than its calls here.
        environment.setattr(boto3, "client", cache(boto3.client))
        set_environment(aws, url, environment)
        environment.setenv("CONCURRENCY", "2")
        environment.setenv("ENRICHMENT_REQUESTS", "2")
        yield Before(aws, fake)


@pytest.fixture(scope="module")
def undisturbed(before: Before) -> tuple[int, dict[str, Rows], bytes]:
    """The number of calls of a run without failures, its tables, and the schedule's state."""
    outside = Outside()
    before.restore()
    assert deliver(outside) == ["partial", "complete"]
    return outside.calls, tables_of(before.aws), before.aws.read("state/daily.json")


@pytest.mark.parametrize("failure", SPREAD)
def test_a_run_that_fails_at_any_call_completes_on_retry(
    before: Before, undisturbed: tuple[int, dict[str, Rows], bytes], failure: str
) -> None:
    calls, tables, state = undisturbed
    assert calls > 30
    for n in count(*SPREAD[failure]):
        before.restore()
        outside = Outside(n, failure)
        statuses = deliver(outside)
        assert statuses[-1] == "complete", (n, statuses)
        assert tables_of(before.aws) == tables, n
        assert before.aws.read("state/daily.json") == state, n
        assert entries() == [], n
        # The number of calls varies by a few, with the order of concurrent requests.
        if outside.calls < n:
            break
    assert n > calls - 10
