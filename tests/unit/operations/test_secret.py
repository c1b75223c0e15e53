"""make secret against the fake Spotify and a secret in memory."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest
from typer.testing import CliRunner, Result

from commands import operations as commands
from commands.variables import VariableError
from fake_spotify.faults import Fault, Kind
from local.deployment import ROOT
from local.spotify import APP_CREDENTIALS, CREDENTIALS
from operations.deployment import Deployment
from operations.secret import SecretRefusedError, store_credentials
from spotify_pipeline.extract.settings import read_credentials
from stacks.configuration import load
from tests.conftest import Aws, Server

GRANT = {"refresh_token": "granted", "scope": "own", "authorized_at": "2026-03-01T06:00:00Z"}
REFUSED = APP_CREDENTIALS | {"client_secret": "w0rld-unlike"}


@pytest.fixture
def deployment(aws: Aws, server: Server) -> Deployment:
    urls = {"api_url": server.api_url, "token_url": server.token_url}
    return Deployment({"SpotifySecretArn": aws.secret_arn}, load("local", urls))


def store(deployment: Deployment, **given: str) -> str:
    said: list[str] = []
    store_credentials(deployment, given, said.append)
    return "\n".join(said)


def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, path: Path) -> Result:
    """Run make secret FILE=."""
    monkeypatch.setattr(commands, "_deployment", lambda _: deployment)
    variables = {"ENV": "local", "FILE": str(path)}
    return CliRunner().invoke(commands.app, ["secret"], env=variables)


def test_new_credentials_leave_the_users_grant(aws: Aws, deployment: Deployment) -> None:
    aws.fill_secret(client_id="", client_secret="", **GRANT, note="ours")
    said = store(deployment, **APP_CREDENTIALS)
    assert aws.secret() == {**APP_CREDENTIALS, **GRANT, "note": "ours"}
    assert "Kept in it: refresh_token, scope, authorized_at" in said
    assert "make auth" not in said


def test_stored_credentials_are_those_of_the_next_run(aws: Aws, deployment: Deployment) -> None:
    aws.fill_secret(client_id="", client_secret="")
    store(deployment, **APP_CREDENTIALS)
    stored = read_credentials(aws.secrets, aws.secret_arn)
    assert (stored.client_id, stored.client_secret) == tuple(APP_CREDENTIALS.values())


@pytest.mark.parametrize(
    ("before", "remedy"),
    [
        ({"client_id": "", "client_secret": ""}, True),
        ({"client_id": "another app", **GRANT}, True),
        ({**APP_CREDENTIALS, **GRANT}, False),
    ],
    ids=["no user yet", "a user of another app", "the same app"],
)
def test_a_missing_authorisation_is_pointed_out(
    aws: Aws, deployment: Deployment, before: dict[str, str], remedy: bool
) -> None:
    aws.fill_secret(**before)
    assert ("make auth ENV=local" in store(deployment, **APP_CREDENTIALS)) is remedy


def test_credentials_that_spotify_refuses_are_not_stored(aws: Aws, deployment: Deployment) -> None:
    before = aws.secret()
    with pytest.raises(SecretRefusedError, match=r"responded 400 .*Nothing was stored") as refused:
        store(deployment, **REFUSED)
    assert aws.secret() == before
    assert REFUSED["client_secret"] not in str(refused.value)


@pytest.mark.parametrize("kind", [Kind.ERROR, Kind.DROP, Kind.HTML])
def test_unchecked_credentials_are_not_stored(
    aws: Aws, server: Server, deployment: Deployment, kind: Kind
) -> None:
    before = aws.secret()
    server.fake.faults.add(Fault(kind, "/api/token"))
    with pytest.raises(SecretRefusedError, match="could not be checked"):
        store(deployment, **APP_CREDENTIALS)
    assert aws.secret() == before


@pytest.mark.parametrize("value", ["hüsh", "two\nlines"])
def test_impossible_credentials_are_refused_without_a_request(
    server: Server, deployment: Deployment, value: str
) -> None:
    with pytest.raises(SecretRefusedError, match="client_secret has characters") as refused:
        store(deployment, client_id="id", client_secret=value)
    assert value not in str(refused.value)
    assert server.fake.requests == 0


def test_a_secret_that_is_no_json_is_replaced(aws: Aws, deployment: Deployment) -> None:
    aws.secrets.put_secret_value(SecretId=aws.secret_arn, SecretString='{"client_id": ')
    assert "AWSPREVIOUS" in store(deployment, **APP_CREDENTIALS)
    assert aws.secret() == APP_CREDENTIALS


def test_a_file_is_stored_and_not_shown(
    aws: Aws, deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "app.json"
    path.write_text(json.dumps(CREDENTIALS))
    aws.fill_secret(client_id="", note="ours")
    done = run(deployment, monkeypatch, path)
    assert done.exit_code == 0
    assert aws.secret() == {**CREDENTIALS, "note": "ours"}
    assert not [value for value in CREDENTIALS.values() if value in done.output]


def test_a_file_of_something_else_is_refused(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "app.json"
    path.write_text('{"client_id": "id"}')
    done = run(deployment, monkeypatch, path)
    assert isinstance(done.exception, VariableError)
    assert f"FILE={path} cannot be used" in str(done.exception)


@contextmanager
def asking(stdin: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that asks for credentials, in a session without another terminal."""
    code = "import commands.credentials as c; print(c.ask_credentials())"
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "lambda_src"},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    end = Timer(30, program.kill)
    end.start()
    with program:
        yield program
    end.cancel()


def test_credentials_are_typed_without_echo() -> None:
    terminal, stdin = pty.openpty()
    with asking(stdin) as program:
        assert program.stderr
        for line in (b"app-id\n", b"\n", b" hidden \n"):
            # Input typed before a question is discarded.
            while (character := program.stderr.read(1)) != b":":
                assert character, "the program asks no further question"
            os.write(terminal, line)
        shown, _ = program.communicate()
    os.write(stdin, b"end")
    screen = os.read(terminal, 1000)
    for end in (terminal, stdin):
        os.close(end)
    assert shown == b"{'client_id': 'app-id', 'client_secret': 'hidden'}\n"
    assert screen == b"end"


def test_without_a_terminal_a_file_is_requested() -> None:
    with asking(subprocess.DEVNULL) as program:
        _, error = program.communicate()
    assert b"There is no terminal to ask on: give FILE=" in error
