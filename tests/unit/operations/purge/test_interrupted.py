"""A purge that is killed before any of its writes goes on when it is run again."""

import io
import re
from itertools import count

import msgspec
import polars as pl
import pytest
from botocore.client import BaseClient

from fake_spotify.worlds.world import World
from tests.unit.extract.runs import KilledError
from tests.unit.operations.purge.conftest import Bucket, Stored, playlist_named

_LEFT_OUT = re.compile(r"20260302|000[1-9]\.")
"""The second day, and the parts that do not hold the playlist."""

_READS = ("Get", "List", "Head", "Receive")


class Killer:
    """Kills the process before its n-th write to AWS. Between writes nothing changes."""

    def __init__(self, n: int | None, patch: pytest.MonkeyPatch) -> None:
        self.writes = 0
        real = vars(BaseClient)["_make_api_call"]

        def call(client: BaseClient, operation: str, arguments: object) -> object:
            if not operation.startswith(_READS):
                self.writes += 1
                if self.writes == n:
                    raise KilledError
            return real(client, operation, arguments)

        patch.setattr(BaseClient, "_make_api_call", call)


def state_of(bucket: Bucket, playlist_id: str) -> tuple[dict[str, object], object]:
    """Everything that a purge leaves, but times and the identity of old versions."""
    current = bucket.aws.objects()
    tombstone = msgspec.json.decode(current.pop(f"state/purged/{playlist_id}.json"))
    contents = {key: _content(key, body) for key, body in current.items()}
    return contents, tombstone["pending"]


def _content(key: str, body: bytes) -> object:
    if not key.endswith(".parquet"):
        return body
    return pl.read_parquet(io.BytesIO(body)).sort(pl.all()).to_dicts()


@pytest.mark.parametrize("versioned", [False, True], ids=["unversioned", "versioned"])
def test_a_purge_killed_at_any_write_ends_the_same_when_repeated(
    bucket: Bucket, two_days: Stored, world: World, versioned: bool
) -> None:
    playlist_id = playlist_named(world, "Morning Commute")
    if versioned:
        bucket.enable_versioning()
    few = {key: one for key, one in two_days.items() if not _LEFT_OUT.search(key)}
    expected = None
    for n in count(0):
        bucket.restore(few)
        with pytest.MonkeyPatch.context() as patch:
            killer = Killer(n or None, patch)
            try:
                bucket.purge(playlist_id).run()
                is_killed = False
            except KilledError:
                is_killed = True
        left = bucket.purge(playlist_id).run()
        assert left.is_empty, n
        assert bucket.holders(playlist_id) == [], n
        expected = expected or state_of(bucket, playlist_id)
        assert state_of(bucket, playlist_id) == expected, n
        if n and not is_killed:
            break
    assert n == killer.writes + 1 > 15
