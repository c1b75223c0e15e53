"""The declared tables in DuckDB, with the SQL files translated as for the emulator."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from local.gateway.athena.translation import for_duckdb
from spotify_pipeline.tables import PARTITION_KEY, TABLES, Type
from stacks.recent_views import WHOLE_HISTORY, Bounds
from stacks.sql_files import saved_queries, views

_DUCKDB_TYPES = {
    Type.STRING: "varchar",
    Type.INT: "integer",
    Type.BIGINT: "bigint",
    Type.BOOLEAN: "boolean",
    Type.TIMESTAMP: "timestamptz",
    Type.DATE: "date",
    Type.STRINGS: "varchar[]",
}
_QUERIES = {query.name: query for query in saved_queries()}

Row = dict[str, Any]


@cache
def _views(bounds: Bounds) -> dict[str, str]:
    return {view.name: view.text for view in views(bounds)}


@cache
def _translated(name: str, bounds: Bounds) -> str:
    """A view or a saved query in DuckDB's dialect."""
    texts = _views(bounds)
    return for_duckdb(
        texts.get(name) or _QUERIES[name].text,
        database="main",
        view_text=lambda _, view: texts.get(view),
    )


class Database:
    """The declared tables, initially empty, and the views of the present within `bounds`.

    Columns that a row omits are null.
    """

    def __init__(self, bounds: Bounds = WHOLE_HISTORY) -> None:
        self._bounds = bounds
        self._connection = duckdb.connect()
        for table in TABLES:
            columns = ", ".join(
                f"{column.name} {_DUCKDB_TYPES[column.type]}"
                for column in (*table.columns, PARTITION_KEY)
            )
            self._connection.execute(f"create table {table.name} ({columns})")

    def insert(self, table: str, **row: object) -> None:
        marks = ", ".join("?" for _ in row)
        self._connection.execute(
            f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
        )

    def load(self, table: str, file: Path, day: str) -> None:
        """Insert the rows of a Parquet file of that day's partition."""
        self._connection.execute(
            f"insert into {table} by name select *, ? as {PARTITION_KEY.name} from read_parquet(?)",
            [day, str(file)],
        )

    def run(
        self, day: str, number: int = 1, schedule: str = "daily", status: str = "complete"
    ) -> str:
        """Insert a run that starts in hour `number` of the day; return its id."""
        run_id = f"{day.replace('-', '')}T{number:02}0000Z-{schedule}-0a1b2c3d"
        at = f"{day} {number:02}:00:00+00"
        self.insert(
            "runs",
            run_id=run_id,
            attempt=1,
            schedule=schedule,
            status=status,
            started_at=at,
            finished_at=f"{day} {number:02}:01:30+00",
            ingest_date=day,
        )
        return run_id

    def observe(
        self, run_id: str, playlist: str, snapshot: str | None, *entries: str | None, **more: object
    ) -> None:
        """Insert a run's observation of a playlist.

        Entries are track ids, or URIs of anything else; None is unavailable.
        """
        origin = _origin(run_id)
        row = {"name": playlist.title(), "status": "walked", "snapshot_id": snapshot, **more}
        if row["status"] == "walked":
            row = {"stored_entries": len(entries), **row}
        self.insert("playlists", playlist_id=playlist, **row, **origin)
        if row["status"] != "walked":
            return
        for position, entry in enumerate(entries):
            self.insert(
                "playlist_items",
                playlist_id=playlist,
                snapshot_id=snapshot,
                position=position,
                **_content(entry),
                **origin,
            )

    def describe(self, run_id: str, track: str, *artists: str, **more: object) -> None:
        """Insert a run's rows of a track and its artists."""
        origin = _origin(run_id)
        self.insert("tracks", track_id=track, **{"name": track.title(), **more}, **origin)
        for position, artist in enumerate(artists):
            link = {"track_id": track, "position": position, "artist_id": artist}
            self.insert("track_artists", **link, **origin)
            self.insert("artists", artist_id=artist, name=artist.title(), **origin)

    def describe_episode(self, run_id: str, episode: str, **more: object) -> None:
        """Insert a run's row of a podcast episode."""
        row = {"name": f"Episode {episode.title()}", **more}
        self.insert("episodes", episode_id=episode, **row, **_origin(run_id))

    def attempt(
        self, run_id: str, number: int, start: str, end: str | None, **more: object
    ) -> None:
        """Insert an attempt at a run of 2026-03-01, from one time of that day to another."""
        day = "2026-03-01"
        row = {"run_id": run_id, "attempt": number, "schedule": "daily", "ingest_date": day}
        times = {"started_at": f"{day} {start}+00", "finished_at": end and f"{day} {end}+00"}
        self.insert("runs", **row, **times, **more)

    def set_added(self, playlist: str, *, first: str | None, then: str | None) -> None:
        """Set the time at which the entries of a playlist were added: the first, and the others."""
        self._connection.execute(
            "update playlist_items set added_at = case when position = 0 then ? else ? end"
            " where playlist_id = ?",
            [first, then, playlist],
        )

    def set_users(self, playlist: str, users: Sequence[str | None]) -> None:
        """Set who added the entries of a playlist, by position."""
        for position, user in enumerate(users):
            self._connection.execute(
                "update playlist_items set added_by = ? where playlist_id = ? and position = ?",
                [user, playlist, position],
            )

    def rows(self, name: str, *values: object) -> list[Row]:
        """Result rows of a view, or of a saved query with these values of its parameters."""
        result = self._connection.execute(_translated(name, self._bounds), values)
        columns = [column[0] for column in result.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    def count(self, query: str) -> int:
        """Number of result rows of a query on the tables."""
        [[rows]] = self._connection.execute(f"select count(*) from ({query})").fetchall()
        return int(rows)

    def columns(
        self, name: str, *columns: str, values: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Selected columns of a view, or of a saved query with these values of its parameters."""
        return [tuple(row[column] for column in columns) for row in self.rows(name, *values)]


def _content(entry: str | None) -> Row:
    """Make the row of an entry from its uri; a local file has no id."""
    if entry is None:
        return {"item_type": "unavailable"}
    uri = entry if entry.startswith("spotify:") else f"spotify:track:{entry}"
    _, kind, key = uri.split(":", 2)
    return {"item_type": kind, "item_id": None if kind == "local" else key, "uri": uri}


def _origin(run_id: str) -> Row:
    """The columns that every row of a run has, derived from its id."""
    day = f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"
    at = f"{day} {run_id[9:11]}:00:30+00"
    return {"run_id": run_id, "extracted_at": at, "ingest_date": day}


@pytest.fixture
def database() -> Database:
    return Database()
