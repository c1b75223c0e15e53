"""A deployment that works for three days, and the ways to make it fail on the fourth."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import requests

from fake_spotify.faults import Fault
from fake_spotify.worlds.synthetic import FIRST_DAY
from local.cloudwatch.alarms import Alarm
from local.cloudwatch.collector import Collector, deployed_alarms
from local.cloudwatch.samples import Samples
from local.machine import Machine
from local.passing_time import pass_a_day
from local.pipeline import Pipeline, Summary
from local.spotify import CREDENTIALS
from operations.queues import Queue

DAY = 24 * 60
HEALTHY_DAYS = 3
RUN = 6 * 60 + 2
"""The minute of the day at which the metrics of the run of 06:00 arrive."""
FAILURE = HEALTHY_DAYS * DAY + RUN
"""The minute of the failure, counted from the beginning of the first day."""

Edit = Callable[[bytes], bytes]
"""Changes the body of a raw part."""

_AUTHORISED_DAYS = 100
_LATEST_SECONDS = 60.0


@dataclass
class FailingDeployment:
    machine: Machine
    collector: Collector
    alarms: dict[str, Alarm]
    healthy: Samples
    runs: int = 0
    last_status: str = ""

    @classmethod
    def after_healthy_days(cls, machine: Machine) -> "FailingDeployment":
        collector = Collector(machine.deployment)
        alarms = deployed_alarms(machine.deployment.client("cloudwatch"), "local")
        found = cls(machine, collector, alarms, collector.samples)
        found.store_secret(found.credentials(_AUTHORISED_DAYS))
        for day in range(HEALTHY_DAYS):
            found.show(day)
            found.run(day * DAY + RUN)
            found.a_day_later()
        found.show(HEALTHY_DAYS)
        return found

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Collect from the healthy samples on; at the end repair what may have failed."""
        self.collector.samples = self.healthy.copy()
        try:
            yield
        finally:
            self.store_secret(self.credentials(_AUTHORISED_DAYS))
            self.inject()
            self.show(HEALTHY_DAYS)
            self.a_day_later()
            if self.last_status != "complete":
                self.run(FAILURE)

    def a_day_later(self) -> None:
        pass_a_day(self.machine.deployment)

    @property
    def today(self) -> datetime:
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def run(self, minute: int, **event: Any) -> Summary:
        """Run the schedule; its metrics and those of the transform arrive in that minute.

        Its own time is on a healthy day or today, and later than that of the run before.
        """
        self.runs += 1
        day = min(minute // DAY, HEALTHY_DAYS) - HEALTHY_DAYS
        started = self.today + timedelta(days=day, hours=6, minutes=self.runs)
        pipeline = Pipeline(self.machine.deployment)
        [schedule] = self.machine.deployment.configuration.schedules.values()
        summary = pipeline.invoke(
            {
                "time": f"{started:%Y-%m-%dT%H:%M:%SZ}",
                "schedule": "daily",
                "sources": schedule.sources,
                **event,
            }
        )
        pipeline.wait()
        self.collector.collect(minute)
        self.last_status = summary["status"]
        return summary

    def show(self, day: int) -> None:
        """Show the library of a day of the fake's world. Before its first, it is empty."""
        assert self.machine.fake
        self.machine.fake.show(str(FIRST_DAY + timedelta(days=day)))

    def inject(self, *faults: Fault) -> None:
        """Replace the faults of the fake Spotify."""
        assert self.machine.fake
        url = f"{self.machine.fake.url}fake/faults"
        requests.put(url, json=msgspec.to_builtins(faults), timeout=5).raise_for_status()

    def credentials(self, days: float) -> str:
        """The secret's text, with an authorisation of that age."""
        authorised = datetime.now(UTC) - timedelta(days=days)
        return json.dumps({**CREDENTIALS, "authorized_at": authorised.isoformat()})

    def store_secret(self, text: str) -> None:
        self.machine.deployment.client("secretsmanager").put_secret_value(
            SecretId=self.machine.deployment.output("SpotifySecretArn"), SecretString=text
        )

    def collect_next(self, minute: int) -> None:
        """Collect once the next invocation has ended."""
        self._until(lambda: self.collector.collect(minute) > 0)

    @contextmanager
    def edited_part(self, edit: Edit) -> Iterator[None]:
        """A raw part as `edit` leaves it; at the end it is whole again, and transformed."""
        deployment = self.machine.deployment
        s3, bucket = deployment.client("s3"), deployment.output("BucketName")
        key = next(key for key in Pipeline(deployment).raw_keys() if "/run-" not in key)
        whole = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=bucket, Key=key, Body=edit(whole))
        try:
            yield
        finally:
            s3.put_object(Bucket=bucket, Key=key, Body=whole)
            self.collect_next(FAILURE)

    @contextmanager
    def dead_letters(self) -> Iterator[int]:
        """Try messages again after a second, and remove dead letters at the end.

        Yields the minutes that all tries take as deployed.
        """
        sqs, url = self.machine.deployment.client("sqs"), self.machine.deployment.output("QueueUrl")
        names = ["VisibilityTimeout", "RedrivePolicy"]
        usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        seconds, tries = usual["VisibilityTimeout"], json.loads(usual["RedrivePolicy"])
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
        try:
            yield tries["maxReceiveCount"] * int(seconds) // 60
        finally:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": seconds})
            sqs.purge_queue(QueueUrl=self.machine.deployment.output("DeadLetterQueueUrl"))

    def await_dead_letter(self) -> None:
        sqs, url = self.machine.deployment.client("sqs"), "DeadLetterQueueUrl"
        queue = Queue(sqs, self.machine.deployment.output(url))
        self._until(lambda: queue.counts().waiting > 0)

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _LATEST_SECONDS
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.1)
