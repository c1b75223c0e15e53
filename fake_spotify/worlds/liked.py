"""The user's liked songs on each day: songs are added at the top and removed anywhere."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate

from fake_spotify.worlds.world import Entry, Track

_BEFORE = datetime(2020, 1, 1, 12)


def liked_history(
    tracks: Sequence[Track], days: Sequence[date], size: int, changes: int
) -> dict[date, tuple[Entry, ...]]:
    """Different songs, newest first, `size` of them on the first day.

    On two days out of three up to `changes` are liked and as many others removed. There must be
    more tracks than songs.
    """
    size = min(size, len(tracks))
    first = tuple(
        Entry(track, f"{_BEFORE - timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}")
        for n, track in enumerate(random.Random("liked").sample(tracks, size))
    )

    def step(before: tuple[Entry, ...], day: date) -> tuple[Entry, ...]:
        choose = random.Random(f"liked{day}")
        if choose.random() < 1 / 3:
            return before
        kept = list(before)
        for _ in range(min(choose.randint(0, changes), len(kept))):
            kept.pop(choose.randrange(len(kept)))
        liked = {entry.item for entry in before}
        others = [track for track in tracks if track not in liked]
        new = choose.sample(others, min(choose.randint(0, changes), len(others)))
        return (*(Entry(track, f"{day}T07:00:00Z") for track in new), *kept)

    return dict(zip(days, accumulate(days[1:], step, initial=first), strict=True))
