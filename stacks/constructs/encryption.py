"""The customer-managed key of an environment, and its use by the resources of a stack."""

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from stacks.configuration import Configuration
from stacks.constructs.removal import removal_policy

USE_KEY = ["kms:Decrypt", "kms:GenerateDataKey"]
"""Permissions to read and write what the key encrypts: in S3, SQS, SNS and Secrets Manager."""


class PipelineKey(kms.Key):
    """The key, with the permissions of those services that use it under their own name.

    Principals of the account get theirs from IAM, as the default statement of the policy allows.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, configuration: Configuration
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            alias=f"spotify-{configuration.environment}",
            description=f"Spotify pipeline: data of the environment {configuration.environment}",
            enable_key_rotation=True,
            removal_policy=removal_policy(configuration),
        )
        stack = cdk.Stack.of(self)
        log_groups = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name="*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        self._allow(
            f"logs.{stack.region}.amazonaws.com",
            [
                "kms:Encrypt*",
                "kms:Decrypt*",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:Describe*",
            ],
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
        )
        # EventBridge rules and CloudWatch alarms send to encrypted queues and topics. AWS
        # documents these statements without conditions; the policies of the queues and topics
        # say which rules and alarms may send.
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        for service in ("events", "cloudwatch"):
            self._allow(f"{service}.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"])
        if configuration.athena.managed_results:
            self._allow_results(configuration.workgroup_name)

    def _allow_results(self, workgroup: str) -> None:
        """Let Athena encrypt and decrypt the results that it keeps for the workgroup.

        https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
        """
        stack = cdk.Stack.of(self)
        arn = stack.format_arn(service="athena", resource="workgroup", resource_name=workgroup)
        self._allow(
            "encryption.athena.amazonaws.com",
            ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
            {
                "ArnLike": {"kms:EncryptionContext:aws:athena:arn": arn, "aws:SourceArn": arn},
                "StringEquals": {"aws:SourceAccount": stack.account},
            },
        )

    def _allow(
        self, service: str, actions: list[str], conditions: dict[str, object] | None = None
    ) -> None:
        self.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service)],
                actions=actions,
                resources=["*"],
                conditions=conditions,
            )
        )


@jsii.implements(cdk.IAspect)
class EncryptWith:
    """Makes every queue, topic, secret and log group below a construct use the key.

    Grants nothing: each role gets `USE_KEY` where it gets its other permissions.
    """

    def __init__(self, key: kms.IKey) -> None:
        self._key = key

    def visit(self, node: IConstruct) -> None:
        arn = self._key.key_arn
        if isinstance(node, sqs.CfnQueue):
            node.kms_master_key_id = arn
            node.sqs_managed_sse_enabled = False
        elif isinstance(node, sns.CfnTopic):
            node.kms_master_key_id = arn
        elif isinstance(node, secretsmanager.CfnSecret | logs.CfnLogGroup):
            node.kms_key_id = arn
