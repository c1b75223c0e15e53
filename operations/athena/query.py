"""Runs one statement in the workgroup of a deployment."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from botocore.exceptions import ClientError

from operations.deployment import Deployment

# Athena's quota of GetQueryExecution is hundreds of calls per second for the whole account.
_FIRST_STEP_SECONDS = 0.05
_LONGEST_STEP_SECONDS = 1.0
_GROWTH = 1.5


class QueryFailedError(Exception):
    """Athena refused, failed or cancelled a query; one sentence with its reason."""


@dataclass(frozen=True)
class Result:
    """A query result: names and types of the columns, and rows of text (None for null).

    Types are Athena's, such as `varchar`. `bytes_scanned` is what Athena bills, apart from its
    minimum. `seconds` is the time that Athena reports, waiting in its queue included.
    """

    columns: list[str]
    types: list[str]
    rows: list[list[str | None]]
    bytes_scanned: int = 0
    seconds: float = 0.0

    def records(self) -> list[dict[str, str | None]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def run_query(deployment: Deployment, sql: str, parameters: Sequence[str] = ()) -> Result:
    """Run a statement over the deployment's tables and views, and wait for all its rows.

    `parameters` are the values of its marks `?`, each a literal in SQL as `literals` returns it.
    Raises QueryFailedError. Whatever else ends the wait, such as Ctrl-C, stops the query.
    """
    athena = deployment.client("athena")
    key = _start(athena, deployment, sql, parameters)
    try:
        execution = _ended(athena, key)
    except BaseException:
        athena.stop_query_execution(QueryExecutionId=key)
        raise
    columns, types, rows = _rows(athena, key)
    statistics = execution.get("Statistics", {})
    return Result(
        columns,
        types,
        rows,
        bytes_scanned=statistics.get("DataScannedInBytes", 0),
        seconds=statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
    )


def _start(athena: Any, deployment: Deployment, sql: str, parameters: Sequence[str]) -> str:
    # Athena refuses an empty list.
    values = {"ExecutionParameters": list(parameters)} if parameters else {}
    try:
        started = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": deployment.output("DatabaseName")},
            WorkGroup=deployment.output("WorkGroupName"),
            **values,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidRequestException":
            raise
        raise _failure(error.response["Error"]["Message"]) from error
    return str(started["QueryExecutionId"])


def _ended(athena: Any, key: str) -> dict[str, Any]:
    """The execution of a query that has succeeded."""
    for seconds in _steps():
        execution = athena.get_query_execution(QueryExecutionId=key)["QueryExecution"]
        status = execution["Status"]
        if status["State"] == "SUCCEEDED":
            return cast(dict[str, Any], execution)
        if status["State"] in ("FAILED", "CANCELLED"):
            raise _failure(status.get("StateChangeReason") or status["State"].lower())
        time.sleep(seconds)
    raise AssertionError


def _failure(reason: str) -> QueryFailedError:
    in_one_line = " ".join(reason.split()).rstrip(".")
    return QueryFailedError(
        f"Athena did not run the query: {in_one_line}. Correct the statement; "
        "docs/tables.md lists tables and columns"
    )


def _steps() -> Iterator[float]:
    seconds = _FIRST_STEP_SECONDS
    while True:
        yield seconds
        seconds = min(seconds * _GROWTH, _LONGEST_STEP_SECONDS)


def _rows(athena: Any, key: str) -> tuple[list[str], list[str], list[list[str | None]]]:
    """Names and types of the columns, and the rows."""
    described: list[dict[str, Any]] = []
    rows: list[list[str | None]] = []
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=key):
        described = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        rows.extend(
            [cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]
        )
    columns = [column["Name"] for column in described]
    # The first row of a query repeats the names; statements such as SHOW TABLES have none.
    if rows and rows[0] == columns:
        rows = rows[1:]
    return columns, [column["Type"] for column in described], rows
