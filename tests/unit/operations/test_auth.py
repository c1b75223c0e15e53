"""make auth against the fake Spotify, with a browser that follows its links."""

import http.client
import json
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
import requests
from typer.testing import CliRunner

from commands import operations as commands
from fake_spotify.faults import Fault, Kind
from fake_spotify.tokens import CLIENT_SECRET, REFRESH_TOKEN
from local.spotify import CREDENTIALS
from operations.auth import authorise
from operations.consent import Consent, ConsentError
from operations.deployment import Deployment
from spotify_pipeline.extract.errors import RunRefusedError
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.settings import Credentials
from stacks.configuration import load
from tests.conftest import CONTEXT, Aws, Server
from tests.scripted_server import Scripted, plain, scripted_server

SCOPES = ("playlist-read-private", "playlist-read-collaborative")
REQUESTED = " ".join([*SCOPES, "user-library-read"])
"""The scopes that the sources of the environment `local` need."""

OpenPage = Callable[[str], bool]


class RunAuth(Protocol):
    """Runs make auth with this browser, and waits for consent this long."""

    def __call__(self, open_page: OpenPage, seconds: float = 5) -> None: ...


def unchanged(address: str) -> str:
    return address


class Browser:
    """Opens Spotify's page, follows one of its links, and comes back to where that leads."""

    def __init__(
        self,
        link: str = "Agree",
        going: Callable[[str], str] = unchanged,
        coming: Callable[[str], str] = unchanged,
    ) -> None:
        self.address = ""
        self.came_with = ""
        self.shown: list[requests.Response] = []
        self._link = link
        self._going = going
        self._coming = coming

    def __call__(self, address: str) -> bool:
        self.address = address
        page = requests.get(self._going(address), timeout=5)
        [link] = re.findall(rf'href="([^"]+)">{self._link}<', page.text)
        target = urljoin(address, unescape(link))
        sent_on = requests.get(target, allow_redirects=False, timeout=5).headers["Location"]
        self.came_with = self._coming(sent_on)
        self.shown = [page, self.reload()]
        return True

    def reload(self) -> requests.Response:
        return requests.get(self.came_with, timeout=5)

    @property
    def code(self) -> str:
        return parse_qs(urlsplit(self.came_with).query)["code"][0]


@pytest.fixture
def deployment(aws: Aws, server: Server) -> Deployment:
    """With an app that is registered, and something else in its secret."""
    aws.fill_secret(**CREDENTIALS, note="ours")
    urls = {"api_url": server.api_url, "token_url": server.token_url}
    return Deployment({"SpotifySecretArn": aws.secret_arn}, load("local", urls))


@pytest.fixture
def printed() -> list[str]:
    """The lines on the terminal."""
    return []


@pytest.fixture
def auth(deployment: Deployment, port: int, printed: list[str]) -> RunAuth:
    def run(open_page: OpenPage, seconds: float = 5) -> None:
        authorise(deployment, printed.append, open_page, port, seconds)

    return run


def secret(aws: Aws) -> dict[str, str]:
    value: dict[str, str] = json.loads(
        aws.secrets.get_secret_value(SecretId=aws.secret_arn)["SecretString"]
    )
    return value


def is_closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_grant_is_stored_beside_what_the_secret_held(
    auth: RunAuth, aws: Aws, printed: list[str]
) -> None:
    before, began = secret(aws), datetime.now(UTC).replace(microsecond=0)
    browser = Browser()
    auth(browser)
    after = secret(aws)
    authorized_at = datetime.fromisoformat(after.pop("authorized_at"))
    assert began <= authorized_at <= datetime.now(UTC)
    assert after.pop("scope") == REQUESTED
    assert after.pop("refresh_token") != before.pop("refresh_token")
    assert after == before
    assert "Stored in the secret: refresh_token, scope, authorized_at" in "\n".join(printed)
    assert [page.status_code for page in browser.shown] == [200, 200]


def test_a_later_run_extracts_with_that_grant(auth: RunAuth, deployed: Aws, server: Server) -> None:
    server.fake.tokens.revoke(REFRESH_TOKEN)
    auth(Browser())
    summary = handler({"sources": {"my_playlists": True}}, CONTEXT)
    assert (summary["status"], summary["playlists_walked"]) == ("complete", 10)


