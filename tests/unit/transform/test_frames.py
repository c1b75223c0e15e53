import io
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from spotify_pipeline import tables
from spotify_pipeline.tables import TABLES, Table
from spotify_pipeline.transform.frames import frame, parquet

# Parquet's physical and logical type for each Glue type; Athena refuses a file that differs.
PARQUET_TYPES = {
    "string": ("BYTE_ARRAY", "StringType"),
    "int": ("INT32", None),
    "bigint": ("INT64", None),
    "boolean": ("BOOLEAN", None),
    "date": ("INT32", "DateType"),
    "timestamp": ("INT64", "TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS"),
    "array<string>": ("BYTE_ARRAY", "StringType"),
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_a_file_has_the_types_that_glue_declares(table: Table, tmp_path: Path) -> None:
    file = tmp_path / "part.parquet"
    file.write_bytes(parquet(frame(table, [tuple(None for _ in table.columns)])))
    leaves = duckdb.execute(
        "select type, logical_type from parquet_schema(?) where type is not null", [str(file)]
    ).fetchall()
    assert len(leaves) == len(table.columns)
    for column, (kind, logical) in zip(table.columns, leaves, strict=True):
        physical, prefix = PARQUET_TYPES[column.type]
        assert kind == physical, column.name
        assert str(logical).startswith(str(prefix)), column.name


def test_values_survive() -> None:
    moment = datetime(2026, 3, 1, 6, 0, 1, 250_000, tzinfo=UTC)
    row = ("e1", "Name", None, "Show", 5, True, date(1999, 1, 1), "year", ["en"], "run", moment)
    stored = pl.read_parquet(io.BytesIO(parquet(frame(tables.EPISODES, [row]))))
    assert stored.row(0) == row


def test_a_row_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError):
        frame(tables.ALBUM_ARTISTS, [("b1", "first", "a1", "run", None)])
