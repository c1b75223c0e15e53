"""The gateway of the emulator, which also records each AWS call as IAM authorizes it.

Runs in the emulator's own Python environment, as local.gateway does. Appends a line of JSON to
`calls.jsonl` in TMPDIR for each call: caller, action, resource. The callers of the functions are
`extract` and `transform`; other clients name themselves by AWS_SDK_UA_APP_ID.
"""

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from ministack import app as ministack
from ministack.core import lambda_runtime
from ministack.core.iam_actions import extract_iam_action, extract_resource_arn

from local.gateway.__main__ import main
from local.gateway.asgi import Application, Message, Receive, Send

FILE = "calls.jsonl"

_SCOPE = re.compile(r"Credential=(\d{12})/\d+/([\w-]+)/([\w-]+)/aws4_request")
_CALLER = re.compile(r"\bapp/(\w+)")


class RecordingApplication:
    def __init__(self, application: Application, path: Path) -> None:
        self._application = application
        self._path = path

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        body = b"".join(message.get("body", b"") for message in messages)
        if call := _call(scope, body):
            with self._path.open("a") as file:
                file.write(json.dumps(call) + "\n")

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._application(scope, again, send)


def _call(scope: Message, body: bytes) -> dict[str, str | None] | None:
    """The call, or None for a request without a signature."""
    headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}
    signed = _SCOPE.search(headers.get("authorization", ""))
    if signed is None:
        return None
    account, region, service = signed.groups()
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(scope["query_string"].decode(), keep_blank_values=True):
        query.setdefault(name, []).append(value)
    request = (service, scope["method"], scope["path"], headers, body, query)
    caller = _CALLER.search(headers.get("user-agent", ""))
    resource = extract_resource_arn(*request, region, account)
    if service == "scheduler":
        resource = _in_group(resource, body, query)
    return {
        "caller": caller[1] if caller else None,
        "action": extract_iam_action(*request),
        "resource": resource,
    }


def _in_group(schedule: str, body: bytes, query: dict[str, list[str]]) -> str:
    """The schedule's ARN in its group, which MiniStack takes for the default one."""
    group = json.loads(body or b"{}").get("GroupName") or query.get("groupName", ["default"])[0]
    return schedule.replace(":schedule/default/", f":schedule/{group}/")


def _name_functions() -> None:
    """Give each function's worker an application id, which its clients send as user agent."""
    usual = lambda_runtime.execution_credentials

    def with_name(config: dict[str, Any]) -> dict[str, str]:
        name = config["Handler"].split(".")[1]
        return {**usual(config), "AWS_SDK_UA_APP_ID": name}

    lambda_runtime.execution_credentials = with_name


if __name__ == "__main__":
    _name_functions()
    ministack.app = RecordingApplication(ministack.app, Path(os.environ["TMPDIR"]) / FILE)
    main()
