"""The user's plays: as the Web API lists them, as Spotify's exports state them, and as they were.

https://developer.spotify.com/documentation/web-api/reference/get-recently-played
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, abort, request

from fake_spotify.export import PACKAGES, export_zip
from fake_spotify.responses import Json
from fake_spotify.routes.parameters import PAGE, paging, required_user, responses
from fake_spotify.state import FakeSpotify
from fake_spotify.worlds.listening import Play

_PATH = "me/player/recently-played"
_DEFAULT_DAYS = 30


def add_listening(app: Flask, fake: FakeSpotify) -> None:
    @app.get(f"/v1/{_PATH}")
    def recently_played() -> Any:
        required_user()
        limit, _ = paging(PAGE)
        plays = _within_cursors(fake.listening.recent(_now(fake)))[:limit]
        items = [responses(fake).play(play) for play in plays]
        return _page(f"{request.host_url}v1/{_PATH}", items, plays, limit)

    @app.get("/fake/plays")
    def plays() -> Any:
        return [play_facts(play) for play in _of_last_days(fake)]

    @app.get("/fake/export")
    def export() -> Any:
        package = request.args.get("package", "")
        if package not in PACKAGES:
            abort(400, f"package must be one of {', '.join(PACKAGES)}; it is {package!r}")
        content = export_zip(package, _of_last_days(fake))
        return Response(content, mimetype="application/zip")


def play_facts(play: Play) -> Json:
    """A play as it was; `reported_at` is null if the API never lists it."""
    kind = type(play.item).__name__.lower()
    return {
        "item_type": kind,
        "item_id": play.item.id,
        "item_name": play.item.name,
        "started_at": _iso(play.started_at),
        "ended_at": _iso(play.ended_at),
        "ms_played": play.ms_played,
        "played_at": _iso(play.played_at),
        "reported_at": _iso(play.reported_at) if play.reported_at else None,
        "is_private": play.is_private,
    }


def _of_last_days(fake: FakeSpotify) -> list[Play]:
    """The plays of the last `days` of the query. Aborts with 400."""
    days = request.args.get("days", str(_DEFAULT_DAYS))
    if not (days.isdecimal() and int(days)):
        abort(400, f"days must be 1 or more; it is {days!r}")
    now = _now(fake)
    return fake.listening.plays(now - timedelta(days=int(days)), now)


def _within_cursors(plays: list[Play]) -> list[Play]:
    """The plays strictly after or before the cursor of the query, in ms. Aborts with 400."""
    after, before = request.args.get("after"), request.args.get("before")
    if after is not None and before is not None:
        abort(400, "Only one of after and before may be specified")
    if after is not None:
        return [play for play in plays if _ms(play) > _cursor(after)]
    if before is not None:
        return [play for play in plays if _ms(play) < _cursor(before)]
    return plays


def _cursor(text: str) -> int:
    return int(text) if text.isdecimal() else abort(400, "Invalid cursor")


def _page(href: str, items: list[Json], plays: Sequence[Play], limit: int) -> Json:
    """A page without a total. An empty one has no cursors."""
    following = cursors = None
    if plays:
        cursors = {"after": str(_ms(plays[0])), "before": str(_ms(plays[-1]))}
        following = f"{href}?before={cursors['before']}&limit={limit}"
    return {
        "href": f"{href}?{request.query_string.decode()}",
        "items": items,
        "limit": limit,
        "next": following,
        "cursors": cursors,
    }


def _ms(play: Play) -> int:
    return round(play.played_at.timestamp() * 1000)


def _now(fake: FakeSpotify) -> datetime:
    return datetime.fromtimestamp(fake.now(), UTC)


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
