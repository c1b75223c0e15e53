"""Enrichment of tracks that only plays name: which are requested, in which order, how often."""

import gzip
import json
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from fake_spotify.faults import Fault
from fake_spotify.faults import Kind as FaultKind
from fake_spotify.regime import Regime
from fake_spotify.worlds.world import World
from operations.imports.export import find_files
from operations.imports.play_import import PlayImport
from spotify_pipeline.extract.state.scan import scan_part
from spotify_pipeline.extract.state.wanted_tracks import WantedTracks
from spotify_pipeline.keys import DESCRIBED_TRACKS_KEY, wanted_tracks_key
from spotify_pipeline.raw import Envelope
from spotify_pipeline.wanted_tracks import encode_wanted
from tests.conftest import Aws
from tests.tables import tables_of
from tests.unit.extract.enrichment.conftest import Running, fetched
from tests.unit.extract.enrichment.test_enrichment import tracks_in
from tests.unit.operations.imports.exports import EXTENDED, extended, zip_of

UNKNOWN, PLAYED = "0" * 22, "1" * 22
AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


def store(aws: Aws, name: str, plays: dict[str, int]) -> None:
    body = encode_wanted(plays)
    aws.s3.put_object(Bucket=aws.bucket, Key=wanted_tracks_key(name), Body=body)


def unlisted(world: World) -> list[str]:
    """Ids of tracks that no playlist holds on the first day, as newer apps see them."""
    listed = {track.id for track in tracks_in(world, world.days[0])}
    return sorted(world.tracks.keys() - listed)


def described(aws: Aws) -> list[str]:
    found: list[str] = json.loads(gzip.decompress(aws.read(DESCRIBED_TRACKS_KEY)))
    return found


def test_newer_apps_request_the_most_played_tracks_one_by_one(
    running: Running, aws: Aws, world: World
) -> None:
    day, [first, second, third, *_] = world.days[0], unlisted(world)
    store(aws, "a", {third: 9, first: 1})
    store(aws, "b", {second: 4, third: 7})
    with running(Regime.NEW_DEV, 2) as run:
        assert run(day)["status"] == "complete"
        assert sorted(fetched(aws, "tracks")) == sorted([[third], [second]])
        later = run(day, time=f"{day}T18:00:00Z")
        assert fetched(aws, "tracks", later["run_id"]) == [[first]]
        run(day, time=f"{day}T20:00:00Z")
    assert len(fetched(aws, "tracks")) == 3
    rows = {row[0]: row for row in tables_of(aws)["tracks"]}
    assert rows[third][1] == world.tracks[third].name
    assert {first, second} <= rows.keys()


def test_the_tracks_of_an_imported_export_are_requested(
    running: Running, aws: Aws, world: World, tmp_path: Path
) -> None:
    day, [known, *_] = world.days[0], unlisted(world)
    records = [extended(0, spotify_track_uri=f"spotify:track:{known}"), extended(1)]
    plays = PlayImport(
        aws.s3, aws.bucket, find_files(zip_of(tmp_path / "a.zip", {EXTENDED: records})).files
    )
    deque(plays.identify(now=AT, retention=timedelta(days=365)))
    deque(plays.write())
    with running(Regime.NEW_DEV, 5) as run:
        run(day)
    assert fetched(aws, "tracks") == [[known]]


def test_tracks_that_playlists_describe_are_not_requested(
    running: Running, aws: Aws, world: World
) -> None:
    day = world.days[0]
    known = tracks_in(world, day)[0].id
    store(aws, "a", {known: 9})
    with running(Regime.NEW_DEV, 5) as run:
        run(day)
    assert fetched(aws, "tracks") == []
    assert described(aws) == [known]


def test_recently_played_tracks_are_described() -> None:
    played = {"id": PLAYED, "type": "track", "album": {"id": "b1"}}
    items = [{"played_at": "2026-03-01T05:00:00Z", "track": played}]
    record = Envelope(
        kind="recently_played",
        run_id="r",
        fetched_at=AT,
        body=msgspec.Raw(msgspec.json.encode({"items": items})),
    )
    part = gzip.compress(msgspec.json.encode(record))
    assert scan_part(part, AT, ()).described == {PLAYED}


