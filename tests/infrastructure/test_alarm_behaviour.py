"""Alarms on sample metrics: none in a healthy month, each on its failure, within its time.

The samples repeat what the functions emit, with values near the limits, and add those of AWS.
"""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from fake_spotify.faults import Fault, Kind
from local.cloudwatch.alarms import LOOK_BACK, Alarm
from local.cloudwatch.samples import Key, Samples
from tests.infrastructure.cloudwatch import alarm_of, promised
from tests.infrastructure.conftest import Templates, resources_of
from tests.infrastructure.emission import Emitted, Functions, functions

DAY = 24 * 60
RUN = 6 * 60 + 2
"""The minute of the day at which the run of 06:00 ends. Its raw parts are transformed then."""
LATE_DAY, LATE_RUN = 15, RUN + 5 * 60
"""One run paused for five hours."""

MONTH = range(2 * DAY, 31 * DAY, 5)
FAILURE = 10 * DAY
AROUND = range(FAILURE - DAY, FAILURE + 5 * DAY, 5)

# The limit of a healthy run's metric (the lower one for a share of entries), and a failure's value.
# A metric of None is not emitted for two days.
NORMAL = {
    "CallsLast24Hours": 600,
    "EntriesOfUsual": 60,
    "MemoryUsed": 80,
    "RowsRejectedShare": 2,
}
FAILURES: dict[str, float | None] = {
    "stale-daily": None,
    "entries-daily": 40,
    "lost-daily": 2,
    "runs-blocked": 1,
    "runs-abandoned": 1,
    "failed-runs": 1,
    "authorisation-150-days": 150.2,
    "authorisation-173-days": 173.2,
    "daily-calls": 640,
    "extract-errors": 3,
    "extract-throttles": 1,
    "extract-duration": 900_000,
    "extract-memory": 90,
    "transform-errors": 1,
    "transform-throttles": 4,
    "transform-duration": 110_000,
    "transform-memory": 97,
    "raw-parts-age": 4000,
    "dead-letters": 1,
    "transform-stale": None,
    "rejected-rows": 12,
    "fields-lost": 1,
}


@pytest.fixture(scope="module")
def alarms(templates: Templates) -> dict[str, Alarm]:
    """The alarms of dev, by name without the environment."""
    found = resources_of(templates, "ingestion", "AWS::CloudWatch::Alarm").values()
    by_name = {alarm.name: alarm for alarm in map(alarm_of, found)}
    assert all(name.startswith("spotify-dev-") for name in by_name)
    return {name.removeprefix("spotify-dev-"): alarm for name, alarm in by_name.items()}


@pytest.fixture(scope="module")
def emitted() -> Emitted:
    """The metrics that both functions emit on a first and a second day."""
    with functions() as deployed:
        first = [*deployed.extract(1), *deployed.transform()]
        return [*first, *deployed.extract(2), *deployed.transform()]


@pytest.fixture(scope="module")
def healthy(emitted: Emitted, alarms: dict[str, Alarm]) -> Samples:
    """A month of daily runs."""
    samples = Samples()
    for day in range(32):
        minute = day * DAY + (LATE_RUN if day == LATE_DAY else RUN)
        for key, value in emitted:
            age = {"GrantAgeDays": 117 + day}
            samples.add(key, minute, (NORMAL | age).get(key[1], value))
        for alarm in alarms.values():
            for minute, value in of_aws(alarm.key, alarm.name):
                samples.add(alarm.key, day * DAY + minute, value)
    return samples


def of_aws(key: Key, name: str) -> Iterator[tuple[int, float]]:
    """Minutes and values in a day: invocations once a day, queues while they are active."""
    if key[0] == "AWS/Lambda":
        duration = 841_000 if "extract" in name else 20_000
        yield RUN, duration if key[1] == "Duration" else 0
    if key[0] == "AWS/SQS":
        for minute in range(RUN, RUN + 6 * 60, 5):
            is_age = key[1] == "ApproximateAgeOfOldestMessage"
            yield minute, 600 if is_age and minute < RUN + 15 else 0


def failing(samples: Samples, alarm: Alarm, value: float | None) -> tuple[Samples, int]:
    """The samples with the alarm's metric at `value`, and the minute when that began.

    One run reports it, or two for the daily calls; queues and throttles stay so for 90 minutes.
    Without a value the metric is missing for two days, which begins with the last data point.
    """
    failed = samples.copy()
    namespace, metric, _ = alarm.key
    began = FAILURE + RUN
    if value is None:
        failed.remove(alarm.key, FAILURE, FAILURE + 2 * DAY)
        return failed, max(minute for minute in failed.values[alarm.key] if minute < FAILURE)
    minutes = [began, began + 1]
    if namespace == "AWS/SQS" or metric == "Throttles":
        minutes = list(range(began, began + 90))
    if metric == "CallsLast24Hours":
        minutes = [began, began + DAY]
    for minute in minutes:
        failed.add(alarm.key, minute, value)
    return failed, began


