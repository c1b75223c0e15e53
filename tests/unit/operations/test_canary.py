"""Secrets with unique values go through every step; none of them turns up where it should not.

Not covered: the processes of a deployment, which have logs and command lines of their own; and
replay and redrive with loggers at DEBUG, which no command sets.
"""

import gzip
import json
import logging
import secrets
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import boto3
import pytest
from typer.testing import CliRunner

from commands import operations as commands
from fake_spotify.faults import Fault, Kind
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.world import World
from operations.auth import authorise
from operations.dead_letters import peek
from operations.secret import store_credentials
from spotify_pipeline.extract.handler import handler, logger
from spotify_pipeline.extract.settings import Credentials, read_credentials
from spotify_pipeline.extract.spotify.auth import Auth
from spotify_pipeline.transform.handler import handler as transform
from stacks.configuration import load
from tests.conftest import CONTEXT, Aws, Server, set_environment
from tests.scripted_server import Scripted, plain, scripted_server
from tests.unit.operations.conftest import WorkingDeployment
from tests.unit.operations.test_auth import Browser
from tests.unit.transform.test_handler import delivered

CLIENT_ID = "0c4na7y1d5e24f6b8a9c3d2e1f0a9b8c"
CLIENT_SECRET = "5ec7e7c4na7y4b1d9e8f7a6b5c4d3e2f"
REFRESH_TOKEN = "AQC4naryRefresh-" + "x7Kq" * 20
SESSION_TOKEN = "FwoGZXIvYXdzEC4nary" + "y8Lr" * 20
"""Of the function's own role."""


class Canaries:
    """Every secret so far, and every text that must hold none of them."""

    def __init__(self) -> None:
        self.secrets = {CLIENT_SECRET, REFRESH_TOKEN, SESSION_TOKEN}
        self.texts: dict[str, str] = {}

    def make(self, size: int | None = None) -> str:
        """In the place of `secrets.token_urlsafe`."""
        secret = f"c4nary_{secrets.token_hex(size or 32)}"[: 2 * (size or 32)]
        self.secrets.add(secret)
        return secret

    @contextmanager
    def catching(self, name: str) -> Iterator[None]:
        """Render an exception with its hidden causes as text."""
        try:
            yield
        except Exception as error:
            self.texts[f"error of {name}"] = "".join(_rendered(error))

    def found(self) -> set[tuple[str, str]]:
        """The secret that was found, and its place."""
        return {
            (name, secret)
            for name, text in self.texts.items()
            for secret in self.secrets
            if secret in text or quote(secret, safe="") in text
        }


def _rendered(error: BaseException | None) -> Iterator[str]:
    if error:
        yield from traceback.format_exception(error)
        yield repr(error)
        # `from None` only hides it from the usual traceback.
        yield from _rendered(error.__cause__)
        yield from _rendered(error.__context__)


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> Canaries:
    made = Canaries()
    monkeypatch.setattr("secrets.token_urlsafe", made.make)
    return made


@pytest.fixture
def spotify(
    aws: Aws, world: World, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A fake Spotify whose app and refresh token are those in the secret."""
    fake = FakeSpotify(world, app=(CLIENT_ID, CLIENT_SECRET))
    fake.rotates = True
    aws.fill_secret(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, refresh_token=REFRESH_TOKEN)
    with serving(fake) as url:
        set_environment(aws, url, monkeypatch)
        yield Server(url, fake)


@pytest.fixture
def everything_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Sets every logger to DEBUG, as often as it is called."""
    for name in ("POWERTOOLS_LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL", "LOG_LEVEL"):
        monkeypatch.setenv(name, "DEBUG")
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION_TOKEN)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    before = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    root = logging.root.level

    def loud() -> None:
        logging.root.setLevel(logging.DEBUG)
        for name in [*logging.root.manager.loggerDict, "requests", "urllib3", "spotipy"]:
            logging.getLogger(name).setLevel(logging.DEBUG)

    yield loud
    logging.root.setLevel(root)
    for name in logging.root.manager.loggerDict:
        logging.getLogger(name).setLevel(before.get(name, logging.NOTSET))


