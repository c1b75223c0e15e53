import io
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from spotify_pipeline.tables import TABLES, Table, Type
from spotify_pipeline.transform.frames import parquet, schema, series

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
    file.write_bytes(
        parquet(pl.DataFrame([[None] * len(table.columns)], schema(table), orient="row"))
    )
    leaves = duckdb.execute(
        "select type, logical_type from parquet_schema(?) where type is not null", [str(file)]
    ).fetchall()
    assert len(leaves) == len(table.columns)
    for column, (kind, logical) in zip(table.columns, leaves, strict=True):
        physical, prefix = PARQUET_TYPES[column.type]
        assert kind == physical, column.name
        assert str(logical).startswith(str(prefix)), column.name


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        (Type.STRING, "Name", "Name"),
        (Type.INT, 2**31 - 1, 2**31 - 1),
        (Type.BIGINT, 2**63 - 1, 2**63 - 1),
        (Type.BOOLEAN, True, True),
        (Type.DATE, 10592, date(1999, 1, 1)),
        (Type.TIMESTAMP, 1772344801.25, datetime(2026, 3, 1, 6, 0, 1, 250_000, tzinfo=UTC)),
        (Type.STRINGS, ["en", "de"], ["en", "de"]),
    ],
)
def test_values_survive(kind: Type, given: object, stored: object) -> None:
    frame = pl.DataFrame([series("column", kind, [given, None])])
    read = pl.read_parquet(io.BytesIO(parquet(frame)))["column"].to_list()
    assert read == [stored, None]


@pytest.mark.parametrize(
    ("kind", "given"),
    [(Type.INT, "first"), (Type.STRING, 1), (Type.BOOLEAN, 1), (Type.TIMESTAMP, "now")],
)
def test_a_value_of_another_type_is_refused(kind: Type, given: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        series("column", kind, [given])
