"""The server's side of a connection: it stays open, answers late, or is closed unanswered."""

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
    """Have the request at hand end with its connection; nothing of what is returned is sent."""
    request.environ[_DROPPED] = True
    return Response()


def delay(seconds: float) -> None:
    """Have the answer to the request at hand go out so long from now, whatever it takes to make."""
    request.environ[_DUE] = time.monotonic() + seconds


class Handler(WSGIRequestHandler):
    """Keeps connections open, which Werkzeug's own does not, and logs nothing."""

    protocol_version = "HTTP/1.1"
    server: "Server"
    # An answer goes out in one piece: in two, the second waits for the client to confirm the first.
    wbufsize = -1

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # To the end, so that the next request begins where it should.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        environ["wsgi.input"] = io.BytesIO(body)
        app: Any = self.server.app
        head: list[Any] = []
        with closing(app(environ, lambda *told: head.extend(told))) as chunks:
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
    """Closes the connections that are still open when it is closed."""

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
            # Its own thread may have closed it meanwhile.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
