"""State objects without a playlist: plans, checkpoints, schedule states and damaged ones.

Artists and albums in a schedule's state, and the batches of its enrichment, belong to no playlist.
"""

import gzip
import re
import zlib

import msgspec

from operations.purge.records import mention
from spotify_pipeline.extract import plan as plans
from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.extract.errors import UnavailableError
from spotify_pipeline.extract.parts.fetching import PartProgress
from spotify_pipeline.extract.spotify.library import LibraryProgress
from spotify_pipeline.extract.state.schedule_state import ScheduleState
from spotify_pipeline.keys import LEDGER_KEY, PLANS_PREFIX, PURGED_PREFIX, STATE_PREFIX

KEPT_PREFIXES = (f"{LEDGER_KEY.rpartition('/')[0]}/", PURGED_PREFIX)
"""The call ledger, which holds no personal data and protects the quota, and the tombstones."""

_SCHEDULE_STATE = re.compile(rf"{STATE_PREFIX}(?P<schedule>[a-z][a-z0-9]*)\.json")
_UNREADABLE = (
    UnreadableError,
    UnavailableError,
    msgspec.MsgspecError,
    OSError,
    EOFError,
    zlib.error,
    ValueError,
    RecursionError,
)


def schedule_of(key: str) -> str | None:
    """The schedule whose state has this key; None for any other key."""
    match = _SCHEDULE_STATE.fullmatch(key)
    return match["schedule"] if match else None


def without(key: str, body: bytes, playlist_id: str) -> bytes | None:
    """The object without the playlist; the same body if it is not in it.

    None for an object to delete: one that cannot be read and names the playlist.
    """
    try:
        return _cleaned(key, body, playlist_id)
    except _UNREADABLE:
        return None if mention(playlist_id) in _text(body) else body


def _cleaned(key: str, body: bytes, playlist_id: str) -> bytes | None:
    ids = [playlist_id]
    if schedule_of(key):
        state = decode(body, ScheduleState)
        return msgspec.json.encode(state, order="sorted") if state.forget(ids) else body
    if key.startswith(PLANS_PREFIX) and key.endswith(".json"):
        plan = plans.decode(body)
        cleaned = plan.without(ids)
        return body if cleaned == plan else plans.encode(cleaned)
    if key.startswith(PLANS_PREFIX) and key.endswith(".json.gz"):
        return _cleaned_checkpoint(key, body, ids)
    # A damaged state, or an object of somebody else.
    return None if mention(playlist_id) in _text(body) else body


def _cleaned_checkpoint(key: str, body: bytes, ids: list[str]) -> bytes:
    progress: LibraryProgress | PartProgress
    if key.endswith("-planning.json.gz"):
        progress = decode(gzip.decompress(body), LibraryProgress)
    else:
        progress = decode(gzip.decompress(body), PartProgress)
    before = msgspec.json.encode(progress)
    after = msgspec.json.encode(progress.without(ids))
    return body if after == before else gzip.compress(after, mtime=0)


def _text(body: bytes) -> bytes:
    """The uncompressed content as far as it can be read."""
    unpacked = b""
    if body.startswith(b"\x1f\x8b"):
        try:
            unpacked = zlib.decompressobj(wbits=31).decompress(body)
        except zlib.error:
            return body
    return unpacked or body
