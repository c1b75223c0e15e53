"""Compares the tables with their expected contents."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.expectation import Changes, Contents, Expectation, Statuses
from operations.athena.query import run_query
from operations.deployment import Deployment

# A playlist's contents on a day: the snapshot of its last readable observation up to then.
_CONTENTS = """
with
days as (
    select distinct ingest_date as day from playlists
),
observations as (
    select
        days.day,
        playlists.playlist_id,
        playlists.snapshot_id,
        row_number() over (
            partition by days.day, playlists.playlist_id
            order by playlists.ingest_date desc, playlists.run_id desc
        ) as recency
    from playlists
    inner join days
        on playlists.ingest_date <= days.day
    where playlists.status in ('walked', 'unchanged')
)
select observations.day, observations.playlist_id, items.position, items.uri
from observations
left join snapshot_items as items
    on observations.playlist_id = items.playlist_id
    and observations.snapshot_id = items.snapshot_id
where observations.recency = 1
order by observations.day, observations.playlist_id, items.position
"""
_CHANGES = """
select ingest_date, playlist_id, change, uri, copies
from playlist_changes
"""
_STATUSES = """
select ingest_date, playlist_id, status
from playlists
"""


@dataclass
class Comparison:
    """Sizes of the comparison, and a description of every difference."""

    playlists: int
    days: int
    entries: int
    changes: int
    statuses: Counter[str]
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ordered = sorted(self.statuses.items(), key=lambda item: (-item[1], item[0]))
        statuses = ", ".join(f"{count:,} {status}" for status, count in ordered)
        return (
            f"{self.playlists} playlists on {self.days} days ({statuses}), "
            f"{self.entries:,} entries in order, {self.changes:,} changes"
        )


def compare(expected: Expectation, deployment: Deployment) -> Comparison:
    """Compare the tables with the expected result of one run a day."""
    statuses, contents, changes = expected.statuses(), expected.contents(), expected.changes()
    return Comparison(
        playlists=len({playlist for _, playlist in statuses}),
        days=len(expected.days),
        entries=sum(map(len, contents.values())),
        changes=len(changes),
        statuses=Counter(statuses.values()),
        differences=[
            *_differences("status of", statuses, stored_statuses(deployment)),
            *_differences("contents of", contents, stored_contents(deployment)),
            *_differences("change", changes, stored_changes(deployment)),
        ],
    )


def stored_statuses(deployment: Deployment) -> Statuses:
    return {
        (str(day), str(playlist)): str(status)
        for day, playlist, status in run_query(deployment, _STATUSES).rows
    }


def stored_contents(deployment: Deployment) -> Contents:
    contents: Contents = {}
    for day, playlist, position, uri in run_query(deployment, _CONTENTS).rows:
        entries = contents.setdefault((str(day), str(playlist)), [])
        if position is not None:
            entries.append(uri)
    return contents


def stored_changes(deployment: Deployment) -> Changes:
    return {
        (str(day), str(playlist), str(change), uri): int(str(copies))
        for day, playlist, change, uri, copies in run_query(deployment, _CHANGES).rows
    }


def _differences(what: str, expected: Mapping[Any, Any], stored: Mapping[Any, Any]) -> list[str]:
    return [
        f"{what} {key}: expected {expected.get(key)}, stored {stored.get(key)}"
        for key in sorted(expected.keys() | stored.keys(), key=str)
        if expected.get(key) != stored.get(key)
    ]
