"""Small known data in DuckDB, and the SQL files run over it as the emulator would."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from local.athena import for_duckdb
from spotify_pipeline.tables import PARTITION_KEY, TABLES, Type
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
_VIEWS = {view.name: view.text for view in views()}
_FILES = _VIEWS | {query.name: query.text for query in saved_queries()}

Row = dict[str, Any]


class Database:
    """The contract's tables, empty at first. Rows need name only the columns that matter."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        for table in TABLES:
            columns = ", ".join(
                f"{column.name} {_DUCKDB_TYPES[column.type]}"
                for column in (*table.columns, PARTITION_KEY)
            )
            self._connection.execute(f"create table {table.name} ({columns})")

    def insert(self, table: str, **row: Any) -> None:
        marks = ", ".join("?" for _ in row)
        self._connection.execute(
            f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
        )

    def load(self, table: str, file: Path, day: str) -> None:
        """Take in the rows of a Parquet file of that day's partition."""
        self._connection.execute(
            f"insert into {table} by name select *, ? as {PARTITION_KEY.name} from read_parquet(?)",
            [day, str(file)],
        )

    def run(
        self, day: str, number: int = 1, schedule: str = "daily", status: str = "complete"
    ) -> str:
        """Record a run of a day; returns its id."""
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
        self, run_id: str, playlist: str, snapshot: str | None, *entries: str | None, **more: Any
    ) -> None:
        """Record what a run saw of a playlist; `entries` are track ids, None an unavailable one."""
        day = f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"
        at = f"{day} {run_id[9:11]}:00:30+00"
        origin = {"run_id": run_id, "extracted_at": at, "ingest_date": day}
        seen = {"name": playlist.title(), "status": "walked", "snapshot_id": snapshot, **more}
        self.insert("playlists", playlist_id=playlist, **seen, **origin)
        if seen["status"] != "walked":
            return
        for position, entry in enumerate(entries):
            self.insert(
                "playlist_items",
                playlist_id=playlist,
                snapshot_id=snapshot,
                position=position,
                item_type="track" if entry else "unavailable",
                item_id=entry,
                uri=f"spotify:track:{entry}" if entry else None,
                **origin,
            )

    def describe(self, run_id: str, track: str, *artists: str, **more: Any) -> None:
        """Record a track and its artists, as a run saw them."""
        day = f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"
        at = f"{day} {run_id[9:11]}:00:30+00"
        origin = {"run_id": run_id, "extracted_at": at, "ingest_date": day}
        self.insert("tracks", track_id=track, **{"name": track.title(), **more}, **origin)
        for position, artist in enumerate(artists):
            link = {"track_id": track, "position": position, "artist_id": artist}
            self.insert("track_artists", **link, **origin)
            self.insert("artists", artist_id=artist, name=artist.title(), **origin)

    def response(self, name: str) -> list[Row]:
        """The rows that a view or a saved query gives."""
        result = self._connection.execute(for_duckdb(_FILES[name], _VIEWS))
        columns = [column[0] for column in result.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    def count(self, query: str) -> int:
        """How many rows a query on the tables gives."""
        [[rows]] = self._connection.execute(f"select count(*) from ({query})").fetchall()
        return int(rows)

    def columns(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of an answer."""
        return [tuple(row[column] for column in columns) for row in self.response(name)]


@pytest.fixture
def database() -> Database:
    return Database()
