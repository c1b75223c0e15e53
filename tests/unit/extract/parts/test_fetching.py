"""Fetching the items of a part: complete, or with a checkpoint for the next attempt."""

from collections.abc import Callable, Iterator
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
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.raw import Request

Walked = Callable[..., Walk]


def response(body: object, **params: str | int) -> Response:
    return Response(Request("", params), datetime.now(UTC), msgspec.Raw(msgspec.json.encode(body)))


class FakeClient(SpotifyClient):
    """Playlists of `size` entries; each request for metadata returns the next of `snapshots`.

    A playlist's own response contains its first `embedded` entries, or no page if that is None.
    """

    def __init__(
        self,
        size: int,
        snapshots: Iterator[object],
        total: int | None = None,
        listed: tuple[str, ...] = (),
        embedded: int | None = None,
    ) -> None:
        self.size = size
        self.embedded = embedded
        self.total = size if total is None else total
        self.snapshots = snapshots
        self.listed = listed
        self.offsets: list[int] = []
        self.requests: list[str] = []
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def playlist(self, playlist_id: str) -> Response:
        contents: dict[str, object] = {"total": self.total}
        if self.embedded is not None:
            items = [{"n": n} for n in range(min(self.size, self.embedded))]
            contents |= {"limit": 100, "items": items}
        body = {"id": playlist_id, "snapshot_id": next(self.snapshots), "items": contents}
        return response(body)

    def snapshot(self, playlist_id: str) -> Response:
        self.requests.append(playlist_id)
        return response({"id": playlist_id, "snapshot_id": next(self.snapshots)})

    def my_playlists(self, offset: int) -> Response:
        self.requests.append(f"library {offset}")
        ids = self.listed[offset : offset + 50]
        items = [{"id": one, "snapshot_id": next(self.snapshots)} for one in ids]
        return response({"items": items, "total": len(self.listed)}, offset=offset)

    def playlist_items(self, _: str, offset: int) -> Response:
        self.offsets.append(offset)
        items = [{"n": n} for n in range(offset, min(offset + 50, self.size))]
        return response({"items": items, "total": self.total}, offset=offset)


def planned(key: str = "p", **more: Any) -> PlannedPlaylist:
    return PlannedPlaylist(key, response({"id": key, "snapshot_id": "s0"}), **more)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as one_thread:
        yield one_thread


@pytest.fixture
def walked(pool: Executor) -> Walked:
    def walk(spotify: SpotifyClient, one: PlannedPlaylist | None = None) -> Walk:
        progress = PartProgress()
        assert PartFetcher([one or planned()], progress, spotify, pool, 0).run() is None
        return progress.walks[0]

    return walk


@pytest.mark.parametrize(
    ("size", "total", "offsets"),
    [
        (0, 0, [0]),
        (50, 50, [0]),
        (51, 51, [0, 50]),
        (120, 120, [0, 50, 100]),
        # Short pages are requested again, thrice in all.
        (60, 200, [0, 50, 100, 150, 50, 100, 50, 100, 150, 150]),
        (120, 60, [0, 50]),
    ],
)
def test_pages_are_read_by_offset_up_to_the_end(
    walked: Walked, size: int, total: int, offsets: list[int]
) -> None:
    spotify = FakeClient(size, repeat("s0"), total)
    walked(spotify)
    assert spotify.offsets == offsets


def test_three_empty_pages_end_a_list_of_any_total(walked: Walked) -> None:
    spotify = FakeClient(0, repeat("s0"), total=10**9)
    assert str(walked(spotify).reason).startswith("0 of 1000000000 entries arrived")
    assert len(spotify.offsets) <= 30


def test_without_a_total_a_full_page_is_followed_by_another(walked: Walked) -> None:
    class NoTotal(FakeClient):
        def playlist_items(self, playlist_id: str, offset: int) -> Response:
            body = super().playlist_items(playlist_id, offset).read(dict[str, Any])
            return response({"items": body["items"]}, offset=offset)

    spotify = NoTotal(100, repeat("s0"))
    assert walked(spotify).pages.entries == 100
    assert spotify.offsets == [0, 50, 100]


def test_a_playlist_that_changes_once_is_read_again(walked: Walked) -> None:
    spotify = FakeClient(70, iter(["s0", "s1", "s1", "s1"]))
    result = walked(spotify)
    assert (result.status, result.snapshot_id, result.reason) == ("walked", "s1", None)
    assert result.pages.entries == 70
    assert spotify.offsets == [0, 50, 0, 50]


def test_a_playlist_that_always_changes_is_stored_as_last_read(walked: Walked) -> None:
    result = walked(FakeClient(10, (f"s{n}" for n in count(1))))
    assert (result.status, result.snapshot_id) == ("walked", f"s{2 * WALKS - 1}")
    assert "changes at every request" in str(result.reason)
    assert result.pages.entries == 10


