"""A query from its start to its rows, with a client that answers as Athena does."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.athena.query import QueryFailedError, run_query
from operations.deployment import Deployment
from stacks.configuration import load


class Athena:
    """An Athena client whose query is in each of `states` in turn."""

    def __init__(self, states: list[dict[str, Any]], pages: list[list[list[str | None]]]) -> None:
        self.states = states
        self.pages = pages
        self.started: dict[str, Any] = {}
        self.stopped: list[str] = []

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        self.started = request
        return {"QueryExecutionId": "id"}

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803
        statistics = {"DataScannedInBytes": 2048, "TotalExecutionTimeInMillis": 1500}
        status = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"QueryExecution": {"Status": status, "Statistics": statistics}}

    def stop_query_execution(self, *, QueryExecutionId: str) -> None:  # noqa: N803
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, name: str) -> "Athena":
        assert name == "get_query_results"
        return self

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        described = [{"Name": name, "Type": "varchar"} for name in ("a", "b")]
        return [
            {
                "ResultSet": {
                    "ResultSetMetadata": {"ColumnInfo": described},
                    "Rows": [
                        {"Data": [{} if one is None else {"VarCharValue": one} for one in row]}
                        for row in rows
                    ],
                }
            }
            for rows in self.pages
        ]


class AthenaOnly(Deployment):
    def client(self, service: str) -> Any:
        assert service == "athena"
        return CLIENTS[-1]


CLIENTS: list[Any] = []
RUNNING, SUCCEEDED = {"State": "RUNNING"}, {"State": "SUCCEEDED"}
Connect = Callable[..., tuple[Deployment, Any]]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    monkeypatch.setattr(time, "sleep", lambda _: None)

    def connected(*states: dict[str, Any], pages: Any = ()) -> tuple[Deployment, Any]:
        client = Athena(list(states), list(pages))
        monkeypatch.setattr(f"{__name__}.CLIENTS", [client])
        outputs = {"DatabaseName": "spotify_dev", "WorkGroupName": "spotify-dev"}
        return AthenaOnly(outputs, load("dev", {})), client

    return connected


def test_the_rows_of_all_pages_come_without_the_header(connect: Connect) -> None:
    pages = [[["a", "b"], ["1", None]], [["a", "b"]]]
    deployment, client = connect(RUNNING, RUNNING, SUCCEEDED, pages=pages)
    result = run_query(deployment, "select ?", ["'x'"])
    assert result.records() == [{"a": "1", "b": None}, {"a": "a", "b": "b"}]
    assert (result.types, result.bytes_scanned, result.seconds) == (["varchar"] * 2, 2048, 1.5)
    assert client.started == {
        "QueryString": "select ?",
        "QueryExecutionContext": {"Database": "spotify_dev"},
        "WorkGroup": "spotify-dev",
        "ExecutionParameters": ["'x'"],
    }
    assert client.stopped == []


def test_without_values_no_empty_list_is_sent(connect: Connect) -> None:
    deployment, client = connect(SUCCEEDED, pages=[[["a", "b"]]])
    assert run_query(deployment, "select 1").rows == []
    assert "ExecutionParameters" not in client.started


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (
            {"State": "FAILED", "StateChangeReason": "line 1:8:\n no column x. "},
            "line 1:8: no column x",
        ),
        ({"State": "CANCELLED"}, "cancelled"),
    ],
)
def test_a_failure_has_athenas_reason_in_one_line(
    connect: Connect, status: dict[str, Any], reason: str
) -> None:
    deployment, _ = connect(RUNNING, status)
    with pytest.raises(QueryFailedError) as error:
        run_query(deployment, "select x")
    assert str(error.value).startswith(f"Athena did not run the query: {reason}. Correct")


def test_a_malformed_statement_is_a_failed_query(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment, client = connect(SUCCEEDED)

    def refuse(code: str) -> None:
        def start(**_: object) -> None:
            details = {"Error": {"Code": code, "Message": "mismatched input"}}
            raise ClientError(details, "StartQueryExecution")  # type: ignore[arg-type]

        monkeypatch.setattr(client, "start_query_execution", start)

    refuse("InvalidRequestException")
    with pytest.raises(QueryFailedError, match="mismatched input"):
        run_query(deployment, "selec")
    refuse("AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        run_query(deployment, "select 1")


def test_an_interrupt_stops_the_query(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    deployment, client = connect(RUNNING)
    monkeypatch.setattr(time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_query(deployment, "select 1")
    assert client.stopped == ["id"]
