"""The endpoint of the user's liked songs, the same in every regime."""

from typing import Any

from flask import Flask

from fake_spotify.routes.parameters import PAGE, paging, require_scope, responses
from fake_spotify.state import FakeSpotify


def add_liked_songs(app: Flask, fake: FakeSpotify) -> None:
    @app.get("/v1/me/tracks")
    def liked_songs() -> Any:
        require_scope("user-library-read")
        limit, offset = paging(PAGE)
        liked, shape = fake.world.liked_songs(fake.day), responses(fake)
        items = [shape.liked_song(entry) for entry in liked[offset : offset + limit]]
        return shape.page("me/tracks", items, limit, offset, len(liked))
