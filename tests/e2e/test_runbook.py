"""The procedures of the runbook, with its own commands, on a deployment on the emulator."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.cost import __main__ as cost
from local.deployment import ASSEMBLY
from local.machine import Machine, Spotify, machine
from local.processes import free_port
from local.spotify import APP_CREDENTIALS
from spotify_pipeline.keys import STATE_PREFIX, TRANSFORMED_PREFIX
from spotify_pipeline.s3 import list_keys
from tests.e2e.checkout import Checkout
from tests.runbook import commands
from tests.unit.operations.test_auth import Browser


@dataclass(frozen=True)
class Runbook:
    """Executes commands of the runbook in a checkout, with its placeholders filled in."""

    checkout: Checkout
    machine: Machine
    values: dict[str, str]

    def __call__(self, command: str, *answers: str, is_well: bool = True, **values: str) -> str:
        """Returns the output. `answers` are variables for what the command would ask."""
        done = subprocess.run(
            [
                *("bash", "-c", 'source "$0" && exec "$@"', str(self.machine.aws_variables)),
                *self._words(command, values),
                *answers,
            ],
            cwd=self.checkout.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) == is_well, done.stdout
        return done.stdout

    def authorise(self, command: str, **values: str) -> None:
        """`make auth`, with a user who agrees in the browser."""
        _, *words = self._words(command, values)
        options = ("NO_BROWSER=1", f"AUTH_PORT={free_port()}")
        with self.checkout.making(*words, *options) as auth:
            assert auth.stdout
            assert Browser()(next(line for line in auth.stdout if "/authorize?" in line).strip())
            assert "Stored in the secret" in auth.stdout.read()

    def _words(self, command: str, values: dict[str, str]) -> list[str]:
        assert command in commands()
        filled = self.values | values
        return shlex.split(re.sub("<(env|day|bucket)>", lambda found: filled[found[1]], command))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("machine"), free_port(), Spotify(), nullcontext) as (
        one,
        _,
    ):
        yield one


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file with the app's credentials, as an argument of `make secret`."""
    path = tmp_path_factory.mktemp("app") / "secret.json"
    path.write_text(json.dumps(APP_CREDENTIALS))
    return f"FILE={path}"


@pytest.fixture(scope="module")
def runbook(here: Machine, tmp_path_factory: pytest.TempPathFactory) -> Runbook:
    """After a complete run of the environment `local`."""
    checkout = Checkout(tmp_path_factory.mktemp("runbook") / "checkout", here)
    (checkout.folder / "cdk.out").symlink_to(ASSEMBLY)
    config = checkout.folder / "config"
    text = (config / "local.toml").read_text()
    (config / "other.toml").write_text(text.replace('"destroy"', '"retain"'))
    runbook = Runbook(checkout, here, {"env": "local"})
    assert "✓ complete" in runbook("make extract ENV=<env>")
    [day] = {key.split("/")[1].removeprefix("ingest_date=") for key in _objects(here, "raw-data/")}
    runbook.values["day"] = day
    return runbook


def test_the_checks_of_the_alarms(runbook: Runbook) -> None:
    runbook("make redrive ENV=<env>")
    assert "All is well" in runbook("make status ENV=<env>")
    assert "calls" in runbook("make check ENV=<env>", is_well=False)
    runbook("make check ENV=<env> ALL=1", is_well=False)
    ended = runbook("make logs ENV=<env> FUNCTION=extract SINCE=2d FILTER='run ended'")
    assert "status=complete" in ended
    stored = runbook("make logs ENV=<env> FUNCTION=transform FILTER='part transformed'")
    assert "raw_key=raw-data/" in stored
    assert "raw_key=" in runbook("make logs ENV=<env> FUNCTION=transform SINCE=2h")
    assert "raw_key=" in runbook("make logs ENV=<env> FUNCTION=transform SINCE=2d")
    nothing = (
        runbook("make logs ENV=<env> FUNCTION=extract FILTER='?ERROR ?REPORT'"),
        runbook("make logs ENV=<env> FUNCTION=extract SINCE=2d FILTER='became unreadable'"),
        runbook("make logs ENV=<env> FUNCTION=transform FILTER='?ERROR ?REPORT'"),
        runbook("make logs ENV=<env> FUNCTION=transform FILTER='not transformed'"),
        runbook("make logs ENV=<env> FUNCTION=transform FILTER=REPORT"),
    )
    assert not any("Traceback" in output for output in nothing)


