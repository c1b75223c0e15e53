"""Views over recent partitions: the bounds, and a twin of each table and each view of the history.

`tracks_recent` has the recent rows of `tracks`, and `tracks_latest_recent` is `tracks_latest` over
recent tables. The bounds are constants when Trino plans a query, so it reads, and lists, only the
partitions within them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spotify_pipeline.schema import Table
from spotify_pipeline.tables import PARTITION_KEY, TABLES
from stacks.sql_file import SqlFile

SUFFIX = "_recent"
BOUNDS = "bounds"

_RUNS = "first_run_day"
_CONTENTS = "first_contents_day"
_DETAILS = "first_details_day"
_MEANING = {
    _RUNS: "First day of the runs that can make a playlist current, as YYYY-MM-DD.",
    _CONTENTS: "First day of what current playlists hold, as YYYY-MM-DD.",
    _DETAILS: "First day of what is known of their artists and albums, as YYYY-MM-DD.",
}
_BOUND_OF_TABLE = {
    "runs": _RUNS,
    "artists": _DETAILS,
    "albums": _DETAILS,
    "album_artists": _DETAILS,
}
_SOURCE = re.compile(r"\b(from|join) (\w+)(?: as (\w+))?")


@dataclass(frozen=True)
class Bounds:
    """Days before today that views of the present read.

    Of `runs`, of what a run read from playlists, and of artists and albums, which are enriched
    less often.
    """

    run_days: int
    contents_days: int
    details_days: int


# Longer than any history, and dates that every engine has.
WHOLE_HISTORY = Bounds(run_days=36_500, contents_days=36_500, details_days=36_500)


def recent_views(views: Iterable[SqlFile], bounds: Bounds) -> list[SqlFile]:
    """The view of the bounds, and the twins of all tables and of the views of the history."""
    history = [view for view in views if not _is_of_the_present(view)]
    return [
        _bounds(bounds),
        *(_recent_table(table) for table in TABLES),
        *(_recent_view(view) for view in history),
    ]


def _is_of_the_present(view: SqlFile) -> bool:
    return any(name.endswith(SUFFIX) for name in view.dependencies)


def _bounds(bounds: Bounds) -> SqlFile:
    days = {
        _RUNS: bounds.run_days,
        _CONTENTS: bounds.contents_days,
        _DETAILS: bounds.details_days,
    }
    comments = "\n".join(f"-- column {name}: {text}" for name, text in _MEANING.items())
    columns = ",\n".join(
        f"    date_format(current_date - interval '{count}' day, '%Y-%m-%d') as {name}"
        for name, count in days.items()
    )
    question = "From which day on do views of the present read?"
    return _file(BOUNDS, "Bounds", question, f"{comments}\nselect\n{columns}")


def _recent_table(table: Table) -> SqlFile:
    columns = ",\n".join(f"    {table.name}.{c.name}" for c in (*table.columns, PARTITION_KEY))
    bound = _BOUND_OF_TABLE.get(table.name, _CONTENTS)
    select = (
        f"select\n{columns}\nfrom {table.name}\ncross join {BOUNDS}\n"
        f"where {table.name}.{PARTITION_KEY.name} >= {BOUNDS}.{bound}"
    )
    title = f"Recent rows of {table.name}"
    return _file(table.name + SUFFIX, title, f"Which rows of {table.name} are recent?", select)


def _recent_view(view: SqlFile) -> SqlFile:
    sources = view.dependencies

    def twin(match: re.Match[str]) -> str:
        keyword, name, alias = match.groups()
        if name not in sources:
            return match[0]
        return f"{keyword} {name}{SUFFIX} as {alias or name}"

    statement = "\n".join(line for line in view.text.splitlines() if not _is_header(line))
    return _file(
        view.name + SUFFIX, f"{view.title} (recent)", view.question, _SOURCE.sub(twin, statement)
    )


def _is_header(line: str) -> bool:
    return line.startswith(("-- title: ", "-- question: "))


def _file(name: str, title: str, question: str, statement: str) -> SqlFile:
    text = f"-- title: {title}\n-- question: {question}\n{statement}\n"
    return SqlFile(name, title, question, text)