def test_the_consent_page_requests_only_the_scopes_needed(
    auth: RunAuth, server: Server, port: int
) -> None:
    browser = Browser()
    auth(browser)
    address = urlsplit(browser.address)
    asked = {name: value for name, [value] in parse_qs(address.query).items()}
    assert browser.address.startswith(f"{server.url}authorize?")
    assert len(asked.pop("state")) >= 32
    assert re.fullmatch("[A-Za-z0-9_-]{43}", asked.pop("code_challenge"))
    assert asked == {
        "client_id": CREDENTIALS["client_id"],
        "response_type": "code",
        "code_challenge_method": "S256",
        "redirect_uri": f"http://127.0.0.1:{port}/callback",
        "scope": REQUESTED,
        "show_dialog": "true",
    }


@pytest.mark.parametrize(
    ("browser", "why"),
    [
        (Browser("Cancel"), "You did not agree"),
        (Browser("Cancel", coming=lambda url: url.replace("access_denied", "<b>")), "unknown"),
        (Browser(coming=lambda url: re.sub("code=[^&]*", "code=guessed", url)), "invalid_grant"),
    ],
    ids=["cancel", "unknown error", "wrong code"],
)
def test_a_refusal_is_shown_twice_and_keeps_the_secret(
    auth: RunAuth, aws: Aws, port: int, browser: Browser, why: str
) -> None:
    before = secret(aws)
    with pytest.raises(ConsentError, match=why) as refused:
        auth(browser)
    assert browser.shown[1].status_code == 400
    assert str(refused.value) in unescape(browser.shown[1].text)
    assert secret(aws) == before
    assert is_closed(port)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Kind.ERROR, "503 without a token. Run make auth again"),
        (Kind.DROP, "ConnectionError. Run make auth again"),
        (Kind.HTML, "200 without a token. Run make auth again"),
        (Kind.EMPTY, "200 without a token. Run make auth again"),
        (Kind.INVALID_GRANT, "responded 400 invalid_grant"),
    ],
)
def test_a_token_endpoint_fault_is_named_and_keeps_the_secret(
    auth: RunAuth, aws: Aws, server: Server, port: int, kind: Kind, why: str
) -> None:
    before = secret(aws)
    server.fake.faults.add(Fault(kind, "/api/token"))
    browser = Browser()
    with pytest.raises(ConsentError, match=why) as failed:
        auth(browser)
    assert browser.shown[1].status_code == 400
    assert browser.code not in str(failed.value)
    assert (secret(aws), is_closed(port)) == (before, True)


def test_an_unwritable_secret_is_an_error_that_names_it(auth: RunAuth, aws: Aws) -> None:
    def gone(address: str) -> bool:
        aws.secrets.delete_secret(SecretId=aws.secret_arn, ForceDeleteWithoutRecovery=True)
        return Browser()(address)

    with pytest.raises(ConsentError, match=f"{aws.secret_arn} cannot be read and written"):
        auth(gone)