def test_lost_tables_are_rebuilt_from_raw_data(here: Machine, runbook: Runbook) -> None:
    before = _objects(here, TRANSFORMED_PREFIX)
    _delete(here, TRANSFORMED_PREFIX)
    runbook("make replay ENV=<env> FROM=<day> TO=<day>")
    assert before
    assert _objects(here, TRANSFORMED_PREFIX) == before


def test_a_lost_catalog_is_deployed_again(here: Machine, runbook: Runbook) -> None:
    glue, database = here.deployment.client("glue"), here.deployment.output("DatabaseName")

    def tables() -> set[str]:
        return {one["Name"] for one in glue.get_tables(DatabaseName=database)["TableList"]}

    before = tables()
    glue.delete_table(DatabaseName=database, Name="tracks")
    runbook("cdk destroy --force -c env=<env> spotify-<env>-analytics spotify-<env>-catalog")
    runbook("make deploy ENV=<env>")
    assert tables() == before


def test_a_lost_state_costs_no_calls(here: Machine, runbook: Runbook) -> None:
    _delete(here, STATE_PREFIX)
    assert "0 playlists walked" in runbook("make extract ENV=<env>")


def test_a_lost_secret_and_authorisation_are_replaced(
    here: Machine, runbook: Runbook, app: str
) -> None:
    secret = here.deployment.output("SpotifySecretArn")
    wrong = json.dumps({"client_id": "wrong", "client_secret": "wrong", "refresh_token": "gone"})
    here.deployment.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=wrong)
    assert "grant_refused" in runbook("make extract ENV=<env>", is_well=False)
    runbook("make check ENV=<env>", is_well=False)
    runbook("make secret ENV=<env>", app)
    runbook.authorise("make auth ENV=<env>")
    assert "✓ complete" in runbook("make extract ENV=<env>")


def test_a_bucket_is_copied_and_a_retained_one_adopted(
    here: Machine, runbook: Runbook, app: str
) -> None:
    original = here.deployment.output("BucketName")
    runbook("make bootstrap ENV=<env>", env="other")
    runbook("make diff ENV=<env>", env="other")
    _fill(runbook, app)
    restored = runbook("make restore ENV=<env> BUCKET=<bucket>", env="other", bucket=original)
    assert "✓ The tables hold the raw data" in restored
    assert "0 playlists walked" in runbook("make extract ENV=<env>", env="other")
    destroyed = runbook("make destroy ENV=<env>", "CONFIRM=other", env="other")
    [bucket] = set(re.findall(r"spotify-other-storage-bucket\S+", destroyed))

    runbook("make adopt ENV=<env> BUCKET=<bucket>", env="other", bucket=bucket)
    _fill(runbook, app)
    assert "0 playlists walked" in runbook("make extract ENV=<env>", env="other")
    assert "All is well" in runbook("make status ENV=<env>", env="other")


def test_the_cost_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "SIZES", (10,))
    monkeypatch.setattr(cost, "FOLDER", tmp_path)

    def runbook(command: str) -> None:
        assert command in commands()
        cost.main(free_port())

    runbook("make cost")
    assert "| **total** | **12." in (tmp_path / "cost.md").read_text()


def _fill(runbook: Runbook, app: str) -> None:
    """The environment `other` with its secret and authorisation."""
    runbook("make deploy ENV=<env>", env="other")
    runbook("make secret ENV=<env>", app, env="other")
    runbook.authorise("make auth ENV=<env>", env="other")


def _objects(here: Machine, prefix: str) -> dict[str, bytes]:
    s3, bucket = here.deployment.client("s3"), here.deployment.output("BucketName")
    keys = list_keys(s3, bucket, prefix)
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def _delete(here: Machine, prefix: str) -> None:
    s3, bucket = here.deployment.client("s3"), here.deployment.output("BucketName")
    for key in list(list_keys(s3, bucket, prefix)):
        s3.delete_object(Bucket=bucket, Key=key)
