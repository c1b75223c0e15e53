"""Storage: the bucket, with one lifecycle rule for each prefix, and the key if there is one."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline import keys
from stacks.configuration import EXAMPLE_ACCOUNT, Configuration
from stacks.constructs.acceptance import accept
from stacks.constructs.encryption import PipelineKey
from stacks.constructs.removal import removal_policy
from stacks.constructs.stack import PipelineStack

_ABORT_UPLOADS = cdk.Duration.days(7)


class StorageStack(PipelineStack):
    """Creates `bucket`, and `key` if it is configured, which the other stacks use."""

    def __init__(self, scope: Construct, *, configuration: Configuration) -> None:
        super().__init__(scope, "storage", configuration=configuration)
        self._configuration = configuration
        if configuration.account == EXAMPLE_ACCOUNT:
            cdk.Annotations.of(self).add_info(
                f"account {EXAMPLE_ACCOUNT} is AWS's example account: replace it in "
                f"config/{configuration.environment}.toml before you deploy"
            )
        self.key = None
        if configuration.security.customer_managed_key:
            self.key = PipelineKey(self, "Key", configuration=configuration)
        self.bucket = self._bucket()
        # The L2 flag `event_bridge_enabled` would add a custom resource.
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )
        cdk.CfnOutput(self, "BucketName", value=self.bucket.bucket_name)

    def _bucket(self) -> s3.Bucket:
        retention = self._configuration.retention_days
        access_logs = self._access_logs() if self._configuration.security.access_logs else None
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS if self.key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=self.key,
            # One data key serves many objects: fewer requests to KMS.
            bucket_key_enabled=True if self.key else None,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            server_access_logs_bucket=access_logs,
            versioned=self._configuration.versioning,
            removal_policy=removal_policy(self._configuration),
            lifecycle_rules=[
                _clean_up(retention.old_versions),
                _expire(keys.RAW_PREFIX, retention.raw_data),
                _expire(keys.TRANSFORMED_PREFIX, retention.transformed_data),
                _expire(keys.PLANS_PREFIX, retention.plans),
                _expire(keys.DAMAGED_PREFIX, retention.damaged_state),
                _expire(keys.RESULTS_PREFIX, retention.athena_results),
            ],
        )
        if not access_logs:
            reason = "Access logs cost money and are off by default: security.access_logs"
            accept(bucket, {"AwsSolutions-S1": reason})
        return bucket

    def _access_logs(self) -> s3.Bucket:
        """The bucket for access logs, which S3 delivers only with its own encryption keys.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        """
        return s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            removal_policy=removal_policy(self._configuration),
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(self._configuration.retention_days.logs),
                    abort_incomplete_multipart_upload_after=_ABORT_UPLOADS,
                )
            ],
        )


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
