"""Analytics: the Athena workgroup, the views, the saved queries and the prepared statements."""

import base64
import json

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline.keys import RESULTS_PREFIX
from stacks.configuration import Configuration
from stacks.constructs.analyst_policy import AnalystPolicy
from stacks.constructs.names import camel
from stacks.constructs.stack import PipelineStack
from stacks.sql_file import SqlFile
from stacks.sql_files import output_columns, saved_queries, tables_schema, views
from stacks.view_comments import view_comments

_CATALOG = "awsdatacatalog"
_MEGABYTE = 1_000_000
_HIVE_TYPES = {"varchar": "string", "integer": "int", "array(varchar)": "array<string>"}
_VIEW_TYPES = {"timestamp": "timestamp(3)"}


class AnalyticsStack(PipelineStack):
    """Creates a view or a saved query from each file in `sql/`."""

    def __init__(
        self,
        scope: Construct,
        *,
        configuration: Configuration,
        bucket: s3.IBucket,
        key: kms.IKey | None,
        catalog: cdk.Stack,
    ) -> None:
        super().__init__(scope, "analytics", configuration=configuration, key=key)
        # The database's name is a literal: a reference to it, which CloudFormation resolves only
        # when it deploys, would replace every view and query. The order has to be declared then.
        self.add_stack_dependency(catalog)
        self._database = configuration.database_name
        workgroup = self._workgroup(configuration, bucket, key)
        self._views(views(configuration.bounds))
        for query in saved_queries():
            self._named_query(query, workgroup)
            if query.parameters:
                self._prepared_statement(query, workgroup)
        analysts = AnalystPolicy(
            self,
            "Analysts",
            configuration=configuration,
            bucket=bucket,
            key=key,
            workgroup=workgroup,
        )
        cdk.CfnOutput(self, "WorkGroupName", value=workgroup.ref)
        cdk.CfnOutput(self, "AnalystPolicyArn", value=analysts.managed_policy_arn)

    def _workgroup(
        self, configuration: Configuration, bucket: s3.IBucket, key: kms.IKey | None
    ) -> athena.CfnWorkGroup:
        return athena.CfnWorkGroup(
            self,
            "WorkGroup",
            name=configuration.workgroup_name,
            description="Queries of the Spotify tables",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=configuration.athena.scan_limit_mb * _MEGABYTE,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                **(
                    {"managed_query_results_configuration": _managed_results(key)}
                    if configuration.athena.managed_results
                    else {"result_configuration": _results_in(bucket, key)}
                ),
            ),
        )

    def _views(self, found: list[SqlFile]) -> None:
        schema = tables_schema()
        types = {}
        for view in found:
            types[view.name] = schema[view.name] = output_columns(view, schema)
        comments = view_comments(found, schema)
        for view in found:
            self._view(view, types[view.name], comments[view.name])

    def _view(self, view: SqlFile, columns: dict[str, str], comments: dict[str, str]) -> None:
        """A view in Athena's own storage format: statement and columns as base64 JSON."""
        stored = {
            "originalSql": view.text,
            "catalog": _CATALOG,
            "schema": self._database,
            "columns": [
                {"name": name, "type": _VIEW_TYPES.get(kind, kind)}
                for name, kind in columns.items()
            ],
        }
        encoded = base64.b64encode(json.dumps(stored).encode()).decode()
        glue.CfnTable(
            self,
            f"View{camel(view.name)}",
            catalog_id=self.account,
            database_name=self._database,
            table_input=glue.CfnTable.TableInputProperty(
                name=view.name,
                # Query engines recognize a view by exactly this description.
                description="Presto View",
                table_type="VIRTUAL_VIEW",
                parameters={"presto_view": "true", "comment": "Presto View"},
                view_original_text=f"/* Presto View: {encoded} */",
                view_expanded_text="/* Presto View */",
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[
                        glue.CfnTable.ColumnProperty(
                            name=name, type=_HIVE_TYPES.get(kind, kind), comment=comments[name]
                        )
                        for name, kind in columns.items()
                    ],
                    serde_info=glue.CfnTable.SerdeInfoProperty(),
                    compressed=False,
                    number_of_buckets=-1,
                    stored_as_sub_directories=False,
                ),
            ),
        )

    def _named_query(self, query: SqlFile, workgroup: athena.CfnWorkGroup) -> None:
        athena.CfnNamedQuery(
            self,
            f"Query{camel(query.name)}",
            name=query.name,
            description=query.question,
            database=self._database,
            work_group=workgroup.ref,
            query_string=query.text,
        )

    def _prepared_statement(self, query: SqlFile, workgroup: athena.CfnWorkGroup) -> None:
        athena.CfnPreparedStatement(
            self,
            f"Statement{camel(query.name)}",
            statement_name=query.name,
            description=query.question,
            work_group=workgroup.ref,
            query_statement=query.text,
        )


def _results_in(
    bucket: s3.IBucket, key: kms.IKey | None
) -> athena.CfnWorkGroup.ResultConfigurationProperty:
    return athena.CfnWorkGroup.ResultConfigurationProperty(
        output_location=f"s3://{bucket.bucket_name}/{RESULTS_PREFIX}",
        encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
            encryption_option="SSE_KMS" if key else "SSE_S3",
            kms_key=key.key_arn if key else None,
        ),
    )


def _managed_results(
    key: kms.IKey | None,
) -> athena.CfnWorkGroup.ManagedQueryResultsConfigurationProperty:
    """Athena's own storage; without a key of ours it uses one of AWS."""
    encryption = athena.CfnWorkGroup.ManagedStorageEncryptionConfigurationProperty(
        kms_key=key.key_arn if key else None
    )
    return athena.CfnWorkGroup.ManagedQueryResultsConfigurationProperty(
        enabled=True, encryption_configuration=encryption if key else None
    )
