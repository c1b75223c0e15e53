"""Roles and policies of all environments: who may assume them, and how far they reach."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from stacks.account_sections import Security
from stacks.configuration import load
from tests.infrastructure.conftest import Templates, configurations, synthesize, templates_of
from tests.infrastructure.policies import all_statements, listed, resource_types, text_of

# Lambda has none here: functions get their names after their roles exist.
_WITH_SOURCE_ARN = {"glue.amazonaws.com", "scheduler.amazonaws.com"}


def test_a_service_assumes_a_role_for_this_account_only(
    all_templates: dict[str, Templates],
) -> None:
    for environment, configuration in configurations().items():
        account = configuration.account or "${AccountId}"
        for name, role in _roles(all_templates[environment]):
            [statement] = role["AssumeRolePolicyDocument"]["Statement"]
            source = statement["Condition"]["StringEquals"]["aws:SourceAccount"]
            assert text_of(source) == account, (environment, name)


def test_a_service_assumes_a_role_for_its_kind_of_resource_only(
    all_templates: dict[str, Templates],
) -> None:
    found = set()
    for templates in all_templates.values():
        for name, role in _roles(templates):
            [statement] = role["AssumeRolePolicyDocument"]["Statement"]
            service = statement["Principal"]["Service"]
            keys = {key for operator in statement["Condition"].values() for key in operator}
            assert ("aws:SourceArn" in keys) == (service in _WITH_SOURCE_ARN), name
            found.add(service)
    assert found == _WITH_SOURCE_ARN | {"lambda.amazonaws.com"}


def test_no_policy_has_a_needless_wildcard(all_templates: dict[str, Templates]) -> None:
    """`*` is the resource of those actions only that AWS cannot limit to one."""
    for templates in all_templates.values():
        for name, statement in all_statements(templates):
            actions, resources = listed(statement["Action"]), listed(statement["Resource"])
            assert not [action for action in actions if "*" in action], name
            limited = [action for action in actions if _has_resource(action)]
            assert not limited if resources == ["*"] else limited == actions, (name, statement)


def test_no_role_has_a_managed_policy(all_templates: dict[str, Templates]) -> None:
    for templates in all_templates.values():
        assert not [name for name, role in _roles(templates) if role.get("ManagedPolicyArns")]


def test_all_roles_have_the_configured_boundary(all_templates: dict[str, Templates]) -> None:
    for environment, templates in all_templates.items():
        boundaries = {
            text_of(role["PermissionsBoundary"]) if "PermissionsBoundary" in role else None
            for _, role in _roles(templates)
        }
        expected = {"arn:${Partition}:iam::${AccountId}:policy/Boundary"}
        assert boundaries == (expected if environment == "every option" else {None})


def test_a_boundary_may_belong_to_another_account(tmp_path: Path) -> None:
    boundary = "arn:aws:iam::123456789012:policy/teams/Boundary"
    dev = msgspec.structs.replace(load("dev", {}), security=Security(permissions_boundary=boundary))
    templates = templates_of(synthesize(dev, tmp_path))
    assert {role["PermissionsBoundary"] for _, role in _roles(templates)} == {boundary}


def _roles(templates: Templates) -> Iterator[tuple[str, dict[str, Any]]]:
    for template in templates.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::IAM::Role":
                yield name, resource["Properties"]


def _has_resource(action: str) -> bool:
    # Metrics have no ARN; the reference lists one for datasets of metrics.
    return action != "cloudwatch:PutMetricData" and bool(resource_types(action))
