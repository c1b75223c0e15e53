"""Catalog: the Glue database, its tables and a crawler that registers partitions."""

from datetime import date

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline.keys import TRANSFORMED_PREFIX
from spotify_pipeline.schema import Column, Table
from spotify_pipeline.tables import PARTITION_KEY, TABLES
from stacks.configuration import Configuration
from stacks.constructs.crawler import PartitionCrawler
from stacks.constructs.names import camel
from stacks.constructs.stack import PipelineStack

_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


class CatalogStack(PipelineStack):
    """Creates the database that the analytics stack uses."""

    def __init__(
        self,
        scope: Construct,
        *,
        configuration: Configuration,
        bucket: s3.IBucket,
        key: kms.IKey | None,
        today: date,
    ) -> None:
        super().__init__(scope, "catalog", configuration=configuration, key=key)
        self._first_day = _first_day(configuration, today)
        self._bucket = bucket
        self._database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=self.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=configuration.database_name,
                description="Playlists, tracks, albums and artists as Spotify gave them",
            ),
        )
        tables = [self._table(table) for table in TABLES]
        crawler = PartitionCrawler(
            self,
            "Crawler",
            configuration=configuration,
            bucket=bucket,
            key=key,
            tables=[table.name for table in TABLES],
        )
        # The targets are literal names, which create no dependency.
        crawler.node.add_dependency(*tables)
        cdk.CfnOutput(self, "DatabaseName", value=self._database.ref)
        cdk.CfnOutput(self, "CrawlerName", value=crawler.ref)

    def _table(self, table: Table) -> glue.CfnTable:
        """A table with partition projection: Athena can query a new file at once."""
        day = PARTITION_KEY.name
        return glue.CfnTable(
            self,
            f"Table{camel(table.name)}",
            catalog_id=self.account,
            database_name=self._database.ref,
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
                    f"projection.{day}.range": f"{self._first_day},NOW",
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[_column(column) for column in table.columns],
                    location=f"s3://{self._bucket.bucket_name}/{TRANSFORMED_PREFIX}{table.name}/",
                    input_format=_INPUT,
                    output_format=_OUTPUT,
                    serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=_SERDE),
                    compressed=False,
                    number_of_buckets=-1,
                    stored_as_sub_directories=False,
                ),
            ),
        )


def _first_day(configuration: Configuration, today: date) -> str:
    """The later of `history_from` and the first day that the retention keeps.

    Athena takes relative dates: a constant one would soon list days that are deleted.
    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
    """
    days = configuration.retention_days.transformed_data
    if (today - configuration.history_from).days < days:
        return configuration.history_from.isoformat()
    return f"NOW-{days}DAYS"


def _column(column: Column) -> glue.CfnTable.ColumnProperty:
    return glue.CfnTable.ColumnProperty(
        name=column.name, type=column.type.value, comment=column.comment
    )
