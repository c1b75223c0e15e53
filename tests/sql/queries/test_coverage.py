"""How much has been collected, and how fresh it is."""

from tests.sql.conftest import Database
from tests.sql.queries.conftest import DAY1, DAY2


def test_coverage(database: Database) -> None:
    """A partial run is no complete one, and a forbidden playlist keeps its entries."""
    first, second = database.run(DAY1), database.run(DAY2)
    database.observe(first, "p", "p1", "song", "air", total_entries=2)
    database.observe(first, "q", "q1", "song", total_entries=1)
    database.observe(first, "r", None, status="missing")
    database.observe(second, "p", "p1", status="unchanged", total_entries=2)
    database.observe(second, "q", None, status="forbidden")
    database.observe(second, "r", None, status="missing")
    database.run(DAY2, number=5, status="partial")
    days = ("days", "first_day", "last_day", "runs", "complete_runs")
    assert database.columns("coverage", *days) == [(2, DAY1, DAY2, 3, 2)]
    statuses = ("walked", "unchanged", "forbidden", "missing", "otherwise_unread")
    assert database.columns("coverage", *statuses) == [(0, 1, 1, 1, 0)]
    contents = ("playlists", "entries", "read_on_at_the_earliest")
    assert database.columns("coverage", *contents) == [(3, 3, DAY1)]


def test_the_last_complete_run_may_be_of_an_earlier_day(database: Database) -> None:
    run = database.run(DAY1)
    database.observe(run, "p", "p1", "song")
    database.run(DAY2, status="partial")
    [(ended, last_day)] = database.columns("coverage", "last_complete_at", "last_day")
    assert (str(ended)[:16], last_day) == (f"{DAY1} 01:01", DAY2)
