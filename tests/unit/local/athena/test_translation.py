"""Athena's statements as DuckDB runs them: views, names, refusals."""

from typing import Any

import duckdb
import pytest

from local.gateway.athena.parameters import RefusedError
from local.gateway.athena.translation import for_duckdb

VIEWS = {
    ("music", "long"): "with found as (select * from tracks where ms > 100) select * from found",
    ("music", "longest"): "select max(ms) as ms from long",
    ("other", "long"): "select 0 as ms",
}


def rows(sql: str, database: str = "music") -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute("create schema music")
        connection.execute("create table music.tracks as select unnest([90, 110, 130]) as ms")
        # The emulator looks bare names up in the request's database.
        connection.execute("set schema = 'music'")
        text = for_duckdb(sql, database=database, view_text=lambda *key: VIEWS.get(key))
        return connection.execute(text).fetchall()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select ms from long order by ms", [(110,), (130,)]),
        ("select long.ms from longest join long on longest.ms = long.ms", [(130,)]),
        ("select a.ms from long as a, longest as b where a.ms < b.ms", [(110,)]),
        ("select count(*) from long union all select ms from longest order by 1", [(2,), (130,)]),
        ("select (select ms from longest) as ms", [(130,)]),
        ("select ms from (select ms from long) order by ms limit 1", [(110,)]),
        ('select ms from "AwsDataCatalog"."music"."longest"', [(130,)]),
        ("select music.longest.ms from music.longest", [(130,)]),
        ("with mine as (select ms from longest) select ms from mine", [(130,)]),
        ("with long as (select 1 as ms) select ms from long", [(1,)]),
        ("with long as (select ms from music.longest) select ms from long", [(130,)]),
        ("select a.ms, b.ms from other.long as a, music.longest as b", [(0, 130)]),
        ("select approx_distinct(ms) > 1 from long;", [(True,)]),
    ],
)
def test_a_view_is_read_wherever_it_is_named(sql: str, expected: list[tuple[Any, ...]]) -> None:
    assert rows(sql) == expected


def test_the_tables_of_a_view_are_those_of_its_own_database() -> None:
    assert rows("select ms from music.longest", database="default") == [(130,)]


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("create table copy as select 1 as a", "CREATE"),
        ("unload (select 1) to 's3://bucket/' with (format = 'PARQUET')", "UNLOAD"),
        ("insert into tracks values (1)", "INSERT"),
        ("drop table tracks", "DROP"),
        ("show tables", "SHOW"),
    ],
)
def test_anything_but_a_query_is_refused_by_name(sql: str, kind: str) -> None:
    with pytest.raises(RefusedError, match=f"runs queries only, no {kind}: begin"):
        rows(sql)


@pytest.mark.parametrize("sql", ["", "select from", "select 'open"])
def test_a_malformed_statement_is_refused_in_one_line(sql: str) -> None:
    with pytest.raises(RefusedError) as error:
        rows(sql)
    assert "\n" not in str(error.value)
