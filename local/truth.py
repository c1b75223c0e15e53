"""What the tables should hold, worked out from the stand-in's world, and what they do hold."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from local.athena import Athena
from local.spotify.world import ME, Playlist, World

# What is in a playlist on a day is the snapshot of its last readable observation up to then.
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
),
walks as (
    select playlist_id, snapshot_id, max(run_id) as run_id
    from playlists
    where status = 'walked'
    group by playlist_id, snapshot_id
)
select observations.day, observations.playlist_id, items.position, items.uri
from observations
inner join walks
    on observations.playlist_id = walks.playlist_id
    and observations.snapshot_id = walks.snapshot_id
left join playlist_items as items
    on walks.playlist_id = items.playlist_id
    and walks.snapshot_id = items.snapshot_id
    and walks.run_id = items.run_id
where observations.recency = 1
order by observations.day, observations.playlist_id, items.position
"""
_CHANGES = """
select ingest_date, playlist_id, change, uri, copies
from playlist_changes
"""

Contents = dict[tuple[str, str], list[str | None]]
"""Uris in order, by day and playlist; None for an entry that Spotify no longer describes."""

Changes = dict[tuple[str, str, str, str | None], int]
"""Copies, by day, playlist, `added` or `removed`, and uri."""


@dataclass
class Comparison:
    """What was compared, and every difference found, in words."""

    playlists: int = 0
    days: int = 0
    entries: int = 0
    changes: int = 0
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.playlists} playlists on {self.days} days, {self.entries:,} entries in order, "
            f"{self.changes:,} changes"
        )


def compare(world: World, days: Iterable[date], athena: Athena) -> Comparison:
    """Hold the tables against the world, after one run on each of these days."""
    days = list(days)
    contents, changes = expected_contents(world, days), expected_changes(world, days)
    differences = [
        *_differences("contents of", contents, stored_contents(athena)),
        *_differences("change", changes, stored_changes(athena)),
    ]
    return Comparison(
        playlists=len({playlist for _, playlist in contents}),
        days=len(days),
        entries=sum(map(len, contents.values())),
        changes=len(changes),
        differences=differences,
    )


def expected_contents(world: World, days: Iterable[date]) -> Contents:
    return {
        (str(day), playlist.id): _uris(playlist)
        for day in days
        for playlist in world.library(day)
        if playlist.owner == ME
    }


def expected_changes(world: World, days: Iterable[date]) -> Changes:
    """Differences between consecutive days, as multisets of uris."""
    changes: Changes = {}
    for before, after in pairwise(days):
        old = {playlist.id: Counter(_uris(playlist)) for playlist in world.library(before)}
        for playlist in world.library(after):
            if playlist.owner != ME or playlist.id not in old:
                continue
            new = Counter(_uris(playlist))
            for change, gained in (
                ("added", new - old[playlist.id]),
                ("removed", old[playlist.id] - new),
            ):
                for uri, copies in gained.items():
                    changes[str(after), playlist.id, change, uri] = copies
    return changes


def stored_contents(athena: Athena) -> Contents:
    contents: Contents = {}
    for day, playlist, position, uri in athena.run(_CONTENTS).rows:
        entries = contents.setdefault((str(day), str(playlist)), [])
        if position is not None:
            entries.append(uri)
    return contents


def stored_changes(athena: Athena) -> Changes:
    return {
        (str(day), str(playlist), str(change), uri): int(str(copies))
        for day, playlist, change, uri, copies in athena.run(_CHANGES).rows
    }


def _uris(playlist: Playlist) -> list[str | None]:
    return [entry.item.uri if entry.item else None for entry in playlist.entries]


def _differences(what: str, expected: Mapping[Any, Any], stored: Mapping[Any, Any]) -> list[str]:
    return [
        f"{what} {key}: expected {expected.get(key)}, stored {stored.get(key)}"
        for key in sorted(expected.keys() | stored.keys(), key=str)
        if expected.get(key) != stored.get(key)
    ]
