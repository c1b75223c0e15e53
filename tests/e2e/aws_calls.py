"""AWS calls that a deployment made, and the permissions that its functions have."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from local.deployment import ROOT
from operations.deployment import Deployment

RECORDING_GATEWAY = "tests.e2e.recording_gateway"
OPERATOR = "operator"

_POLLING = "Lambda polls the queue with the function's role"
_CDK = "granted by CDK with the permissions that Lambda needs on the queue"
_LOGS = "Lambda writes the log with the function's role"

REASONS: dict[tuple[str, str], str] = {
    ("extract", "iam:PassRole"): "checked by CreateSchedule; it is no call",
    ("extract", "logs:CreateLogStream"): _LOGS,
    ("extract", "logs:PutLogEvents"): _LOGS,
    ("extract", "scheduler:GetSchedule"): "only if another attempt made the entry: test_resume",
    ("extract", "secretsmanager:PutSecretValue"): "Spotify may rotate the refresh token: test_auth",
    ("extract", "sqs:GetQueueAttributes"): _CDK,
    ("extract", "sqs:GetQueueUrl"): _CDK,
    ("extract", "sqs:SendMessage"): "Lambda sends failed runs with the function's role",
    ("transform", "logs:CreateLogStream"): _LOGS,
    ("transform", "logs:PutLogEvents"): _LOGS,
    ("transform", "s3:ListBucket"): "S3 responds 404, not 403, for a missing object only with it",
    ("transform", "sqs:ChangeMessageVisibility"): _CDK,
    ("transform", "sqs:DeleteMessage"): _POLLING,
    ("transform", "sqs:GetQueueAttributes"): _POLLING,
    ("transform", "sqs:GetQueueUrl"): _CDK,
    ("transform", "sqs:ReceiveMessage"): _POLLING,
}
"""Why a function may do what it does not call in these tests, by function and action."""


EMULATION = {"sqs:GetQueueUrl", "sqs:ListQueues"}
"""Calls of local.move_tasks, in place of SQS's message move tasks."""


@dataclass(frozen=True, order=True)
class Permission:
    """A call that was made, or one that is allowed; then `resource` is a pattern."""

    action: str
    resource: str

    def allows(self, call: "Permission") -> bool:
        """The emulator resolves the ARN of a secret to its name."""
        pattern = self.resource if self.resource.startswith("arn:") else f"*:{self.resource}*"
        return self.action == call.action and fnmatchcase(call.resource, pattern)


def calls(folder: Path, caller: str) -> set[Permission]:
    """The calls that a caller has made so far; `folder` is the machine's."""
    lines = (folder / "tmp" / "calls.jsonl").read_text().splitlines()
    made = [call for call in map(json.loads, lines) if call["caller"] == caller]
    return {Permission(_authorized_as(call["action"]), call["resource"]) for call in made}


def permissions(deployment: Deployment, function: str) -> set[Permission]:
    """All that the policies of a function's role allow, as CloudFormation resolved them."""
    described = deployment.client("lambda").get_function_configuration(FunctionName=function)
    role = described["Role"].rpartition("/")[2]
    iam = deployment.client("iam")
    documents = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    ]
    return {
        Permission(action, resource)
        for document in documents
        for statement in document["Statement"]
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def missing(made: set[Permission], allowed: set[Permission]) -> list[Permission]:
    return sorted(call for call in made if not any(one.allows(call) for one in allowed))


def unused(made: set[Permission], allowed: set[Permission]) -> set[str]:
    """The actions that are allowed on a resource on which no call was made."""
    return {one.action for one in allowed if not any(one.allows(call) for call in made)}


def reasons(function: str, allowed: set[Permission]) -> set[str]:
    """The allowed actions of a function that have a reason."""
    return {action for owner, action in REASONS if owner == function} & {
        one.action for one in allowed
    }


def documented() -> set[str]:
    """The actions that docs/commands.md tells operators to have."""
    text = (ROOT / "docs" / "commands.md").read_text().partition("\n## Permissions\n")[2]
    return set(re.findall(r"`([a-z0-9]+:[A-Z]\w+)`", text))


@contextmanager
def as_operator() -> Iterator[None]:
    """Clients that are created meanwhile name themselves `operator`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_SDK_UA_APP_ID", OPERATOR)
        yield


def _authorized_as(action: str) -> str:
    """IAM has no actions for SQS's batches (Amazon SQS Developer Guide, "API permissions")."""
    return action.removesuffix("Batch") if action.startswith("sqs:") else action


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
