"""The roles that GitHub Actions assumes."""

from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.decode import decode_str

FILE = Path(__file__).parents[2] / ".github" / "deploy-role.yaml"
HERE = "${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-${Qualifier}"
THERE = "${AWS::AccountId}-${AWS::Region}"


@pytest.fixture(scope="module")
def roles() -> dict[str, dict[str, Any]]:
    """Properties of the roles by logical id."""
    template, _ = decode_str(FILE.read_text())
    assert template
    resources = template["Resources"].items()
    return {n: r["Properties"] for n, r in resources if r["Type"] == "AWS::IAM::Role"}


def test_cfn_lint_accepts_the_template() -> None:
    assert not [str(match) for match in lint(FILE.read_text())]


@pytest.mark.parametrize(
    ("role", "assumed"),
    [
        ("DeployRole", ["deploy-role", "file-publishing-role", "lookup-role"]),
        ("ReadRole", ["lookup-role"]),
    ],
)
def test_a_role_may_assume_roles_of_cdk_bootstrap_only(
    roles: dict[str, dict[str, Any]], role: str, assumed: list[str]
) -> None:
    assert not roles[role].get("ManagedPolicyArns")
    [policy] = roles[role]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRole"
    listed = statement["Resource"]
    assert [r["Fn::Sub"] for r in (listed if isinstance(listed, list) else [listed])] == [
        f"arn:{HERE}-{name}-{THERE}" for name in assumed
    ]


@pytest.mark.parametrize(("role", "suffix"), [("DeployRole", ""), ("ReadRole", "-read")])
def test_only_one_environment_of_the_repository_is_trusted(
    roles: dict[str, dict[str, Any]], role: str, suffix: str
) -> None:
    [statement] = roles[role]["AssumeRolePolicyDocument"]["Statement"]
    issuer = "token.actions.githubusercontent.com"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": {
                "Fn::Sub": f"repo:${{Repository}}:environment:${{Environment}}{suffix}"
            },
        }
    }
