"""The consent page: the user grants or denies an app access to their playlists.

https://developer.spotify.com/documentation/web-api/tutorials/code-flow
"""

from dataclasses import dataclass
from html import escape
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, redirect, request

from fake_spotify.state import FakeSpotify
from fake_spotify.tokens import Agreement
from fake_spotify.worlds.world import ME

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  body {{ margin: 15vh auto; max-width: 26rem; padding: 0 1rem;
      font: 1rem/1.5 system-ui, sans-serif }}
  a {{ display: inline-block; margin: 1rem 1rem 0 0; padding: .5rem 1.5rem; border-radius: 2rem;
      border: 1px solid #1a7f37; color: #1a7f37; text-decoration: none }}
  a.agree {{ background: #1a7f37; color: #fff }}
</style>
<h1>{title}</h1>
{body}
"""


@dataclass(frozen=True)
class _Authorization:
    """Parameters of an authorization request."""

    scope: str
    state: str
    redirect_uri: str
    code_challenge: str

    @classmethod
    def from_request(cls, client_id: str) -> Self:
        """Parse the current request. Aborts with an error page."""
        arguments = request.args
        if arguments.get("client_id") != client_id:
            abort(_problem("INVALID_CLIENT: Invalid client"))
        if arguments.get("response_type") != "code":
            abort(_problem("response_type must be code"))
        redirect_uri = arguments.get("redirect_uri", "")
        address = urlsplit(redirect_uri)
        # Spotify accepts plain HTTP only for loopback addresses, not for the name localhost.
        if (address.scheme, address.hostname) != ("http", "127.0.0.1") or not address.port:
            abort(_problem("INVALID_CLIENT: Insecure redirect URI"))
        challenge = arguments.get("code_challenge", "")
        if challenge and arguments.get("code_challenge_method") != "S256":
            abort(_problem("code_challenge_method must be S256"))
        return cls(arguments.get("scope", ""), arguments.get("state", ""), redirect_uri, challenge)

    def redirect(self, **response: str) -> Any:
        """Redirect to the app, with its state."""
        state = {"state": self.state} if self.state else {}
        return redirect(f"{self.redirect_uri}?{urlencode(response | state)}")


def add_consent(app: Flask, fake: FakeSpotify) -> None:
    client_id, _ = fake.app

    @app.get("/authorize")
    def authorize() -> Response:
        wanted = _Authorization.from_request(client_id)
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in wanted.scope.split())
        query = escape(request.query_string.decode())
        return _page(
            "A fake Spotify",
            f"<p>{escape(client_id)} asks to act for the user <b>{ME}</b>, with these scopes:</p>"
            f"<ul>{scopes or '<li>none</li>'}</ul>"
            f'<a class="agree" href="/authorize/agree?{query}">Agree</a>'
            f'<a href="/authorize/cancel?{query}">Cancel</a>',
        )

    @app.get("/authorize/agree")
    def agree() -> Any:
        wanted = _Authorization.from_request(client_id)
        agreement = Agreement(wanted.scope, wanted.redirect_uri, wanted.code_challenge)
        code = fake.tokens.new_code(agreement)
        return wanted.redirect(code=code)

    @app.get("/authorize/cancel")
    def cancel() -> Any:
        return _Authorization.from_request(client_id).redirect(error="access_denied")


def _problem(text: str) -> Response:
    response = _page("This cannot be authorised", f"<p>{escape(text)}</p>")
    response.status_code = 400
    return response


def _page(title: str, body: str) -> Response:
    return Response(_PAGE.format(title=title, body=body))
