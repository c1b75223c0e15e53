"""What the deployment holds to run: its views, saved queries and prepared statements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from operations.athena.query import run_query
from operations.athena.saved import saved_queries
from operations.deployment import Deployment
from stacks import sql_files
from stacks.sql_file import SqlFile
from stacks.sql_files import views
from tests.sql.scans import is_of_the_present, scans

Kind = Literal["view", "query", "prepared"]

# Values that the data has, by the parameter's name; for any other the example in the file.
_VALUES = {
    "playlist_id": "select min(playlist_id) from playlist_items",
    "track_id": "select min(item_id) from playlist_items where item_type = 'track'",
    "day": "select max(ingest_date) from playlists",
}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement as deployed; `parameters` are the values of its marks `?`, as text.

    `scans` is the number of table scans with all views inlined.
    """

    name: str
    kind: Kind
    sql: str
    parameters: tuple[str, ...] = ()
    is_of_the_present: bool
    scans: int

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def statements(deployment: Deployment) -> Iterator[Statement]:
    """Every view, every saved query without parameters, and every prepared statement."""
    for view in views():
        yield _statement(view, "view", f"select * from {view.name}")
    files = {file.name: file for file in sql_files.saved_queries()}
    for query in saved_queries(deployment).values():
        if not query.parameters:
            yield _statement(files[query.name], "query", query.sql)
    for name, sql in _prepared(deployment):
        values = _values(files[name], lambda sql: run_query(deployment, sql).rows[0][0])
        yield _statement(files[name], "prepared", sql, values)


def _statement(file: SqlFile, kind: Kind, sql: str, parameters: tuple[str, ...] = ()) -> Statement:
    return Statement(
        name=file.name,
        kind=kind,
        sql=sql,
        parameters=parameters,
        is_of_the_present=is_of_the_present(file),
        scans=len(scans(file.text)),
    )


def _prepared(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Name and text of each prepared statement of the workgroup."""
    client, workgroup = deployment.client("athena"), deployment.output("WorkGroupName")
    listed = client.list_prepared_statements(WorkGroup=workgroup)["PreparedStatements"]
    for name in sorted(one["StatementName"] for one in listed):
        found = client.get_prepared_statement(StatementName=name, WorkGroup=workgroup)
        yield name, found["PreparedStatement"]["QueryStatement"]


def _values(file: SqlFile, first: Callable[[str], str | None]) -> tuple[str, ...]:
    """A value for each parameter, found by a query whose `first` value it is."""
    return tuple(
        (first(_VALUES[one.name]) if one.name in _VALUES else None) or one.example
        for one in file.parameters
    )
