"""Parameters of the current request."""

from flask import abort, g, request

from fake_spotify.responses import Json, Responses
from fake_spotify.routes.fields import select
from fake_spotify.state import FakeSpotify

PAGE = 50
LEGACY_PAGE = 100
_DEFAULT_PAGE = 20


def responses(fake: FakeSpotify) -> Responses:
    """The response builder, with links to the host of the current request."""
    return fake.responses(f"{request.host_url}v1/")


def paging(largest: int) -> tuple[int, int]:
    """Limit and offset. Aborts with 400."""
    limit = request.args.get("limit", str(_DEFAULT_PAGE))
    offset = request.args.get("offset", "0")
    if not (limit.isdecimal() and 1 <= int(limit) <= largest):
        abort(400, "Invalid limit")
    if not offset.isdecimal():
        abort(400, "Invalid offset")
    return int(limit), int(offset)


def required_user() -> str:
    """The token's user. Aborts with 401 for an app's own token."""
    user: str = g.access.user or abort(401, "Valid user authentication required")
    return user


def require_scope(scope: str) -> None:
    """Abort with 401 for an app's own token, with 403 for one without the scope."""
    required_user()
    if scope not in g.grant.scopes:
        abort(403, "Insufficient client scope")


def with_episodes() -> bool:
    return "episode" in request.args.get("additional_types", "track").split(",")


def selected(response: Json) -> Json:
    fields = request.args.get("fields")
    chosen: Json = select(response, fields) if fields else response
    return chosen
