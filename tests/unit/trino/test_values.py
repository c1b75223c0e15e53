"""Values of both engines as one Python type."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.trino.values import Value, normalised, parsed


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (None, "bigint", None),
        ("12", "bigint", 12),
        ("1.50", "double", 1.5),
        ("1.50", "decimal(10,2)", Decimal("1.5")),
        ("true", "boolean", True),
        ("2026-03-01", "varchar(10)", "2026-03-01"),
        ("2026-03-01", "date", date(2026, 3, 1)),
        ("2026-03-01 06:00:00.123456+00:00", "timestamp(3)", datetime(2026, 3, 1, 6, 0, 0, 123000)),
        ("['a', 'b, c']", "array(varchar)", "[a, b, c]"),
        ("[a, b, c]", "array(varchar)", "[a, b, c]"),
        ("[]", "array(varchar)", "[]"),
    ],
)
def test_text_becomes_the_value_of_its_type(text: str | None, kind: str, value: Value) -> None:
    assert parsed(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [("a", "bigint"), ("1,5", "decimal(4,1)"), ("yes", "boolean")],
)
def test_text_of_another_type_is_refused(text: str, kind: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        parsed(text, kind)


def test_values_of_the_client_compare_with_parsed_ones() -> None:
    assert normalised(["a", "b"]) == parsed("[a, b]", "array(varchar)")
    noon = datetime(2026, 3, 1, 12, 0, 0, 5_999)
    assert (
        normalised(noon) == normalised(noon.replace(tzinfo=UTC)) == noon.replace(microsecond=5000)
    )
