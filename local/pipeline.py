"""Operates a deployment: fills the secret, extracts a day, waits for the transform."""

import json
import time
from dataclasses import dataclass
from typing import Any

from operations.athena.query import run_query
from operations.deployment import Deployment
from operations.queues import Queue
from spotify_pipeline.keys import RAW_PREFIX, TRANSFORMED_PREFIX, Part
from spotify_pipeline.s3 import list_keys

_STEP_SECONDS = 0.1
_DRAIN_SECONDS = 300.0

Summary = dict[str, Any]


class PipelineError(Exception):
    """A run or a raw part failed; names it and the log to read."""


@dataclass(frozen=True)
class Entries:
    """Playlist entries of all runs: received, stored and rejected."""

    received: int
    stored: int
    rejected: int


class Pipeline:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._bucket = deployment.output("BucketName")
        self._s3 = deployment.client("s3")
        sqs = deployment.client("sqs")
        self._queue = Queue(sqs, deployment.output("QueueUrl"))
        self._dead_letters = Queue(sqs, deployment.output("DeadLetterQueueUrl"))

    def store_credentials(self, credentials: dict[str, str]) -> None:
        self._deployment.client("secretsmanager").put_secret_value(
            SecretId=self._deployment.output("SpotifySecretArn"),
            SecretString=json.dumps(credentials),
        )

    def extract(self, day: str, sources: dict[str, Any] | None = None) -> list[Summary]:
        """Run every enabled schedule for 06:00 UTC of a day; `sources` replace its own.

        Raises PipelineError.
        """
        time = f"{day}T06:00:00Z"
        return [
            self.invoke({"time": time, "schedule": name, "sources": sources or schedule.sources})
            for name, schedule in self._deployment.configuration.schedules.items()
            if schedule.enabled
        ]

    def invoke(self, event: dict[str, Any]) -> Summary:
        """Invoke the extract function. Raises PipelineError with its message."""
        response = self._deployment.client("lambda").invoke(
            FunctionName=self._deployment.output("ExtractFunctionName"),
            Payload=json.dumps(event).encode(),
        )
        result: Summary = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise PipelineError(
                f"The extract function failed: {result.get('errorMessage', result)}"
            )
        return result

    def wait(self) -> None:
        """Wait until every raw part is transformed. Raises PipelineError on a dead letter."""
        deadline = time.monotonic() + _DRAIN_SECONDS
        while not self._drained():
            if dead := self._dead_letters.counts().total:
                raise PipelineError(f"{dead} raw parts are in the dead-letter queue")
            if time.monotonic() > deadline:
                raise PipelineError(
                    "The transform function does not keep up; see the emulator's log"
                )
            time.sleep(_STEP_SECONDS)

    def entries(self) -> Entries:
        """Count the entries that run records, `playlist_items` and `rejected` report."""
        counts = run_query(
            self._deployment,
            "select"
            " (select coalesce(sum(entries), 0) from runs_latest) as received,"
            " (select count(*) from playlist_items) as stored,"
            " (select count(*) from rejected where table_name = 'playlist_items') as rejected",
        )
        return Entries(*(int(value or 0) for value in counts.rows[0]))

    def raw_keys(self) -> list[str]:
        return list(list_keys(self._s3, self._bucket, RAW_PREFIX))

    def _drained(self) -> bool:
        """Check that each raw part has a Parquet file and the queue is empty."""
        keys = list_keys(self._s3, self._bucket, TRANSFORMED_PREFIX)
        written = {key.rsplit("/", 1)[1] for key in keys}
        if not all(part.file_name in written for part in Part.from_raw_keys(self.raw_keys())):
            return False
        return self._queue.counts().total == 0
