"""A Lambda function with its own role, log group and layer."""

from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.configuration import Configuration
from stacks.constructs.acceptance import accept
from stacks.constructs.encryption import USE_KEY
from stacks.constructs.packaging import dependencies, function_code
from stacks.constructs.removal import removal_policy
from stacks.constructs.trust import service_of_this_account
from stacks.sections import Extract, Transform

_ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}

_NEWEST_PYTHON = "3.14"
_RUNTIME = "functions.python chooses an older Python that Lambda supports"
_ACCEPTED_RUNTIME = {"AwsSolutions-L1": _RUNTIME, "Serverless-LambdaLatestVersion": _RUNTIME}
_ACCEPTED = {
    "Serverless-LambdaDLQ": "Failures go to the FailedRuns and the DeadLetters queue",
    "Serverless-LambdaTracing": "Each log line names its run; X-Ray costs, and needs any resource",
}


class PipelineFunction(Construct):
    """The extract or the transform function.

    Its role starts with permission to log and, if there is a key, to use it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: Literal["extract", "transform"],
        description: str,
        sizing: Extract | Transform,
        configuration: Configuration,
        environment: dict[str, str],
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        functions = configuration.functions
        runtime = lambda_.Runtime(f"python{functions.python_version}", lambda_.RuntimeFamily.PYTHON)
        architecture = _ARCHITECTURES[functions.machine]
        log_group = logs.LogGroup(self, "Logs", removal_policy=removal_policy(configuration))
        # The L2 property accepts only enum members; the configuration holds days.
        resource = log_group.node.default_child
        assert isinstance(resource, logs.CfnLogGroup)
        resource.retention_in_days = configuration.retention_days.logs
        self.role = iam.Role(self, "Role", assumed_by=service_of_this_account(self, "lambda"))
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn],
            )
        )
        if key:
            self.allow(*USE_KEY, on=key.key_arn)
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            runtime=runtime,
            architecture=architecture,
            code=function_code(),
            handler=f"spotify_pipeline.{name}.handler.handler",
            layers=[
                lambda_.LayerVersion(
                    self,
                    "Layer",
                    description=f"lambda_src/{name}.lock",
                    code=dependencies(name, functions),
                    compatible_architectures=[architecture],
                    compatible_runtimes=[runtime],
                )
            ],
            role=self.role,
            log_group=log_group,
            memory_size=sizing.memory_mb,
            timeout=cdk.Duration.seconds(sizing.timeout_seconds),
            environment={
                **environment,
                "POWERTOOLS_METRICS_NAMESPACE": f"spotify-{configuration.environment}",
                "POWERTOOLS_SERVICE_NAME": name,
            },
        )
        accept(self.function, _ACCEPTED)
        if functions.python_version != _NEWEST_PYTHON:
            accept(self.function, _ACCEPTED_RUNTIME)

    def allow(self, *actions: str, on: str) -> None:
        """Allow the function these actions on the resource with the ARN `on`."""
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[on]))
