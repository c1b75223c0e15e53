"""Deploys the real templates to the emulator with the real CDK command line."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator import Emulator
from local.move_tasks import MoveTasks
from operations.cdk.command_line import Cdk
from operations.deployment import Deployment, describe, outputs_of, stack_names
from stacks.configuration import Configuration

ROOT = Path(__file__).parent.parent
ENVIRONMENT = "local"
ASSEMBLY = ROOT / ".local" / "cdk.out"

_NAMED_QUERY = "AWS::Athena::NamedQuery"
_PREPARED_STATEMENT = "AWS::Athena::PreparedStatement"
# Resource types that the emulator's CloudFormation rejects; created through the API instead.
_UNSUPPORTED = (_NAMED_QUERY, _PREPARED_STATEMENT)

# The emulator counts messages exactly.
_SETTLING_SECONDS = 0.5

Json = dict[str, Any]

Removed = dict[str, list[Json]]
"""Properties of the resources that were removed from the templates, by type."""


class EmulatedDeployment(Deployment):
    """A deployment on the emulator; the SQS client adds operations that the emulator lacks."""

    def client(self, service: str) -> Any:
        client = super().client(service)
        return MoveTasks(client) if service == "sqs" else client


@dataclass(frozen=True, kw_only=True)
class EmulatedCdk(Cdk):
    """The CDK command line for an environment on the emulator.

    `spotify` holds the overrides of the section `[spotify]`.
    """

    emulator: Emulator
    spotify: dict[str, str]

    def diff(self) -> None:
        self.synthesize()
        super().diff()

    def deploy(self) -> None:
        self.deploy_assembly(self.synthesize())

    def import_bucket(self, stack: str, bucket: str) -> None:
        self.synthesize()
        super().import_bucket(stack, bucket)

    def synthesize(self) -> Removed:
        """Synthesize for the emulator and this Spotify, without unsupported resources."""
        environment = self.configuration.environment
        context = {"env": environment} | {
            f"spotify_{key}": url for key, url in self.spotify.items()
        }
        flags = [flag for key, value in context.items() for flag in ("-c", f"{key}={value}")]
        self._run("synth", "--quiet", "--output", str(ASSEMBLY), *flags)
        return without_unsupported(ASSEMBLY, environment)

    def deploy_assembly(self, removed: Removed) -> Deployment:
        """Deploy all four stacks, then create the removed resources through the API."""
        super().deploy()
        deployment = look_up(self.configuration, self.emulator)
        delete_queries(deployment)
        _create_queries(deployment, removed)
        return deployment


def without_unsupported(folder: Path, environment: str) -> Removed:
    """Remove the resources that the emulator rejects from the environment's templates."""
    removed: Removed = {}
    for name in stack_names(environment):
        path = folder / f"{name}.template.json"
        template = json.loads(path.read_text())
        for logical_id, resource in list(template["Resources"].items()):
            template["Resources"][logical_id] = adapted(resource)
            if resource["Type"] in _UNSUPPORTED:
                removed.setdefault(resource["Type"], []).append(resource["Properties"])
                del template["Resources"][logical_id]
        path.write_text(json.dumps(template, indent=1))
    return removed


def adapted(resource: Json) -> Json:
    """A schedule in a time zone, paused, since the emulator would fire it at that time in UTC."""
    if resource["Type"] != "AWS::Scheduler::Schedule":
        return resource
    properties = resource["Properties"]
    if properties["ScheduleExpressionTimezone"] == "UTC":
        return resource
    return {**resource, "Properties": {**properties, "State": "DISABLED"}}


def emulated_cdk(
    configuration: Configuration,
    emulator: Emulator,
    spotify: dict[str, str],
    outputs: Path | None = None,
) -> EmulatedCdk:
    """The command line for an environment on the emulator; quiet if it writes an outputs file."""
    file = ("--outputs-file", str(outputs)) if outputs else ()
    return EmulatedCdk(
        configuration=configuration,
        app=("--app", str(ASSEMBLY)),
        variables=emulator.client_environment(str(configuration.region)),
        options={
            "deploy": ("--require-approval=never", "--method=direct", "--concurrency=4", *file),
            "diff": ("--method=template",),
        },
        is_quiet=outputs is not None,
        emulator=emulator,
        spotify=spotify,
    )


def look_up(configuration: Configuration, emulator: Emulator) -> Deployment:
    """Look an environment's stacks up on the emulator. Raises NotDeployedError."""
    deployment = connect({}, configuration, emulator)
    outputs: dict[str, str] = {}
    for name in stack_names(configuration.environment):
        outputs |= outputs_of(describe(name, deployment))
    return connect(outputs, configuration, emulator)


def connect(
    outputs: dict[str, str], configuration: Configuration, emulator: Emulator
) -> EmulatedDeployment:
    """A deployment with these outputs, whose clients reach the emulator."""
    environment = emulator.variables(str(configuration.region))
    access = {
        "endpoint_url": environment["AWS_ENDPOINT_URL"],
        "region_name": environment["AWS_REGION"],
        "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
        "aws_session_token": environment["AWS_SESSION_TOKEN"],
    }
    return EmulatedDeployment(outputs, configuration, access, settling_seconds=_SETTLING_SECONDS)


def _create_queries(deployment: Deployment, removed: Removed) -> None:
    """Create the saved queries and prepared statements that were removed from the templates."""
    athena, workgroup = deployment.client("athena"), deployment.output("WorkGroupName")
    for query in removed.get(_NAMED_QUERY, []):
        athena.create_named_query(
            Name=query["Name"],
            Description=query["Description"],
            QueryString=query["QueryString"],
            Database=deployment.output("DatabaseName"),
            WorkGroup=workgroup,
        )
    for statement in removed.get(_PREPARED_STATEMENT, []):
        athena.create_prepared_statement(
            StatementName=statement["StatementName"],
            Description=statement["Description"],
            QueryStatement=statement["QueryStatement"],
            WorkGroup=workgroup,
        )


def delete_queries(deployment: Deployment) -> None:
    """Delete the saved queries and prepared statements.

    The emulator keeps them when it deletes their workgroup.
    """
    athena = deployment.client("athena")
    workgroup = deployment.configuration.workgroup_name
    for key in athena.list_named_queries(WorkGroup=workgroup)["NamedQueryIds"]:
        athena.delete_named_query(NamedQueryId=key)
    for found in athena.list_prepared_statements(WorkGroup=workgroup)["PreparedStatements"]:
        athena.delete_prepared_statement(StatementName=found["StatementName"], WorkGroup=workgroup)
