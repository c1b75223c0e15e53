"""Rows of tracks and albums, and of the links to their artists."""

from collections.abc import Iterator, Sequence

from msgspec import UNSET, UnsetType

from spotify_pipeline import tables
from spotify_pipeline.schema import Table
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.responses import Expected
from spotify_pipeline.transform.rows.batch import ARTIST_NAME, Columns, Detail, Located, RowBatch
from spotify_pipeline.transform.rows.codes import normalize_code
from spotify_pipeline.transform.rows.dates import release_day


def track_batches(
    tracks: Sequence[Located[responses.Item]],
    detail: Detail = Detail.EMBEDDED,
    album_id: Expected[str] = UNSET,
) -> Iterator[RowBatch]:
    """Rows of tracks, their albums and artists.

    `album_id` is for the tracks of an album's own listing, which name no album.
    """
    if not tracks:
        return
    items = [track.item for track in tracks]
    locations = [track.location for track in tracks]
    missing_isrc = UNSET if detail is Detail.EMBEDDED else None
    ids = [track.id for track in tracks]
    columns: Columns = {
        "track_id": ids,
        "name": [item.name for item in items],
        "album_id": [_album_id(item, album_id) for item in items],
        "duration_ms": [item.duration_ms for item in items],
        "is_explicit": [item.explicit for item in items],
        "isrc": [_isrc(item, missing_isrc) for item in items],
        "popularity": [item.popularity for item in items],
        "disc_number": [item.disc_number for item in items],
        "track_number": [item.track_number for item in items],
        "is_playable": [item.is_playable for item in items],
    }
    yield RowBatch(tables.TRACKS, locations, detail, columns)
    artists = [item.artists for item in items]
    yield _artist_links(tables.TRACK_ARTISTS, ids, artists, locations)
    albums = [(item.album, location) for item, location in zip(items, locations, strict=True)]
    yield from album_batches(
        [Located(album.id, album, location) for album, location in albums if album and album.id]
    )


def album_batches(
    albums: Sequence[Located[responses.Album]], detail: Detail = Detail.EMBEDDED
) -> Iterator[RowBatch]:
    """Rows of albums and their artists."""
    if not albums:
        return
    items = [album.item for album in albums]
    locations = [album.location for album in albums]
    ids = [album.id for album in albums]
    columns: Columns = {
        "album_id": ids,
        "name": [item.name for item in items],
        "album_type": [item.album_type for item in items],
        "release_date": [release_day(item.release_date) for item in items],
        "release_precision": [item.release_date_precision for item in items],
        "total_tracks": [item.total_tracks for item in items],
        "label": [item.label for item in items],
        "popularity": [item.popularity for item in items],
        "upc": [_upc(item) for item in items],
    }
    yield RowBatch(tables.ALBUMS, locations, detail, columns)
    yield _artist_links(tables.ALBUM_ARTISTS, ids, [item.artists for item in items], locations)


class _ArtistLink(Located[responses.Named], gc=False):
    """An artist of the track or album with this id."""

    position: int


def _artist_links(
    table: Table,
    owner_ids: Sequence[str],
    artists: Sequence[Expected[list[responses.Named]]],
    locations: Sequence[int],
) -> RowBatch:
    """Links of each track or album to its artists, in order, with the names in the response.

    An artist without an id has no link.
    """
    links = [
        _ArtistLink(owner_id, artist, location, position)
        for owner_id, named, location in zip(owner_ids, artists, locations, strict=True)
        for position, artist in enumerate(named or ())
        if artist.id
    ]
    columns: Columns = {
        table.key[0]: [link.id for link in links],
        "position": [link.position for link in links],
        "artist_id": [link.item.id for link in links],
        ARTIST_NAME.name: [link.item.name for link in links],
    }
    return RowBatch(
        table,
        [link.location for link in links],
        Detail.SIMPLIFIED,
        columns,
        _missing_ids(table, artists, len(links)),
    )


def _missing_ids(
    table: Table, artists: Sequence[Expected[list[responses.Named]]], linked: int
) -> dict[str, int]:
    """The number of missing lists of artists and of artists whose id is missing."""
    lists = artists.count(UNSET)
    if not lists and sum(len(named) for named in artists if named) == linked:
        return {}
    ids = [artist.id for named in artists for artist in named or ()]
    return {f"{table.name}.artist_id": lists + ids.count(UNSET)}


def _album_id(track: responses.Item, default: Expected[str]) -> Expected[str]:
    """The id of the track's album, or `default` if the response names no album."""
    if track.album:
        return track.album.id
    return default if track.album is UNSET else None


def _isrc(track: responses.Item, default: UnsetType | None) -> str | UnsetType | None:
    """The code, or `default` if the response has no codes."""
    codes = track.external_ids
    if codes:
        return normalize_code(codes.isrc)
    return default if codes is UNSET else None


def _upc(album: responses.Album) -> str | None:
    return normalize_code(album.external_ids.upc) if album.external_ids else None
