"""One of several playlists is purged: it is in no object, and the others are unchanged."""

import gzip
from collections import Counter
from datetime import UTC, datetime

import msgspec
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from fake_spotify.worlds.world import World
from operations.purge.versions import PurgeError
from spotify_pipeline.extract.parts.fetching import PartProgress
from spotify_pipeline.extract.parts.playlist_walk import Walk
from spotify_pipeline.extract.plan import Plan, PlannedPlaylist
from spotify_pipeline.extract.spotify.library import LibraryProgress
from spotify_pipeline.extract.spotify.pagination import Pages
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.keys import (
    Part,
    checkpoint_key,
    damaged_state_key,
    plan_key,
    planning_checkpoint_key,
    table_file,
)
from spotify_pipeline.raw import Request
from tests.conftest import Aws
from tests.unit.operations.purge.conftest import Bucket, Stored, playlist_named

TABLES_OF_PLAYLISTS = ("playlists", "playlist_items")
LONG = "Deep Focus Hours"
RUN_ID = "20260303T060000Z-daily-0a1b2c3d"
MOMENT = datetime(2026, 3, 3, 6, tzinfo=UTC)


def _parts_of(objects: Stored, playlist_id: str) -> set[Part]:
    """The parts that hold nothing else."""
    return {
        Part.from_raw_key(key)
        for key, (body, _) in objects.items()
        if key.startswith("raw-data/")
        and all(playlist_id in line.decode() for line in gzip.decompress(body).splitlines())
    }


def without(frame: pl.DataFrame, playlist_id: str) -> pl.DataFrame:
    return frame.filter(pl.col("playlist_id") != playlist_id)


def entries_in_metadata(aws: Aws) -> Counter[str]:
    """Sums of the counts in the object metadata of all raw parts."""
    total: Counter[str] = Counter()
    for key in aws.raw_keys():
        metadata = aws.s3.head_object(Bucket=aws.bucket, Key=key)["Metadata"]
        total.update({name: int(count) for name, count in metadata.items()})
    return total


@pytest.mark.parametrize("versioned", [False, True], ids=["unversioned", "versioned"])
@pytest.mark.parametrize("name", [LONG, "Morning Commute", "Neighbour's Party"])
def test_no_object_or_version_holds_a_purged_playlist(
    filled: Bucket, two_days: Stored, world: World, name: str, versioned: bool
) -> None:
    playlist_id = playlist_named(world, name)
    if versioned:
        filled.enable_versioning()
        filled.put(two_days)
    assert filled.holders(playlist_id)
    expected = {table: without(filled.table(table), playlist_id) for table in TABLES_OF_PLAYLISTS}

    left = filled.purge(playlist_id).run()

    assert left.is_empty
    assert filled.holders(playlist_id) == []
    for table, frame in expected.items():
        assert_frame_equal(filled.table(table), frame)
    assert filled.aws.keys("athena-results/") == []


