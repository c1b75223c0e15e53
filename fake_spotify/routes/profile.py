"""The endpoint of the token's user."""

from typing import Any

from flask import Flask

from fake_spotify.routes.parameters import required_user, responses
from fake_spotify.state import FakeSpotify


def add_profile(app: Flask, fake: FakeSpotify) -> None:
    @app.get("/v1/me")
    def me() -> Any:
        return responses(fake).profile(required_user())
