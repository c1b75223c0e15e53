"""Polars schemas of the contract, and Parquet out of rows."""

import io
from typing import Any

import polars as pl

from spotify_pipeline.tables import Table, Type

_TYPES: dict[Type, Any] = {
    Type.STRING: pl.String(),
    Type.INT: pl.Int32(),
    Type.BIGINT: pl.Int64(),
    Type.BOOLEAN: pl.Boolean(),
    # Athena reads Parquet timestamps at millisecond precision.
    Type.TIMESTAMP: pl.Datetime("ms", "UTC"),
    Type.DATE: pl.Date(),
    Type.STRINGS: pl.List(pl.String()),
}


def schema(table: Table) -> pl.Schema:
    return pl.Schema({column.name: _TYPES[column.type] for column in table.columns})


def frame(table: Table, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """A frame of `rows`, which are in the column order of the contract. TypeError if one is not."""
    columns = zip(*rows, strict=True) if rows else [[] for _ in table.columns]
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=dtype, strict=True)
            for (name, dtype), values in zip(schema(table).items(), columns, strict=True)
        ]
    )


def parquet(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