def test_a_playlist_known_to_be_restless_is_walked_once(walked: Walked) -> None:
    spotify = FakeClient(70, (f"s{n}" for n in count(1)))
    result = walked(spotify, planned(is_restless=True))
    assert (result.status, result.snapshot_id, spotify.offsets) == ("walked", "s1", [0, 50])


@pytest.mark.parametrize(
    ("playlists", "requests"),
    [(1, ["p0"]), (2, ["library 0"]), (60, ["library 0", "library 50"])],
)
def test_snapshots_are_rechecked_with_the_fewest_requests(
    pool: Executor, playlists: int, requests: list[str]
) -> None:
    listed = tuple(f"p{n}" for n in range(playlists))
    spotify = FakeClient(1, repeat("s0"), listed=listed)
    progress = PartProgress()
    plan = [planned(key, is_listed=True) for key in listed]
    PartFetcher([*plan], progress, spotify, pool, playlists).run()
    assert spotify.requests == requests
    assert {walk.status for walk in progress.walks.values()} == {"walked"}


def test_a_playlist_that_left_the_library_is_rechecked_alone(pool: Executor) -> None:
    spotify = FakeClient(1, repeat("s0"), listed=("p0", "p1"))
    progress = PartProgress()
    plan = [planned(key, is_listed=True) for key in ("p0", "p1", "gone")]
    PartFetcher([*plan], progress, spotify, pool, 3).run()
    # Two of three: the listing is repeated, and confirmed.
    assert spotify.requests == ["library 0", "library 0", "gone"]
    assert [walk.status for walk in progress.walks.values()] == ["walked"] * 3


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_a_playlist_of_one_page_takes_one_request(walked: Walked, size: int) -> None:
    spotify = FakeClient(size, iter(["s7"]), embedded=100)
    result = walked(spotify)
    assert (result.status, result.snapshot_id, result.embedded) == ("walked", "s7", size)
    assert (spotify.offsets, spotify.requests) == ([], [])


def test_a_longer_playlist_is_read_from_the_embedded_page_on(walked: Walked) -> None:
    spotify = FakeClient(230, repeat("s0"), embedded=100)
    result = walked(spotify)
    assert (result.status, result.pages.entries) == ("walked", 230)
    assert (spotify.offsets, spotify.requests) == ([100, 150, 200], ["p"])


def test_a_short_embedded_page_is_read_again(walked: Walked) -> None:
    spotify = FakeClient(80, repeat("s0"), embedded=40)
    result = walked(spotify)
    assert (result.embedded, result.pages.entries, spotify.offsets) == (None, 80, [0, 50])


def test_large_pages_are_read_where_the_app_has_them(walked: Walked) -> None:
    class Legacy(FakeClient):
        def playlist(self, playlist_id: str) -> Response:
            body = super().playlist(playlist_id).read(dict[str, Any])
            return response({**body, "tracks": body["items"]})

        def playlist_tracks(self, _: str, offset: int) -> Response:
            self.offsets.append(offset)
            items = [{"n": n} for n in range(offset, min(offset + 100, self.size))]
            return response({"items": items, "total": self.size}, offset=offset, limit=100)

    spotify = Legacy(320, repeat("s0"), embedded=100)
    assert walked(spotify).pages.entries == 320
    assert spotify.offsets == [100, 200, 300]


def test_without_the_large_pages_endpoint_small_ones_are_read(walked: Walked) -> None:
    class Newer(FakeClient):
        def playlist(self, playlist_id: str) -> Response:
            body = super().playlist(playlist_id).read(dict[str, Any])
            return response({**body, "tracks": body["items"]})

        def playlist_tracks(self, _: str, offset: int) -> Response:
            raise RefusedError("forbidden", "403 Forbidden")

    spotify = Newer(180, repeat("s0"), embedded=100)
    assert walked(spotify).pages.entries == 180
    assert spotify.offsets == [100, 150]


def test_a_stored_snapshot_ends_the_walk_as_unchanged(walked: Walked) -> None:
    spotify = FakeClient(230, iter(["s7"]), embedded=100)
    result = walked(spotify, planned(stored_snapshot="s7"))
    assert (result.status, result.embedded, spotify.offsets) == ("unchanged", None, [])


