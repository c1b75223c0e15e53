"""Plays of the fake's user: endless and deterministic, a day at a time.

Facts on plays that the generated ones imitate: the API lists no podcasts, no private sessions and
few plays of less than 30 seconds, offline plays hours late, and as `played_at` usually the end.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fake_spotify.worlds.world import Chapter, Episode, Track, World, make_id

PLAYS_KEPT = 50
"""The API serves the newest plays only, so many."""

_LONGEST_MEMORY_DAYS = 30
_SHORTEST_LISTED_MS = 30_000
_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_WAKING_HOUR, _LAST_HOUR = 6, 23

_MOODS = {"usual": 70, "skipping": 5, "offline": 8, "private": 6, "spoken": 11}
_SKIPS, _PAUSES, _REPEATS, _STARTS, _SURPRISES = 0.12, 0.08, 0.1, 0.05, 0.02
"""Shares of plays: skipped, paused, repeated, listed by their start, listed against the rule."""

Heard = Track | Episode | Chapter


@dataclass(frozen=True)
class Context:
    """What a track was played from: `type` is playlist or album."""

    type: str
    id: str


@dataclass(frozen=True)
class Play:
    """`item` was audible for `ms_played` between two times; the rest of that span are pauses.

    The API lists it as `played_at`, from `reported_at` on; never if that is None.
    """

    item: Heard
    context: Context | None
    started_at: datetime
    ended_at: datetime
    ms_played: int
    played_at: datetime
    reported_at: datetime | None
    reason_start: str
    reason_end: str
    is_shuffled: bool
    is_offline: bool
    is_private: bool

    @property
    def is_skipped(self) -> bool:
        return self.reason_end == "fwdbtn"


@dataclass(frozen=True)
class _Mood:
    """A session of plays in a row, all of one `kind`; late ones are reported after `delay`."""

    kind: str
    plays: int
    context: Context | None
    is_shuffled: bool
    delay: timedelta


class Listening:
    """The plays of a world's user. A world without tracks has none."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._tracks: Sequence[Track] = world.catalog_tracks
        playlists = world.library(world.days[0])
        self._contexts = [Context("playlist", one.id) for one in playlists]
        self._days: dict[date, tuple[Play, ...]] = {}

    def plays(self, since: datetime, until: datetime) -> list[Play]:
        """Plays that ended from `since` until before `until`, in order of their ends."""
        days = (until.date() - since.date()).days + 1
        found = (play for n in range(days) for play in self._day(since.date() + n * _DAY))
        return [play for play in found if since <= play.ended_at < until]

    def recent(self, now: datetime) -> list[Play]:
        """The plays that the API lists at `now`, newest first: late ones are in their places."""
        listed: list[Play] = []
        for ago in range(_LONGEST_MEMORY_DAYS):
            day = self._day(now.date() - ago * _DAY)
            listed += [one for one in day if one.reported_at and one.reported_at <= now]
            if len(listed) >= PLAYS_KEPT:
                break
        return sorted(listed, key=lambda play: play.played_at, reverse=True)[:PLAYS_KEPT]

    def _day(self, day: date) -> tuple[Play, ...]:
        if day not in self._days:
            self._days[day] = tuple(self._play_day(day)) if self._tracks else ()
        return self._days[day]

    def _play_day(self, day: date) -> Iterator[Play]:
        """Sessions from morning to night; none crosses midnight."""
        choose = random.Random(f"plays {day}")
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        at = midnight + timedelta(hours=_WAKING_HOUR, milliseconds=choose.randrange(7_200_000))
        while at < midnight + timedelta(hours=_LAST_HOUR):
            mood = self._mood(choose)
            for play in self._session(choose, mood, at):
                if play.ended_at >= midnight + _DAY:
                    return
                at = play.ended_at
                yield play
            at += timedelta(milliseconds=choose.randrange(600_000, 14_400_000))

    def _mood(self, choose: random.Random) -> _Mood:
        [kind] = choose.choices(list(_MOODS), list(_MOODS.values()))
        plays = {"skipping": choose.randint(55, 80), "spoken": 2}.get(kind, choose.randint(8, 24))
        album = choose.choice(self._tracks).album
        contexts = [None, Context("album", album.id), *self._contexts]
        delay = timedelta(hours=choose.randint(2, 20)) if kind == "offline" else timedelta()
        return _Mood(kind, plays, choose.choice(contexts), choose.random() < 1 / 3, delay)

    def _session(self, choose: random.Random, mood: _Mood, at: datetime) -> Iterator[Play]:
        before: Heard | None = None
        reason = "clickrow"
        for n in range(mood.plays):
            item = before if before and choose.random() < _REPEATS else self._item(choose, mood)
            play = _play(choose, mood, item, at, reason, is_last=n == mood.plays - 1)
            yield play
            at, reason, before = play.ended_at, play.reason_end, item

    def _item(self, choose: random.Random, mood: _Mood) -> Heard:
        if mood.kind == "spoken":
            return choose.choice((_EPISODE, _CHAPTER))
        return choose.choice(self._tracks)


_EPISODE = Episode(
    make_id("episode", 1), "Why Rows Go Missing", make_id("show", 1), "The Data Hour", 1_834_000, ""
)
_CHAPTER = Chapter(
    make_id("chapter", 1), "Chapter 1", make_id("book", 1), "The Long Join", "A. Key", 1_200_000
)


def _play(
    choose: random.Random, mood: _Mood, item: Heard, at: datetime, reason: str, *, is_last: bool
) -> Play:
    ms_played, reason_end = item.duration_ms, "logout" if is_last else "trackdone"
    if mood.kind == "skipping":
        ms_played, reason_end = min(ms_played, choose.randrange(31_000, 46_000)), "fwdbtn"
    elif choose.random() < _SKIPS:
        ms_played, reason_end = choose.randrange(ms_played + 1), "fwdbtn"
    pause = choose.randrange(20_000, 600_000) if choose.random() < _PAUSES else 0
    ended_at = at + timedelta(milliseconds=ms_played + pause)
    is_short = ms_played < _SHORTEST_LISTED_MS
    is_surprise = choose.random() < _SURPRISES
    is_listed = is_short == is_surprise and mood.kind not in ("private", "spoken")
    return Play(
        item=item,
        context=mood.context,
        started_at=at,
        ended_at=ended_at,
        ms_played=ms_played,
        # A repeated track must not have the time at which the play before it ended.
        played_at=at + _MILLISECOND if choose.random() < _STARTS else ended_at,
        reported_at=ended_at + mood.delay if is_listed else None,
        reason_start=reason,
        reason_end=reason_end,
        is_shuffled=mood.is_shuffled,
        is_offline=mood.kind == "offline",
        is_private=mood.kind == "private",
    )
