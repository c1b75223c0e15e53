"""Running the saved queries: values for parameters, and failures."""

from collections.abc import Mapping

import pytest
from botocore.exceptions import EndpointConnectionError

from commands.report.questions import answer_all
from operations.athena.query import QueryFailedError
from report.answers import Result
from stacks.sql_file import Parameter, SqlFile
from tests.unit.report.answers import FakeResult, query

DAY = Parameter(name="day", type="date", example="2026-03-02", description="The day.")
QUERIES = [query("as_of", parameters=(DAY,)), query("coverage"), query("broken"), query("songs")]


class FakeAthena:
    """Gives each query one row with a last day, and notes the values that it receives."""

    def __init__(self, broken: Exception) -> None:
        self.asked: dict[str, Mapping[str, str]] = {}
        self._broken = broken

    def run(self, saved: SqlFile, values: Mapping[str, str]) -> Result:
        self.asked[saved.name] = values
        if saved.name == "broken":
            raise self._broken
        return FakeResult(["last_day"], ["varchar"], [["2026-03-05"]])


@pytest.mark.parametrize(
    "error",
    [QueryFailedError("no such table"), EndpointConnectionError(endpoint_url="http://x/")],
)
def test_a_failure_stops_no_other_query(error: Exception) -> None:
    athena = FakeAthena(error)
    answers = answer_all(QUERIES, athena.run)
    assert answers.keys() == {"as_of", "coverage", "broken", "songs"}
    assert answers["broken"].failure == str(error)
    assert answers["songs"].records == [{"last_day": "2026-03-05"}]


def test_parameters_take_values_of_the_results() -> None:
    athena = FakeAthena(QueryFailedError("no"))
    answers = answer_all(QUERIES, athena.run)
    assert athena.asked["as_of"] == {"day": "2026-03-05"}
    assert answers["as_of"].values == {"day": "2026-03-05"}


def test_a_query_without_values_does_not_run() -> None:
    athena = FakeAthena(QueryFailedError("no"))
    answers = answer_all(QUERIES[:1], athena.run)
    assert athena.asked == {}
    assert answers["as_of"].result is None
    assert answers["as_of"].failure is None


def test_an_unforeseen_error_is_raised() -> None:
    athena = FakeAthena(LookupError("a bug"))
    with pytest.raises(LookupError, match="a bug"):
        answer_all(QUERIES, athena.run)