def test_an_unexpected_error_is_raised_and_hidden_from_the_page(
    auth: RunAuth, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("fault of ours")

    monkeypatch.setattr("operations.auth.add_to_secret", broken)
    browser = Browser()
    with pytest.raises(KeyError, match="fault of ours"):
        auth(browser)
    assert "see the terminal" in browser.shown[1].text
    assert is_closed(port)


def test_only_the_first_visit_counts_and_no_other_address(auth: RunAuth, port: int) -> None:
    codes: list[int] = []

    def twice(address: str) -> bool:
        browser = Browser()
        codes.append(requests.get(f"http://127.0.0.1:{port}/favicon.ico", timeout=5).status_code)
        browser(address)
        codes.extend([browser.shown[1].status_code, browser.reload().status_code])
        return True

    auth(twice)
    assert codes == [404, 200, 400]


def status_of(port: int, target: str, method: str = "GET", *hosts: str) -> int:
    """The status of a request with these Host headers, or else with the server's own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.putrequest(method, target, skip_host=True)
        for host in hosts or (f"127.0.0.1:{port}",):
            connection.putheader("Host", host)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("change", "method", "hosts", "status"),
    [
        (lambda target: re.sub("state=[^&]*", "state=guessed", target), "GET", [], 400),
        (lambda target: re.sub("state=[^&]*", "state=%ff", target), "GET", [], 400),
        (lambda target: re.sub("&?state=[^&]*", "", target), "GET", [], 400),
        (lambda _: "/callback?error=access_denied", "GET", [], 400),
        (lambda _: "/callback?state=guessed&error=access_denied", "GET", [], 400),
        (lambda _: "/callback", "GET", [], 400),
        (unchanged, "HEAD", [], 501),
        (unchanged, "POST", [], 501),
        (lambda _: "/favicon.ico", "GET", [], 404),
        (lambda target: target.replace("/callback", "/other"), "GET", [], 404),
        (lambda _: "http://[/callback", "GET", [], 404),
        (unchanged, "GET", ["attacker.example:{port}"], 400),
        (unchanged, "GET", ["localhost:{port}"], 400),
        (unchanged, "GET", ["127.0.0.1"], 400),
        (unchanged, "GET", ["127.0.0.1:1"], 400),
        (unchanged, "GET", ["127.0.0.1:{port}", "attacker.example"], 400),
        (unchanged, "GET", [""], 400),
    ],
)
def test_a_forged_callback_is_refused_and_the_right_one_counts(
    auth: RunAuth,
    aws: Aws,
    port: int,
    change: Callable[[str], str],
    method: str,
    hosts: list[str],
    status: int,
) -> None:
    """The target is that of the right visit, changed."""
    before = secret(aws)
    statuses: list[int] = []

    def attack(came_with: str) -> str:
        address = urlsplit(came_with)
        target = change(f"{address.path}?{address.query}")
        named = [host.format(port=port) for host in hosts]
        statuses.append(status_of(port, target, method, *named))
        assert secret(aws) == before
        return came_with

    browser = Browser(coming=attack)
    auth(browser)
    assert statuses == [status]
    assert browser.shown[1].status_code == 200
    assert secret(aws)["refresh_token"] != before["refresh_token"]


def test_forged_callbacks_do_not_extend_the_wait(auth: RunAuth, aws: Aws, port: int) -> None:
    def attack(_: str) -> bool:
        assert status_of(port, "/callback?state=guessed&code=injected") == 400
        return True

    with pytest.raises(ConsentError, match=r"Nobody agreed within 0\.1 seconds"):
        auth(attack, seconds=0.1)
    assert is_closed(port)


def test_a_code_without_its_verifier_is_refused(
    auth: RunAuth, server: Server, deployment: Deployment
) -> None:
    """Somebody who has the client secret too takes the code on its way."""
    refused: list[str] = []

    def steal(came_with: str) -> str:
        [code] = parse_qs(urlsplit(came_with).query)["code"]
        thief = Consent(
            Credentials(CREDENTIALS["client_id"], CLIENT_SECRET),
            server.token_url,
            came_with.partition("?")[0],
            (),
        )
        with pytest.raises(ConsentError, match="400 invalid_grant") as error:
            thief.exchange(code)
        refused.append(str(error.value))
        return came_with

    with pytest.raises(ConsentError, match="invalid_grant"):
        auth(Browser(coming=steal))
    assert refused


def test_the_challenge_is_that_of_rfc_7636_appendix_b(server: Server) -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    consent = Consent(Credentials(), server.token_url, "", (), code_verifier=verifier)
    asked = parse_qs(urlsplit(consent.page()).query)
    assert asked["code_challenge"] == ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]


def test_each_attempt_has_its_own_hidden_state_and_verifier() -> None:
    one, other = (Consent(Credentials(), "", "", ()) for _ in range(2))
    assert re.fullmatch("[A-Za-z0-9._~-]{43,128}", one.code_verifier)
    assert len({one.state, other.state, one.code_verifier, other.code_verifier}) == 4
    assert one.state not in repr(one)
    assert one.code_verifier not in repr(one)


@pytest.mark.parametrize(
    ("status", "location", "why"),
    [
        (307, "{other}", "307, and redirects are not followed"),
        (302, "http://[", "302, and redirects are not followed"),
        (200, "", "a response of more than 32 MB"),
    ],
)
def test_a_code_goes_only_to_the_token_endpoint_within_limits(
    status: int, location: str, why: str
) -> None:
    with scripted_server() as endpoint, scripted_server() as other:
        endpoint.response = plain(40)
        if location:
            endpoint.response = Scripted(status, {"Location": location.format(other=other.url)})
        consent = Consent(Credentials("id", "hush"), f"{endpoint.url}api/token", "", ())
        with pytest.raises(ConsentError, match=why):
            consent.exchange("code")
        assert len(endpoint.received) == 1
        assert f"code_verifier={quote(consent.code_verifier)}" in endpoint.received[0].text
        assert other.received == []


def test_scopes_that_are_not_granted_are_named(auth: RunAuth, aws: Aws, printed: list[str]) -> None:
    auth(Browser(going=lambda address: address.replace(f"+{SCOPES[1]}", "")))
    assert secret(aws)["scope"].split()[0] == SCOPES[0]
    assert f"Spotify did not grant {SCOPES[1]}:" in "\n".join(printed)


def test_without_a_browser_the_address_is_printed(
    deployment: Deployment, aws: Aws, port: int, printed: list[str]
) -> None:
    browser = Browser()

    def say(line: str) -> None:
        printed.append(line)
        if line.startswith("http"):
            browser(line)

    authorise(deployment, say, lambda _: False, port, 5)
    assert f"http://127.0.0.1:{port}/callback" in printed[0]
    assert secret(aws)["scope"]


def test_no_secret_token_or_code_is_shown_anywhere(
    auth: RunAuth, aws: Aws, server: Server, printed: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    browser = Browser()
    auth(browser)
    with pytest.raises(ConsentError):
        auth(Browser("Cancel"))
    new = secret(aws)["refresh_token"]
    shown = "\n".join([*printed, *capfd.readouterr(), browser.shown[1].text])
    assert browser.shown[1].text
    for hidden in (CLIENT_SECRET, REFRESH_TOKEN, new, browser.code):
        assert hidden not in shown


def test_a_consent_time_out_is_an_error_and_closes_the_port(auth: RunAuth, port: int) -> None:
    with pytest.raises(ConsentError, match=r"Nobody agreed within 0\.01 seconds"):
        auth(lambda _: True, seconds=0.01)
    assert is_closed(port)


def test_an_interruption_closes_the_port(auth: RunAuth, port: int) -> None:
    def interrupted(_: str) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        auth(interrupted)
    assert is_closed(port)


def test_a_port_that_is_taken_is_an_error_with_its_remedy(auth: RunAuth, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ConsentError, match="AUTH_PORT="):
        auth(Browser())


def test_an_unfilled_secret_is_an_error_that_names_its_fields(auth: RunAuth, aws: Aws) -> None:
    aws.fill_secret(client_id="", client_secret="")
    with pytest.raises(RunRefusedError, match=rf"{aws.secret_arn}.*client_id.*client_secret"):
        auth(Browser())


def run_command(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The arguments that the command passes on."""
    handed: dict[str, Any] = {}

    def take(deployment: str, say: object, open_page: OpenPage, port: int, seconds: float) -> None:
        handed.update(open_page=open_page, port=port, seconds=seconds)

    monkeypatch.setattr(commands, "authorise", take)
    monkeypatch.setattr(commands, "_deployment", lambda name: name)
    done = CliRunner().invoke(commands.app, ["auth"], env={"ENV": "dev", **environment})
    assert done.exit_code == 0
    return handed


def test_the_command_opens_the_default_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda address: address == "spotify")
    handed = run_command(monkeypatch)
    assert handed["open_page"]("spotify") is True
    assert (handed["port"], handed["seconds"]) == (8888, 300)


def test_no_browser_opens_with_no_browser_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    handed = run_command(monkeypatch, NO_BROWSER="1", AUTH_PORT="9999")
    assert handed["open_page"]("spotify") is False
    assert handed["port"] == 9999
