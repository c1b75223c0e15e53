"""The endpoints of playlists."""

from typing import Any

from flask import Flask, abort, g

from fake_spotify.responses import Json
from fake_spotify.routes.parameters import (
    LEGACY_PAGE,
    PAGE,
    paging,
    responses,
    selected,
    with_episodes,
)
from fake_spotify.state import FakeSpotify
from fake_spotify.worlds.world import Playlist


def add_playlists(app: Flask, fake: FakeSpotify) -> None:
    @app.get("/v1/me/playlists")
    def my_playlists() -> Any:
        if g.access.user is None:
            abort(401, "Valid user authentication required")
        limit, offset = paging(PAGE)
        library = fake.library(g.access)
        shape = responses(fake)
        items = [
            shape.listed_playlist(fake.as_moved(found), readable=g.access.can_read(found))
            for found in library[offset : offset + limit]
        ]
        return shape.page("me/playlists", items, limit, offset, len(library))

    @app.get("/v1/playlists/<playlist_id>")
    def one_playlist(playlist_id: str) -> Any:
        found = fake.find(playlist_id, g.access)
        readable = g.access.can_read(found)
        contents = _entries(fake, found, LEGACY_PAGE, 0) if readable else None
        return selected(responses(fake).whole_playlist(found, contents))

    def contents(playlist_id: str, largest: int) -> Json:
        limit, offset = paging(largest)
        if g.access.user is None and not fake.regime.is_full:
            abort(401, "Valid user authentication required")
        found = fake.find(playlist_id, g.access)
        if not g.access.can_read(found):
            abort(403, "Forbidden")
        return selected(_entries(fake, found, limit, offset))

    @app.get("/v1/playlists/<playlist_id>/items")
    def playlist_items(playlist_id: str) -> Any:
        return contents(playlist_id, PAGE)

    if fake.regime.is_full:

        @app.get("/v1/playlists/<playlist_id>/tracks")
        def playlist_tracks(playlist_id: str) -> Any:
            return contents(playlist_id, LEGACY_PAGE)


def _entries(fake: FakeSpotify, found: Playlist, limit: int, offset: int) -> Json:
    shape, episodes = responses(fake), with_episodes()
    page = [
        shape.entry(entry, episodes=episodes) for entry in found.entries[offset : offset + limit]
    ]
    return shape.page(f"playlists/{found.id}/items", page, limit, offset, len(found.entries))
