"""Athena's API on the emulator, which runs statements in DuckDB and has no views."""

import base64
import json
import re
import time
from dataclasses import dataclass
from typing import cast

from sqlglot import exp, parse_one

from operations.deployment import Deployment

_STEP_SECONDS = 0.05


class QueryFailedError(Exception):
    """Athena could not run a query; holds its reason."""


@dataclass(frozen=True)
class Result:
    """A query result: column names, and rows of text (None for null)."""

    columns: list[str]
    rows: list[list[str | None]]

    def records(self) -> list[dict[str, str | None]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Athena:
    """Runs Athena SQL over the deployed tables and views."""

    def __init__(self, deployment: Deployment) -> None:
        self._athena = deployment.client("athena")
        self._database = deployment.output("DatabaseName")
        self._workgroup = deployment.output("WorkGroupName")
        tables = deployment.client("glue").get_paginator("get_tables")
        self._views = {
            table["Name"]: _statement(table["ViewOriginalText"])
            for page in tables.paginate(DatabaseName=self._database)
            for table in page["TableList"]
            if table.get("TableType") == "VIRTUAL_VIEW"
        }

    def saved_queries(self) -> dict[str, tuple[str, str]]:
        """Description and SQL of each saved query of the workgroup, by its name."""
        listing = self._athena.list_named_queries(WorkGroup=self._workgroup)
        found = [
            self._athena.get_named_query(NamedQueryId=key)["NamedQuery"]
            for key in listing["NamedQueryIds"]
        ]
        return {
            query["Name"]: (query["Description"], query["QueryString"])
            for query in sorted(found, key=lambda query: str(query["Name"]))
        }

    def run(self, sql: str) -> Result:
        """Run a statement and wait for its rows. Raises QueryFailedError."""
        started = self._athena.start_query_execution(
            QueryString=for_duckdb(sql, self._views),
            QueryExecutionContext={"Database": self._database},
            WorkGroup=self._workgroup,
        )
        key = started["QueryExecutionId"]
        while True:
            status = self._athena.get_query_execution(QueryExecutionId=key)["QueryExecution"][
                "Status"
            ]
            if status["State"] == "SUCCEEDED":
                return self._rows(key)
            if status["State"] in ("FAILED", "CANCELLED"):
                raise QueryFailedError(f"{status.get('StateChangeReason')}\n{sql}")
            time.sleep(_STEP_SECONDS)

    def _rows(self, key: str) -> Result:
        pages = self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=key)
        rows = [
            [cell.get("VarCharValue") for cell in row["Data"]]
            for page in pages
            for row in page["ResultSet"]["Rows"]
        ]
        return Result(cast(list[str], rows[0]), rows[1:])


def for_duckdb(sql: str, views: dict[str, str]) -> str:
    """The statement in DuckDB's dialect, with the views it reads as common table expressions."""
    statement = _query(sql)
    own = statement.ctes
    for name in _needed(statement, views):
        statement = statement.with_(name, as_=_query(views[name]))
    if len(statement.ctes) > len(own):
        # Views come first: the statement's own expressions read them.
        added = statement.ctes[len(own) :]
        statement.args["with_"].set("expressions", [*added, *statement.ctes[: len(own)]])
    return statement.sql(dialect="duckdb")


def _needed(statement: exp.Query, views: dict[str, str]) -> list[str]:
    """The views that a statement reads, each after those that it reads itself."""
    found: dict[str, None] = {}
    for table in statement.find_all(exp.Table):
        if table.name in views:
            found |= dict.fromkeys(_needed(_query(views[table.name]), views))
            found[table.name] = None
    return list(found)


def _query(sql: str) -> exp.Query:
    statement = parse_one(sql, read="athena")
    assert isinstance(statement, exp.Query), f"not a query: {sql[:60]}"
    return statement


def _statement(stored: str) -> str:
    """The SQL of a view in Athena's stored form."""
    match = re.fullmatch(r"/\* Presto View: (.*) \*/", stored)
    assert match, f"not a view in Athena's stored form: {stored[:60]}"
    return str(json.loads(base64.b64decode(match[1]))["originalSql"])
