"""Failures of a deployment. Each is caused when its context is entered, and ends with it.

It yields the minute from which its alarms are due.
"""

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.world import make_id
from local.pipeline import PipelineError
from tests.e2e.failing_deployment import DAY, FAILURE, FailingDeployment

Cause = Callable[[FailingDeployment], AbstractContextManager[int]]

_PLAYLIST = make_id("playlist", "Deep Focus Hours")


@dataclass(frozen=True)
class Failure:
    """`raised` are all the alarms that it raises, `faults` its other faults in make status.

    An alarm's first action has the text `first`. `later` is the time from now until make status.
    """

    name: str
    cause: Cause
    raised: frozenset[str]
    first: str
    faults: tuple[str, ...]
    later: timedelta = timedelta()


@contextmanager
def _stopped_schedule(deployed: FailingDeployment) -> Iterator[int]:
    """No run arrives after that of the last healthy day."""
    scheduler = deployed.machine.deployment.client("scheduler")
    names = {"Name": "daily", "GroupName": "spotify-local"}
    found = scheduler.get_schedule(**names)
    kept = ("ScheduleExpression", "FlexibleTimeWindow", "Target")
    schedule = names | {key: found[key] for key in kept}
    scheduler.update_schedule(**schedule, State="DISABLED")
    assert deployed.collector.collect(FAILURE) == 0
    try:
        yield FAILURE - DAY
    finally:
        scheduler.update_schedule(**schedule, State="ENABLED")


@contextmanager
def _poisoned_part(deployed: FailingDeployment) -> Iterator[int]:
    """A part without its end; its message is a dead letter after the last try."""
    with deployed.dead_letters() as minutes, deployed.edited_part(lambda body: body[:-9]):
        deployed.await_dead_letter()
        dead = FAILURE + minutes
        deployed.collector.collect(dead)
        for minute in range(dead, dead + 15):
            deployed.collector.sample_queues(minute)
        yield dead


def _authorised_before(days: float) -> Cause:
    @contextmanager
    def cause(deployed: FailingDeployment) -> Iterator[int]:
        deployed.store_secret(deployed.credentials(days))
        assert deployed.run(FAILURE)["status"] == "complete"
        yield FAILURE

    return cause


@contextmanager
def _exhausted_budget(deployed: FailingDeployment) -> Iterator[int]:
    """On two days, full runs by hand follow the daily one until no calls are left."""
    for minute in (FAILURE, FAILURE + DAY):
        assert deployed.run(minute)["status"] == "complete"
        while deployed.run(minute + 60, refresh="full")["status"] == "complete":
            pass
        if minute == FAILURE:
            deployed.a_day_later()
    yield FAILURE


@contextmanager
def _exhausted_quota(deployed: FailingDeployment) -> Iterator[int]:
    """Spotify does not say when the quota ends."""
    deployed.inject(Fault(Kind.QUOTA, count=None))
    assert deployed.run(FAILURE)["status"] == "partial"
    yield FAILURE


@contextmanager
def _empty_library(deployed: FailingDeployment) -> Iterator[int]:
    deployed.show(-1)
    assert deployed.run(FAILURE)["entries"] == 0
    yield FAILURE


@contextmanager
def _lost_playlist(deployed: FailingDeployment) -> Iterator[int]:
    path = f"/v1/playlists/{_PLAYLIST}.*"
    deployed.inject(Fault(Kind.ERROR_STRING, path=path, status=403, count=None))
    deployed.run(FAILURE, refresh="full")
    yield FAILURE


@contextmanager
def _broken_secret(deployed: FailingDeployment) -> Iterator[int]:
    deployed.store_secret('{"client_id": ')
    assert deployed.run(FAILURE)["status"] == "unconfigured"
    yield FAILURE


@contextmanager
def _invalid_event(deployed: FailingDeployment) -> Iterator[int]:
    try:
        deployed.run(FAILURE, sources={"songs": []})
    except PipelineError:
        deployed.collector.collect(FAILURE)
    yield FAILURE


def _edited_part(old: bytes, new: bytes) -> Cause:
    @contextmanager
    def cause(deployed: FailingDeployment) -> Iterator[int]:
        def edit(body: bytes) -> bytes:
            return gzip.compress(gzip.decompress(body).replace(old, new))

        with deployed.edited_part(edit):
            deployed.collect_next(FAILURE)
            yield FAILURE

    return cause


FAILURES = (
    Failure(
        "a stopped schedule",
        _stopped_schedule,
        frozenset({"stale-daily", "transform-stale"}),
        "make logs ENV=local",
        ("daily has no complete run since",),
        timedelta(days=2),
    ),
    Failure(
        "a poisoned raw part",
        _poisoned_part,
        frozenset({"dead-letters"}),
        "make redrive ENV=local",
        ("1 dead letter in the queue",),
    ),
    Failure(
        "an authorisation of 160 days",
        _authorised_before(days=160),
        frozenset({"authorisation-150-days"}),
        "make auth ENV=local",
        ("the authorisation is 160 days old",),
    ),
    Failure(
        "an authorisation of 175 days",
        _authorised_before(days=175),
        frozenset({"authorisation-150-days", "authorisation-173-days"}),
        "make auth ENV=local",
        ("the authorisation is 175 days old",),
    ),
    Failure(
        "an exhausted daily budget",
        _exhausted_budget,
        frozenset({"daily-calls"}),
        "make check ENV=local",
        ("daily calls are used",),
    ),
    Failure(
        "an exhausted quota",
        _exhausted_quota,
        frozenset({"runs-abandoned"}),
        "run_history",
        ("daily is partial and does not resume",),
    ),
    Failure(
        "an empty library",
        _empty_library,
        frozenset({"entries-daily"}),
        "playlist_overview",
        (),
    ),
    Failure(
        "a playlist that became private",
        _lost_playlist,
        frozenset({"lost-daily"}),
        "became unreadable",
        (),
    ),
    Failure(
        "a broken secret",
        _broken_secret,
        frozenset({"runs-blocked"}),
        "make check ENV=local",
        ("the secret has no usable credentials", "daily ended as unconfigured"),
    ),
    Failure(
        "an event that the function refuses",
        _invalid_event,
        frozenset({"extract-errors"}),
        "make logs ENV=local",
        (),
    ),
    Failure(
        "responses of a new form",
        _edited_part(b'"duration_ms"', b'"length_ms"'),
        frozenset({"fields-lost"}),
        "make logs ENV=local",
        (),
    ),
    Failure(
        "responses that break a rule",
        _edited_part(b'"id":"', b'"id":"-'),
        frozenset({"rejected-rows"}),
        "rejected_by_reason",
        (),
    ),
)
