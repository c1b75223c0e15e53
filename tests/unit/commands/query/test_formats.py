"""Results for programs."""

import csv
import io
import json

import pytest

from commands.query.formats import write
from commands.query.variables import Format
from operations.athena.query import QueryFailedError, Result

RESULT = Result(
    ["name", "n", "is_new", "share"],
    ["varchar", "bigint", "boolean", "double"],
    [['say "é",\n\x1b[31m', "3", "true", "0.5"], ["", None, "false", None]],
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(form: Format, file: io.StringIO, result: Result = RESULT) -> str:
    write(result, form, file)
    return file.getvalue()


def test_csv_tells_null_from_an_empty_text() -> None:
    text = written(Format.CSV, io.StringIO())
    assert text.endswith('"",,"false",\n')
    assert next(csv.reader(io.StringIO(text))) == RESULT.columns
    assert list(csv.reader(io.StringIO(text)))[1] == RESULT.rows[0]


def test_json_has_types_for_whole_numbers_and_truth_values() -> None:
    assert json.loads(written(Format.JSON, io.StringIO())) == [
        {"name": 'say "é",\n\x1b[31m', "n": 3, "is_new": True, "share": "0.5"},
        {"name": "", "n": None, "is_new": False, "share": None},
    ]


def test_an_empty_result_is_an_empty_array() -> None:
    assert written(Format.JSON, io.StringIO(), Result(["a"], ["varchar"], [])) == "[]\n"


@pytest.mark.parametrize("form", [Format.CSV, Format.JSON])
def test_a_terminal_receives_no_control_sequence(form: Format) -> None:
    assert "\x1b" not in written(form, Terminal())


def test_an_object_cannot_hold_two_columns_of_one_name() -> None:
    twice = Result(["a", "a"], ["varchar"] * 2, [["1", "2"]])
    with pytest.raises(QueryFailedError, match="several columns a: give each a name of its own"):
        written(Format.JSON, io.StringIO(), twice)
    assert written(Format.CSV, io.StringIO(), twice) == '"a","a"\n"1","2"\n'