def test_counts_are_exact_before_and_after(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    number = len(next(one for one in world.library(world.days[0]) if one.id == playlist_id).entries)
    counts = entries_in_metadata(filled.aws)
    items = len(filled.table("playlist_items"))
    found = filled.survey(playlist_id)
    assert found.content.entries == 2 * number
    assert found.content.walked == 2
    assert found.rows == {"playlist_items": 2 * number, "playlists": 2}

    filled.purge(playlist_id).run()

    gone = Counter(entries=2 * number, walked=2)
    assert entries_in_metadata(filled.aws) == counts - gone
    assert len(filled.table("playlist_items")) == items - 2 * number


def test_a_dry_run_changes_nothing(filled: Bucket, world: World) -> None:
    filled.enable_versioning()
    before = filled.texts()
    found = filled.survey(playlist_named(world, LONG))
    assert not found.is_empty
    assert filled.texts() == before


def test_tracks_of_a_purged_playlist_alone_are_gone(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    filled.purge(playlist_id).run()
    items = filled.table("playlist_items").filter(pl.col("item_type") == "track")
    assert set(filled.table("tracks")["track_id"]) == set(items["item_id"].drop_nulls())


def test_a_part_of_one_playlist_stays_as_an_empty_one(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    found = filled.survey(playlist_id)
    keys = filled.aws.raw_keys()
    filled.purge(playlist_id).run()
    assert filled.aws.raw_keys() == keys
    emptied = [
        key
        for key in {version.key for version in found.raw}
        if b'"purged"' in gzip.decompress(filled.aws.read(key))
    ]
    assert len(emptied) == 2
    files = {file.part for key in filled.aws.transformed() if (file := table_file(key))}
    assert not files & {Part.from_raw_key(key) for key in emptied}


def test_a_second_purge_finds_nothing_and_changes_nothing(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    filled.purge(playlist_id).run()
    filled.enable_versioning()
    before = filled.texts()
    assert filled.purge(playlist_id).run().is_empty
    assert filled.texts() == before


def test_plans_keep_places_and_checkpoints_their_walks(filled: Bucket, world: World) -> None:
    purged, other = playlist_named(world, LONG), playlist_named(world, "Morning Commute")
    metadata = {
        one: Response(
            Request(f"playlists/{one}"), MOMENT, msgspec.Raw(b'{"id": "%s"}' % one.encode())
        )
        for one in (purged, other)
    }
    planned = [PlannedPlaylist(one, metadata[one]) for one in (purged, other)]
    progress = PartProgress({n: Walk.of(one) for n, one in enumerate(planned)})
    page = Response(
        Request("me/playlists", {"offset": 0}),
        MOMENT,
        msgspec.Raw(
            b'{"items": [%s, %s], "total": 2}' % tuple(bytes(one.body) for one in metadata.values())
        ),
    )
    listing = LibraryProgress(Pages(responses={0: page}))
    objects = {
        plan_key(RUN_ID): msgspec.json.encode(Plan(RUN_ID, [[*planned]])),
        checkpoint_key(RUN_ID, 0): gzip.compress(msgspec.json.encode(progress)),
        planning_checkpoint_key(RUN_ID): gzip.compress(msgspec.json.encode(listing)),
    }
    for key, body in objects.items():
        filled.aws.s3.put_object(Bucket=filled.aws.bucket, Key=key, Body=body)

    filled.purge(purged).run()

    assert filled.holders(purged) == []
    stored = [filled.aws.read(key) for key in objects]
    plan = msgspec.json.decode(stored[0], type=Plan)
    assert [getattr(one, "id", None) for one in plan.parts[0]] == [None, other]
    walks = msgspec.json.decode(gzip.decompress(stored[1]), type=PartProgress).walks
    assert {n: walk.playlist_id for n, walk in walks.items()} == {1: other}
    pages = msgspec.json.decode(gzip.decompress(stored[2]), type=LibraryProgress).pages
    assert msgspec.json.decode(pages.responses[0].body)["items"] == [None, {"id": other}]


def test_damaged_states_that_name_it_are_deleted(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    keys = [damaged_state_key("daily", digest) for digest in ("0", "1")]
    for key, name in zip(keys, (playlist_id, "another"), strict=True):
        filled.aws.s3.put_object(Bucket=filled.aws.bucket, Key=key, Body=f'{{"{name}": '.encode())
    filled.purge(playlist_id).run()
    assert filled.aws.keys("state/damaged/") == keys[1:]


def test_unreadable_lines_stay_unless_they_name_it(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    key = next(key for key in filled.aws.raw_keys() if key.endswith("/0000.jsonl.gz"))
    lines = gzip.decompress(filled.aws.read(key))
    broken = b"half a line\n"
    named = f'{{"kind": "playlist", "context": {{"playlist_id": "{playlist_id}", \n'.encode()
    body = gzip.compress(lines + broken + named)
    filled.aws.s3.put_object(Bucket=filled.aws.bucket, Key=key, Body=body)

    left = filled.purge(playlist_id).run()

    assert left.unreadable == {key: 1}
    assert filled.holders(playlist_id) == []
    assert gzip.decompress(filled.aws.read(key)).endswith(broken)


def test_a_part_with_a_damaged_stream_stays_and_is_named(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    key = next(key for key in filled.aws.raw_keys() if key.endswith("/0000.jsonl.gz"))
    body = filled.aws.read(key)[:-9]
    filled.aws.s3.put_object(Bucket=filled.aws.bucket, Key=key, Body=body)
    left = filled.purge(playlist_id).run()
    assert [version.key for version in left.damaged] == [key]
    assert filled.aws.read(key) == body
    assert left.is_empty


@pytest.mark.parametrize("versioned", [False, True], ids=["unversioned", "versioned"])
def test_rows_of_an_expired_raw_part_are_removed(
    filled: Bucket, two_days: Stored, world: World, versioned: bool
) -> None:
    playlist_id = playlist_named(world, LONG)
    if versioned:
        filled.enable_versioning()
        filled.put(two_days)
    others = filled.table("playlists").filter(pl.col("playlist_id") != playlist_id)
    for key in filled.aws.raw_keys():
        filled.aws.s3.delete_object(Bucket=filled.aws.bucket, Key=key)
    assert filled.purge(playlist_id).run().is_empty
    assert filled.holders(playlist_id) == []
    assert filled.table("playlists").height == others.height
    files = {file for key in filled.aws.transformed() if (file := table_file(key))}
    tables = {file.table for file in files if file.part in _parts_of(two_days, playlist_id)}
    assert not tables & {"playlists", "playlist_items"}
    assert "tracks" in tables


def test_a_reason_that_names_it_is_kept_without_its_id(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    key = next(key for key in filled.aws.raw_keys() if "/run-1." in key)
    record = gzip.decompress(filled.aws.read(key))
    named = record.replace(b'"reason":null', b'"reason":"playlists/%s: 502"' % playlist_id.encode())
    assert named != record
    filled.aws.s3.put_object(Bucket=filled.aws.bucket, Key=key, Body=gzip.compress(named))
    filled.purge(playlist_id).run()
    assert filled.holders(playlist_id) == []
    assert "playlists/[purged]: 502" in filled.table("runs")["reason"].to_list()


def test_the_state_of_the_schedule_keeps_the_others(filled: Bucket, world: World) -> None:
    playlist_id = playlist_named(world, LONG)
    known = set(msgspec.json.decode(filled.aws.read("state/daily.json"))["playlists"])
    filled.purge(playlist_id).run()
    left = set(msgspec.json.decode(filled.aws.read("state/daily.json"))["playlists"])
    assert left == known - {playlist_id} != known


def test_an_unfinished_purge_cannot_be_undone(filled: Bucket, world: World) -> None:
    purge = filled.purge(playlist_named(world, LONG))
    purge.tombstone.save([filled.aws.raw_keys()[0]])
    with pytest.raises(PurgeError, match="was interrupted: run it again"):
        purge.undo()
