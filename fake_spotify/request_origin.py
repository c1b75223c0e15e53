"""Reasons to refuse a request to a local server by its origin. Header names are lower case.

Standard library only: the emulator's own Python imports this module.
"""

from collections.abc import Mapping

_HOSTS = ("127.0.0.1", "localhost")


def host_refusal(headers: Mapping[str, str], port: int) -> str | None:
    """Refuse other host names: a web page may have made one resolve to 127.0.0.1."""
    if headers.get("host", "") in {f"{host}:{port}" for host in _HOSTS}:
        return None
    return f"Host must be 127.0.0.1:{port} or localhost:{port}"


def page_refusal(headers: Mapping[str, str]) -> str | None:
    """Refuse requests of web pages; `none` is an address typed into a browser."""
    if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
        return "Web pages may not use this server"
    return None
