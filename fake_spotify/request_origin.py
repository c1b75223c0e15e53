"""Reasons to refuse a request to a local server by its origin. Header names are lower case.

Standard library only: the Python of the emulator imports it too.
"""

from collections.abc import Mapping

_HOSTS = ("127.0.0.1", "localhost")


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
