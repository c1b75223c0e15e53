"""Tables of the objects that a purge found, by prefix."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from operations.purge.survey import Survey
from operations.purge.versions import StoredVersion
from operations.terminal import SafeConsole, one_line
from spotify_pipeline.keys import RAW_PREFIX, RESULTS_PREFIX, STATE_PREFIX, TRANSFORMED_PREFIX

_NAMED = 20
"""Objects that are listed; the rest are counted."""


def show_survey(console: SafeConsole, found: Survey, old: Sequence[StoredVersion]) -> None:
    """Counts of current objects that hold the playlist, and of the old versions to delete."""
    content = found.content
    rows = ", ".join(f"{n:,} {'row' if n == 1 else 'rows'} of {t}" for t, n in found.rows.items())
    contents = {
        RAW_PREFIX: f"{content.records:,} records, {content.entries:,} entries",
        TRANSFORMED_PREFIX: rows or "0 rows",
        STATE_PREFIX: "plans, checkpoints, states of schedules",
        RESULTS_PREFIX: "all query results",
    }
    objects = {prefix: len(found.current(prefix)) for prefix in contents}
    versions = [*old, *(one for one in found.results if not one.is_current)]
    counts = {
        prefix: sum(version.key.startswith(prefix) for version in versions) for prefix in contents
    }
    show_counts(console, objects, counts, contents)
    _show_unsearched(console, found)


def show_counts(
    console: SafeConsole,
    objects: Mapping[str, int],
    old: Mapping[str, int],
    contents: Mapping[str, str],
) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("prefix", no_wrap=True)
    table.add_column("objects", justify="right")
    table.add_column("old versions", justify="right")
    table.add_column("content")
    for prefix, number in objects.items():
        table.add_row(prefix, f"{number:,}", f"{old[prefix]:,}", contents.get(prefix, ""))
    console.print(table)


def _show_unsearched(console: SafeConsole, found: Survey) -> None:
    if found.unreadable:
        lines = sum(found.unreadable.values())
        console.print(
            f"  {lines:,} unreadable lines do not name it and stay, in {len(found.unreadable):,} "
            "raw parts:"
        )
        _list(console, list(found.unreadable))
    if found.damaged:
        console.print(
            f"  {len(found.damaged):,} damaged raw parts cannot be searched and stay; delete them "
            "yourself if they may hold it:"
        )
        _list(console, [f"{one.key} (version {one.version_id})" for one in found.damaged])


def _list(console: SafeConsole, names: Sequence[str]) -> None:
    for name in names[:_NAMED]:
        console.print(f"    {escape(one_line(name))}", soft_wrap=True)
    if len(names) > _NAMED:
        console.print(f"    … and {len(names) - _NAMED:,} more")
