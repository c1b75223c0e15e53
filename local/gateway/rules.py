"""Reasons to refuse a request to a local server. Header names are lower case.

Standard library only, like the whole package: the emulator's own Python imports it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

_HOSTS = ("127.0.0.1", "localhost")
_TOKEN_NAME = "x-amz-security-token"  # noqa: S105 - of the header and the parameter


def host_refusal(headers: Mapping[str, str], port: int) -> str | None:
    """Refuse any other name for this server: a web page may have made it resolve to 127.0.0.1."""
    if headers.get("host", "") in {f"{host}:{port}" for host in _HOSTS}:
        return None
    return f"Host must be 127.0.0.1:{port} or localhost:{port}"


def page_refusal(headers: Mapping[str, str]) -> str | None:
    """Refuse what a web page sends; `none` is an address typed into a browser."""
    if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
        return "Web pages may not use this server"
    return None


def token_refusal(headers: Mapping[str, str], query: str, token: str) -> str | None:
    """Refuse a request whose session token, in a header or a presigned URL, is not `token`."""
    parameters = {name.lower(): value for name, value in parse_qsl(query)}
    given = headers.get(_TOKEN_NAME) or parameters.get(_TOKEN_NAME, "")
    if hmac.compare_digest(given.encode(), token.encode()):
        return None
    return "AWS_SESSION_TOKEN is not the one of this deployment"


def proof(token: str, challenge: str) -> str:
    """Evidence that a server knows the token, without the token."""
    return hmac.new(token.encode(), challenge.encode(), hashlib.sha256).hexdigest()
