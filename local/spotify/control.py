"""What a person or a test sets while the stand-in runs: the day, faults, the rate limit."""

from datetime import date
from typing import Any, TypeVar

import msgspec
from flask import Flask, abort, request

from local.spotify.faults import Fault
from local.spotify.rate_window import RateWindow
from local.spotify.state import StandIn

Shape = TypeVar("Shape")


class _Day(msgspec.Struct, forbid_unknown_fields=True):
    day: date


def add_control(app: Flask, stand_in: StandIn) -> None:
    @app.route("/stand-in/day", methods=["GET", "PUT"])
    def day() -> Any:
        if request.method == "PUT":
            stand_in.day = _body(_Day).day
        return {"day": str(stand_in.day), "days": [str(d) for d in stand_in.world.days]}

    @app.route("/stand-in/faults", methods=["GET", "PUT"])
    def faults() -> Any:
        if request.method == "PUT":
            stand_in.faults.replace(_body(list[Fault]))
        return [
            msgspec.to_builtins(tally.fault) | {"matched": tally.matched, "hits": tally.hits}
            for tally in stand_in.faults.tallies()
        ]

    @app.route("/stand-in/rate-window", methods=["GET", "PUT"])
    def rate_window() -> Any:
        if request.method == "PUT":
            stand_in.rate_window = _body(RateWindow | None)  # type: ignore[arg-type]
        return app.json.response(msgspec.to_builtins(stand_in.rate_window))


def _body(shape: type[Shape]) -> Shape:
    """The request's body as `shape`. Aborts with 400 naming the field that is wrong."""
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except msgspec.MsgspecError as error:
        abort(400, str(error))
