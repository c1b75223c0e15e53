"""Rows of a playlist in Parquet files: counted, and removed where no raw part is left.

Tracks, episodes, albums and artists name no playlist. A transform of the part without the playlist
drops those that only it brought; in a file whose raw part has expired they stay.
"""

import io

import polars as pl

from operations.purge.records import PLACEHOLDER, Cleaner, mention
from spotify_pipeline import tables
from spotify_pipeline.sources import LIKED
from spotify_pipeline.transform.frames import parquet

SEARCHED = (tables.PLAYLISTS, tables.PLAYLIST_ITEMS, tables.REJECTED, tables.RUNS)
"""Tables whose rows can name a playlist."""

_DESCRIBED = [tables.PLAYLIST_ITEMS.name, tables.TRACKS.name, tables.EPISODES.name]


def rows_of(table: str, file: bytes, playlist_id: str) -> int:
    """Number of rows that name the playlist."""
    return int(_is_of(table, pl.read_parquet(io.BytesIO(file)), playlist_id).sum())


def without(table: str, file: bytes, playlist_id: str) -> bytes | None:
    """The file of a part that held the playlist, without it; None if no row is left.

    Rejected entries without a key cannot be told apart any more: they are removed too.
    """
    rows = pl.read_parquet(io.BytesIO(file))
    if table == tables.RUNS.name:
        if playlist_id == LIKED:
            return file
        reason = pl.col("reason").str.replace_all(playlist_id, PLACEHOLDER, literal=True)
        return parquet(rows.with_columns(reason))
    gone = _is_of(table, rows, playlist_id)
    if table == tables.REJECTED.name:
        is_of_an_entry = pl.col("table_name").is_null() | pl.col("table_name").is_in(_DESCRIBED)
        gone |= rows.select(pl.col("row_key").is_null() & is_of_an_entry).to_series()
    kept = rows.filter(~gone)
    return parquet(kept) if len(kept) else None


def _is_of(table: str, rows: pl.DataFrame, playlist_id: str) -> pl.Series:
    if table == tables.RUNS.name:
        # No reason names the liked songs by their id, which is a word.
        is_named = pl.lit(playlist_id != LIKED)
        named = is_named & pl.col("reason").str.contains(playlist_id, literal=True)
    elif table == tables.REJECTED.name:
        key, is_line = pl.col("row_key"), pl.col("position").is_null()
        in_line = pl.Series(
            [_is_line_of(raw, playlist_id) for raw in rows["raw"]], dtype=pl.Boolean
        )
        named = (key == playlist_id) | key.str.starts_with(f"{playlist_id}/")
        named = named.fill_null(value=False) | (is_line & in_line)
    else:
        named = pl.col("playlist_id") == playlist_id
    return rows.select(named.fill_null(value=False)).to_series()


def _is_line_of(raw: str, playlist_id: str) -> bool:
    """True for the text of a line that is the playlist's."""
    if mention(playlist_id).decode() not in raw:
        return False
    cleaner = Cleaner(playlist_id)
    list(cleaner.clean([raw.encode()]))
    return bool(cleaner.content.records)
