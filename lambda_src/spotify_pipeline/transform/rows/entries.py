"""Rows of playlist entries, and of the tracks and episodes that the entries describe."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import UNSET

from spotify_pipeline import tables
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.responses import Expected
from spotify_pipeline.transform.rows.batch import Columns, Detail, Located, RowBatch
from spotify_pipeline.transform.rows.dates import release_day
from spotify_pipeline.transform.rows.tracks import track_batches

_Object = tuple[Expected[str], Expected[str], Expected[responses.Item], int]
"""Kind, id, item and location of an entry."""


class Page(msgspec.Struct):
    """The page of a playlist's snapshot that begins at `offset`."""

    playlist_id: str
    offset: responses.Offset
    snapshot_id: str | None = None


def entry_batches(
    page: Page,
    entries: Sequence[responses.Entry],
    locations: Sequence[int],
    *,
    described: bool = True,
) -> Iterator[RowBatch]:
    """Rows of consecutive entries, and of their tracks and episodes if they are `described`."""
    items = [entry.content for entry in entries]
    kinds = [entry.kind_of(item) for entry, item in zip(entries, items, strict=True)]
    links = [item_link(item) for item in items]
    ids = [link.id if link else None for link in links]
    columns: Columns = {
        "playlist_id": [page.playlist_id] * len(entries),
        "snapshot_id": [page.snapshot_id] * len(entries),
        "position": range(page.offset, page.offset + len(entries)),
        "item_type": kinds,
        "item_id": ids,
        "uri": [link.uri if link else None for link in links],
        "added_at": [_added_at(entry) for entry in entries],
        "added_by": [_added_by(entry) for entry in entries],
    }
    yield RowBatch(tables.PLAYLIST_ITEMS, locations, Detail.FULL, columns)
    if not described:
        return
    yield from description_batches(kinds, ids, items, locations)


def description_batches(
    kinds: Sequence[Expected[str]],
    ids: Sequence[Expected[str]],
    items: Sequence[Expected[responses.Item]],
    locations: Sequence[int],
) -> Iterator[RowBatch]:
    """Rows of the tracks and episodes that are embedded in entries or plays."""
    objects = list(zip(kinds, ids, items, locations, strict=True))
    yield from track_batches(_located("track", objects))
    if "episode" in kinds:
        yield from _episode_batches(_located("episode", objects))


def _located(kind: str, objects: Sequence[_Object]) -> list[Located[responses.Item]]:
    """The items of a kind; those without an id have no row."""
    return [
        Located(item_id, item, location)
        for own_kind, item_id, item, location in objects
        if own_kind == kind and item_id and item
    ]


def item_link(item: Expected[responses.Item]) -> responses.Item | responses.Link | None:
    """Id and URI as added or played: of a relinked track, those of the original."""
    if not item:
        return None
    return item.linked_from or item


def _added_at(entry: responses.Entry) -> Expected[float]:
    """Seconds since 1970; None for the epoch, an unknown time on old playlists."""
    added_at = entry.added_at
    if added_at is None or added_at is UNSET:
        return added_at
    return added_at.timestamp() or None


def _added_by(entry: responses.Entry) -> Expected[str]:
    user = entry.added_by
    if user is None or user is UNSET:
        return user
    return user.id


def _show(episode: responses.Item) -> responses.Named:
    """The show of an episode; one without id and name if the response has null."""
    if episode.show is UNSET:
        return responses.Named()
    return episode.show or responses.Named(None, None)


def _episode_batches(episodes: Sequence[Located[responses.Item]]) -> Iterator[RowBatch]:
    if not episodes:
        return
    items = [episode.item.as_episode() for episode in episodes]
    shows = [_show(item) for item in items]
    columns: Columns = {
        "episode_id": [episode.id for episode in episodes],
        "name": [item.name for item in items],
        "show_id": [show.id for show in shows],
        "show_name": [show.name for show in shows],
        "duration_ms": [item.duration_ms for item in items],
        "is_explicit": [item.explicit for item in items],
        "release_date": [release_day(item.release_date) for item in items],
        "release_precision": [item.release_date_precision for item in items],
        "languages": [item.languages for item in items],
    }
    locations = [episode.location for episode in episodes]
    yield RowBatch(tables.EPISODES, locations, Detail.EMBEDDED, columns)
