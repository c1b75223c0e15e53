"""Runs during and after a purge store nothing of the playlist."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest
from botocore.client import BaseClient

from fake_spotify.faults import Fault, Kind
from fake_spotify.worlds.world import World
from operations.purge import playlist as purging
from operations.purge.running import await_attempts, running_until
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.state.tombstones import purged_playlists
from spotify_pipeline.transform.handler import handler as transform
from tests.conftest import CONTEXT, Server
from tests.scheduler import entries, run_to_its_end, take
from tests.unit.extract.runs import EVENT
from tests.unit.operations.purge.conftest import Bucket, extract_days, playlist_named
from tests.unit.transform.test_handler import delivered

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NAME = "Morning Commute"


class PurgeDuringRun:
    """Starts the purge in another thread before the run's n-th write, and lets it wait."""

    def __init__(self, purge: Callable[[], object], n: int) -> None:
        self.writes = 0
        self.run_ended = threading.Event()
        self.is_started = False
        self.waited = False
        self._is_idle = threading.Event()
        self._n = n
        self._thread = threading.Thread(target=self._run, args=(purge,))
        self.error: BaseException | None = None

    def sleep(self, _: float) -> None:
        """The purge waits for the run, which goes on now."""
        self.waited = True
        self._is_idle.set()
        self.run_ended.wait()

    def before(self, operation: str) -> None:
        """Called before each AWS call of any thread."""
        if operation != "PutObject" or threading.current_thread() is self._thread:
            return
        self.writes += 1
        if self.writes == self._n:
            self.is_started = True
            self._thread.start()
            self._is_idle.wait()

    def finish(self) -> None:
        self.run_ended.set()
        if self.is_started:
            self._thread.join()
        if self.error:
            raise self.error

    def _run(self, purge: Callable[[], object]) -> None:
        try:
            purge()
        except BaseException as error:
            self.error = error
        finally:
            self._is_idle.set()


def test_a_purge_at_any_write_of_a_run_leaves_nothing(
    bucket: Bucket, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist_id = playlist_named(world, NAME)
    real = vars(BaseClient)["_make_api_call"]
    waits = 0
    for n in count(1):
        bucket.restore({})
        during = PurgeDuringRun(lambda: bucket.purge(playlist_id).run(), n)

        def call(
            client: BaseClient,
            operation: str,
            arguments: object,
            during: PurgeDuringRun = during,
        ) -> object:
            during.before(operation)
            return real(client, operation, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        monkeypatch.setattr(purging, "await_attempts", partial(await_attempts, sleep=during.sleep))
        extract_days("2026-03-01")
        during.finish()
        monkeypatch.setattr(BaseClient, "_make_api_call", real)
        if not during.is_started:
            break
        waits += during.waited
        assert bucket.holders(playlist_id) == [], n
        assert bucket.survey(playlist_id).is_empty, n
    assert n > 6
    assert waits


def test_a_run_stores_nothing_once_it_sees_the_tombstone(
    bucket: Bucket, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The purge does not wait for the run here, and ends before one of its looks."""
    playlist_id = playlist_named(world, "Deep Focus Hours")
    monkeypatch.setattr(purging, "await_attempts", lambda *_: None)
    looks: list[str] = []

    def look(s3: S3Client, name: str) -> frozenset[str]:
        looks.append(name)
        if len(looks) == n:
            bucket.purge(playlist_id).run()
        return purged_playlists(s3, name)

    for store in ("run_store", "schedule_state_store"):
        name = f"spotify_pipeline.extract.state.{store}.purged_playlists"
        monkeypatch.setattr(name, look)
    for n in count(1):
        looks.clear()
        bucket.restore({})
        extract_days("2026-03-01")
        if len(looks) < n:
            break
        assert bucket.holders(playlist_id) == [], n
        assert transform(delivered(*bucket.aws.raw_keys()), None) == {"batchItemFailures": []}
    assert n > 6


def test_a_later_run_neither_requests_nor_stores_it(
    filled: Bucket, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist_id = playlist_named(world, NAME)
    filled.purge(playlist_id).run()
    requested: list[str] = []
    real = SpotifyClient.playlist

    def playlist(client: SpotifyClient, one: str) -> object:
        requested.append(one)
        return real(client, one)

    monkeypatch.setattr(SpotifyClient, "playlist", playlist)
    extract_days("2026-03-03", my_playlists=True, playlists=[playlist_id])
    assert filled.holders(playlist_id) == []
    assert playlist_id not in requested
    assert requested
    plans = [body for key, body in filled.aws.objects("state/runs/20260303").items()]
    assert plans
    assert not any(b'"purged"' in plan for plan in plans)


def test_a_run_resumed_after_the_purge_leaves_it_out(
    bucket: Bucket, server: Server, world: World
) -> None:
    playlist_id = playlist_named(world, "Deep Focus Hours")
    limit = Fault(Kind.RATE_LIMIT, r"/v1/playlists/\w+(/items)?", after=2, retry_after="3600")
    server.fake.faults.replace([limit])
    assert handler(EVENT, CONTEXT)["status"] == "partial"
    assert bucket.holders(playlist_id)

    bucket.purge(playlist_id).run()
    assert bucket.holders(playlist_id) == []

    [resumed] = [handler(take(entry), CONTEXT) for entry in entries()]
    assert resumed["status"] == "complete"
    assert bucket.holders(playlist_id) == []
    assert bucket.survey(playlist_id).is_empty


def test_a_run_whose_only_playlist_is_purged_is_complete(bucket: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, NAME)
    bucket.purge(playlist_id).run()
    event = {**EVENT, "sources": {"playlists": [playlist_id]}}
    assert [one["status"] for one in run_to_its_end(event)] == ["complete"]
    assert bucket.holders(playlist_id) == []


def test_after_undo_a_run_reads_it_again(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, NAME)
    filled.purge(playlist_id).run()
    assert filled.purge(playlist_id).undo()
    assert not filled.purge(playlist_id).undo()
    extract_days("2026-03-03")
    assert filled.survey(playlist_id).content.records


def test_an_ended_run_is_not_waited_for(filled: Bucket) -> None:
    assert running_until(filled.aws.s3, filled.aws.bucket) is None
