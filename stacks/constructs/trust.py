"""Trust policies of roles that AWS services assume."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct


def service_of_this_account(
    scope: Construct, service: str, *, source: str | None = None
) -> iam.IPrincipal:
    """`<service>.amazonaws.com`, on behalf of this account only (no confused deputy).

    `source` limits it to a kind of resource, such as `crawler/*`. Lambda has none here: its
    functions get their names from CloudFormation after their roles exist.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    stack = cdk.Stack.of(scope)
    conditions: dict[str, object] = {"StringEquals": {"aws:SourceAccount": stack.account}}
    if source:
        resource = stack.format_arn(
            service=service, resource=source, arn_format=cdk.ArnFormat.NO_RESOURCE_NAME
        )
        conditions["ArnLike"] = {"aws:SourceArn": resource}
    return iam.ServicePrincipal(f"{service}.amazonaws.com").with_conditions(conditions)
