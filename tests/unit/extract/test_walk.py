from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, repeat
from typing import Any

import msgspec
import pytest

from spotify_pipeline.extract.plan import PlannedPlaylist
from spotify_pipeline.extract.spotify import Answer, RefusedError, UnavailableError
from spotify_pipeline.extract.walk import ATTEMPTS, Walk, count_entries, walk
from spotify_pipeline.raw import Request


def answer(body: Any, **params: Any) -> Answer:
    return Answer(Request("", params), datetime.now(UTC), msgspec.Raw(msgspec.json.encode(body)))


class FakeSpotify:
    """A playlist of `size` entries, whose snapshot is the next of `snapshots` when asked."""

    def __init__(self, size: int, snapshots: Iterator[Any], says: int | None = None) -> None:
        self.size = size
        self.says = size if says is None else says
        self.snapshots = snapshots
        self.offsets: list[int] = []

    def playlist(self, playlist_id: str) -> Answer:
        return answer({"id": playlist_id, "snapshot_id": next(self.snapshots)})

    def playlist_items(self, _: str, offset: int) -> Answer:
        self.offsets.append(offset)
        items = [{"n": n} for n in range(offset, min(offset + 50, self.size))]
        return answer({"items": items, "total": self.says}, offset=offset)


def walked(spotify: Any, snapshot: str | None = "s0") -> Walk:
    return walk(PlannedPlaylist("p", answer({"id": "p", "snapshot_id": snapshot})), spotify)


@pytest.mark.parametrize(
    ("size", "says", "offsets"),
    [
        (0, 0, [0]),
        (50, 50, [0]),
        (51, 51, [0, 50]),
        (120, 120, [0, 50, 100]),
        (60, 200, [0, 50]),  # it shrank while being read: a short page ends it
        (120, 60, [0, 50]),
    ],
)
def test_pages_are_read_by_offset_up_to_the_end(size: int, says: int, offsets: list[int]) -> None:
    spotify = FakeSpotify(size, repeat("s0"), says)
    walked(spotify)
    assert spotify.offsets == offsets


def test_a_playlist_that_changes_once_is_read_again() -> None:
    spotify = FakeSpotify(70, iter(["s1", "s1"]))
    result = walked(spotify)
    assert (result.status, result.snapshot_id, result.reason) == ("walked", "s1", None)
    assert sum(map(count_entries, result.pages)) == 70
    assert spotify.offsets == [0, 50, 0, 50]


def test_a_playlist_that_changes_at_every_request_is_taken_as_last_read() -> None:
    spotify = FakeSpotify(10, (f"s{n}" for n in count(1)))
    result = walked(spotify)
    assert (result.status, result.snapshot_id) == ("walked", f"s{ATTEMPTS}")
    assert "changes at every request" in str(result.reason)
    assert sum(map(count_entries, result.pages)) == 10


def test_a_playlist_known_to_be_restless_is_walked_once() -> None:
    spotify: Any = FakeSpotify(70, (f"s{n}" for n in count(1)))
    metadata = answer({"id": "p", "snapshot_id": "s0"})
    result = walk(PlannedPlaylist("p", metadata, is_restless=True), spotify)
    assert (result.status, result.snapshot_id, spotify.offsets) == ("walked", "s1", [0, 50])


@pytest.mark.parametrize("body", [{"total": 0}, {"items": None}, {}])
def test_a_page_without_entries_in_it_is_a_fault_and_no_empty_playlist(body: Any) -> None:
    class Absent(FakeSpotify):
        def playlist_items(self, _: str, offset: int) -> Answer:
            return answer(body, offset=offset)

    result = walked(Absent(0, repeat("s0")))
    assert (result.status, result.pages, result.snapshot_id) == ("failed", [], None)
    assert "unexpected answer" in str(result.reason)


class Refusing(FakeSpotify):
    """Gives the first page, then this error."""

    def __init__(self, error: Exception) -> None:
        super().__init__(120, repeat("s0"))
        self.error = error

    def playlist_items(self, playlist_id: str, offset: int) -> Answer:
        if offset:
            raise self.error
        return super().playlist_items(playlist_id, offset)


@pytest.mark.parametrize(
    ("error", "status"),
    [(RefusedError("missing", "404 gone"), "missing"), (UnavailableError("502"), "failed")],
)
def test_half_a_walk_is_no_walk(error: Exception, status: str) -> None:
    result = walked(Refusing(error))
    assert (result.status, result.pages, result.snapshot_id) == (status, [], None)
    assert result.reason == str(error)
