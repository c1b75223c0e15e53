"""Redrive of failed runs: the extract function is invoked again with the same event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.dead_letters import held_messages
from operations.failed_runs.letters import FailedRun, read_failed_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from operations.deployment import Deployment


def redrive_runs(deployment: Deployment) -> Iterator[tuple[FailedRun, str | None]]:
    """Start each failed run again; yields it with the fault if it could not be started.

    Runs start asynchronously, so one that fails again returns to the queue. The others leave it.
    Several messages of one run start it once.
    """
    sqs, functions = deployment.client("sqs"), deployment.client("lambda")
    url = deployment.output("FailedRunsQueueUrl")
    function = deployment.output("ExtractFunctionName")
    started: set[str] = set()
    with held_messages(sqs, url) as messages:
        for message in messages:
            run = read_failed_run(message)
            fault = None if run.name in started else _start(functions, function, run)
            if fault is None:
                started.add(run.name)
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield run, fault


def _start(functions: Any, function: str, run: FailedRun) -> str | None:
    """Invoke the function; return the fault if that is impossible."""
    if run.event is None:
        return run.reason
    try:
        functions.invoke(
            FunctionName=function, InvocationType="Event", Payload=json.dumps(run.event).encode()
        )
    except (BotoCoreError, ClientError) as error:
        return str(error)
    return None
