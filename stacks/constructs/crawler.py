"""The crawler that registers partitions of the declared tables, and its role."""

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline.keys import TRANSFORMED_PREFIX
from stacks.configuration import Configuration
from stacks.constructs.acceptance import accept, wildcard
from stacks.constructs.arns import glue_arn
from stacks.constructs.encryption import USE_KEY
from stacks.constructs.removal import removal_policy
from stacks.constructs.trust import service_of_this_account

# All crawlers of an account and region log there.
_LOG_GROUP = "/aws-glue/crawlers"

# The managed policy AWSGlueServiceRole, scoped down to a crawler of catalog targets:
# https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSGlueServiceRole.html
_ON_TABLES = [
    "glue:BatchCreatePartition",
    "glue:BatchGetPartition",
    "glue:BatchUpdatePartition",
    "glue:CreatePartition",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
    "glue:UpdatePartition",
    "glue:UpdateTable",
]
_ON_BUCKET = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"]
_ON_LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


class PartitionCrawler(glue.CfnCrawler):
    """Adds partitions and logs schema drift; never changes a column, never removes a partition."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        configuration: Configuration,
        bucket: s3.IBucket,
        key: kms.IKey | None,
        tables: Sequence[str],
    ) -> None:
        self._scope = scope
        self._database = configuration.database_name
        cron = configuration.crawler.cron
        role = self._role(f"{construct_id}Role", bucket, key, tables)
        super().__init__(
            scope,
            construct_id,
            description="Registers partitions for engines that do not project them; logs drift",
            role=role.role_arn,
            targets=glue.CfnCrawler.TargetsProperty(
                catalog_targets=[
                    glue.CfnCrawler.CatalogTargetProperty(
                        database_name=self._database, tables=list(tables)
                    )
                ]
            ),
            schedule=glue.CfnCrawler.ScheduleProperty(schedule_expression=f"cron({cron})")
            if cron
            else None,
            # Catalog targets allow no other delete behavior than LOG.
            schema_change_policy=glue.CfnCrawler.SchemaChangePolicyProperty(
                update_behavior="LOG", delete_behavior="LOG"
            ),
            configuration=json.dumps(
                {
                    "Version": 1.0,
                    "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
                    "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
                }
            ),
        )
        accept(self, {"AwsSolutions-GL1": "Its log names tables and days, and holds no data"})
        if configuration.crawler.owns_log_group:
            log_group = self._log_group(f"{construct_id}Logs", configuration)
            self.node.add_dependency(log_group)

    def _role(
        self, construct_id: str, bucket: s3.IBucket, key: kms.IKey | None, tables: Sequence[str]
    ) -> iam.Role:
        scope = self._scope
        stack = cdk.Stack.of(scope)
        role = iam.Role(
            scope,
            construct_id,
            assumed_by=service_of_this_account(scope, "glue", source="crawler/*"),
        )
        catalog = ["catalog", f"database/{self._database}"]
        catalog += [f"table/{self._database}/{table}" for table in tables]
        log_groups = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{_LOG_GROUP}*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        permissions: list[tuple[list[str], list[str]]] = [
            (_ON_TABLES, [glue_arn(stack, resource) for resource in catalog]),
            (["s3:GetObject"], [bucket.arn_for_objects(f"{TRANSFORMED_PREFIX}*")]),
            (_ON_BUCKET, [bucket.bucket_arn]),
            (_ON_LOGS, [log_groups]),
            # CloudWatch has no resource for metrics.
            (["cloudwatch:PutMetricData"], ["*"]),
        ]
        if key:
            permissions.append((USE_KEY[:1], [key.key_arn]))
        for actions, resources in permissions:
            role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
        accept(
            role,
            {
                wildcard(f"<bucket>/{TRANSFORMED_PREFIX}*"): "A crawler reads every file",
                wildcard(f"logs:log-group:{_LOG_GROUP}*"): "The group, and its streams",
                wildcard("*"): "CloudWatch has no resource for PutMetricData",
            },
        )
        return role

    def _log_group(self, construct_id: str, configuration: Configuration) -> logs.CfnLogGroup:
        group = logs.CfnLogGroup(
            self._scope,
            construct_id,
            log_group_name=_LOG_GROUP,
            retention_in_days=configuration.retention_days.logs,
        )
        group.apply_removal_policy(removal_policy(configuration))
        return group
