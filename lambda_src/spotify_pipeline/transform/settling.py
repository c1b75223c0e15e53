"""From the rows that answers gave to those of the contract: every rule kept, each key once."""

import polars as pl

from spotify_pipeline import tables
from spotify_pipeline.schema import Table, Type
from spotify_pipeline.transform.frames import series
from spotify_pipeline.transform.locations import LINE
from spotify_pipeline.transform.reader import Origin
from spotify_pipeline.transform.row_buffer import DEPTH, LINKS, SOURCE
from spotify_pipeline.transform.validation import BROKEN, check, key_rule

_DESCRIPTIONS = {tables.TRACKS, tables.EPISODES, tables.ALBUMS, tables.ARTISTS}
# An empty id or URI is none.
_IDS = {
    table: [
        column.name
        for column in table.own_columns
        if column.name in ("added_by", "uri") or column.name.endswith("_id")
    ]
    for table in tables.TABLES
}


class Origins:
    """The run and the time of each line's answer."""

    def __init__(self, origins: list[Origin]) -> None:
        run_ids, times = zip(*origins, strict=True)
        self._run_ids = pl.Series(run_ids, dtype=pl.String)
        self._times = series("extracted_at", Type.TIMESTAMP, times)

    def add_to(self, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with `extracted_at` and, unless the table has its own, `run_id`."""
        index = rows.select((pl.col(SOURCE.name) // LINE - 1).cast(pl.UInt32)).to_series()
        added = {"extracted_at": self._times.gather(index)}
        if "run_id" not in rows.columns:
            added["run_id"] = self._run_ids.gather(index)
        return rows.with_columns(**added)


def settle(table: Table, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows to store, and those that break a rule, which the column `BROKEN` names."""
    empty = [column for column in _IDS[table] if (rows[column] == "").any()]
    kept, broken = check(table, rows.with_columns(_none_if_empty(column) for column in empty))
    if table in _DESCRIPTIONS:
        kept = _merged(table.key[0], kept)
    elif table in LINKS:
        kept = _first_answers(table.key[0], kept)
    else:
        is_first = kept.select(pl.struct(table.key).is_first_distinct()).to_series()
        again = kept.filter(~is_first).with_columns(pl.lit(key_rule(table)).alias(BROKEN))
        kept, broken = kept.filter(is_first), pl.concat([broken, again])
    return kept, broken.unique([SOURCE.name, *table.key], maintain_order=True)


def _merged(key: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A row each: the deepest answer's values, then those that only a shallower one gives."""
    if rows[DEPTH.name].n_unique() <= 1:
        return rows.filter(pl.col(key).is_first_distinct())
    first = rows.filter(pl.struct(key, DEPTH.name).is_first_distinct())
    deepest_first = first.sort(DEPTH.name, descending=True, maintain_order=True)
    values = pl.exclude(key).drop_nulls().first()
    return deepest_first.group_by(key, maintain_order=True).agg(values).select(rows.columns)


def _first_answers(owner: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The links of each owner as the first answer that has any gives them."""
    return rows.filter(pl.col(SOURCE.name) == pl.col(SOURCE.name).first().over(owner))


def _none_if_empty(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "").then(pl.col(column))
