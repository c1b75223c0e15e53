"""Values as people read them."""

import pytest

from report.cells import decimals, machine_readable, shown
from report.columns import Kind, columns_of
from tests.unit.report.answers import Column, FakeResult, number


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("1234567", Kind.NUMBER, "1,234,567"),
        ("-1234", Kind.NUMBER, "-1,234"),
        ("0.2500", Kind.NUMBER, "0.25"),
        ("1.3E-5", Kind.NUMBER, "0.000013"),
        ("3.0", Kind.NUMBER, "3"),
        ("1990", Kind.NAME, "1990"),
        ("2026-03-01", Kind.DAY, "1 Mar 2026"),
        ("2026-03-01 06:07:08.123", Kind.TIME, "1 Mar 2026, 06:07"),
        ("2026-03-01 06:07:08.123 UTC", Kind.TIME, "1 Mar 2026, 06:07"),
        ("2026-03-01T06:07:08+00:00", Kind.TIME, "1 Mar 2026, 06:07"),
        ("true", Kind.FLAG, "yes"),
        (None, Kind.NUMBER, "–"),
        ("a\u202eb\n", Kind.TEXT, "a\N{REPLACEMENT CHARACTER}b\N{SYMBOL FOR LINE FEED}"),
    ],
)
def test_a_value_is_shown_for_people(value: str | None, kind: Kind, expected: str) -> None:
    assert shown(value, kind) == expected


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.DAY, Kind.TIME])
def test_a_value_of_another_kind_is_shown_as_it_is(kind: Kind) -> None:
    assert shown("0000", kind) == ("0" if kind is Kind.NUMBER else "0000")
    assert shown("many", kind) == "many"


def test_the_numbers_of_a_column_have_the_same_number_of_decimals() -> None:
    values = ["1", "0.25", None, "1200.5"]
    shown_values = [shown(value, Kind.NUMBER, decimals(values)) for value in values]
    assert shown_values == ["1.00", "0.25", "–", "1,200.50"]


def test_times_are_machine_readable() -> None:
    assert machine_readable("2026-03-01 06:07:08.123", Kind.TIME) == "2026-03-01T06:07Z"
    assert machine_readable("2026-03-01", Kind.DAY) == "2026-03-01"
    assert machine_readable("5", Kind.NUMBER) is None
    assert machine_readable("soon", Kind.TIME) is None


@pytest.mark.parametrize(
    ("name", "column", "kind"),
    [
        ("entries", number("1"), Kind.NUMBER),
        ("share", Column(type="double", values=["0.5"]), Kind.NUMBER),
        ("price", Column(type="decimal(10,2)", values=["0.5"]), Kind.NUMBER),
        ("decade", number("1990"), Kind.NAME),
        ("day", Column(values=["2026-03-01", None]), Kind.DAY),
        ("day", Column(values=["2026-03-01", "never"]), Kind.TEXT),
        ("day", Column(values=[None]), Kind.TEXT),
        ("released", Column(type="date", values=["2026-03-01"]), Kind.DAY),
        ("at", Column(type="timestamp(3)", values=[None]), Kind.TIME),
        ("at", Column(type="timestamp with time zone", values=[None]), Kind.TIME),
        ("is_public", Column(type="boolean", values=["true"]), Kind.FLAG),
    ],
)
def test_the_kind_of_a_column(name: str, column: Column, kind: Kind) -> None:
    rows = [[value] for value in column.values]
    [found] = columns_of(FakeResult([name], [column.type], rows))
    assert found.kind is kind


@pytest.mark.parametrize(
    ("name", "heading"),
    [("playlists_before", "Playlists before"), ("api_calls", "API calls"), ("isrc", "ISRC")],
)
def test_headings_are_words(name: str, heading: str) -> None:
    [found] = columns_of(FakeResult([name], ["varchar"], []))
    assert found.heading == heading
