"""ARNs that CDK constructs do not provide."""

import aws_cdk as cdk


def glue_arn(stack: cdk.Stack, resource: str) -> str:
    """The ARN of `catalog`, `database/<name>` or `table/<database>/<name>`."""
    return stack.format_arn(
        service="glue", resource=resource, arn_format=cdk.ArnFormat.NO_RESOURCE_NAME
    )
