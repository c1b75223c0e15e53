"""The CDK commands, with a fake command line that records how it was started."""

import os
from pathlib import Path

import msgspec
import pytest
from botocore.exceptions import NoCredentialsError

from local.deployment import ROOT, EmulatedCdk, emulated_cdk
from local.emulator import Emulator
from local.machine import Servers
from operations.cdk.command_line import Cdk, CdkError, cdk_on_aws
from operations.target import WrongTargetError, is_emulated, with_caller
from stacks.configuration import Configuration, load

OURS = "123456789012"


class Sts:
    """The caller's credentials belong to an account, or there are none."""

    def __init__(self, account: str = "") -> None:
        self._account = account

    def get_caller_identity(self) -> dict[str, str]:
        if not self._account:
            raise NoCredentialsError
        return {"Account": self._account}


@pytest.fixture
def configuration() -> Configuration:
    return msgspec.structs.replace(load("dev", {}), account=OURS, region="eu-west-1")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which a fake `cdk`, first on PATH, records its folder and arguments."""
    calls, program = tmp_path / "calls", tmp_path / "bin" / "cdk"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$PWD $(ls cdk.json 2>/dev/null) $*" >> {calls}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return calls


def test_bootstrap_names_the_account_and_runs_no_app(
    configuration: Configuration, calls: Path
) -> None:
    """With an app in the folder, the CDK would run it, which fails without an environment."""
    cdk_on_aws(configuration).bootstrap()
    folder, *arguments = calls.read_text().split()
    assert arguments == ["--no-notices", "bootstrap", f"aws://{OURS}/eu-west-1"]
    assert Path(folder) != ROOT


def test_diff_and_deploy_run_the_app_of_the_environment(
    configuration: Configuration, calls: Path
) -> None:
    cdk = cdk_on_aws(configuration)
    cdk.diff()
    cdk.deploy()
    # The CDK's own approval of security-sensitive changes stays as it is.
    assert calls.read_text().splitlines() == [
        f"{ROOT} cdk.json --no-notices diff -c env=dev",
        f"{ROOT} cdk.json --no-notices deploy --all -c env=dev",
    ]


@pytest.mark.parametrize("is_quiet", [True, False])
def test_a_failed_command_is_an_error(
    configuration: Configuration, calls: Path, is_quiet: bool
) -> None:
    (calls.parent / "bin" / "cdk").write_text("#!/bin/sh\necho the reason\nexit 3\n")
    with pytest.raises(CdkError, match="cdk deploy failed") as failed:
        Cdk(configuration=configuration, app=(), is_quiet=is_quiet).deploy()
    assert ("the reason" in str(failed.value)) is is_quiet


def test_the_callers_account_completes_the_configuration() -> None:
    assert with_caller(load("dev", {}), Sts(OURS)).account == OURS


@pytest.mark.parametrize("account", ["210987654321", "000000000000"])
def test_credentials_of_another_account_are_refused(
    configuration: Configuration, account: str
) -> None:
    with pytest.raises(WrongTargetError, match=rf"{account}, and config/dev.toml is for {OURS}"):
        with_caller(configuration, Sts(account))


def test_an_emulators_credentials_are_refused_on_aws() -> None:
    with pytest.raises(WrongTargetError, match="is for an account on AWS"):
        with_caller(load("dev", {}), Sts("000000000000"))


def test_missing_credentials_are_an_error_with_the_remedy() -> None:
    with pytest.raises(WrongTargetError, match=r"Unable to locate credentials\. Log in"):
        with_caller(load("dev", {}), Sts())


def test_an_environment_is_local_by_its_account() -> None:
    other = msgspec.structs.replace(load("local", {}), environment="other")
    assert is_emulated(other)
    assert not is_emulated(load("dev", {}))


def test_an_environment_on_aws_is_refused_on_the_emulator(tmp_path: Path) -> None:
    servers = Servers(tmp_path, Emulator(1), {}, {}, None)
    assert isinstance(servers.cdk("local"), EmulatedCdk)
    with pytest.raises(ValueError, match=r"ENV=dev is not on the emulator: .* config/dev\.toml"):
        servers.cdk("dev")


def test_the_emulators_commands_use_only_its_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    emulator = Emulator(47200)
    variables = emulated_cdk(load("local", {}), emulator, {}).variables
    assert variables
    assert "AWS_PROFILE" not in variables
    assert variables["AWS_ENDPOINT_URL"] == emulator.url


def test_an_import_names_the_bucket_and_its_stack(
    configuration: Configuration, calls: Path
) -> None:
    cdk_on_aws(configuration).import_bucket("spotify-dev-storage", "retained")
    assert (
        calls.read_text()
        .rstrip()
        .endswith(
            "--no-notices import spotify-dev-storage -c env=dev "
            '--resource-mapping-inline {"Bucket83908E77": {"BucketName": "retained"}}'
        )
    )