def broken_tokens(canaries: Canaries, url: str) -> list[Scripted]:
    """Responses of a token endpoint that hold a token and are none."""
    token = canaries.make()
    body = f'{{"access_token": "{token}", "expires_in": "soon", "refresh_token": "{token}"}}'
    oversized = plain(40)
    oversized.headers["X-Token"] = token
    return [
        Scripted(307, {"Location": f"{url}?token={token}"}, body.encode()),
        Scripted(200, {}, body.encode()),
        Scripted(200, {}, body.encode()[:-30]),
        Scripted(503, {}, body.encode()),
        Scripted(200, {"Content-Encoding": "gzip"}, body.encode()),
        oversized,
    ]


def run(hour: int) -> dict[str, Any]:
    return handler(
        {"time": f"2026-03-01T{hour:02}:00:00Z", "sources": {"my_playlists": True}}, CONTEXT
    )


def authorise_and_fail_to(
    canaries: Canaries, deployment: WorkingDeployment, server: Server, port: int
) -> None:
    said: list[str] = []
    states: set[str] = set()

    def auth(browser: Browser) -> None:
        try:
            authorise(deployment, said.append, browser, port, 5)
        finally:
            canaries.texts.setdefault("pages", "")
            canaries.texts["pages"] += "".join(page.text for page in browser.shown[1:])
            # The page's address is printed, for those who have no browser here.
            states.update(parse_qs(urlsplit(browser.address).query)["state"])

    for kind in (Kind.ERROR, Kind.HTML, Kind.INVALID_GRANT, Kind.DROP):
        server.fake.faults.replace([Fault(kind, "/api/token")])
        with canaries.catching(f"auth with {kind}"):
            auth(Browser())
    server.fake.faults.clear()
    auth(Browser())
    canaries.secrets -= states
    canaries.texts["terminal"] = "\n".join(said)


def store_and_fail_to(
    canaries: Canaries, aws: Aws, deployment: WorkingDeployment, server: Server
) -> None:
    said: list[str] = []
    given = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    refused = given | {"client_secret": canaries.make()}
    for name, fault in (("503", Kind.ERROR), ("drop", Kind.DROP), ("html", Kind.HTML)):
        server.fake.faults.replace([Fault(fault, "/api/token")])
        with canaries.catching(f"secret with {name}"):
            store_credentials(deployment, given, said.append)
    server.fake.faults.clear()
    for credentials in (refused, given | {"client_secret": f"{canaries.make()}\x7f"}):
        with canaries.catching("refused secret"):
            store_credentials(deployment, credentials, said.append)
    store_credentials(deployment, given, said.append)
    assert read_credentials(aws.secrets, aws.secret_arn).client_secret == CLIENT_SECRET
    canaries.texts["secret"] = "\n".join(said)


