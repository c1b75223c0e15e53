"""An upgrade from the previous release on the emulator: no data is lost."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.deployment import ENVIRONMENT, emulated_cdk, without_unsupported
from local.emulator import Emulator, await_emulator, start_emulator
from local.environment import isolate
from local.processes import finish, free_port
from operations.deployment import Deployment
from stacks.configuration import Configuration, load
from tests.infrastructure.conftest import synthesize
from tests.release import STATEFUL, previous_release

_CREDENTIALS = '{"client_id": "mine", "client_secret": "mine"}'
_KEYS = ("state/daily.json", "transformed-data/runs/ingest_date=2026-03-01/run.parquet")
_DAY = "2026-03-01"


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return load("local", {})


@pytest.fixture(scope="module")
def emulator(
    tmp_path_factory: pytest.TempPathFactory, configuration: Configuration
) -> Iterator[Emulator]:
    isolate()
    folder = tmp_path_factory.mktemp("machine")
    emulator = Emulator(free_port())
    process = start_emulator(folder, emulator)
    try:
        await_emulator(process, folder, emulator)
        emulated_cdk(configuration, emulator, {}, folder / "outputs.json").bootstrap()
        yield emulator
    finally:
        finish(process)


def test_an_upgrade_keeps_all_data(
    tmp_path: Path, configuration: Configuration, emulator: Emulator
) -> None:
    today = tmp_path / "today"
    synthesize(configuration, today)
    before = _deploy(_previous(today, tmp_path / "before"), configuration, emulator)
    _add_data(before)
    tables = [table["Name"] for table in _declared_tables(before)]
    data, ids = _data(before, tables), _physical_ids(before)
    after = _deploy(today, configuration, emulator)
    assert after.outputs.items() >= _outputs(before).items()
    assert _physical_ids(after).items() >= ids.items()
    assert _data(after, tables) == data
    assert data["objects"] == {key: key for key in _KEYS}


def _deploy(assembly: Path, configuration: Configuration, emulator: Emulator) -> Deployment:
    cdk = emulated_cdk(configuration, emulator, {}, assembly / "outputs.json")
    removed = without_unsupported(assembly, ENVIRONMENT)
    return replace(cdk, app=("--app", str(assembly))).deploy_assembly(removed)


def _previous(today: Path, folder: Path) -> Path:
    """The assembly of the previous release, with today's function code and layers."""
    shutil.copytree(today, folder)
    for stack, template in previous_release().items():
        path = folder / f"{stack}.template.json"
        current = json.loads(path.read_text())["Resources"]
        for name, resource in template["Resources"].items():
            for key in {"Code", "Content"} & resource.get("Properties", {}).keys():
                resource["Properties"][key] = current[name]["Properties"][key]
        path.write_text(json.dumps(template))
        _rename_asset(folder, stack, hashlib.sha256(path.read_bytes()).hexdigest())
    return folder


def _rename_asset(folder: Path, stack: str, digest: str) -> None:
    """Upload the template under its own hash: an object that exists is not uploaded again."""
    assets = folder / f"{stack}.assets.json"
    files = json.loads(assets.read_text())["files"]
    [former] = [
        name for name, file in files.items() if file["source"]["path"] == f"{stack}.template.json"
    ]
    for path in (assets, folder / "manifest.json"):
        path.write_text(path.read_text().replace(former, digest))


def _outputs(deployment: Deployment) -> dict[str, str]:
    """The outputs without those that CDK adds for references between stacks."""
    return {k: v for k, v in deployment.outputs.items() if not k.startswith("PublishOutput")}


def _add_data(deployment: Deployment) -> None:
    bucket, s3 = deployment.output("BucketName"), deployment.client("s3")
    for key in _KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    deployment.client("secretsmanager").put_secret_value(
        SecretId=deployment.output("SpotifySecretArn"), SecretString=_CREDENTIALS
    )
    deployment.client("sqs").send_message(
        QueueUrl=deployment.output("DeadLetterQueueUrl"), MessageBody="dead letter"
    )
    glue, database = deployment.client("glue"), deployment.output("DatabaseName")
    for table in _declared_tables(deployment):
        glue.create_partition(
            DatabaseName=database,
            TableName=table["Name"],
            PartitionInput={"Values": [_DAY], "StorageDescriptor": table["StorageDescriptor"]},
        )


def _data(deployment: Deployment, tables: list[str]) -> dict[str, Any]:
    bucket, s3 = deployment.output("BucketName"), deployment.client("s3")
    secret = deployment.output("SpotifySecretArn")
    queue = deployment.output("DeadLetterQueueUrl")
    count = "ApproximateNumberOfMessages"
    glue, database = deployment.client("glue"), deployment.output("DatabaseName")
    return {
        "objects": {
            key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in _KEYS
        },
        "secret": deployment.client("secretsmanager").get_secret_value(SecretId=secret)[
            "SecretString"
        ],
        "dead letters": deployment.client("sqs").get_queue_attributes(
            QueueUrl=queue, AttributeNames=[count]
        )["Attributes"][count],
        "partitions": {
            table: [
                partition["Values"]
                for partition in glue.get_partitions(DatabaseName=database, TableName=table)[
                    "Partitions"
                ]
            ]
            for table in tables
        },
    }


def _declared_tables(deployment: Deployment) -> list[dict[str, Any]]:
    found = deployment.client("glue").get_tables(DatabaseName=deployment.output("DatabaseName"))
    return [table for table in found["TableList"] if table["TableType"] == "EXTERNAL_TABLE"]


def _physical_ids(deployment: Deployment) -> dict[tuple[str, str], str]:
    """The physical id of each stateful resource of the previous release."""
    cloudformation = deployment.client("cloudformation")
    return {
        (stack, resource["LogicalResourceId"]): resource["PhysicalResourceId"]
        for stack in previous_release()
        for resource in cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        if resource["ResourceType"] in STATEFUL
    }
