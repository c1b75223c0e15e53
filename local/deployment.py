"""Deploys the real templates to the emulator with the real CDK command line."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator import Emulator
from local.move_tasks import MoveTasks
from operations.deployment import Deployment
from stacks.configuration import Configuration

ROOT = Path(__file__).parent.parent
ENVIRONMENT = "local"

# Resource types that the emulator's CloudFormation rejects; created through the API instead.
_UNSUPPORTED = ("AWS::Athena::NamedQuery",)

Json = dict[str, Any]


# The emulator counts messages exactly.
_SETTLING_SECONDS = 0.5


class EmulatedDeployment(Deployment):
    """A deployment on the emulator; the SQS client adds operations that the emulator lacks."""

    def client(self, service: str) -> Any:
        client = super().client(service)
        return MoveTasks(client) if service == "sqs" else client


class CommandError(Exception):
    """A command failed; contains the end of its output."""


@dataclass(frozen=True)
class Assembly:
    """A cloud assembly, and the properties of the resources removed from it, by type."""

    folder: Path
    removed: dict[str, list[Json]]


def synthesize(spotify: dict[str, str], folder: Path) -> Assembly:
    """Synthesize for the emulator and this Spotify, without unsupported resources."""
    context = {"env": ENVIRONMENT} | {f"spotify_{key}": url for key, url in spotify.items()}
    flags = [flag for key, value in context.items() for flag in ("-c", f"{key}={value}")]
    _cdk("synth", "--quiet", "--output", str(folder), *flags, environment=None)
    return without_unsupported(folder)


def without_unsupported(folder: Path) -> Assembly:
    """Remove the resources that the emulator rejects from a cloud assembly's templates."""
    removed: dict[str, list[Json]] = {}
    for path in sorted(folder.glob("*.template.json")):
        template = json.loads(path.read_text())
        for name, resource in list(template["Resources"].items()):
            template["Resources"][name] = adapted(resource)
            if resource["Type"] in _UNSUPPORTED:
                removed.setdefault(resource["Type"], []).append(resource["Properties"])
                del template["Resources"][name]
        path.write_text(json.dumps(template, indent=1))
    return Assembly(folder, removed)


def adapted(resource: Json) -> Json:
    """A schedule in a time zone, paused, since the emulator would fire it at that time in UTC."""
    if resource["Type"] != "AWS::Scheduler::Schedule":
        return resource
    properties = resource["Properties"]
    if properties["ScheduleExpressionTimezone"] == "UTC":
        return resource
    return {**resource, "Properties": {**properties, "State": "DISABLED"}}


def bootstrap(
    configuration: Configuration, emulator: Emulator, folder: Path
) -> subprocess.Popen[str]:
    """Start `cdk bootstrap` in a folder without an app, so that it does not synthesize."""
    return subprocess.Popen(
        [
            "cdk",
            "--no-notices",
            "bootstrap",
            f"aws://{configuration.account}/{configuration.region}",
        ],
        cwd=folder,
        env=emulator.client_environment(str(configuration.region)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def deploy(
    assembly: Assembly, configuration: Configuration, emulator: Emulator, outputs: Path
) -> Deployment:
    """Deploy all four stacks, then create the removed resources through the API."""
    outputs.unlink(missing_ok=True)
    _cdk(
        "deploy",
        "--all",
        "--app",
        str(assembly.folder),
        "--outputs-file",
        str(outputs),
        "--require-approval=never",
        "--method=direct",
        "--concurrency=4",
        environment=emulator.client_environment(str(configuration.region)),
    )
    deployment = load_deployment(outputs, configuration, emulator)
    for query in assembly.removed.get("AWS::Athena::NamedQuery", []):
        deployment.client("athena").create_named_query(
            Name=query["Name"],
            Description=query["Description"],
            QueryString=query["QueryString"],
            Database=deployment.output("DatabaseName"),
            WorkGroup=deployment.output("WorkGroupName"),
        )
    return deployment


def load_deployment(path: Path, configuration: Configuration, emulator: Emulator) -> Deployment:
    """Load a deployment from the CDK command line's outputs file, which groups them by stack."""
    stacks = json.loads(path.read_text())
    environment = emulator.variables(str(configuration.region))
    access = {
        "endpoint_url": environment["AWS_ENDPOINT_URL"],
        "region_name": environment["AWS_REGION"],
        "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
        "aws_session_token": environment["AWS_SESSION_TOKEN"],
    }
    outputs = {key: value for stack in stacks.values() for key, value in stack.items()}
    return EmulatedDeployment(outputs, configuration, access, settling_seconds=_SETTLING_SECONDS)


def _cdk(*arguments: str, environment: dict[str, str] | None) -> None:
    done = subprocess.run(
        ["cdk", "--no-notices", *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"cdk {arguments[0]} failed:\n{(done.stdout + done.stderr)[-4000:]}")
