"""ALL=1 leaves the call ledger and the tombstones."""

import pytest

from fake_spotify.worlds.world import World
from operations.purge.everything import count_everything, purge_everything
from tests.unit.operations.purge.conftest import Bucket, Stored, playlist_named


@pytest.mark.parametrize("versioned", [False, True], ids=["unversioned", "versioned"])
def test_everything_is_deleted_but_ledger_and_tombstones(
    filled: Bucket, two_days: Stored, world: World, versioned: bool
) -> None:
    playlist_id = playlist_named(world, "Morning Commute")
    if versioned:
        filled.enable_versioning()
        filled.put(two_days)
    filled.purge(playlist_id).tombstone.save([])
    note = "raw-data/note.txt"
    filled.aws.s3.put_object(Bucket=filled.aws.bucket, Key=note, Body=b"not a raw part")
    filled.aws.s3.delete_object(Bucket=filled.aws.bucket, Key=note)
    ledger = filled.aws.read("state/calls/ledger.json")

    purge_everything(filled.deployment, filled.said.append, filled.follow)

    found = count_everything(filled.aws.s3, filled.aws.bucket)
    assert {prefix: sum(counts.values()) for prefix, counts in found.items()} == {
        "raw-data/": 0,
        "transformed-data/": 0,
        "state/": 0,
        "athena-results/": 0,
    }
    left = ["state/calls/ledger.json", f"state/purged/{playlist_id}.json"]
    assert sorted({key for key, _ in filled.texts()}) == left
    assert filled.aws.read("state/calls/ledger.json") == ledger


def test_objects_and_old_versions_are_counted_by_prefix(filled: Bucket, two_days: Stored) -> None:
    filled.enable_versioning()
    raw = {key: one for key, one in two_days.items() if key.startswith("raw-data/")}
    filled.put(raw)
    filled.aws.s3.delete_object(Bucket=filled.aws.bucket, Key=next(iter(raw)))
    found = count_everything(filled.aws.s3, filled.aws.bucket)["raw-data/"]
    assert found == {"objects": len(raw) - 1, "old versions": len(raw) + 2}
