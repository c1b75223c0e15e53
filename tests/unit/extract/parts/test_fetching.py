"""Walks, and the part that they make: whole, or kept for the next attempt."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count, repeat
from typing import Any

import msgspec
import pytest

from spotify_pipeline.extract.errors import OutOfTimeError, RefusedError, UnavailableError
from spotify_pipeline.extract.parts.fetching import FAULTS, PartFetcher, PartProgress
from spotify_pipeline.extract.parts.playlist_walk import WALKS, Walk
from spotify_pipeline.extract.plan import PlannedAlbum, PlannedPlaylist
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.raw import Request


def response(body: Any, **params: Any) -> Response:
    return Response(Request("", params), datetime.now(UTC), msgspec.Raw(msgspec.json.encode(body)))


class FakeSpotify:
    """Playlists of `size` entries, whose snapshot is the next of `snapshots` when asked."""

    def __init__(
        self,
        size: int,
        snapshots: Iterator[Any],
        says: int | None = None,
        listed: tuple[str, ...] = (),
    ) -> None:
        self.size = size
        self.says = size if says is None else says
        self.snapshots = snapshots
        self.listed = listed
        self.offsets: list[int] = []
        self.looks: list[str] = []

    def playlist(self, playlist_id: str, *, as_listed: bool) -> Response:
        self.looks.append(playlist_id)
        return response({"id": playlist_id, "snapshot_id": next(self.snapshots)})

    def my_playlists(self, offset: int) -> Response:
        self.looks.append(f"library {offset}")
        ids = self.listed[offset : offset + 50]
        items = [{"id": one, "snapshot_id": next(self.snapshots)} for one in ids]
        return response({"items": items, "total": len(self.listed)}, offset=offset)

    def playlist_items(self, _: str, offset: int) -> Response:
        self.offsets.append(offset)
        items = [{"n": n} for n in range(offset, min(offset + 50, self.size))]
        return response({"items": items, "total": self.says}, offset=offset)


def planned(key: str = "p", snapshot: str | None = "s0", **more: Any) -> PlannedPlaylist:
    return PlannedPlaylist(key, response({"id": key, "snapshot_id": snapshot}), **more)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as one_thread:
        yield one_thread


@pytest.fixture
def walked(pool: Executor) -> Any:
    def walk(spotify: Any, one: PlannedPlaylist | None = None) -> Walk:
        work = PartProgress()
        assert PartFetcher([one or planned()], work, spotify, pool, 0).run() is None
        return work.walks[0]

    return walk


@pytest.mark.parametrize(
    ("size", "says", "offsets"),
    [
        (0, 0, [0]),
        (50, 50, [0]),
        (51, 51, [0, 50]),
        (120, 120, [0, 50, 100]),
        (60, 200, [0, 50, 100, 150]),  # fewer than Spotify says: asked for all the same
        (0, 10**9, [0]),  # an empty page ends it
        (120, 60, [0, 50]),
    ],
)
def test_pages_are_read_by_offset_up_to_the_end(
    walked: Any, size: int, says: int, offsets: list[int]
) -> None:
    spotify = FakeSpotify(size, repeat("s0"), says)
    walked(spotify)
    assert spotify.offsets == offsets


def test_without_a_total_a_full_page_has_another_one_after_it(walked: Any) -> None:
    class Untold(FakeSpotify):
        def playlist_items(self, playlist_id: str, offset: int) -> Response:
            body = super().playlist_items(playlist_id, offset).read(dict[str, Any])
            return response({"items": body["items"]}, offset=offset)

    spotify = Untold(100, repeat("s0"))
    assert walked(spotify).pages.entries == 100
    assert spotify.offsets == [0, 50, 100]


def test_a_playlist_that_changes_once_is_read_again(walked: Any) -> None:
    spotify = FakeSpotify(70, iter(["s1", "s1"]))
    result = walked(spotify)
    assert (result.status, result.snapshot_id, result.reason) == ("walked", "s1", None)
    assert result.pages.entries == 70
    assert spotify.offsets == [0, 50, 0, 50]


def test_a_playlist_that_changes_at_every_request_is_taken_as_last_read(walked: Any) -> None:
    result = walked(FakeSpotify(10, (f"s{n}" for n in count(1))))
    assert (result.status, result.snapshot_id) == ("walked", f"s{WALKS}")
    assert "changes at every request" in str(result.reason)
    assert result.pages.entries == 10


def test_a_playlist_known_to_be_restless_is_walked_once(walked: Any) -> None:
    spotify = FakeSpotify(70, (f"s{n}" for n in count(1)))
    result = walked(spotify, planned(is_restless=True))
    assert (result.status, result.snapshot_id, spotify.offsets) == ("walked", "s1", [0, 50])


@pytest.mark.parametrize(
    ("playlists", "looks"),
    [(1, ["p0"]), (2, ["library 0"]), (60, ["library 0", "library 50"])],
)
def test_snapshots_are_looked_at_again_by_the_fewest_requests(
    pool: Executor, playlists: int, looks: list[str]
) -> None:
    listed = tuple(f"p{n}" for n in range(playlists))
    spotify: Any = FakeSpotify(1, repeat("s0"), listed=listed)
    work = PartProgress()
    plan = [planned(key, is_listed=True) for key in listed]
    PartFetcher([*plan], work, spotify, pool, playlists).run()
    assert spotify.looks == looks
    assert {walk.status for walk in work.walks.values()} == {"walked"}


def test_one_that_has_left_the_library_meanwhile_is_looked_at_by_itself(pool: Executor) -> None:
    spotify: Any = FakeSpotify(1, repeat("s0"), listed=("p0", "p1"))
    work = PartProgress()
    plan = [planned(key, is_listed=True) for key in ("p0", "p1", "gone")]
    PartFetcher([*plan], work, spotify, pool, 3).run()
    assert spotify.looks == ["library 0", "gone"]
    assert [walk.status for walk in work.walks.values()] == ["walked"] * 3


def test_a_refusal_in_the_middle_is_no_half_walk(walked: Any) -> None:
    class Refusing(FakeSpotify):
        def playlist_items(self, playlist_id: str, offset: int) -> Response:
            if offset:
                raise RefusedError("missing", "404 gone")
            return super().playlist_items(playlist_id, offset)

    result = walked(Refusing(120, repeat("s0")))
    assert (result.status, result.reason, result.pages.entries) == ("missing", "404 gone", 0)


class Faulty(FakeSpotify):
    """Whose second pages are not to be had."""

    def playlist_items(self, playlist_id: str, offset: int) -> Response:
        if offset and playlist_id == "p":
            raise UnavailableError("502")
        return super().playlist_items(playlist_id, offset)


def test_what_is_unavailable_stops_no_other_and_is_left_to_the_next_attempt(
    pool: Executor,
) -> None:
    work, plan = PartProgress(), [planned("p"), planned("q")]
    spotify: Any = Faulty(120, repeat("s0"))
    assert PartFetcher([*plan], work, spotify, pool, 0).run() == "502"
    assert [walk.status for walk in work.walks.values()] == ["", "walked"]
    later: Any = FakeSpotify(120, repeat("s0"))
    assert PartFetcher([*plan], stored(work), later, pool, 0).run() is None
    assert later.offsets == [50, 100]


def test_what_is_unavailable_in_attempt_after_attempt_is_given_up(pool: Executor) -> None:
    class NoAlbums(Faulty):
        def album(self, _: str) -> Response:
            raise UnavailableError("no album")

    work, plan = PartProgress(), (planned("p"), PlannedAlbum("a"))
    spotify: Any = NoAlbums(120, repeat("s0"))
    for _ in range(FAULTS - 1):
        assert PartFetcher([*plan], work, spotify, pool, 0).run() is not None
        work = stored(work)
    assert PartFetcher([*plan], work, spotify, pool, 0).run() is None
    assert (work.walks[0].status, work.walks[0].reason) == ("failed", "502")
    assert work.walks[0].pages.entries == 0
    [(kind, _, context)] = work.records[1]
    assert (kind, context["status"], context["reason"]) == ("albums", "failed", "no album")


@pytest.mark.parametrize("body", [{"total": 0}, {"items": None}, {}])
def test_a_page_without_entries_in_it_is_a_fault_and_no_empty_playlist(
    pool: Executor, body: Any
) -> None:
    class Absent(FakeSpotify):
        def playlist_items(self, _: str, offset: int) -> Response:
            return response(body, offset=offset)

    spotify: Any = Absent(0, repeat("s0"))
    reason = PartFetcher([planned()], PartProgress(), spotify, pool, 0).run()
    assert "unexpected answer" in str(reason)


def test_an_interrupted_walk_goes_on_where_it_was(pool: Executor) -> None:
    class Ending(FakeSpotify):
        def playlist_items(self, playlist_id: str, offset: int) -> Response:
            if offset == 100:
                raise OutOfTimeError
            return super().playlist_items(playlist_id, offset)

    work, spotify = PartProgress(), Ending(170, repeat("s0"))
    ending: Any = spotify
    with pytest.raises(OutOfTimeError):
        PartFetcher([planned()], work, ending, pool, 0).run()
    later: Any = FakeSpotify(170, repeat("s0"))
    again = stored(work)
    PartFetcher([planned()], again, later, pool, 0).run()
    assert sorted(spotify.offsets + later.offsets) == [0, 50, 100, 150]
    assert (again.walks[0].status, again.walks[0].pages.entries) == ("walked", 170)


def test_an_interrupted_walk_of_a_playlist_that_changed_meanwhile_begins_anew(
    pool: Executor,
) -> None:
    work = PartProgress()
    spotify: Any = FakeSpotify(70, repeat("s0"))
    walk = Walk.of(planned())
    walk.read(0, spotify)
    work.walks[0] = walk
    later: Any = FakeSpotify(120, repeat("s1"))
    again = stored(work)
    PartFetcher([planned()], again, later, pool, 0).run()
    assert (again.walks[0].snapshot_id, again.walks[0].pages.entries) == ("s1", 120)
    assert later.offsets == [50, 100, 0, 50, 100]


def stored(work: PartProgress) -> PartProgress:
    """As the next attempt finds it."""
    return msgspec.json.decode(msgspec.json.encode(work), type=PartProgress)
