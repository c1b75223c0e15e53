"""Values and result files in Athena's form."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from local.gateway.athena.results import athena_type, csv_file, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, "true"),
        (3, "3"),
        (Decimal("1.50"), "1.50"),
        ("it's", "it's"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 6, 0, 0, 123456, tzinfo=UTC), "2026-03-01 06:00:00.123"),
        (["a", None, "b"], "[a, null, b]"),
        ({"a": 1}, "{a=1}"),
        (b"\x01\xff", "01 ff"),
    ],
)
def test_a_value_has_athenas_form(value: object, expected: str | None) -> None:
    assert text(value) == expected


def test_a_type_has_athenas_name() -> None:
    kinds = {
        "1": "integer",
        "sum(1)": "bigint",
        "1.5": "decimal",
        "'a'": "varchar",
        "['a']": "array",
        "{'a': 1}": "row",
        "now()": "timestamp",
        "current_date": "date",
        "null": "unknown",
    }
    with duckdb.connect() as connection:
        for expression, kind in kinds.items():
            [(_, found, *_)] = connection.execute(f"select {expression}").description or []
            assert athena_type(str(found)) == kind, expression


def test_a_result_file_tells_null_from_an_empty_text() -> None:
    file = csv_file(["a", "b"], [['say "x"', ""], [None, "line\nline"]])
    assert file == b'"a","b"\n"say ""x""",""\n,"line\nline"\n'
    assert list(csv.reader(file.decode().splitlines(keepends=True)))[1] == ['say "x"', ""]
