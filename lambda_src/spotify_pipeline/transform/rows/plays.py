"""Rows of plays that the Web API lists, and of the gaps between them."""

from collections.abc import Iterator

from msgspec import UNSET

from spotify_pipeline import tables
from spotify_pipeline.raw import PlayGap
from spotify_pipeline.statuses import PlayOrigin
from spotify_pipeline.transform import responses
from spotify_pipeline.transform.responses import Expected
from spotify_pipeline.transform.rows.batch import RowBatch, single_row
from spotify_pipeline.transform.rows.entries import description_batches, item_link

SOURCE = "recently-played"


def play_batches(
    play: responses.Play, position: int, location: int, *, described: bool = True
) -> Iterator[RowBatch]:
    """The row of a play, and those of its track or episode if that is `described`."""
    item = play.track
    kind = play.entry.kind_of(item)
    link = item_link(item)
    key = link.id if link else None
    context = play.context or None
    values = {
        "origin": PlayOrigin.API.value,
        "source": SOURCE,
        "position": position,
        "played_at": play.played_at.timestamp() if play.played_at else play.played_at,
        "track_id": key if kind == "track" else None,
        "item_type": kind,
        "uri": link.uri if link else None,
        "item_name": item.name if item else None,
        "artist_name": _first_artist(item),
        "collection_name": _collection(item, kind),
        "context_type": context.type if context else None,
        "context_uri": context.uri if context else None,
    }
    yield single_row(tables.PLAYS, location, values)
    if described:
        yield from description_batches([kind], [key], [item], [location])


def gap_row(gap: PlayGap, location: int) -> RowBatch:
    values = {
        "gap_from": gap.since.timestamp(),
        "gap_to": gap.until.timestamp(),
        "estimated_plays": gap.estimated,
    }
    return single_row(tables.PLAY_GAPS, location, values)


def _first_artist(item: Expected[responses.Item]) -> Expected[str]:
    artists = item.artists if item else None
    return artists[0].name if artists else None


def _collection(item: Expected[responses.Item], kind: Expected[str]) -> Expected[str]:
    """The name of the album, or of the show."""
    if not item:
        return None
    found = item.as_episode().show if kind == "episode" else item.album
    return None if found is None or found is UNSET else found.name
