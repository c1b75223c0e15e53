"""The command line of make query, on a deployment whose Athena answers at once."""

import json
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from commands import display
from commands.query import __main__ as command
from operations.athena.query import QueryFailedError, Result
from operations.athena.saved import SavedQuery
from operations.terminal import SafeConsole
from stacks.sql_file import Parameter

DAY = Parameter(name="day", type="date", example="2026-03-02", description="The day.")
SAVED = {
    "one": SavedQuery("one", "Which one?", "select 1"),
    "two": SavedQuery("two", "Which two?", "select ?", (DAY,)),
}
RESULT = Result(["a"], ["bigint"], [["1"]], bytes_scanned=20_000_000_000, seconds=1.5)

Ask = Callable[..., int]


@pytest.fixture
def asked() -> list[tuple[str, list[str]]]:
    """The statements that were run, with their parameters."""
    return []


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, asked: list[tuple[str, list[str]]]) -> Ask:
    """Run make query with these variables; return the exit code."""

    def run_query(_: object, sql: str, parameters: list[str]) -> Result:
        asked.append((sql, parameters))
        if sql == "bad":
            raise QueryFailedError("Athena did not run the query: no table")
        if sql == "slow":
            raise KeyboardInterrupt
        return RESULT

    def ask_with(**variables: str) -> int:
        for name, value in {"ENV": "local", **variables}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["command"])
        with pytest.raises(SystemExit) as ended:
            command.main()
        return int(str(ended.value.code or 0))

    deployment = SimpleNamespace(target=lambda: ["Environment local"])
    monkeypatch.setattr(command, "find_deployment", lambda _: deployment)
    monkeypatch.setattr(command, "saved_queries", lambda _: SAVED)
    monkeypatch.setattr(command, "run_query", run_query)
    return ask_with


def test_without_a_query_the_saved_ones_are_listed(
    ask: Ask, asked: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask() == 0
    assert capsys.readouterr().out.splitlines() == [
        "one: Which one?",
        "two: Which two?",
        "  needs day, such as 2026-03-02: The day.",
    ]
    assert asked == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"SQL": "select 2"}, ("select 2", [])),
        ({"QUERY": "one"}, ("select 1", [])),
        ({"QUERY": "two", "PARAMETERS": " day=2026-03-01 "}, ("select ?", ["'2026-03-01'"])),
    ],
)
def test_a_query_runs_with_its_parameters(
    ask: Ask,
    asked: list[object],
    variables: dict[str, str],
    expected: tuple[str, list[str]],
) -> None:
    assert ask(**variables) == 0
    assert asked == [expected]


def test_a_table_comes_with_its_cost_beside_it(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(SQL="select 1") == 0
    output = capsys.readouterr()
    assert "1 row, 1.5 s, 20,000,000,000 bytes read: about 0.10000 USD" in output.err
    assert "bytes" not in output.out
    assert "Environment" not in output.out


def test_a_table_in_a_file_is_whole(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = Result(["a", "b"], ["varchar"] * 2, [["x" * 200, "last"]])
    monkeypatch.setattr(display, "console", SafeConsole(width=80))
    monkeypatch.setattr(command, "run_query", lambda *_: wide)
    assert ask(SQL="select 1") == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "x" in line]
    assert line.split() == ["x" * 200, "last"]


def test_json_stands_alone_on_standard_output(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(SQL="select 1", FORMAT="json") == 0
    assert json.loads(capsys.readouterr().out) == [{"a": 1}]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"SQL": "select 1", "QUERY": "one"}, "SQL and QUERY are both given: give one of them"),
        ({"SQL": "select 1", "PARAMETERS": "a=1"}, "PARAMETERS belong to a saved query"),
        ({"QUERY": "three"}, "QUERY=three is no saved query: expected one of one, two"),
        ({"QUERY": "two"}, "PARAMETERS: day= is missing: expected a value such as day=2026-03-02"),
        ({"QUERY": "two", "PARAMETERS": "day"}, "PARAMETERS=day is not accepted: expected pairs"),
        ({"QUERY": "two", "PARAMETERS": "day=1,day=2"}, "PARAMETERS=day=1,day=2 has day twice"),
        ({"QUERY": "one", "PARAMETERS": "a=1"}, "PARAMETERS: a=1 is no parameter of the query"),
        ({"FORMAT": "xml"}, "FORMAT=xml is unknown: expected table, csv or json"),
    ],
)
def test_wrong_variables_are_refused(
    ask: Ask,
    asked: list[object],
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    message: str,
) -> None:
    assert ask(**variables) == 2
    assert message in capsys.readouterr().err
    assert asked == []


def test_a_value_may_contain_a_comma_and_an_equals_sign(ask: Ask, asked: list[object]) -> None:
    text = Parameter(name="name", type="varchar", example="Blue", description="A name.")
    SAVED["named"] = SavedQuery("named", "", "select ?, ?", (text, DAY))
    try:
        assert ask(QUERY="named", PARAMETERS="name=a, b = c,day=2026-03-01") == 0
    finally:
        del SAVED["named"]
    assert asked == [("select ?, ?", ["'a, b = c'", "'2026-03-01'"])]


def test_a_failed_query_ends_with_its_reason(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(SQL="bad") == 1
    assert "✗ Athena did not run the query: no table" in capsys.readouterr().err


def test_an_interrupt_ends_with_the_shells_exit_code(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(SQL="slow") == 130
    assert "The query is stopped" in capsys.readouterr().err
