"""Storage: the bucket, with one lifecycle rule for each prefix."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline import keys
from stacks.configuration import Configuration
from stacks.constructs.stack import PipelineStack

_ABORT_UPLOADS = cdk.Duration.days(7)


class StorageStack(PipelineStack):
    """Creates `bucket`, which the other stacks use."""

    def __init__(self, scope: Construct, *, configuration: Configuration) -> None:
        super().__init__(scope, "storage", configuration=configuration)
        retention = configuration.retention_days
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            versioned=configuration.versioning,
            removal_policy=cdk.RemovalPolicy(configuration.removal_policy.upper()),
            lifecycle_rules=[
                _clean_up(retention.old_versions),
                _expire(keys.RAW_PREFIX, retention.raw_data),
                _expire(keys.TRANSFORMED_PREFIX, retention.transformed_data),
                _expire(keys.PLANS_PREFIX, retention.plans),
                _expire(keys.RESULTS_PREFIX, retention.athena_results),
            ],
        )
        # The L2 flag `event_bridge_enabled` would add a custom resource.
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )
        cdk.CfnOutput(self, "BucketName", value=self.bucket.bucket_name)


def _clean_up(old_versions: int | None) -> s3.LifecycleRule:
    """Removes incomplete uploads and noncurrent versions, under every prefix."""
    return s3.LifecycleRule(
        id="clean-up",
        abort_incomplete_multipart_upload_after=_ABORT_UPLOADS,
        noncurrent_version_expiration=cdk.Duration.days(old_versions) if old_versions else None,
        expired_object_delete_marker=True if old_versions else None,
    )


def _expire(prefix: str, days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id=f"expire-{prefix.rstrip('/').replace('/', '-')}",
        prefix=prefix,
        expiration=cdk.Duration.days(days),
    )