def raised_after(alarm: Alarm, samples: Samples, began: int) -> int:
    """Minutes from the failure to the alarm."""
    states = alarm.states(samples, AROUND)
    return next(minute for minute, state in states if state == "ALARM" and minute > began) - began


@pytest.mark.parametrize("look_back", [0, LOOK_BACK])
def test_a_healthy_month_raises_no_alarm(
    alarms: dict[str, Alarm], healthy: Samples, look_back: int
) -> None:
    histories = {
        name: [state for _, state in replace(alarm, look_back=look_back).states(healthy, MONTH)]
        for name, alarm in alarms.items()
    }
    assert not {name for name, states in histories.items() if "ALARM" in states}
    assert {states[-1] for states in histories.values()} == {"OK"}


def test_every_alarm_reads_a_metric_that_exists(alarms: dict[str, Alarm], healthy: Samples) -> None:
    """In particular, both functions emit what the alarms read, with the same dimensions."""
    assert not {name for name, alarm in alarms.items() if alarm.key not in healthy.values}


def test_every_alarm_has_a_failure(alarms: dict[str, Alarm]) -> None:
    assert alarms.keys() == FAILURES.keys()


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_raises_its_alarm_in_time(
    alarms: dict[str, Alarm], healthy: Samples, name: str
) -> None:
    alarm = alarms[name]
    samples, began = failing(healthy, alarm, FAILURES[name])
    assert 0 < raised_after(alarm, samples, began) <= promised(alarm)


@pytest.mark.parametrize("name", FAILURES)
def test_an_alarm_ends_with_its_failure(
    alarms: dict[str, Alarm], healthy: Samples, name: str
) -> None:
    samples, _ = failing(healthy, alarms[name], FAILURES[name])
    *_, (_, last) = alarms[name].states(samples, AROUND)
    assert last == "OK"


def test_before_the_first_complete_run_the_schedule_is_stale(alarms: dict[str, Alarm]) -> None:
    states = alarms["stale-daily"].states(Samples(), range(5))
    assert {state for _, state in states} == {"ALARM"}


@pytest.mark.parametrize("calls", [[640, 100, 640], [600] * 3])
def test_one_busy_day_is_no_alarm(
    alarms: dict[str, Alarm], healthy: Samples, calls: list[float]
) -> None:
    alarm, samples = alarms["daily-calls"], healthy.copy()
    for day, value in enumerate(calls):
        samples.add(alarm.key, FAILURE + day * DAY + RUN, value)
    assert {state for _, state in alarm.states(samples, AROUND)} == {"OK"}


def unconfigured(deployed: Functions) -> Emitted:
    deployed.aws.fill_secret(client_id="", client_secret="")
    return deployed.extract(3)


def out_of_quota(deployed: Functions) -> Emitted:
    deployed.fake.faults.add(Fault(Kind.QUOTA))
    return deployed.extract(3)


def authorised_long_ago(deployed: Functions) -> Emitted:
    deployed.authorise(days=160)
    return deployed.extract(3)


def without_durations(deployed: Functions) -> Emitted:
    deployed.extract(3)
    key = deployed.aws.raw_keys()[0]
    lines = gzip.decompress(deployed.aws.read(key)).replace(b'"duration_ms"', b'"length_ms"')
    body = gzip.compress(lines)
    deployed.aws.s3.put_object(Bucket=deployed.aws.bucket, Key=key, Body=body)
    return deployed.transform()


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (unconfigured, "runs-blocked"),
        (out_of_quota, "runs-abandoned"),
        (authorised_long_ago, "authorisation-150-days"),
        (without_durations, "fields-lost"),
    ],
)
def test_what_the_functions_emit_raises_one_alarm(
    alarms: dict[str, Alarm],
    healthy: Samples,
    fault: Callable[[Functions], Emitted],
    raised: str,
) -> None:
    samples = healthy.copy()
    with functions() as deployed:
        for key, value in fault(deployed):
            samples.add(key, FAILURE + RUN, value)
    minutes = range(FAILURE + RUN + 5, FAILURE + RUN + 6)
    states = {name: next(alarm.states(samples, minutes))[1] for name, alarm in alarms.items()}
    assert {name for name, state in states.items() if state == "ALARM"} == {raised}
