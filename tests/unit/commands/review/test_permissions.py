"""Changes that let someone do more, in pairs of templates."""

from typing import Any

import pytest

from commands.review.permissions import widening_changes
from commands.review.values import Resource, Template


def template(**resources: Resource) -> Template:
    return {"Resources": resources}


def statement(action: str | list[str], resource: Any = "arn:data", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> Resource:
    properties = {"PolicyDocument": {"Statement": list(statements)}, "Roles": [{"Ref": "Role"}]}
    return {"Type": "AWS::IAM::Policy", "Properties": properties}


def role(service: str, **properties: Any) -> Resource:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    document = {"AssumeRolePolicyDocument": {"Statement": [trust]}}
    return {"Type": "AWS::IAM::Role", "Properties": document | properties}


def changes(base: Template, head: Template) -> list[tuple[str, str]]:
    return [(h.resource, h.change) for h in widening_changes(base, head)]


def test_an_added_action_widens() -> None:
    base = template(Policy=policy(statement("s3:GetObject")))
    head = template(Policy=policy(statement(["s3:GetObject", "s3:PutObject"])))
    assert changes(base, head) == [("Role", "it may s3:PutObject on arn:data")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (statement("s3:GetObject"), statement("s3:*")),
        (statement("s3:GetObject"), statement("s3:GetObject", "*")),
        (statement("s3:GetObject", Condition={"Bool": {"a": "b"}}), statement("s3:GetObject")),
        (
            statement("s3:GetObject"),
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:data"},
        ),
        (
            statement("s3:GetObject", {"Ref": "Bucket"}),
            statement("s3:GetObject", {"Fn::GetAtt": ["Other", "Arn"]}),
        ),
        (statement("s3:*", Effect="Deny"), statement("s3:PutObject", Effect="Deny")),
    ],
)
def test_a_wider_statement_widens(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert changes(template(Policy=policy(before)), template(Policy=policy(after)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (statement("s3:*"), statement(["s3:GetObject", "s3:putobject"])),
        (statement("s3:GetObject", "arn:*"), statement("s3:GetObject", "arn:data")),
        (statement("s3:GetObject"), statement("s3:GetObject", Condition={"Bool": {"a": "b"}})),
        (statement("s3:GetObject"), statement("s3:GetObject", Sid="Named")),
        (statement("s3:PutObject", Effect="Deny"), statement("s3:*", Effect="Deny")),
    ],
)
def test_a_narrower_statement_does_not(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert not changes(template(Policy=policy(before)), template(Policy=policy(after)))


def test_a_policy_under_another_id_grants_nothing_new() -> None:
    old = policy(statement("s3:GetObject"), statement("s3:PutObject"))
    parts = {"A": policy(statement("s3:GetObject")), "B": policy(statement("s3:PutObject"))}
    assert not changes(template(Policy=old), template(**parts))


def test_a_further_principal_of_a_trust_policy_widens() -> None:
    base = template(Role=role("lambda.amazonaws.com"))
    head = template(Role=role("glue.amazonaws.com"))
    assert changes(base, head) == [("Role", "Service:glue.amazonaws.com may sts:AssumeRole")]


def test_a_managed_policy_and_a_lost_boundary_widen() -> None:
    base = template(Role=role("lambda.amazonaws.com", PermissionsBoundary="arn:limit"))
    head = template(Role=role("lambda.amazonaws.com", ManagedPolicyArns=["arn:admin"]))
    assert changes(base, head) == [
        ("AWS::IAM::Role Role", "ManagedPolicyArns gains arn:admin"),
        ("AWS::IAM::Role Role", "PermissionsBoundary was arn:limit, is unset"),
    ]


def test_a_function_permission_without_its_source_widens() -> None:
    def permission(**properties: str) -> Template:
        common = {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "s3"}
        return template(It={"Type": "AWS::Lambda::Permission", "Properties": common | properties})

    limited = permission(SourceArn="arn:bucket")
    assert changes(limited, permission()) == [("f", "s3 may lambda:InvokeFunction")]
    assert not changes(permission(), limited)


def test_lost_encryption_and_public_access_are_shown() -> None:
    def bucket(**properties: Any) -> Template:
        return template(Bucket={"Type": "AWS::S3::Bucket", "Properties": properties})

    base = bucket(BucketEncryption="kms", PublicAccessBlockConfiguration="all")
    assert [change for _, change in changes(base, bucket())] == [
        "BucketEncryption was kms, is unset",
        "PublicAccessBlockConfiguration was all, is unset",
    ]


def test_a_change_without_permissions_widens_nothing() -> None:
    base = template(Queue={"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}})
    head = template(Queue={"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 2}})
    assert not changes(base, head)
