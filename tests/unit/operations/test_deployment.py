"""Looking up an environment, with real clients and a fake CloudFormation."""

import socket
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from commands import operations as commands
from local.deployment import connect
from local.emulator import Emulator
from operations.cdk.command_line import Cdk
from operations.deployment import NotDeployedError, deployed_on_aws
from operations.target import WrongTargetError
from stacks.configuration import Configuration, load

OURS, OTHERS, EMULATORS = "123456789012", "210987654321", "000000000000"
ALL = ("storage", "ingestion", "catalog", "analytics")
ELSEWHERE = "https://vpce-1.example"
COMMANDS = [
    *("auth", "replay", "redrive", "secret", "extract"),
    *("bootstrap", "diff", "deploy", "destroy"),
]


class CloudFormation:
    """The stacks of an account; `regions` are those that clients were made for."""

    def __init__(self) -> None:
        self.outputs: dict[str, dict[str, str]] = {name: {} for name in ALL}
        self.accounts = dict.fromkeys(ALL, OURS)
        self.region: str | None = None
        self.regions: set[str] = set()

    def response(
        self, client: BaseClient, operation: str, arguments: dict[str, str]
    ) -> dict[str, Any]:
        if operation == "GetCallerIdentity":
            return {"Account": OURS}
        assert operation == "DescribeStacks"
        self.regions.add(client.meta.region_name)
        name = arguments["StackName"].removeprefix("spotify-dev-")
        if name not in self.outputs:
            error = f"{name} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": error}}, operation)
        region = self.region or client.meta.region_name
        place = f"arn:aws:cloudformation:{region}:{self.accounts[name]}"
        outputs = [{"OutputKey": k, "OutputValue": v} for k, v in self.outputs[name].items()]
        return {"Stacks": [{"StackId": f"{place}:stack/{name}/1", "Outputs": outputs}]}


