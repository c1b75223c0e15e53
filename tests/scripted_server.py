"""An HTTP server on 127.0.0.1 that sends one scripted response and records every request."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_POLL_SECONDS = 0.02
MEGABYTE = bytes(2**20)


@dataclass
class Scripted:
    """`body` is sent `times` times; chunked unless Content-Length is among the headers."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    times: int = 1


def plain(megabytes: int) -> Scripted:
    """A body that announces its length."""
    return Scripted(
        headers={"Content-Length": str(megabytes * len(MEGABYTE))}, body=MEGABYTE, times=megabytes
    )


def chunked(megabytes: int) -> Scripted:
    return Scripted(body=MEGABYTE, times=megabytes)


def gzip_bomb(megabytes: int, layers: int = 1) -> Scripted:
    """A body of zeros that is compressed `layers` times."""
    body = b"".join(gzip.compress(MEGABYTE * 16) for _ in range(megabytes // 16))
    for _ in range(layers - 1):
        body = gzip.compress(body)
    encoding = ", ".join(["gzip"] * layers)
    return Scripted(
        headers={"Content-Encoding": encoding, "Content-Length": str(len(body))}, body=body
    )


@dataclass
class Received:
    """`text` holds request line, headers and body."""

    path: str
    text: str


class ScriptedServer:
    """`response` may be set at any time. `received` holds the requests in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.response = Scripted()
        self.received: list[Received] = []


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    script = ScriptedServer(f"http://127.0.0.1:{server.server_port}/")
    server.script = script  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        script: ScriptedServer = self.server.script  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        text = f"{self.requestline}\n{self.headers}\n{body.decode()}"
        script.received.append(Received(self.path, text))
        try:
            self._send(script.response)
        except ConnectionError:
            # The client hung up in the middle of the response, as it should.
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, response: Scripted) -> None:
        self.send_response(response.status)
        is_chunked = "Content-Length" not in response.headers
        for name, value in response.headers.items():
            self.send_header(name, value)
        if is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(response.times):
            frame = b"%x\r\n%b\r\n" % (len(response.body), response.body)
            self.wfile.write(frame if is_chunked else response.body)
        if is_chunked:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass
