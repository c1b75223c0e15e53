"""The topic that alarms are sent to, with its subscribers."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.constructs.acceptance import accept

_ACCEPTED = {"Serverless-SNSRedrivePolicy": "The dashboard shows alarms whose e-mail is lost"}


class AlarmTopic(sns.Topic):
    """Only alarms of this account whose name begins with `prefix` may publish, and only over TLS.

    Each address must confirm its subscription. Without a customer-managed key the topic is not
    encrypted: alarms cannot use the key that AWS manages for SNS.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        emails: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id, display_name=prefix, enforce_ssl=True)
        stack = cdk.Stack.of(self)
        alarms = stack.format_arn(
            service="cloudwatch",
            resource="alarm",
            resource_name=f"{prefix}-*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        self.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {"aws:SourceArn": alarms},
                },
            )
        )
        for email in emails:
            subscription = self.add_subscription(subscriptions.EmailSubscription(email))
            accept(subscription, _ACCEPTED)
