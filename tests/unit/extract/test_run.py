"""The extract handler with a fake Spotify and a bucket in memory."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from fake_spotify.worlds.world import World
from spotify_pipeline.extract import planner
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.parts.writing import Counts, PartBuilder
from spotify_pipeline.extract.state.run_store import RunStore
from spotify_pipeline.keys import LEDGER_KEY, history_key
from tests.conftest import CONTEXT, Aws, Server
from tests.unit.extract.runs import (
    EVENT,
    KilledError,
    entries_by_playlist,
    part_name,
    part_names,
    raw_records,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_s3 import S3Client

    from spotify_pipeline.extract.plan import Plan


def test_a_run_stores_every_entry_and_returns_its_summary(
    deployed: Aws, server: Server, world: World
) -> None:
    summary = handler(EVENT, CONTEXT)
    mine = [one for one in world.library(server.fake.day) if one.owner == "analyst"]
    assert entries_by_playlist(deployed) == Counter(
        {p.id: len(p.entries) for p in mine if p.entries}
    )
    assert summary["status"] == "complete"
    assert summary["entries"] == sum(len(playlist.entries) for playlist in mine)
    assert (summary["playlists_seen"], summary["playlists_refused"]) == (len(mine) + 2, 2)
    assert summary["api_calls"] == server.fake.requests


def test_the_run_record_is_written_last(
    deployed: Aws, small_parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = record_clients(monkeypatch)
    handler(EVENT, CONTEXT)
    written = [key for client in clients for key in client.written]
    assert written.pop(0) == LEDGER_KEY
    assert written[0].startswith("state/runs/")
    assert sorted(part_name(key) for key in written[1 : small_parts + 1]) == [
        f"{n:04}" for n in range(small_parts)
    ]
    assert written[small_parts + 1] == "state/daily.json"
    assert written[small_parts + 2] == history_key("daily")
    assert written[small_parts + 3] == LEDGER_KEY
    assert [part_name(key) for key in written[small_parts + 4 :]] == ["run-1"]


def test_each_playlist_is_recorded_whatever_its_status(deployed: Aws) -> None:
    handler(EVENT, CONTEXT)
    statuses = Counter(
        line["context"]["status"] for _, line in raw_records(deployed) if line["kind"] == "playlist"
    )
    assert statuses == {"walked": 10, "forbidden": 1, "missing": 1}


def test_followers_are_stored_for_every_walked_playlist(
    deployed: Aws, server: Server, world: World
) -> None:
    day = server.fake.day
    listed = world.library(day)[:1]
    server.fake.world = World((day,), {day: listed}, world.unlisted)
    for hour, sources in (("06", {"my_playlists": True}), ("18", {"playlists": [listed[0].id]})):
        event = {"time": f"2026-03-01T{hour}:00:00Z", "schedule": f"at{hour}", "sources": sources}
        handler(event, CONTEXT)
    followers = [
        line["body"]["followers"]["total"]
        for _, line in raw_records(deployed)
        if line["kind"] == "playlist" and line["context"]["playlist_id"] == listed[0].id
    ]
    assert followers == [listed[0].followers] * 2


def test_client_credentials_differ_from_an_empty_playlist(
    deployed: Aws, server: Server, world: World
) -> None:
    deployed.fill_secret(client_id="fake-client", client_secret="fake-secret")
    playlist = world.library(server.fake.day)[0].id
    summary = handler({**EVENT, "sources": {"playlists": [playlist]}}, CONTEXT)
    [record] = [line for _, line in raw_records(deployed) if line["kind"] == "playlist"]
    assert record["context"]["status"] == "unauthorized"
    assert record["context"]["reason"].startswith("its contents are withheld: ")
    assert record["body"]["name"] == "Morning Commute"
    assert (summary["status"], summary["playlists_refused"]) == ("complete", 1)


def test_my_playlists_without_a_user_states_the_remedy(deployed: Aws) -> None:
    deployed.fill_secret(client_id="fake-client", client_secret="fake-secret")
    summary = handler(EVENT, CONTEXT)
    assert summary["status"] == "unconfigured"
    assert "run make auth" in summary["reason"]


class WatchedClient:
    """An S3 client that records keys written, and fails after this many raw objects."""

    def __init__(self, client: S3Client, raw_objects: float) -> None:
        self.written: list[str] = []
        self._client = client
        self._left = raw_objects
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        if self._left <= 0:
            raise KilledError
        return getattr(self._client, name)

    def put_object(self, **arguments: Any) -> object:
        with self._lock:
            if self._left <= 0:
                raise KilledError
            self._left -= arguments["Key"].startswith("raw-data/")
        response = self._client.put_object(**arguments)
        self.written.append(arguments["Key"])
        return response


def record_clients(
    monkeypatch: pytest.MonkeyPatch, raw_objects: float = float("inf")
) -> list[WatchedClient]:
    """Watch the handler's S3 clients; return those that it creates."""
    real: Callable[..., S3Client] = boto3.client
    made: list[WatchedClient] = []

    def client(service: str) -> object:
        if service != "s3":
            return real(service)
        made.append(WatchedClient(real(service), raw_objects))
        return made[-1]

    monkeypatch.setattr(boto3, "client", client)
    return made


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Parts of about fifty entries; returns the run's number of parts."""
    monkeypatch.setattr(planner, "PART_ENTRIES", 50)
    return 9


