"""The session token of the emulator: its check, and the proof that a server knows it.

Standard library only: the emulator's own Python imports it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

_TOKEN_NAME = "x-amz-security-token"  # noqa: S105 - of the header and the parameter


def token_refusal(headers: Mapping[str, str], query: str, token: str) -> str | None:
    """Refuse a request whose session token, in a header or a presigned URL, is not `token`.

    Header names are lower case.
    """
    parameters = {name.lower(): value for name, value in parse_qsl(query)}
    given = headers.get(_TOKEN_NAME) or parameters.get(_TOKEN_NAME, "")
    if hmac.compare_digest(given.encode(), token.encode()):
        return None
    return "AWS_SESSION_TOKEN is not the one of this deployment"


def proof(token: str, challenge: str) -> str:
    """Evidence that a server knows the token, without the token."""
    return hmac.new(token.encode(), challenge.encode(), hashlib.sha256).hexdigest()
