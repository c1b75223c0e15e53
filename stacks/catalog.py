"""Catalog: the Glue database, its tables and a crawler that registers partitions."""

import json

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline.keys import TRANSFORMED_PREFIX
from spotify_pipeline.schema import Column, Table
from spotify_pipeline.tables import PARTITION_KEY, TABLES
from stacks.configuration import Configuration
from stacks.constructs.arns import glue_arn
from stacks.constructs.names import camel
from stacks.constructs.stack import PipelineStack

_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


class CatalogStack(PipelineStack):
    """Creates `database`, which the analytics stack uses."""

    def __init__(
        self,
        scope: Construct,
        *,
        configuration: Configuration,
        bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, "catalog", configuration=configuration)
        self._history_from = configuration.history_from.isoformat()
        self._bucket = bucket
        self.database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=self.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=configuration.database_name,
                description="Playlists, tracks, albums and artists as Spotify gave them",
            ),
        )
        tables = [self._table(table) for table in TABLES]
        crawler = self._crawler(configuration, tables)
        cdk.CfnOutput(self, "DatabaseName", value=self.database.ref)
        cdk.CfnOutput(self, "CrawlerName", value=crawler.ref)

    def _table(self, table: Table) -> glue.CfnTable:
        """A table with partition projection: Athena can query a new file at once."""
        location = f"s3://{self._bucket.bucket_name}/{TRANSFORMED_PREFIX}{table.name}"
        day = PARTITION_KEY.name
        return glue.CfnTable(
            self,
            f"Table{camel(table.name)}",
            catalog_id=self.account,
            database_name=self.database.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name=table.name,
                description=table.description,
                table_type="EXTERNAL_TABLE",
                partition_keys=[_column(PARTITION_KEY)],
                parameters={
                    "classification": "parquet",
                    "projection.enabled": "true",
                    f"projection.{day}.type": "date",
                    f"projection.{day}.format": "yyyy-MM-dd",
                    f"projection.{day}.range": f"{self._history_from},NOW",
                    "storage.location.template": f"{location}/{day}=${{{day}}}",
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[_column(column) for column in table.columns],
                    location=f"{location}/",
                    input_format=_INPUT,
                    output_format=_OUTPUT,
                    serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=_SERDE),
                    compressed=False,
                    number_of_buckets=-1,
                    stored_as_sub_directories=False,
                ),
            ),
        )

    def _crawler(
        self, configuration: Configuration, tables: list[glue.CfnTable]
    ) -> glue.CfnCrawler:
        """Registers partitions and logs schema drift; never changes a table."""
        cron = configuration.crawler.cron
        crawler = glue.CfnCrawler(
            self,
            "Crawler",
            description="Registers partitions for engines that do not project them; logs drift",
            role=self._crawler_role().role_arn,
            targets=glue.CfnCrawler.TargetsProperty(
                catalog_targets=[
                    glue.CfnCrawler.CatalogTargetProperty(
                        database_name=self.database.ref, tables=[table.name for table in TABLES]
                    )
                ]
            ),
            schedule=glue.CfnCrawler.ScheduleProperty(schedule_expression=f"cron({cron})")
            if cron
            else None,
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
        # The targets are literal names, which create no dependency.
        crawler.node.add_dependency(*tables)
        return crawler

    def _crawler_role(self) -> iam.Role:
        role = iam.Role(self, "CrawlerRole", assumed_by=iam.ServicePrincipal("glue.amazonaws.com"))
        name = self.database.ref
        permissions: list[tuple[list[str], list[str]]] = [
            (
                [
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
                ],
                [glue_arn(self, "catalog"), glue_arn(self, f"database/{name}")]
                + [glue_arn(self, f"table/{name}/{table.name}") for table in TABLES],
            ),
            (["s3:GetObject"], [self._bucket.arn_for_objects(f"{TRANSFORMED_PREFIX}*")]),
            (["s3:GetBucketLocation", "s3:ListBucket"], [self._bucket.bucket_arn]),
            (
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                [
                    self.format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name="/aws-glue/crawlers*",
                        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                    )
                ],
            ),
        ]
        for actions, resources in permissions:
            role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
        return role


def _column(column: Column) -> glue.CfnTable.ColumnProperty:
    return glue.CfnTable.ColumnProperty(
        name=column.name, type=column.type.value, comment=column.comment
    )