@pytest.mark.parametrize(("user", "status"), [(True, "forbidden"), (False, "unauthorized")])
def test_withheld_contents_are_refused_without_a_request(
    walked: Walked, user: bool, status: str
) -> None:
    class Withholding(FakeClient):
        has_user = user

        def playlist(self, playlist_id: str) -> Response:
            return response({"id": playlist_id, "snapshot_id": "s0", "name": "Theirs"})

    spotify = Withholding(230, repeat("s0"))
    result = walked(spotify)
    assert (result.status, spotify.offsets) == (status, [])
    assert "contents are withheld" in str(result.reason)
    assert b"Theirs" in bytes(result.metadata.body)


def test_a_refusal_during_a_walk_discards_its_pages(walked: Walked) -> None:
    class Refusing(FakeClient):
        def playlist_items(self, playlist_id: str, offset: int) -> Response:
            if offset:
                raise RefusedError("missing", "404 gone")
            return super().playlist_items(playlist_id, offset)

    result = walked(Refusing(120, repeat("s0")))
    assert (result.status, result.reason, result.pages.entries) == ("missing", "404 gone", 0)


class Faulty(FakeClient):
    """The second page of playlist p is unavailable."""

    def playlist_items(self, playlist_id: str, offset: int) -> Response:
        if offset and playlist_id == "p":
            raise UnavailableError("502")
        return super().playlist_items(playlist_id, offset)


def test_an_unavailable_item_is_left_to_the_next_attempt(
    pool: Executor,
) -> None:
    progress, plan = PartProgress(), [planned("p"), planned("q")]
    spotify = Faulty(120, repeat("s0"))
    assert PartFetcher([*plan], progress, spotify, pool, 0).run() == "502"
    assert [walk.status for walk in progress.walks.values()] == ["", "walked"]
    later = FakeClient(120, repeat("s0"))
    assert PartFetcher([*plan], stored(progress), later, pool, 0).run() is None
    assert later.offsets == [50, 100]


def test_an_item_unavailable_in_every_attempt_is_marked_failed(pool: Executor) -> None:
    class NoAlbums(Faulty):
        def album(self, _: str) -> Response:
            raise UnavailableError("no album")

    progress, plan = PartProgress(), (planned("p"), PlannedAlbum("a"))
    spotify = NoAlbums(120, repeat("s0"))
    for _ in range(FAULTS - 1):
        assert PartFetcher([*plan], progress, spotify, pool, 0).run() is not None
        progress = stored(progress)
    assert PartFetcher([*plan], progress, spotify, pool, 0).run() is None
    assert (progress.walks[0].status, progress.walks[0].reason) == ("failed", "502")
    assert progress.walks[0].pages.entries == 0
    [(kind, _, context)] = progress.records[1]
    assert (kind, context["status"], context["reason"]) == ("albums", "failed", "no album")


@pytest.mark.parametrize("body", [{"total": 0}, {"items": None}, {}])
def test_a_page_without_items_is_a_fault_not_an_empty_playlist(
    pool: Executor, body: object
) -> None:
    class Absent(FakeClient):
        def playlist_items(self, _: str, offset: int) -> Response:
            return response(body, offset=offset)

    spotify = Absent(0, repeat("s0"))
    reason = PartFetcher([planned()], PartProgress(), spotify, pool, 0).run()
    assert "unexpected response" in str(reason)


def test_an_interrupted_walk_continues_where_it_stopped(pool: Executor) -> None:
    class Ending(FakeClient):
        def playlist_items(self, playlist_id: str, offset: int) -> Response:
            if offset == 100:
                raise OutOfTimeError
            return super().playlist_items(playlist_id, offset)

    progress, spotify = PartProgress(), Ending(170, repeat("s0"))
    ending = spotify
    with pytest.raises(OutOfTimeError):
        PartFetcher([planned()], progress, ending, pool, 0).run()
    later = FakeClient(170, repeat("s0"))
    again = stored(progress)
    PartFetcher([planned()], again, later, pool, 0).run()
    assert sorted(spotify.offsets + later.offsets) == [0, 50, 100, 150]
    assert (again.walks[0].status, again.walks[0].pages.entries) == ("walked", 170)


def test_an_interrupted_walk_of_a_changed_playlist_starts_over(
    pool: Executor,
) -> None:
    progress = PartProgress()
    spotify = FakeClient(70, repeat("s0"))
    walk = Walk.of(planned())
    walk.open(spotify)
    walk.read(0, spotify)
    progress.walks[0] = walk
    later = FakeClient(120, repeat("s1"))
    again = stored(progress)
    PartFetcher([planned()], again, later, pool, 0).run()
    assert (again.walks[0].snapshot_id, again.walks[0].pages.entries) == ("s1", 120)
    assert later.offsets == [50, 100, 0, 50, 100]


def stored(progress: PartProgress) -> PartProgress:
    """The progress as the next attempt reads it."""
    return msgspec.json.decode(msgspec.json.encode(progress), type=PartProgress)
