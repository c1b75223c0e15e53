"""Values of saved queries: checked by type, and quoted as Athena requires."""

import pytest

from operations.athena.parameters import ParameterError, literals
from stacks.sql_file import Parameter

PARAMETERS = (
    Parameter(name="name", type="varchar", example="Blue", description="Name of a track."),
    Parameter(name="day", type="date", example="2026-03-02", description="The day."),
    Parameter(name="first", type="integer", example="10", description="Number of rows."),
)
GIVEN = {"first": "+007", "day": "2026-03-02", "name": "it's, a"}


def test_values_are_literals_in_the_order_of_the_marks() -> None:
    assert literals(PARAMETERS, GIVEN) == ["'it''s, a'", "'2026-03-02'", "7"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "name= is missing: expected a value such as name=Blue (Name of a track)"),
        (
            {"day": "2026-02-30"},
            "day=2026-02-30 is no day: expected a value such as day=2026-03-02",
        ),
        ({"day": "20260302"}, "day=20260302 is no day"),
        (
            {"first": "1; drop"},
            "first=1; drop is no whole number: expected a value such as first=10",
        ),
        ({"last": "1"}, "last=1 is no parameter of the query: expected one of name, day, first"),
    ],
)
def test_a_wrong_value_is_named_with_an_example(changed: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError) as error:
        literals(PARAMETERS, GIVEN | changed)
    assert str(error.value).startswith(message)


def test_a_query_without_parameters_takes_no_values() -> None:
    assert literals([], {}) == []
    with pytest.raises(ParameterError, match="a=1 is no parameter of the query: expected none"):
        literals([], {"a": "1"})
