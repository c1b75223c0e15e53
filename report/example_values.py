"""Values for the parameters of saved queries, from the results of other queries."""

from collections.abc import Mapping, Sequence

from report.answers import Answer
from stacks.sql_file import Parameter

# Where each parameter's value is found: a saved query, and a column of its first row.
_SOURCES = {
    "artist_id": ("most_playlisted_artists", "artist_id"),
    "day": ("coverage", "last_day"),
    "first_day": ("coverage", "first_day"),
    "last_day": ("coverage", "last_day"),
    "playlist_id": ("playlist_overview", "playlist_id"),
    "track_id": ("most_playlisted_tracks", "track_id"),
}


def example_values(
    parameters: Sequence[Parameter], answers: Mapping[str, Answer]
) -> dict[str, str] | None:
    """The parameters' values by name; None if one of them is not known.

    `answers` are those of the queries without parameters, by name.
    """
    found = {parameter.name: _first(parameter.name, answers) for parameter in parameters}
    known = {name: value for name, value in found.items() if value is not None}
    return known if len(known) == len(found) else None


def _first(parameter: str, answers: Mapping[str, Answer]) -> str | None:
    query, column = _SOURCES.get(parameter, ("", ""))
    answer = answers.get(query)
    records = answer.records if answer else []
    return records[0].get(column) if records else None
