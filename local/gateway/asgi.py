"""The gateway in front of the emulator's ASGI application."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fake_spotify.request_origin import host_refusal, page_refusal
from local.gateway.token import proof, token_refusal

HEALTH_PATH = "/_ministack/health"
PROOF_PATH = "/_ministack/proof/"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class Gateway:
    """Forwards HTTP requests of programs that know the token, and responds to challenges."""

    def __init__(self, application: Application, port: int, token: str) -> None:
        self._application = application
        self._port = port
        self._token = token

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] != "http":
            # The deployment uses no WebSocket; closing before accepting refuses it.
            await send({"type": "websocket.close", "code": 1008})
        elif refusal := self._refusal(scope):
            await _respond(send, 403, refusal)
        elif scope["path"].startswith(PROOF_PATH):
            challenge = scope["path"].removeprefix(PROOF_PATH)
            await _respond(send, 200, proof(self._token, challenge))
        else:
            await self._application(scope, receive, send)

    def _refusal(self, scope: Message) -> str | None:
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        if refusal := host_refusal(headers, self._port) or page_refusal(headers):
            return refusal
        if scope["path"] == HEALTH_PATH or scope["path"].startswith(PROOF_PATH):
            return None
        return token_refusal(headers, scope["query_string"].decode("latin-1"), self._token)


async def _respond(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
