"""Two weeks of an environment on the emulator, with failures, and the metrics that arrive."""

import json
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fake_spotify.worlds.synthetic import FIRST_DAY
from local.cloudwatch.alarms import State
from local.cloudwatch.collector import Collector, deployed_alarms
from local.cloudwatch.samples import Samples
from local.machine import Machine, Spotify, machine
from local.passing_time import pass_a_day
from local.pipeline import Pipeline
from local.processes import free_port
from local.spotify import CREDENTIALS
from operations.queues import Queue

DAYS = 14
STOPPED, BUSY, EMPTY, POISONED = 5, 7, 10, DAYS - 1
"""Days on which the schedule is stopped, a user starts full runs, the library is empty, and a raw
part is damaged.
"""

_DAILY_CALLS = 40
_AUTHORISED_DAYS = 138
"""Age of the authorisation on the first day."""

_DAY = 24 * 60
_RUN = 6 * 60 + 2
_END = DAYS * _DAY - 8 * 60
_STEP_SECONDS = 0.1


@dataclass(frozen=True)
class Watched:
    """A dashboard as deployed, and what it shows. Minutes count from the beginning of `first`."""

    dashboard: dict[str, Any]
    samples: Samples
    states: dict[str, State]
    first: date = FIRST_DAY
    days: int = DAYS


def watch() -> Watched:
    authorised = datetime.now(UTC) - timedelta(days=_AUTHORISED_DAYS)
    credentials = {**CREDENTIALS, "authorized_at": authorised.isoformat()}
    spotify = Spotify(daily_calls=_DAILY_CALLS, credentials=credentials)
    with (
        tempfile.TemporaryDirectory() as folder,
        machine(Path(folder), free_port(), spotify, nullcontext) as (here, _),
    ):
        return _watch(here)


def _watch(here: Machine) -> Watched:
    collector = Collector(here.deployment)
    for day in range(DAYS):
        if day != STOPPED:
            _run(here, collector, day)
        if day == BUSY:
            _run_until_no_calls_are_left(here, collector, day)
        if day == POISONED:
            _damage_a_part(here, collector, day)
        pass_a_day(here.deployment)
    cloudwatch = here.deployment.client("cloudwatch")
    alarms = deployed_alarms(cloudwatch, "local")
    minutes = range(_RUN + 5, _END, 5)
    states = {
        name: [state for _, state in alarm.states(collector.samples, minutes)][-1]
        for name, alarm in alarms.items()
    }
    body = cloudwatch.get_dashboard(DashboardName="spotify-local")["DashboardBody"]
    return Watched(json.loads(body), collector.samples, states)


def _run(here: Machine, collector: Collector, day: int) -> None:
    """The daily run. Before the first day of the fake's world, the library is empty."""
    assert here.fake
    shown = FIRST_DAY + timedelta(days=-1 if day == EMPTY else day)
    here.fake.show(str(shown))
    pipeline = Pipeline(here.deployment)
    pipeline.extract(str(FIRST_DAY + timedelta(days=day)))
    minute = day * _DAY + _RUN
    collector.sample_queues(minute)
    pipeline.wait()
    collector.collect(minute + 5)


def _run_until_no_calls_are_left(here: Machine, collector: Collector, day: int) -> None:
    [schedule] = here.deployment.configuration.schedules.values()
    pipeline, status, hour = Pipeline(here.deployment), "complete", 8
    while status == "complete":
        time_of_day = f"{FIRST_DAY + timedelta(days=day)}T{hour:02}:00:00Z"
        event = {"time": time_of_day, "schedule": "daily", "refresh": "full"}
        status = pipeline.invoke({**event, "sources": schedule.sources})["status"]
        pipeline.wait()
        collector.collect(day * _DAY + hour * 60)
        hour += 1


def _damage_a_part(here: Machine, collector: Collector, day: int) -> None:
    """A raw part without its end becomes a dead letter, a second after each try."""
    deployment = here.deployment
    sqs, s3 = deployment.client("sqs"), deployment.client("s3")
    url, bucket = deployment.output("QueueUrl"), deployment.output("BucketName")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    key = max(key for key in Pipeline(deployment).raw_keys() if "/run-" not in key)
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=body[:-9])
    dead_letters = Queue(sqs, deployment.output("DeadLetterQueueUrl"))
    while not dead_letters.counts().waiting:
        time.sleep(_STEP_SECONDS)
    began = day * _DAY + _RUN + 60
    collector.collect(began)
    for minute in range(began, _END, 5):
        collector.sample_queues(minute)
