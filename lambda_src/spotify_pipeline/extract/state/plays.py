"""What a schedule's state keeps of stored plays: enough to see news and gaps."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Self

import msgspec

from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.raw import Int, Moment, PlayGap

FULL_PAGE = 50
"""Spotify lists no more plays than these, whatever the cursor."""

_DAY = timedelta(days=1)
_MOST_PLAYS = 2**31 - 1


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]


class _Track(msgspec.Struct):
    id: str | None = None
    uri: str | None = None


class _Play(msgspec.Struct):
    played_at: Moment
    track: _Track | None = None


class PlaysPage(msgspec.Struct, frozen=True):
    """The keys of a page's plays, one for each, and the times of those that were played by now."""

    keys: list[str]
    times: list[datetime]

    def estimate(self, span: timedelta) -> Int:
        """Plays in a span, at the rate of the page; its first and last play are its ends."""
        own = max(self.times) - min(self.times)
        return min(_MOST_PLAYS, round((len(self.times) - 1) * span / own)) if own else 0


def read_page(body: msgspec.Raw, fetched_at: datetime) -> PlaysPage:
    """Raises UnreadableError if the body has no list of plays."""
    items = decode(body, _Page).items
    return PlaysPage(list(map(_key, items)), sorted(_times(items, fetched_at)))


def _key(item: msgspec.Raw) -> str:
    """The identity of a play: its time and its track, or its text if these cannot be read."""
    try:
        play = decode(item, _Play)
    except UnreadableError:
        return hashlib.sha256(item).hexdigest()
    track = play.track or _Track()
    return f"{play.played_at.isoformat()}/{track.id or track.uri or ''}"


def _times(items: list[msgspec.Raw], fetched_at: datetime) -> Iterator[datetime]:
    """A play of the future, from a wrong clock, would hide all gaps until then."""
    for item in items:
        try:
            played_at = decode(item, _Play).played_at
        except UnreadableError:
            continue
        if played_at <= fetched_at:
            yield played_at


class StoredPlays(msgspec.Struct, frozen=True):
    """The keys of the last page that was stored, by the run of `read_at`.

    `newest` is the time of the newest play ever stored, `gaps` are the times of the runs of one day
    that found a gap.
    """

    read_at: datetime
    keys: list[str]
    newest: datetime | None = None
    gaps: list[datetime] = []

    @classmethod
    def of(cls, page: PlaysPage, at: datetime, gap: PlayGap | None) -> Self:
        newest = page.times[-1] if page.times else None
        return cls(at, page.keys, newest, [at] if gap else [])

    def has_all_of(self, page: PlaysPage) -> bool:
        """True if the page has no play that the stored one lacks."""
        return set(page.keys) <= set(self.keys)

    def gap_before(self, page: PlaysPage) -> PlayGap | None:
        """The gap between a full page and all stored plays, if they do not meet."""
        is_full = len(page.keys) >= FULL_PAGE and page.times
        if not is_full or self.newest is None or page.times[0] <= self.newest:
            return None
        return PlayGap(self.newest, page.times[0], page.estimate(page.times[0] - self.newest))

    def gaps_within_a_day(self, now: datetime) -> int:
        """Runs that found a gap, in the day up to `now`."""
        return sum(now - _DAY < at <= now for at in self.gaps)

    def joined(self, other: "StoredPlays | None") -> "StoredPlays":
        """Both, with the keys of the later run."""
        if other is None:
            return self
        later = max(self, other, key=lambda one: one.read_at)
        newest = max(filter(None, (self.newest, other.newest)), default=None)
        gaps = sorted({at for at in (*self.gaps, *other.gaps) if later.read_at - at < _DAY})
        return StoredPlays(later.read_at, later.keys, newest, gaps)
