"""Storage: the one bucket, with a lifecycle for each of its prefixes."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline import layout
from stacks.configuration import Configuration

_ABORT_UPLOADS = cdk.Duration.days(7)


class StorageStack(cdk.Stack):
    """Offers `bucket`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        configuration: Configuration,
        env: cdk.Environment,
    ) -> None:
        super().__init__(scope, construct_id, env=env, description="Spotify pipeline: storage")
        keep = configuration.retention_days
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            removal_policy=cdk.RemovalPolicy(configuration.removal_policy.upper()),
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=_ABORT_UPLOADS),
                _expire(layout.RAW_PREFIX, keep.raw_data),
                _expire(layout.TRANSFORMED_PREFIX, keep.transformed_data),
                _expire(layout.STATE_PREFIX, keep.state),
                _expire(layout.RESULTS_PREFIX, keep.athena_results),
            ],
        )
        # The L1 property; the L2 flag `event_bridge_enabled` brings a custom resource.
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )
        cdk.CfnOutput(self, "BucketName", value=self.bucket.bucket_name)


def _expire(prefix: str, days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id=f"expire-{prefix.rstrip('/')}", prefix=prefix, expiration=cdk.Duration.days(days)
    )
