"""Table scans of each statement: Trino computes a view again wherever a statement names it."""

import pytest

from spotify_pipeline.tables import TABLES
from stacks.recent_views import BOUNDS, SUFFIX
from stacks.sql_file import SqlFile
from stacks.sql_files import saved_queries
from tests.sql.scans import OF_THE_HISTORY, OF_THE_PRESENT, VIEWS, is_of_the_present, scans

MAX_SCANS = 8

_TABLES = {table.name for table in TABLES}
_FILES = [*VIEWS.values(), *saved_queries()]
_OF_HISTORY = [file for file in saved_queries() if file.reads.days.startswith(OF_THE_HISTORY)]
_OF_THE_PRESENT = [file for file in _FILES if is_of_the_present(file)]


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
    history = {name for name in file.dependencies & VIEWS.keys() if _reads_history(name)}
    assert is_bound or history == set()


@pytest.mark.parametrize("file", _OF_HISTORY, ids=lambda file: str(file.name))
def test_a_query_that_says_all_days_reads_the_history(file: SqlFile) -> None:
    assert any(name in _TABLES or _reads_history(name) for name in file.dependencies)


def _reads_history(view: str) -> bool:
    return not view.endswith(OF_THE_PRESENT)
