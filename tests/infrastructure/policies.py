"""IAM policies in synthesized templates."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from tests.infrastructure.conftest import Templates

Statement = dict[str, Any]

BUCKET = "${PublishOutputFnGetAttBucket83908E77Arn0F129B3B}"
"""The bucket's ARN in stacks other than storage."""


def statements_by_role(templates: Templates, stack: str) -> dict[str, list[Statement]]:
    """Policy statements by the logical id of their role."""
    found: dict[str, list[Statement]] = {}
    for resource in templates[stack]["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy":
            [role] = [reference["Ref"] for reference in resource["Properties"]["Roles"]]
            found[role] = resource["Properties"]["PolicyDocument"]["Statement"]
    return found


def all_statements(templates: Templates) -> Iterator[tuple[str, Statement]]:
    """Every statement of an inline or managed policy, with the policy's logical id."""
    for template in templates.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                    yield name, statement


def actions_of(statements: list[Statement]) -> set[str]:
    return {action for statement in statements for action in listed(statement["Action"])}


def listed(value: Any) -> list[Any]:
    """IAM writes a list of one as its only element."""
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """A value with intrinsic functions as text: `${Region}`, `${Bucket83908E77.Arn}`."""
    if isinstance(value, str):
        return value
    [(function, argument)] = value.items()
    if function == "Fn::Join":
        separator, parts = argument
        return str(separator).join(text_of(part) for part in parts)
    if function == "Fn::GetAtt":
        return f"${{{'.'.join(argument)}}}"
    if function == "Fn::GetStackOutput":
        return f"${{{argument['OutputName']}}}"
    return f"${{{argument.removeprefix('AWS::')}}}"


def allows(statements: list[Statement], action: str, resource: str) -> bool:
    """True if a statement allows an action on a resource, given as the end of its ARN."""
    return any(
        action in listed(statement["Action"])
        and any(_covers(text_of(pattern), resource) for pattern in listed(statement["Resource"]))
        for statement in statements
    )


def _covers(pattern: str, resource: str) -> bool:
    return pattern == "*" or fnmatchcase(resource, re.sub(r"^arn:.*?:.*?:.*?:.*?:", "", pattern))


@cache
def _authorization() -> dict[str, Any]:
    """The service authorization reference of AWS, as cfn-lint contains it."""
    path = files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def resource_types(action: str) -> list[str]:
    """The kinds of resources that an action can be limited to. Raises KeyError if AWS has none."""
    service, name = action.split(":")
    types: list[str] = _authorization()[service]["Actions"][name.lower()].get("Resources", [])
    return types
