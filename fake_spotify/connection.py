"""Server side of a connection: keep-alive, delayed responses and dropped requests."""

import io
import socket
import time
from contextlib import closing, suppress
from typing import Any

from flask import Response, request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

_DROPPED = "fake_spotify.dropped"
_DUE = "fake_spotify.due"


def drop() -> Response:
    """Close the current request's connection without a response; the returned one is discarded."""
    request.environ[_DROPPED] = True
    return Response()


def delay(seconds: float) -> None:
    """Send the current request's response `seconds` from now, including processing time."""
    request.environ[_DUE] = time.monotonic() + seconds


class Handler(WSGIRequestHandler):
    """Keeps connections open, unlike Werkzeug's handler, and does not log."""

    protocol_version = "HTTP/1.1"
    server: "Server"
    # Buffer the whole response: a second segment would wait for the client's acknowledgement.
    wbufsize = -1

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # Read the whole body: the next request on this connection starts after it.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        environ["wsgi.input"] = io.BytesIO(body)
        app: Any = self.server.app
        head: list[Any] = []
        with closing(app(environ, lambda *arguments: head.extend(arguments))) as chunks:
            response = b"".join(chunks)
        if environ.get(_DROPPED):
            self.close_connection = True
            return
        time.sleep(max(0, environ.get(_DUE, 0) - time.monotonic()))
        status, headers, *_ = head
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base's name
        pass


class Server(ThreadedWSGIServer):
    """Closes its open connections on `server_close`."""

    def __init__(self, port: int, app: Any) -> None:
        super().__init__("127.0.0.1", port, app, Handler)
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            # The connection's thread may have closed it already.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