def test_batches_follow_artists_and_albums_and_name_unknown_ids(
    running: Running, aws: Aws, world: World
) -> None:
    day, known = world.days[0], unlisted(world)[0]
    store(aws, "a", {UNKNOWN: 9, known: 1})
    with running(Regime.EXT, 3) as run:
        run(day)
        assert fetched(aws, "tracks") == []
    with running(Regime.EXT, 100) as run:
        run(day, time=f"{day}T18:00:00Z")
        run(day, time=f"{day}T20:00:00Z")
    assert fetched(aws, "tracks") == [[UNKNOWN, known]]
    [rejected] = [row for row in tables_of(aws)["rejected"] if UNKNOWN in row]
    assert {"tracks", "missing"} <= set(rejected)


def test_an_unknown_track_is_requested_once(running: Running, aws: Aws, world: World) -> None:
    day = world.days[0]
    store(aws, "a", {UNKNOWN: 9})
    with running(Regime.NEW_DEV, 5) as run:
        run(day)
        run(day, time=f"{day}T18:00:00Z")
    assert fetched(aws, "tracks") == [[UNKNOWN]]
    assert [row for row in tables_of(aws)["rejected"] if {"tracks", "missing"} <= set(row)]


def test_tracks_that_are_not_available_are_requested_again(
    running: Running, aws: Aws, world: World
) -> None:
    day, known = world.days[0], unlisted(world)[0]
    store(aws, "a", {known: 9})
    failing = Fault(FaultKind.ERROR, "/v1/tracks/.*", count=None, status=500)
    with running(Regime.NEW_DEV, 5, failing) as run:
        assert run(day)["status"] == "complete"
    with running(Regime.NEW_DEV, 5) as run:
        later = run(day, time=f"{day}T18:00:00Z")
    assert fetched(aws, "tracks", later["run_id"]) == [[known]]


def test_half_of_the_free_calls_stays_free(
    running: Running, aws: Aws, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = world.days[0]
    store(aws, "a", dict.fromkeys(unlisted(world), 1))
    with running(Regime.NEW_DEV, 100) as run:
        monkeypatch.setenv("DAILY_CALLS", "100")
        before = run(day)
    calls = len(fetched(aws, "tracks"))
    sources = before["api_calls"] - calls
    # Of 100 calls one schedule leaves two to the others.
    assert calls == (98 - sources) // 2 > 0


def test_without_a_budget_no_list_is_read(running: Running, aws: Aws, world: World) -> None:
    store(aws, "a", {unlisted(world)[0]: 1})
    with running(Regime.NEW_DEV, 0) as run:
        run(world.days[0])
    assert fetched(aws, "tracks") == []
    assert aws.keys("state/imports/") == [wanted_tracks_key("a")]


def test_damaged_lists_stop_no_other(aws: Aws) -> None:
    for name, body in (("text", b"nothing"), ("shape", gzip.compress(b'["x"]'))):
        aws.s3.put_object(Bucket=aws.bucket, Key=wanted_tracks_key(name), Body=body)
    aws.s3.put_object(Bucket=aws.bucket, Key=DESCRIBED_TRACKS_KEY, Body=b"nothing")
    store(aws, "sound", {"t1": 1, "t2": 2})
    wanted = WantedTracks(aws.s3, aws.bucket)
    assert wanted.pending() == ["t2", "t1"]
    wanted.note({"t2", "elsewhere"})
    assert (wanted.pending(), described(aws)) == (["t1"], ["t2"])


def test_concurrent_runs_keep_what_each_has_described(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run writes between the reading and the writing of this one."""
    store(aws, "a", {"t1": 1, "t2": 2, "t3": 3})
    mine, other = WantedTracks(aws.s3, aws.bucket), WantedTracks(aws.s3, aws.bucket)
    write, others = WantedTracks._write_described, [["t1"], ["t2"]]

    def overtaken(self: WantedTracks, ids: set[str], etag: str | None) -> bool:
        if self is mine and others:
            other.note(others.pop())
        return write(self, ids, etag)

    monkeypatch.setattr(WantedTracks, "_write_described", overtaken)
    mine.note({"t3"})
    assert described(aws) == ["t1", "t2", "t3"]
    assert mine.pending() == []
