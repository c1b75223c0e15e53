"""Permissions of analysts: query the tables in the workgroup, and nothing else."""

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from spotify_pipeline.keys import RESULTS_PREFIX, TRANSFORMED_PREFIX
from stacks.constructs.arns import glue_arn

_IN_WORKGROUP = [
    "athena:BatchGetNamedQuery",
    "athena:BatchGetQueryExecution",
    "athena:GetNamedQuery",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetWorkGroup",
    "athena:ListNamedQueries",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
]
_IN_CATALOG = [
    "glue:BatchGetPartition",
    "glue:GetDatabase",
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
    """A managed policy to attach to a role or group of analysts."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        database: glue.CfnDatabase,
        workgroup: athena.CfnWorkGroup,
    ) -> None:
        stack = cdk.Stack.of(scope)
        group = stack.format_arn(
            service="athena", resource="workgroup", resource_name=workgroup.ref
        )
        catalog = ["catalog", f"database/{database.ref}", f"table/{database.ref}/*"]
        super().__init__(
            scope,
            construct_id,
            description="Query the Spotify tables in their workgroup",
            statements=[
                _allow(_IN_WORKGROUP, [group]),
                _allow(_IN_CATALOG, [glue_arn(stack, resource) for resource in catalog]),
                _allow(["s3:GetObject"], [bucket.arn_for_objects(f"{TRANSFORMED_PREFIX}*")]),
                _allow(_ON_RESULTS, [bucket.arn_for_objects(f"{RESULTS_PREFIX}*")]),
                _allow(["s3:GetBucketLocation"], [bucket.bucket_arn]),
                iam.PolicyStatement(
                    actions=["s3:ListBucket"],
                    resources=[bucket.bucket_arn],
                    conditions={
                        "StringLike": {
                            "s3:prefix": [f"{TRANSFORMED_PREFIX}*", f"{RESULTS_PREFIX}*"]
                        }
                    },
                ),
            ],
        )


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)
