"""Table scans of each statement: Trino computes a view again wherever a statement names it."""

from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from sqlglot import exp, parse_one

from spotify_pipeline.tables import TABLES
from stacks.recent_views import BOUNDS, SUFFIX
from stacks.sql_file import DIALECT, SqlFile
from stacks.sql_files import saved_queries, views

MAX_SCANS = 8
OF_THE_PRESENT = (SUFFIX, "_current", "last_day_snapshots")
# In the head of a query about the history, at the start of the days that it reads.
OF_THE_HISTORY = "all days"

_VIEWS = {view.name: view for view in views()}
_TABLES = {table.name for table in TABLES}
_FILES = [*_VIEWS.values(), *saved_queries()]
_OF_HISTORY = [file for file in saved_queries() if file.reads.days.startswith(OF_THE_HISTORY)]
_OF_THE_PRESENT = [
    file
    for file in _FILES
    if file.name.endswith(OF_THE_PRESENT)
    or (file.name not in _VIEWS and not file.reads.days.startswith(OF_THE_HISTORY))
]


def scans(statement: str) -> list[str]:
    """The tables that a statement scans, each as often as it does, with its views inlined."""
    tree = parse_one(statement, read=DIALECT)
    return list(_scans_in(tree, {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}))


def _scans_in(node: exp.Expr, ctes: Mapping[str, exp.Expr]) -> Iterator[str]:
    for name in _named_in(node):
        if name in ctes:
            yield from _scans_in(ctes[name], ctes)
        elif name in _VIEWS:
            yield from _scans_of_view(name)
        else:
            yield name


def _named_in(node: exp.Expr) -> Iterator[str]:
    """Names of the tables, views and common table expressions that the query itself reads."""
    inside = node.args.get("with_")
    defined = {id(table) for table in inside.find_all(exp.Table)} if inside else set()
    return (table.name for table in node.find_all(exp.Table) if id(table) not in defined)


@cache
def _scans_of_view(name: str) -> tuple[str, ...]:
    return tuple(scans(_VIEWS[name].text))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: str(file.name))
def test_a_statement_stays_within_the_budget_of_scans(file: SqlFile) -> None:
    assert len(scans(file.text)) <= MAX_SCANS, sorted(scans(file.text))


def test_a_scan_counts_wherever_a_statement_repeats_it() -> None:
    repeated = "with a as (select track_id from tracks) select 1 from a, a as b, tracks_latest"
    assert scans(repeated) == ["tracks", "tracks", "tracks"]
    assert sorted(scans("select 1 from snapshot_items")) == ["playlist_items", "playlists"]


@pytest.mark.parametrize("file", _OF_THE_PRESENT, ids=lambda file: str(file.name))
def test_a_statement_about_the_present_reads_recent_rows_only(file: SqlFile) -> None:
    """Tables are read through the views that bound their partitions."""
    is_bound = file.name.removesuffix(SUFFIX) in _TABLES
    assert (file.dependencies & _TABLES == set()) or (is_bound and BOUNDS in file.dependencies)
    history = {name for name in file.dependencies & _VIEWS.keys() if _reads_history(name)}
    assert is_bound or history == set()


@pytest.mark.parametrize("file", _OF_HISTORY, ids=lambda file: str(file.name))
def test_a_query_that_says_all_days_reads_the_history(file: SqlFile) -> None:
    assert any(name in _TABLES or _reads_history(name) for name in file.dependencies)


def _reads_history(view: str) -> bool:
    return not view.endswith(OF_THE_PRESENT)
