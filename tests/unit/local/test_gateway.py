"""The gateway in front of the emulator, driven through ASGI."""

import asyncio

import pytest

from local.gateway.asgi import HEALTH_PATH, PROOF_PATH, Gateway, Message, Receive, Send
from local.gateway.token import proof

PORT = 4566
TOKEN = "the deployment's token"


async def _emulator(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"a secret"})


def ask(path: str = "/", *, query: str = "", kind: str = "http", **headers: str) -> list[Message]:
    """The messages with which the gateway responds; `_` in a header's name is a hyphen."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("the body is not read")

    usual = {"host": f"127.0.0.1:{PORT}", "x-amz-security-token": TOKEN}
    given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": kind, "path": path, "query_string": query.encode(), "headers": pairs}
    asyncio.run(Gateway(_emulator, PORT, TOKEN)(scope, receive, send))
    return sent


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}"])
def test_a_program_with_the_token_gets_through(host: str) -> None:
    assert ask(host=host)[-1]["body"] == b"a secret"


@pytest.mark.parametrize("name", ["X-Amz-Security-Token", "x-amz-security-token"])
def test_a_presigned_url_carries_the_token_as_a_parameter(name: str) -> None:
    query = f"X-Amz-Expires=60&{name}=the%20deployment%27s%20token"
    assert ask(query=query, x_amz_security_token="")[-1]["body"] == b"a secret"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://127.0.0.1:{PORT}"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "same-origin"},
        {"host": "evil.example"},
        {"host": f"evil.example:{PORT}"},
        {"host": "127.0.0.1:80"},
        {"host": ""},
        {"x_amz_security_token": ""},
        {"x_amz_security_token": "another's"},
        {"x_amz_security_token": "anöther's"},
    ],
)
def test_web_pages_other_names_and_other_tokens_are_refused(headers: dict[str, str]) -> None:
    start, body = ask(**headers)
    assert start["status"] == 403
    assert b"secret" not in body["body"]


@pytest.mark.parametrize("path", [HEALTH_PATH, PROOF_PATH + "1"])
def test_health_and_proof_need_no_token_but_refuse_web_pages(path: str) -> None:
    assert ask(path, x_amz_security_token="")[0]["status"] == 200
    assert ask(path, origin="https://evil.example")[0]["status"] == 403
    assert ask(path, host="evil.example")[0]["status"] == 403


def test_the_gateway_proves_the_token_without_showing_it() -> None:
    shown = ask(PROOF_PATH + "challenge", x_amz_security_token="")[-1]["body"].decode()
    assert shown == proof(TOKEN, "challenge") != proof("another", "challenge")
    assert TOKEN not in shown


def test_web_sockets_are_closed_before_they_are_accepted() -> None:
    assert ask(kind="websocket") == [{"type": "websocket.close", "code": 1008}]
