"""Spotify's objects as JSON, in the shapes of each regime.

Shapes: https://developer.spotify.com/documentation/web-api
"""

from collections.abc import Sequence
from typing import Any

from fake_spotify.regime import Regime
from fake_spotify.worlds.listening import Play
from fake_spotify.worlds.world import (
    Album,
    Artist,
    Entry,
    Episode,
    Item,
    LocalFile,
    Playlist,
    Track,
)

Json = dict[str, Any]

_UNKNOWN_ARTIST: Json = {
    "external_urls": {},
    "href": None,
    "id": None,
    "uri": None,
    "type": "artist",
}


class Responses:
    """Builds the responses of a regime; `base` is the API's root URL in links."""

    def __init__(self, regime: Regime, base: str) -> None:
        self._regime = regime
        self._base = base

    def playlist(self, found: Playlist) -> Json:
        """A playlist's metadata, without its contents."""
        return {
            "collaborative": found.collaborative,
            "description": found.description,
            "followers": {"href": None, "total": found.followers},
            "owner": {"display_name": found.owner.title(), **self._link("user", found.owner)},
            "name": found.name,
            "public": found.public,
            "snapshot_id": found.snapshot_id,
            "primary_color": None,
            **self._link("playlist", found.id),
        }

    def listed_playlist(self, found: Playlist, *, readable: bool) -> Json:
        """A playlist in /me/playlists: no followers; the entry count only if it is readable."""
        response = self.playlist(found)
        del response["followers"]
        keys = self._regime.contents_keys if readable else ()
        href, total = f"{self._base}playlists/{found.id}", len(found.entries)
        return response | {key: {"href": f"{href}/{key}", "total": total} for key in keys}

    def profile(self, user: str) -> Json:
        """The token's user, as in /me."""
        response = {"display_name": user.title(), "images": [], **self._link("user", user)}
        if self._regime.is_full:
            response |= {
                "country": "SE",
                "email": f"{user}@example.com",
                "explicit_content": {"filter_enabled": False, "filter_locked": False},
                "followers": {"href": None, "total": 0},
                "product": "premium",
            }
        return response

    def page(self, path: str, found: Sequence[Json], limit: int, offset: int, total: int) -> Json:
        """A page of `found` out of `total`."""
        href = f"{self._base}{path}"
        following = offset + limit
        return {
            "href": f"{href}?offset={offset}&limit={limit}",
            "limit": limit,
            "next": f"{href}?offset={following}&limit={limit}" if following < total else None,
            "offset": offset,
            "previous": f"{href}?offset={max(0, offset - limit)}&limit={limit}" if offset else None,
            "total": total,
            "items": found,
        }

    def entry(self, found: Entry, *, episodes: bool) -> Json:
        """An entry; without `episodes`, an episode has the shape of a track."""
        item = None if found.item is None else self._item(found.item, episodes=episodes)
        return {
            "added_at": found.added_at,
            "added_by": self._added_by(found.added_by),
            "is_local": isinstance(found.item, LocalFile),
            "primary_color": None,
            "video_thumbnail": {"url": None},
            **dict.fromkeys(self._regime.entry_keys, item),
        }

    def play(self, play: Play) -> Json:
        """A play in /me/player/recently-played: its key `track` is the same in all regimes."""
        assert isinstance(play.item, Track)
        context = None
        if play.context:
            context = self._link(play.context.type, play.context.id)
            del context["id"]
        played_at = play.played_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"track": self.track(play.item), "played_at": played_at, "context": context}

    def track(self, track: Track) -> Json:
        response = self.simple_track(track) | {
            "album": self._simple_album(track.album),
            "external_ids": {"isrc": track.isrc} if track.isrc else {},
        }
        if self._regime.is_full:
            # Fields of legacy responses only; `track` is a flag here.
            response |= {"track": True, "episode": False}
            if track.popularity is not None:
                response["popularity"] = track.popularity
            if track.linked_from is not None:
                response["linked_from"] = self._link("track", track.linked_from)
        return response

    def simple_track(self, track: Track) -> Json:
        """A track in an album's own listing: without album, ISRC and popularity."""
        return {
            "artists": [self._simple_artist(artist) for artist in track.artists],
            "disc_number": 1,
            "duration_ms": track.duration_ms,
            "explicit": track.explicit,
            "is_local": False,
            "is_playable": True,
            "name": track.name,
            "preview_url": None,
            "track_number": track.track_number,
            **self._link("track", track.id),
        }

    def album(self, album: Album, tracks: Json) -> Json:
        """An album with the first page of its tracks."""
        response = self._simple_album(album) | {
            "copyrights": [],
            "external_ids": {"upc": album.upc} if album.upc else {},
            "genres": [],
            "tracks": tracks,
        }
        if self._regime.is_full:
            response |= {"label": album.label, "popularity": album.popularity}
        return response

    def artist(self, artist: Artist) -> Json:
        response = self._simple_artist(artist) | {"images": []}
        if self._regime.is_full:
            response |= {
                "followers": {"href": None, "total": artist.followers},
                "genres": list(artist.genres),
                "popularity": artist.popularity,
            }
        return response

    def _added_by(self, user: str | None) -> Json | None:
        """The user who added an entry; Spotify also sends null, and an object with an empty ID."""
        if user is None:
            return None
        return self._link("user", user) if user else {"id": ""}

    def _item(self, item: Item, *, episodes: bool) -> Json:
        if isinstance(item, Track):
            return self.track(item)
        if isinstance(item, LocalFile):
            return _local_file(item)
        return self._episode(item) if episodes else self._episode_as_track(item)

    def _simple_album(self, album: Album) -> Json:
        return {
            "album_type": album.type,
            "artists": [self._simple_artist(artist) for artist in album.artists],
            "images": [],
            "name": album.name,
            "release_date": album.release_date,
            "release_date_precision": album.release_precision,
            "total_tracks": album.total_tracks,
            **self._link("album", album.id),
        }

    def _simple_artist(self, artist: Artist) -> Json:
        return {"name": artist.name, **self._link("artist", artist.id)}

    def _episode(self, episode: Episode) -> Json:
        return {
            "description": "",
            "duration_ms": episode.duration_ms,
            "explicit": False,
            "images": [],
            "is_externally_hosted": False,
            "is_playable": True,
            "language": episode.languages[0],
            "languages": list(episode.languages),
            "name": episode.name,
            "release_date": episode.release_date,
            "release_date_precision": "month",
            "show": {"name": episode.show_name, **self._link("show", episode.show_id)},
            **self._link("episode", episode.id),
        }

    def _episode_as_track(self, episode: Episode) -> Json:
        return {
            "album": {
                "album_type": None,
                "artists": [],
                "images": [],
                "name": episode.show_name,
                "release_date": None,
                "release_date_precision": None,
                **self._link("show", episode.show_id),
            },
            "artists": [{**_UNKNOWN_ARTIST, "name": None}],
            "disc_number": 0,
            "duration_ms": episode.duration_ms,
            "explicit": False,
            "external_ids": {"spotify": episode.uri},
            "is_local": False,
            "name": episode.name,
            "preview_url": None,
            "track_number": 0,
            **self._link("episode", episode.id),
            "type": "track",
        }

    def _link(self, kind: str, key: str) -> Json:
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{key}"},
            "href": f"{self._base}{kind}s/{key}",
            "id": key,
            "type": kind,
            "uri": f"spotify:{kind}:{key}",
        }


def _local_file(file: LocalFile) -> Json:
    return {
        "album": {
            "album_type": None,
            "artists": [],
            "images": [],
            "name": file.album,
            "release_date": None,
            "release_date_precision": None,
            "id": None,
            "type": "album",
            "uri": None,
        },
        "artists": [{**_UNKNOWN_ARTIST, "name": file.artist}],
        "disc_number": 0,
        "duration_ms": file.seconds * 1000,
        "explicit": False,
        "external_ids": {},
        "external_urls": {},
        "href": None,
        "id": None,
        "is_local": True,
        "name": file.title,
        "preview_url": None,
        "track_number": 0,
        "type": "track",
        "uri": file.uri,
    }