def extract_and_fail_to(
    canaries: Canaries, aws: Aws, server: Server, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The statuses of the runs."""
    ends = [run(0)["status"]]
    for hour, fault in enumerate(
        [
            Fault(Kind.INVALID_GRANT),
            Fault(Kind.ERROR, "/api/token", count=None, status=503),
            Fault(Kind.DROP, "/api/token", count=None),
            Fault(Kind.EXPIRED, "/v1/.*"),
            Fault(Kind.ERROR_STRING, "/v1/.*"),
        ],
        start=1,
    ):
        server.fake.faults.replace([fault])
        with canaries.catching(f"extract with {fault.kind}"):
            ends.append(run(hour)["status"])
    server.fake.faults.clear()
    credentials = read_credentials(aws.secrets, aws.secret_arn)
    with scripted_server() as endpoint:
        monkeypatch.setenv("SPOTIFY_TOKEN_URL", endpoint.url)
        for hour, response in enumerate(broken_tokens(canaries, endpoint.url), start=10):
            endpoint.response = response
            ends.append(run(hour)["status"])
            with canaries.catching(f"grant {hour}"):
                Auth(credentials, endpoint.url, lambda _: None).get_access_token()
        assert credentials.refresh_token in endpoint.received[-1].text
        canaries.texts["elsewhere"] = "".join(
            one.text for one in endpoint.received if "token=" in one.path
        )
    return ends


def misread_secrets(canaries: Canaries, aws: Aws) -> None:
    for text in (f'{{"client_secret": "{CLIENT_SECRET}', f'{{"client_id": ["{CLIENT_SECRET}"]}}'):
        aws.secrets.put_secret_value(SecretId=aws.secret_arn, SecretString=text)
        with canaries.catching(f"secret {text[:10]}"):
            read_credentials(aws.secrets, aws.secret_arn)
        run(20)
    canaries.texts["credentials"] = repr(Credentials(CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN))


def operate(canaries: Canaries, aws: Aws, deployment: WorkingDeployment) -> None:
    """Replay with a part that cannot be read, redrive, and peek at it."""
    broken = aws.raw_keys()[0]
    aws.s3.put_object(Bucket=aws.bucket, Key=broken, Body=aws.read(broken)[:-9])
    day = str(date(2026, 3, 1))
    for command, days in (("replay", {"FROM": day, "TO": day}), ("redrive", {})):
        done = CliRunner().invoke(commands.app, [command], env={"ENV": "local", **days})
        assert "1 in the dead-letter queue" in done.output
        canaries.texts[command] = done.output
    letters = peek(deployment.client("sqs"), deployment.output("DeadLetterQueueUrl"))
    assert [letter.raw_key for letter in letters] == [broken]
    canaries.texts["dead letters"] = repr(letters)


def stored(aws: Aws) -> Iterator[tuple[str, str]]:
    for key, body in aws.objects().items():
        is_whole = key.endswith(".gz") and _opens(body)
        yield f"s3 {key}", (gzip.decompress(body) if is_whole else body).decode("latin-1")


def _opens(body: bytes) -> bool:
    try:
        gzip.decompress(body)
    except EOFError:
        return False
    return True


def test_no_secret_is_anywhere_but_in_the_secret(
    aws: Aws,
    spotify: Server,
    deployment: WorkingDeployment,
    canaries: Canaries,
    everything_logs: Callable[[], None],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    port: int,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(commands.console, "width", 200)
    caplog.set_level(logging.DEBUG)
    urls = {"api_url": spotify.api_url, "token_url": spotify.token_url}
    outputs = deployment.outputs | {"SpotifySecretArn": aws.secret_arn}
    here = WorkingDeployment(outputs, load("local", urls), settling_seconds=0)
    monkeypatch.setattr(commands, "_deployment", lambda _: here)

    everything_logs()
    authorise_and_fail_to(canaries, here, spotify, port)
    assert read_credentials(aws.secrets, aws.secret_arn).refresh_token in canaries.secrets
    everything_logs()
    store_and_fail_to(canaries, aws, here, spotify)
    everything_logs()
    ends = extract_and_fail_to(canaries, aws, spotify, monkeypatch)
    assert ends[:4] == ["complete", "grant_refused", "partial", "partial"]
    # A token of an odd lifetime is used, and the Web API refuses this one.
    assert set(ends[5:]) == {"partial", "grant_refused"}
    misread_secrets(canaries, aws)
    raw_parts = delivered(*aws.raw_keys())
    everything_logs()
    assert transform(raw_parts, None) == {"batchItemFailures": []}
    operate(canaries, aws, here)

    # The library `responses` is the tests' own.
    records = [record for record in caplog.records if record.name != "responses"]
    canaries.texts["log records"] = "\n".join(map(logger.registered_formatter.format, records))
    canaries.texts["stdout"], canaries.texts["stderr"] = capfd.readouterr()
    canaries.texts |= dict(stored(aws))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            canaries.texts[f"file {file}"] = file.read_bytes().decode("latin-1")

    assert len(canaries.secrets) > 15
    assert {"log records", "terminal", "error of auth with drop"} <= canaries.texts.keys()
    assert all(canaries.texts[name] for name in ("log records", "stdout", "terminal", "replay"))
    assert canaries.found() == set()


def test_a_canary_would_be_found() -> None:
    """In an error that is hidden, and in an address."""
    canaries = Canaries()

    def hide() -> None:
        try:
            raise KeyError(json.dumps({"secret": CLIENT_SECRET}))
        except KeyError:
            raise ValueError("nothing to see") from None

    with canaries.catching("hiding"):
        hide()
    canaries.texts["address"] = f"/callback?code={REFRESH_TOKEN}"
    assert canaries.found() == {("error of hiding", CLIENT_SECRET), ("address", REFRESH_TOKEN)}
