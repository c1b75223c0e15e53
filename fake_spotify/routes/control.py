"""Control endpoints of the running fake Spotify: day, clock, faults, quota and rate limit."""

from datetime import date
from typing import Any, TypeVar

import msgspec
from flask import Flask, abort, request

from fake_spotify.faults import Fault
from fake_spotify.quota import Quota
from fake_spotify.rate_window import RateWindow
from fake_spotify.state import FakeSpotify

Shape = TypeVar("Shape")


class _Day(msgspec.Struct, forbid_unknown_fields=True):
    day: date


class _Advance(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float

    def __post_init__(self) -> None:
        if self.seconds <= 0:
            raise ValueError(f"seconds must be more than 0; it is {self.seconds}")


def add_control(app: Flask, fake: FakeSpotify) -> None:
    @app.route("/fake/day", methods=["GET", "PUT"])
    def day() -> Any:
        if request.method == "PUT":
            fake.day = _body(_Day).day
        return {"day": str(fake.day), "days": [str(d) for d in fake.world.days]}

    @app.route("/fake/clock", methods=["GET", "POST"])
    def clock() -> Any:
        if request.method == "POST":
            fake.advance(_body(_Advance).seconds)
        return {"now": fake.now(), "advanced_seconds": fake.advanced_seconds}

    @app.route("/fake/faults", methods=["GET", "PUT"])
    def faults() -> Any:
        if request.method == "PUT":
            fake.faults.replace(_body(list[Fault]))
        return [
            msgspec.to_builtins(tally.fault) | {"matched": tally.matched, "hits": tally.hits}
            for tally in fake.faults.tallies()
        ]

    @app.route("/fake/quota", methods=["GET", "PUT"])
    def quota() -> Any:
        if request.method == "PUT":
            fake.quota = _body(Quota | None)  # type: ignore[arg-type]
        return app.json.response(msgspec.to_builtins(fake.quota))

    @app.route("/fake/rate-window", methods=["GET", "PUT"])
    def rate_window() -> Any:
        if request.method == "PUT":
            fake.rate_window = _body(RateWindow | None)  # type: ignore[arg-type]
        return app.json.response(msgspec.to_builtins(fake.rate_window))


def _body(shape: type[Shape]) -> Shape:
    """The request body as `shape`. Aborts with 400 naming an invalid field."""
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except msgspec.MsgspecError as error:
        abort(400, str(error))
