"""The rows that plays_reconciled should have, and how far those that it has differ."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fake_spotify.export import export_zip
from fake_spotify.worlds.listening import Play


class Shown(NamedTuple):
    """A row: the end by the export, the time by the API, and the length."""

    export_ended_at: datetime | None
    api_played_at: datetime | None
    ms_played: int | None

    @property
    def time(self) -> datetime:
        found = self.export_ended_at or self.api_played_at
        assert found, "a row has the time of a report"
        return found


class Difference(NamedTuple):
    """Rows that should not be there, and rows that are missing."""

    wrong: Counter[Shown]
    missing: Counter[Shown]

    def rows(self) -> Iterator[str]:
        """Each differing row, in order of its time."""
        marked = [(row, "-") for row in self.missing.elements()]
        marked += [(row, "+") for row in self.wrong.elements()]
        for row, mark in sorted(marked, key=lambda one: one[0].time):
            ends = f"export {row.export_ended_at}, API {row.api_played_at}"
            yield f"{mark} {ends}, {row.ms_played} ms"

    @property
    def doubles(self) -> int:
        """Reports of the API that stayed alone."""
        return sum(count for row, count in self.wrong.items() if row.export_ended_at is None)

    @property
    def confused(self) -> int:
        """Plays that were matched with the report of another one."""
        return sum(
            count
            for row, count in self.wrong.items()
            if row.export_ended_at is not None and row.api_played_at is not None
        )


def expected(package: str, plays: Sequence[Play], listed: Collection[Play]) -> Counter[Shown]:
    """One row of each play, with what the export says and what the API said."""
    return Counter(
        Shown(
            _exported_end(package, play),
            _in_milliseconds(play.played_at) if play in listed else None,
            play.ms_played,
        )
        for play in plays
    )


def compare(rows: Sequence[Mapping[str, Any]], truth: Counter[Shown]) -> Difference:
    shown = Counter(
        Shown(_utc(row["export_ended_at"]), _utc(row["api_played_at"]), row["ms_played"])
        for row in rows
    )
    return Difference(shown - truth, truth - shown)


def _exported_end(package: str, play: Play) -> datetime:
    """The end as the export of this play alone says it."""
    [record] = _records(export_zip(package, [play]))
    text = record.get("ts") or f"{record['endTime'].replace(' ', 'T')}:00Z"
    return datetime.fromisoformat(text)


def _records(archive: bytes) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for name in files.namelist():
            if "Streaming" in name.rpartition("/")[2]:
                yield from json.loads(files.read(name))


def _utc(time: datetime | None) -> datetime | None:
    return time and time.astimezone(UTC)


def _in_milliseconds(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