@pytest.fixture
def aws_files(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, aws_files: Path) -> pytest.MonkeyPatch:
    """A shell with a region, without profiles and endpoints; no name resolution."""
    for name in ("AWS_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(aws_files))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    resolve = socket.getaddrinfo

    def numbers_only(host: str, port: int | None) -> Any:
        return resolve(host, port, flags=socket.AI_NUMERICHOST)

    monkeypatch.setattr(socket, "getaddrinfo", numbers_only)
    return monkeypatch


@pytest.fixture(autouse=True)
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> CloudFormation:
    fake = CloudFormation()

    def call(client: BaseClient, operation: str, arguments: dict[str, str]) -> dict[str, Any]:
        return fake.response(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return fake


def configured(**values: str) -> Configuration:
    return msgspec.structs.replace(load("dev", {}), **values)


def test_a_deployment_has_the_outputs_of_its_four_stacks(
    cloudformation: CloudFormation,
) -> None:
    cloudformation.outputs = {
        "storage": {"BucketName": "b"},
        "ingestion": {"QueueUrl": "q", "DeadLetterQueueUrl": "d"},
        "catalog": {"DatabaseName": "spotify_dev"},
        "analytics": {"WorkGroupName": "spotify-dev"},
    }
    deployment = deployed_on_aws(configured(account=OURS, region="eu-west-1"))
    assert deployment.output("BucketName") == "b"
    assert deployment.output("DeadLetterQueueUrl") == "d"
    assert deployment.output("WorkGroupName") == "spotify-dev"


def test_a_missing_deployment_is_named_with_the_remedy(
    cloudformation: CloudFormation,
) -> None:
    del cloudformation.outputs["ingestion"]
    with pytest.raises(NotDeployedError) as caught:
        deployed_on_aws(load("dev", {}))
    assert "The stack spotify-dev-ingestion cannot be read" in str(caught.value)
    assert "ingestion does not exist. Check the AWS credentials" in str(caught.value)
    assert "make deploy ENV=dev" in str(caught.value)


def test_stacks_outside_the_configured_account_are_refused(
    cloudformation: CloudFormation,
) -> None:
    cloudformation.accounts = dict.fromkeys(ALL, OTHERS)
    with pytest.raises(WrongTargetError) as refused:
        deployed_on_aws(configured(account=OURS))
    assert "spotify-dev-storage is in account 210987654321, region eu-west-1" in str(refused.value)
    assert "account 123456789012, region eu-west-1 is expected" in str(refused.value)
    assert "config/dev.toml" in str(refused.value)


def test_stacks_outside_the_configured_region_are_refused(
    cloudformation: CloudFormation,
) -> None:
    cloudformation.region = "us-west-2"
    with pytest.raises(WrongTargetError, match=r"region us-west-2, but .*region eu-north-1"):
        deployed_on_aws(configured(region="eu-north-1"))


def test_a_stack_in_another_account_than_the_others_is_refused(
    cloudformation: CloudFormation,
) -> None:
    cloudformation.accounts["analytics"] = OTHERS
    with pytest.raises(WrongTargetError, match=rf"analytics is in account {OTHERS}.*{OURS}"):
        deployed_on_aws(load("dev", {}))


def test_the_account_of_an_emulator_is_refused_on_aws(
    cloudformation: CloudFormation, shell: pytest.MonkeyPatch
) -> None:
    shell.setenv("AWS_ENDPOINT_URL", "http://emulator.example:4566")
    cloudformation.accounts = dict.fromkeys(ALL, EMULATORS)
    with pytest.raises(WrongTargetError, match=r"that is an emulator.*ENV=local"):
        deployed_on_aws(load("dev", {}))


@pytest.mark.parametrize(
    ("environment", "file", "configuration", "region"),
    [
        ({"AWS_REGION": "eu-west-2"}, "", {}, "eu-west-2"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "region = eu-north-1", {}, "eu-west-3"),
        ({"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-3"}, "", {}, "eu-west-2"),
        ({}, "region = eu-north-1", {}, "eu-north-1"),
        ({"AWS_REGION": "eu-west-2"}, "", {"region": "us-east-2"}, "us-east-2"),
    ],
    ids=["AWS_REGION alone", "AWS_DEFAULT_REGION", "both", "profile", "configuration"],
)
def test_the_region_is_taken_in_the_order_of_the_cdk(
    cloudformation: CloudFormation,
    shell: pytest.MonkeyPatch,
    aws_files: Path,
    environment: dict[str, str],
    file: str,
    configuration: dict[str, str],
    region: str,
) -> None:
    shell.delenv("AWS_DEFAULT_REGION")
    for name, value in environment.items():
        shell.setenv(name, value)
    aws_files.write_text(f"[default]\n{file}\n")
    deployment = deployed_on_aws(configured(**configuration))
    assert cloudformation.regions == {region}
    assert deployment.client("sqs").meta.region_name == region


def test_no_region_is_an_error_with_its_remedy(shell: pytest.MonkeyPatch) -> None:
    shell.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(WrongTargetError, match=r"no region for ENV=dev.*dev\.toml, or AWS_REGION"):
        deployed_on_aws(load("dev", {}))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "localhost",
        "sqs.localhost",
        "0.0.0.0",  # noqa: S104 - nothing listens
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
def test_an_endpoint_on_this_machine_is_refused_before_any_call(
    cloudformation: CloudFormation, shell: pytest.MonkeyPatch, host: str
) -> None:
    shell.setenv("AWS_ENDPOINT_URL", f"http://{host}:4566")
    with pytest.raises(WrongTargetError, match="on this machine, and ENV=dev is on AWS"):
        deployed_on_aws(load("dev", {}))
    assert not cloudformation.regions


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("environment", "file"),
    [
        ({"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:4566"}, ""),
        ({}, "endpoint_url = http://127.0.0.1:4566"),
        ({}, "services = own\n[services own]\nsqs =\n  endpoint_url = http://127.0.0.1:4566"),
    ],
    ids=["variable of a service", "profile", "profile's service"],
)
def test_no_command_follows_an_endpoint_on_this_machine(
    shell: pytest.MonkeyPatch,
    aws_files: Path,
    command: str,
    environment: dict[str, str],
    file: str,
) -> None:
    aws_files.write_text(f"[default]\n{file}\n")
    done = run(shell, command, **environment)
    assert isinstance(done.exception, WrongTargetError)
    assert "127.0.0.1:4566, on this machine" in str(done.exception)
    assert "written" not in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_prints_its_target_before_it_writes(
    shell: pytest.MonkeyPatch, command: str
) -> None:
    done = run(shell, command, AWS_ENDPOINT_URL_SQS=ELSEWHERE)
    assert done.stdout.splitlines() == [
        f"Environment dev: account {OURS}, region eu-west-1",
        f"Endpoint {ELSEWHERE}: sqs",
        "written",
    ]


def run(shell: pytest.MonkeyPatch, command: str, **environment: str) -> Result:
    """Run a command that writes nothing but a line."""

    def write(*_: object) -> bool:
        commands.console.print("written")
        return True

    for name in (
        *("authorise", "replay_days", "redrive_all"),
        *("store_credentials", "extract_now", "destroy_stacks"),
    ):
        shell.setattr(commands, name, write)
    shell.setattr(commands, "redrive_failed_runs", lambda *_: True)
    for name in ("bootstrap", "diff", "deploy"):
        shell.setattr(Cdk, name, write)
    shell.setattr(commands, "ask_credentials", dict)
    days = {"FROM": "2026-01-01", "TO": "2026-01-02"}
    return CliRunner().invoke(commands.app, [command], env={"ENV": "dev"} | days | environment)


def test_settings_of_the_shell_do_not_redirect_the_emulator(
    shell: pytest.MonkeyPatch,
) -> None:
    shell.setenv("AWS_ENDPOINT_URL", ELSEWHERE)
    shell.setenv("AWS_ENDPOINT_URL_SQS", ELSEWHERE)
    shell.setenv("AWS_ACCESS_KEY_ID", "ours")
    emulator = Emulator(47200)
    deployment = connect({}, load("local", {}), emulator)
    for service in ("s3", "secretsmanager", "sqs"):
        client = deployment.client(service)
        assert client.meta.endpoint_url == "http://127.0.0.1:47200"
        assert client._get_credentials().token == emulator.token
    assert deployment.target() == [
        f"Environment local: account {EMULATORS}, region us-east-1",
        "Endpoint http://127.0.0.1:47200: "
        "athena, cloudformation, cloudwatch, glue, lambda, logs, s3, secretsmanager, sqs, sts",
    ]
