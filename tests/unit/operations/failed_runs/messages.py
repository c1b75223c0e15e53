"""Messages of the queue of failed runs, as Lambda and EventBridge Scheduler send them."""

import json
from typing import Any

EVENT: dict[str, Any] = {
    "time": "2026-03-01T06:00:00Z",
    "schedule": "daily",
    "sources": {"my_playlists": True},
}
TEMPLATE = {**EVENT, "time": "<aws.scheduler.scheduled-time>"}
ERROR = {"errorType": "RuntimeError", "errorMessage": "Disk full", "stackTrace": ["…"]}
SCHEDULER = {
    "ERROR_CODE": "AccessDeniedException",
    "ERROR_MESSAGE": "not authorized",
    "EXECUTION_ID": "d32c5kddcf5bb8c3",
    "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
    "IS_PAYLOAD_TRUNCATED": "false",
    "RETRY_ATTEMPTS": "185",
    "SCHEDULED_TIME": "2026-03-01T06:00:00Z",
    "SCHEDULE_ARN": "arn:aws:scheduler:us-east-1:123456789012:schedule/spotify-dev/daily",
    "TARGET_ARN": "arn:aws:lambda:us-east-1:123456789012:function:extract",
}


def failed(
    event: Any, error: Any = ERROR, condition: str = "RetriesExhausted", **more: Any
) -> dict[str, Any]:
    """The message of an invocation that failed."""
    record = {
        "version": "1.0",
        "timestamp": "2026-03-01T06:05:00.000Z",
        "requestContext": {"requestId": "1", "condition": condition, "approximateInvokeCount": 3},
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": error,
        **more,
    }
    return {"MessageBody": json.dumps(record)}


def undelivered(body: Any, **changes: str) -> dict[str, Any]:
    """The message of an event that Scheduler could not deliver."""
    attributes = {
        name: {"DataType": "String", "StringValue": value}
        for name, value in {**SCHEDULER, **changes}.items()
    }
    text = body if isinstance(body, str) else json.dumps(body)
    return {"MessageBody": text, "MessageAttributes": attributes}
