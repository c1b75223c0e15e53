"""News and gaps of a page of plays, against what the state keeps of earlier ones."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from spotify_pipeline.extract.decoding import UnreadableError
from spotify_pipeline.extract.state.plays import PlaysPage, StoredPlays, read_page

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def play(minutes_ago: float, track: object = "t") -> dict[str, Any]:
    played_at = (NOW - minutes_ago * MINUTE).isoformat()
    return {"played_at": played_at, "track": {"id": track, "uri": None}}


def page_of(*plays: object) -> PlaysPage:
    return read_page(msgspec.Raw(msgspec.json.encode({"items": plays})), NOW)


def full_page(newest: int, step: float = 1) -> PlaysPage:
    """Fifty plays, the newest of them so many minutes ago."""
    return page_of(*(play(newest + step * n) for n in range(50)))


def stored(*plays: object) -> StoredPlays:
    return StoredPlays.of(page_of(*plays), NOW - HOUR, None)


def test_the_same_plays_in_another_order_are_no_news() -> None:
    first, second = play(1), play(2)
    assert stored(first, second).has_all_of(page_of(second, first))
    assert stored(first, second).has_all_of(page_of(second))
    assert not stored(first).has_all_of(page_of(second))


def test_another_track_at_the_same_time_and_an_unreadable_play_are_news_once() -> None:
    odd = {"played_at": "today"}
    assert not stored(play(1)).has_all_of(page_of(play(1, "other")))
    assert not stored(play(1)).has_all_of(page_of(play(1), odd))
    assert stored(play(1), odd).has_all_of(page_of(play(1), odd))


def test_a_full_page_newer_than_all_stored_plays_follows_a_gap_of_plays_at_its_rate() -> None:
    gap = stored(play(200)).gap_before(full_page(1))
    assert gap
    assert (gap.since, gap.until) == (NOW - 200 * MINUTE, NOW - 50 * MINUTE)
    assert gap.estimated == 150


@pytest.mark.parametrize(
    "page",
    [full_page(1, step=4), page_of(*(play(n) for n in range(1, 50))), page_of()],
    ids=["reaches back", "short", "empty"],
)
def test_other_pages_follow_no_gap(page: PlaysPage) -> None:
    assert stored(play(197)).gap_before(page) is None


def test_without_a_stored_play_there_is_no_gap() -> None:
    assert stored().gap_before(full_page(1)) is None


def test_plays_of_one_moment_give_no_estimate() -> None:
    gap = stored(play(200)).gap_before(full_page(1, step=0))
    assert gap
    assert gap.estimated == 0


def test_a_play_of_the_future_hides_no_gap() -> None:
    assert stored(play(-60), play(200)).gap_before(full_page(1))


def test_an_older_run_that_ends_later_changes_no_keys_and_keeps_the_newest_play() -> None:
    later = StoredPlays(NOW, ["b"], NOW - 9 * MINUTE, [NOW])
    older = StoredPlays(NOW - HOUR, ["a"], NOW - 5 * MINUTE, [NOW - HOUR])
    for joined in (older.joined(later), later.joined(older)):
        assert joined.keys == ["b"]
        assert joined.newest == NOW - 5 * MINUTE
        assert joined.gaps_within_a_day(NOW) == 2


def test_gaps_count_for_a_day() -> None:
    found = StoredPlays(NOW, [], NOW, [NOW])
    assert found.gaps_within_a_day(NOW + 23 * HOUR) == 1
    assert found.gaps_within_a_day(NOW + 24 * HOUR) == 0
    newer = StoredPlays(NOW + 24 * HOUR, [], NOW, []).joined(found)
    assert newer.gaps == []


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"items":null}'])
def test_a_body_without_plays_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_page(msgspec.Raw(body), NOW)