def test_a_run_killed_after_any_part_completes_on_redelivery(
    deployed: Aws, small_parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = handler(EVENT, CONTEXT)
    names = part_names(deployed)
    expected = entries_by_playlist(deployed)
    assert whole["parts"] == len(names) == small_parts
    for killed_after in range(1, len(names) + 1):
        deployed.empty()
        with monkeypatch.context() as dying:
            record_clients(dying, killed_after)
            with pytest.raises(KilledError):
                handler(EVENT, CONTEXT)
        stored = deployed.objects("raw-data/")
        assert len(stored) == killed_after
        again = handler(EVENT, CONTEXT)
        assert part_names(deployed) == names
        assert entries_by_playlist(deployed) == expected
        assert {key: deployed.read(key) for key in stored} == stored
        assert (again["entries"], again["parts"]) == (whole["entries"], whole["parts"])
        assert (again["run_id"], again["attempt"]) == (whole["run_id"], 1)


def test_a_redelivered_event_fetches_and_changes_nothing(deployed: Aws, server: Server) -> None:
    first = handler(EVENT, CONTEXT)
    parts = deployed.objects("raw-data/")
    calls = server.fake.requests
    second = handler(EVENT, CONTEXT)
    assert server.fake.requests == calls
    assert {key: deployed.read(key) for key in parts} == parts
    assert (second["attempt"], second["api_calls"]) == (2, 0)
    for total in ("entries", "parts", "playlists_seen", "playlists_walked", "playlists_refused"):
        assert second[total] == first[total]


def test_concurrent_attempts_store_each_part_once(
    deployed: Aws, small_parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first attempt builds its first part, a second one runs from start to end."""
    real: Callable[..., Plan] = planner.make_plan
    overtaken: list[dict[str, Any]] = []

    def overtaking(*arguments: object, **options: object) -> Plan:
        made = real(*arguments, **options)
        if not overtaken:
            overtaken.append({})
            overtaken[0] = handler(EVENT, CONTEXT)
        return made

    monkeypatch.setattr("spotify_pipeline.extract.stages.make_plan", overtaking)
    slow = handler(EVENT, CONTEXT)
    names = Counter(map(part_name, deployed.raw_keys()))
    assert set(names.values()) == {1}
    assert (slow["entries"], slow["parts"]) == (overtaken[0]["entries"], overtaken[0]["parts"])
    assert {slow["attempt"], overtaken[0]["attempt"]} == {1, 2}


def test_a_part_stored_by_a_concurrent_attempt_is_not_replaced(
    deployed: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other attempt stores the part after this one has found it missing."""
    real = RunStore.save_part
    nested: list[Any] = []

    def late(store: RunStore, number: int, part: PartBuilder) -> tuple[Counts, bool]:
        if not nested:
            nested.append(None)
            handler(EVENT, CONTEXT)
            nested[0] = deployed.objects("raw-data/")
        return real(store, number, part)

    monkeypatch.setattr(RunStore, "save_part", late)
    summary = handler(EVENT, CONTEXT)
    assert {key: deployed.read(key) for key in nested[0]} == nested[0]
    assert (summary["status"], summary["parts"], summary["attempt"]) == ("complete", 1, 2)


def test_an_empty_secret_ends_the_run_with_a_record(deployed: Aws, server: Server) -> None:
    deployed.fill_secret(client_id="", client_secret="")
    summary = handler(EVENT, CONTEXT)
    [(name, record)] = raw_records(deployed)
    assert (name, record["body"]["status"]) == ("run-1", "unconfigured")
    assert "make secret ENV=" in record["body"]["reason"] == summary["reason"]
    assert server.fake.requests == 0


def test_no_secret_and_no_token_is_stored_or_logged(
    deployed: Aws, capfd: pytest.CaptureFixture[str]
) -> None:
    handler(EVENT, CONTEXT)
    stored = b"".join(
        gzip.decompress(body) if key.endswith(".gz") else body
        for key, body in deployed.objects().items()
    ).decode()
    logged = "".join(capfd.readouterr())
    for text in (stored, logged):
        assert "fake-secret" not in text
        assert "fake-refresh-token" not in text
        assert "Bearer" not in text
