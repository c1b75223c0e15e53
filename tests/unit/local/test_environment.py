"""Local processes depend neither on the user's AWS settings nor on their proxies."""

import json
import os
import stat
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from local.deployment import ROOT, connect
from local.emulator import Emulator
from local.environment import isolate, settings
from stacks.configuration import load
from tests.conftest import Server
from tests.recorder import Recorder, recording

_AWS_CONFIG = """
[profile mine]
aws_access_key_id = AKIAMINE
aws_secret_access_key = mine
region = eu-west-1
endpoint_url = {url}
"""


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """`isolate` changes the process: environment and umask are put back."""
    environment, umask = dict(os.environ), os.umask(0o022)
    for name in ("no_proxy", "NO_PROXY"):
        os.environ.pop(name, None)
    yield
    os.environ.clear()
    os.environ.update(environment)
    os.umask(umask)


@pytest.fixture
def proxy() -> Iterator[Recorder]:
    with recording() as recorder:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
            os.environ[name] = recorder.url
        yield recorder


@pytest.fixture
def users_aws(tmp_path: Path) -> Iterator[Recorder]:
    """The user's own AWS profile, whose endpoint is recorded."""
    with recording() as recorder:
        path = tmp_path / "config"
        path.write_text(_AWS_CONFIG.format(url=recorder.url))
        os.environ |= {
            "AWS_CONFIG_FILE": str(path),
            "AWS_SHARED_CREDENTIALS_FILE": str(path),
            "AWS_PROFILE": "mine",
        }
        yield recorder


def test_requests_to_loopback_addresses_bypass_a_proxy(proxy: Recorder, server: Server) -> None:
    url = f"{server.url}fake/day"
    assert requests.get(url, timeout=5).status_code == 502
    assert len(proxy.requests) == 1
    isolate()
    with requests.Session() as session:
        assert session.get(url, timeout=5).ok
    with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own server
        assert response.status == 200
    assert len(proxy.requests) == 1


def test_clients_of_a_deployment_bypass_a_proxy(proxy: Recorder) -> None:
    isolate()
    with recording() as aws:
        emulator = Emulator(aws.port)
        deployment = connect({}, load("local", {}), emulator)
        with pytest.raises(ClientError):
            deployment.client("lambda").list_functions()
    assert len(aws.requests) == 1
    assert f"X-Amz-Security-Token: {emulator.token}" in aws.requests[0]
    assert proxy.requests == []


def test_the_hosts_that_the_user_exempts_stay_exempt() -> None:
    os.environ["NO_PROXY"] = "intranet.example, localhost"
    assert settings()["no_proxy"] == "intranet.example,localhost,127.0.0.1"
    os.environ["no_proxy"] = "*"
    assert settings()["NO_PROXY"] == "*"


def test_the_users_aws_credentials_are_not_found(users_aws: Recorder) -> None:
    assert cast(Any, boto3).Session().get_credentials().access_key == "AKIAMINE"
    isolate()
    assert cast(Any, boto3).Session().get_credentials() is None


def test_synthesis_makes_no_call_and_sends_no_telemetry(
    users_aws: Recorder, proxy: Recorder, tmp_path: Path
) -> None:
    app = tmp_path / "app.py"
    app.write_text("import aws_cdk\napp = aws_cdk.App()\naws_cdk.Stack(app, 'One')\napp.synth()\n")
    command = ["cdk", "synth", "--no-notices", "--quiet", "--app", "python app.py"]
    isolate()
    os.environ["CDK_HOME"] = str(tmp_path / "cdk")
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert users_aws.requests == []
    assert proxy.requests == []
    # The CDK makes one to send its telemetry with, from a process that outlives it.
    assert list(tmp_path.rglob("installation-id.json")) == []


def test_telemetry_is_off_for_every_cdk_command_of_the_project() -> None:
    assert json.loads((ROOT / "cdk.json").read_text())["context"]["cli-telemetry"] is False


def test_files_are_readable_only_by_the_user(tmp_path: Path) -> None:
    isolate()
    (tmp_path / "own").write_text("")
    (tmp_path / "folder").mkdir()
    subprocess.run(["touch", str(tmp_path / "child's")], check=True)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in sorted(tmp_path.iterdir())]
    assert modes == [0o600, 0o700, 0o600]
