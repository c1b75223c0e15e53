"""The endpoints of playlists."""

from typing import Any

from flask import Flask, abort, g

from fake_spotify.responses import Json
from fake_spotify.routes.parameters import (
    LEGACY_PAGE,
    PAGE,
    paging,
    required_user,
    responses,
    selected,
    with_episodes,
)
from fake_spotify.state import FakeSpotify
from fake_spotify.worlds.world import Playlist


def add_playlists(app: Flask, fake: FakeSpotify) -> None:
    @app.get("/v1/me/playlists")
    def my_playlists() -> Any:
        required_user()
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
        contents = _embedded_pages(fake, found) if readable else {}
        return selected(responses(fake).playlist(found) | contents)

    def contents(playlist_id: str, name: str, largest: int) -> Json:
        limit, offset = paging(largest)
        if not fake.regime.is_full:
            required_user()
        found = fake.find(playlist_id, g.access)
        if not g.access.can_read(found):
            abort(403, "Forbidden")
        return selected(_page(fake, found, name, limit, offset))

    @app.get("/v1/playlists/<playlist_id>/items")
    def playlist_items(playlist_id: str) -> Any:
        return contents(playlist_id, "items", PAGE)

    if fake.regime.is_full:

        @app.get("/v1/playlists/<playlist_id>/tracks")
        def playlist_tracks(playlist_id: str) -> Any:
            return contents(playlist_id, "tracks", LEGACY_PAGE)


def _embedded_pages(fake: FakeSpotify, found: Playlist) -> Json:
    """The first page in a playlist's response, once under each key of the regime."""
    keys = fake.regime.contents_keys
    pages = {key: _page(fake, found, key, LEGACY_PAGE, 0) for key in keys}
    return _shortened(pages) if g.get("is_embedded_page_short") else pages


def _shortened(pages: Json) -> Json:
    """The pages with half of their entries, rounded down; what else they state is unchanged."""
    return {
        key: page | {"items": page["items"][: len(page["items"]) // 2]}
        for key, page in pages.items()
    }


def _page(fake: FakeSpotify, found: Playlist, name: str, limit: int, offset: int) -> Json:
    """A page of entries; `name` is the endpoint of its links: `items` or `tracks`."""
    shape, episodes = responses(fake), with_episodes()
    page = [
        shape.entry(entry, episodes=episodes) for entry in found.entries[offset : offset + limit]
    ]
    return shape.page(f"playlists/{found.id}/{name}", page, limit, offset, len(found.entries))
