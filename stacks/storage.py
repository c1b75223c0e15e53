"""Storage: the one bucket, with a lifecycle for each of its prefixes."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline import keys
from stacks.configuration import Configuration
from stacks.stack import PipelineStack

_ABORT_UPLOADS = cdk.Duration.days(7)


class StorageStack(PipelineStack):
    """Offers `bucket`."""

    def __init__(self, scope: Construct, *, configuration: Configuration) -> None:
        super().__init__(scope, "storage", configuration=configuration)
        keep = configuration.retention_days
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
                _clean_up(keep.old_versions),
                _expire(keys.RAW_PREFIX, keep.raw_data),
                _expire(keys.TRANSFORMED_PREFIX, keep.transformed_data),
                _expire(keys.PLANS_PREFIX, keep.plans),
                _expire(keys.RESULTS_PREFIX, keep.athena_results),
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


def _clean_up(old_versions: int | None) -> s3.LifecycleRule:
    """What no prefix covers: uploads never finished, versions no longer current."""
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
