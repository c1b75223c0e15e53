"""HTTP to Spotify: no redirects, and no response larger than the limit."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from spotify_pipeline.extract.errors import UnavailableError

MAX_BODY_BYTES = 32 * 2**20
"""Limit of a response body after content decoding. A page of the Web API has some 100 KB."""

_CHUNK_BYTES = 2**16


def open_session(connections: int = 1) -> requests.Session:
    """A session with a pool of `connections`.

    A redirect or an oversized body raises UnavailableError, whose text quotes nothing of either.
    """
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _StrictAdapter(pool_maxsize=connections))
    return session


class _StrictAdapter(HTTPAdapter):
    """Checks each response before anything else of requests acts on it.

    Following a redirect would send credentials to another host, or accept data from it.
    `allow_redirects=False` is not enough: requests still parses the Location header, and fails
    with a ValueError on some.
    """

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = super().build_response(req, resp)
        try:
            _refuse_redirect(response.status_code)
            # Where requests itself keeps a body that it has read.
            response._content = _read(response)
        except BaseException:
            response.close()
            raise
        return response


def _refuse_redirect(status: int) -> None:
    if requests.codes.multiple_choices <= status < requests.codes.bad_request:
        raise UnavailableError(f"{status}, and redirects are not followed")


def _read(response: requests.Response) -> bytes:
    """The decoded body. urllib3 decompresses one chunk at a time."""
    chunks, size = [], 0
    for chunk in response.iter_content(_CHUNK_BYTES):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise UnavailableError(f"a response of more than {MAX_BODY_BYTES // 2**20} MB")
    return b"".join(chunks)
