"""Permissions of analysts: query the tables in the workgroup, and nothing else.

The actions are those of the Athena console and of the JDBC and ODBC drivers, without any that
changes the catalog, on this environment's resources where the action has a resource:

* https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
* https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena-prepared-statements.html
* https://docs.aws.amazon.com/athena/latest/ug/policy-actions.html refers to the managed policy
  https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSQuicksightAthenaAccess.html
* https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html

Whoever may use a workgroup may read its results: `athena:GetQueryResults` has no resource smaller
than the workgroup, and results in the bucket are under one prefix. With results that Athena
manages, analysts need no permission on that prefix and write nothing to the bucket.
"""

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline.keys import RESULTS_PREFIX, TRANSFORMED_PREFIX
from stacks.configuration import Configuration
from stacks.constructs.acceptance import accept, wildcard
from stacks.constructs.arns import glue_arn
from stacks.constructs.encryption import USE_KEY

# These have no resource: they list names in the account.
_ANYWHERE = ["athena:ListDataCatalogs", "athena:ListEngineVersions", "athena:ListWorkGroups"]
_IN_DATA_CATALOG = [
    "athena:GetDataCatalog",
    "athena:GetDatabase",
    "athena:GetTableMetadata",
    "athena:ListDatabases",
    "athena:ListTableMetadata",
]
# Athena's name for the Glue Data Catalog of the account.
_DATA_CATALOG = "AwsDataCatalog"
_IN_WORKGROUP = [
    "athena:BatchGetNamedQuery",
    "athena:BatchGetPreparedStatement",
    "athena:BatchGetQueryExecution",
    "athena:GetNamedQuery",
    "athena:GetPreparedStatement",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetWorkGroup",
    "athena:ListNamedQueries",
    "athena:ListPreparedStatements",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
]
_IN_CATALOG = [
    "glue:BatchGetPartition",
    "glue:GetCatalog",
    "glue:GetCatalogs",
    "glue:GetDatabase",
    "glue:GetDatabases",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
]
_ON_RESULTS = [
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
]


class AnalystPolicy(iam.ManagedPolicy):
    """A managed policy, attached to the configured roles and groups of analysts."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        configuration: Configuration,
        bucket: s3.IBucket,
        key: kms.IKey | None,
        workgroup: athena.CfnWorkGroup,
    ) -> None:
        stack = cdk.Stack.of(scope)
        database = configuration.database_name
        group = stack.format_arn(
            service="athena", resource="workgroup", resource_name=workgroup.ref
        )
        data_catalog = stack.format_arn(
            service="athena", resource="datacatalog", resource_name=_DATA_CATALOG
        )
        catalog = ["catalog", f"database/{database}", f"table/{database}/*"]
        prefixes = [TRANSFORMED_PREFIX]
        if not configuration.athena.managed_results:
            prefixes.append(RESULTS_PREFIX)
        # A name may be listed twice.
        roles = dict.fromkeys(configuration.analysts.roles)
        groups = dict.fromkeys(configuration.analysts.groups)
        super().__init__(
            scope,
            construct_id,
            description="Query the Spotify tables in their workgroup",
            roles=[iam.Role.from_role_name(scope, f"Role{n}", n) for n in roles],
            groups=[iam.Group.from_group_name(scope, f"Group{n}", n) for n in groups],
            statements=[
                _allow(_ANYWHERE, ["*"]),
                _allow(_IN_DATA_CATALOG, [data_catalog]),
                _allow(_IN_WORKGROUP, [group]),
                _allow(_IN_CATALOG, [glue_arn(stack, resource) for resource in catalog]),
                _allow(["s3:GetObject"], [bucket.arn_for_objects(f"{TRANSFORMED_PREFIX}*")]),
                _allow(["s3:GetBucketLocation"], [bucket.bucket_arn]),
                iam.PolicyStatement(
                    actions=["s3:ListBucket"],
                    resources=[bucket.bucket_arn],
                    conditions={"StringLike": {"s3:prefix": [f"{one}*" for one in prefixes]}},
                ),
            ],
        )
        if key:
            self.add_statements(_allow(USE_KEY, [key.key_arn]))
        accept(
            self,
            {
                wildcard("*"): "These lists of Athena have no resource",
                wildcard(f"glue:table/{database}/*"): "Analysts read every table and view",
                wildcard(f"<bucket>/{TRANSFORMED_PREFIX}*"): "Analysts read every table",
            },
        )
        if not configuration.athena.managed_results:
            self._allow_results_in(bucket)

    def _allow_results_in(self, bucket: s3.IBucket) -> None:
        """Athena writes results to the bucket with the analyst's own permissions."""
        self.add_statements(
            _allow(_ON_RESULTS, [bucket.arn_for_objects(f"{RESULTS_PREFIX}*")]),
            _allow(["s3:ListBucketMultipartUploads"], [bucket.bucket_arn]),
        )
        accept(
            self,
            {wildcard(f"<bucket>/{RESULTS_PREFIX}*"): "Athena names the results of a query"},
        )


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)
