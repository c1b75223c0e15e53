"""The redirect URI: a server on 127.0.0.1 that waits for the user's browser to return.

Any web page can send requests to it meanwhile. Those get a 400 or 404 and change nothing.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from operations.consent import ConsentError

_HOST = "127.0.0.1"
_PATH = "/callback"
_HTTP_PORT = 80
_POLL_SECONDS = 0.05
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  body {{ margin: 15vh auto; max-width: 32rem; padding: 0 1rem;
      font: 1rem/1.5 system-ui, sans-serif }}
</style>
<h1>{title}</h1>
<p>{text}</p>
"""

Query = dict[str, list[str]]

Owns = Callable[[Query], bool]
"""Returns True if the query belongs to this consent attempt."""

Complete = Callable[[Query], str]
"""Completes the consent from the query; returns the text shown in the browser.

The browser shows the text of a ConsentError instead, if it raises one.
"""


def redirect_uri(port: int) -> str:
    """The address to register with Spotify, which takes 127.0.0.1 but not localhost."""
    return f"http://{_HOST}:{port}{_PATH}"


class Visit:
    """The one accepted request to the redirect URI."""

    def __init__(self, owns: Owns, complete: Complete) -> None:
        self._owns = owns
        self._complete = complete
        self._claim = threading.Lock()
        self._outcome: Future[str] = Future()

    def accept(self, query: Query, show: Callable[[bool, str], None]) -> None:
        """Complete the consent and show the result; refuse every later request."""
        if not self._owns(query):
            show(False, "The state is missing or wrong. Use the page that make auth opened.")
            return
        if not self._claim.acquire(blocking=False):
            show(False, "This page was used before, or comes too late.")
            return
        try:
            text = self._complete(query)
        except ConsentError as refused:
            show(False, f"{refused}.")
            self._outcome.set_exception(refused)
        except Exception as error:
            show(False, "It failed: see the terminal.")
            self._outcome.set_exception(error)
        else:
            show(True, text)
            self._outcome.set_result(text)

    def wait(self, seconds: float) -> str:
        """Return the result. Raises the error of the visit, or ConsentError on a timeout."""
        try:
            return self._outcome.result(seconds)
        except TimeoutError:
            if self._claim.acquire(blocking=False):
                raise ConsentError(
                    f"Nobody agreed within {seconds:g} seconds. Run make auth again"
                ) from None
            return self._outcome.result()


@contextmanager
def listening(port: int, owns: Owns, complete: Complete) -> Iterator[Visit]:
    """Wait for the visit at `redirect_uri(port)`. Raises ConsentError if the port is taken."""
    visit = Visit(owns, complete)
    try:
        server = _Server((_HOST, port), _Handler)
    except OSError as error:
        raise ConsentError(
            f"Port {port} on {_HOST} cannot be listened on ({error.strerror}). Choose another one "
            "with AUTH_PORT=, and register its redirect URI with Spotify"
        ) from error
    server.visit = visit
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield visit
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """Threaded, since browsers open connections and leave them idle."""

    visit: Visit


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 30

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if not self._is_addressed():
            self.send_error(400)
        elif path != _PATH:
            self.send_error(404)
        else:
            self.server.visit.accept(parse_qs(query), self._show)

    def _is_addressed(self) -> bool:
        """Check the Host header: any other name is DNS rebinding."""
        port = self.server.server_port
        own = _HOST if port == _HTTP_PORT else f"{_HOST}:{port}"
        return self.headers.get_all("Host") == [own]

    def _show(self, is_done: bool, text: str) -> None:
        title = "Authorised" if is_done else "Not authorised"
        page = _PAGE.format(title=title, text=escape(text)).encode()
        # The browser may have closed the connection.
        with suppress(ConnectionError):
            self.send_response(200 if is_done else 400)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            # The URL of this page contains the code.
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)

    def log_message(self, *_: Any) -> None:
        """Log nothing: the request's URL contains the code."""
