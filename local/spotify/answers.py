"""Spotify's objects as JSON, in the shapes that an app registered today gets.

Shapes: https://developer.spotify.com/documentation/web-api
"""

from typing import Any

from local.spotify.world import Album, Artist, Entry, Episode, Item, LocalFile, Playlist, Track

Json = dict[str, Any]


def playlist(found: Playlist, base: str) -> Json:
    """A playlist's metadata, without its contents."""
    return {
        "collaborative": found.collaborative,
        "description": found.description,
        "followers": {"href": None, "total": found.followers},
        "owner": {"display_name": found.owner.title(), **_link("user", found.owner, base)},
        "name": found.name,
        "public": found.public,
        "snapshot_id": found.snapshot_id,
        "primary_color": None,
        **_link("playlist", found.id, base),
    }


def listed_playlist(found: Playlist, base: str, *, readable: bool) -> Json:
    """A playlist in /me/playlists: no followers; how many entries, where they can be read."""
    answer = playlist(found, base)
    del answer["followers"]
    if readable:
        href = f"{base}playlists/{found.id}/items"
        answer["items"] = {"href": href, "total": len(found.entries)}
    return answer


def page(items: list[Json], href: str, limit: int, offset: int, total: int) -> Json:
    following = offset + limit
    return {
        "href": f"{href}?offset={offset}&limit={limit}",
        "limit": limit,
        "next": f"{href}?offset={following}&limit={limit}" if following < total else None,
        "offset": offset,
        "previous": f"{href}?offset={max(0, offset - limit)}&limit={limit}" if offset else None,
        "total": total,
        "items": items,
    }


def entry(found: Entry, base: str, *, episodes: bool) -> Json:
    """An entry; without `episodes` an episode is disguised as a track."""
    by = found.added_by
    return {
        "added_at": found.added_at,
        "added_by": None if by is None else {"id": by} if by == "" else _link("user", by, base),
        "is_local": isinstance(found.item, LocalFile),
        "primary_color": None,
        "video_thumbnail": {"url": None},
        "item": None if found.item is None else _item(found.item, base, episodes=episodes),
    }


def _item(item: Item, base: str, *, episodes: bool) -> Json:
    if isinstance(item, Track):
        return _track(item, base)
    if isinstance(item, LocalFile):
        return _local_file(item)
    return _episode(item, base) if episodes else _disguised(item, base)


def _track(track: Track, base: str) -> Json:
    return {
        "album": _album(track.album, base),
        "artists": [_artist(artist, base) for artist in track.artists],
        "disc_number": 1,
        "duration_ms": track.duration_ms,
        "explicit": track.explicit,
        "external_ids": {"isrc": track.isrc} if track.isrc else {},
        "is_local": False,
        "is_playable": True,
        "name": track.name,
        "preview_url": None,
        "track_number": track.track_number,
        **_link("track", track.id, base),
    }


def _album(album: Album, base: str) -> Json:
    return {
        "album_type": album.type,
        "artists": [_artist(artist, base) for artist in album.artists],
        "images": [],
        "name": album.name,
        "release_date": album.release_date,
        "release_date_precision": album.release_precision,
        "total_tracks": album.total_tracks,
        **_link("album", album.id, base),
    }


def _artist(artist: Artist, base: str) -> Json:
    return {"name": artist.name, **_link("artist", artist.id, base)}


def _local_file(file: LocalFile) -> Json:
    nobody: Json = {"external_urls": {}, "href": None, "id": None, "type": "artist", "uri": None}
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
        "artists": [{**nobody, "name": file.artist}],
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


def _episode(episode: Episode, base: str) -> Json:
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
        "show": {"name": episode.show_name, **_link("show", episode.show_id, base)},
        **_link("episode", episode.id, base),
    }


def _disguised(episode: Episode, base: str) -> Json:
    nobody: Json = {"external_urls": {}, "href": None, "id": None, "name": None, "uri": None}
    return {
        "album": {
            "album_type": None,
            "artists": [],
            "images": [],
            "name": episode.show_name,
            "release_date": None,
            "release_date_precision": None,
            **_link("show", episode.show_id, base),
        },
        "artists": [{**nobody, "type": "artist"}],
        "disc_number": 0,
        "duration_ms": episode.duration_ms,
        "explicit": False,
        "external_ids": {"spotify": episode.uri},
        "is_local": False,
        "name": episode.name,
        "preview_url": None,
        "track_number": 0,
        **_link("episode", episode.id, base),
        "type": "track",
    }


def _link(kind: str, key: str, base: str) -> Json:
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{key}"},
        "href": f"{base}{kind}s/{key}",
        "id": key,
        "type": kind,
        "uri": f"spotify:{kind}:{key}",
    }
