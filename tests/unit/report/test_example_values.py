"""Values for parameters, from the results of other queries."""

import pytest

from report.answers import Answer
from report.example_values import example_values
from stacks.sql_file import Parameter
from stacks.sql_files import saved_queries
from tests.unit.report.answers import answer, number, query, text


def parameter(name: str) -> Parameter:
    return Parameter(name=name, type="varchar", example="x", description="A value.")


ANSWERS = {
    "coverage": answer(
        query("coverage"),
        days=number("2"),
        first_day=text("2026-03-01"),
        last_day=text("2026-03-02"),
    ),
    "playlist_overview": answer(query("playlist_overview"), playlist_id=text("p1", "p2")),
}


def test_values_come_from_the_first_rows() -> None:
    found = example_values([parameter("playlist_id"), parameter("day")], ANSWERS)
    assert found == {"playlist_id": "p1", "day": "2026-03-02"}


@pytest.mark.parametrize("name", ["track_id", "unheard_of"])
def test_without_a_value_for_each_there_are_none(name: str) -> None:
    assert example_values([parameter("day"), parameter(name)], ANSWERS) is None


def test_a_result_without_rows_or_a_failure_gives_no_value() -> None:
    answers = {
        "coverage": Answer(query=query("coverage"), failure="refused"),
        "playlist_overview": answer(query("playlist_overview"), playlist_id=text()),
    }
    assert example_values([parameter("day")], answers) is None
    assert example_values([parameter("playlist_id")], answers) is None


def test_every_saved_query_gets_values() -> None:
    """A parameter with a new name needs a source."""
    everything = {
        name: answer(query(name), **{column: text("x")})
        for name, column in (
            ("most_playlisted_artists", "artist_id"),
            ("most_playlisted_tracks", "track_id"),
            ("playlist_overview", "playlist_id"),
        )
    } | {"coverage": ANSWERS["coverage"]}
    for saved in saved_queries():
        assert example_values(saved.parameters, everything) is not None, saved.name
