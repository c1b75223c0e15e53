"""Scans stored raw parts for the walks, artists and albums that the schedule's state records.

The parts themselves are the source, so that the result is the same whichever attempt stored them.
"""

import gzip
import io
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import msgspec
from aws_lambda_powertools import Logger
from msgspec import UNSET, UnsetType

from spotify_pipeline.extract.decoding import UnreadableError, decode
from spotify_pipeline.extract.list_counts import Shortfall
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.state.plays import StoredPlays, read_page
from spotify_pipeline.extract.state.schedule_state import Kind, Scan, StoredRefusal, StoredWalk
from spotify_pipeline.raw import Envelope, PlayGap
from spotify_pipeline.sources import is_id
from spotify_pipeline.statuses import PlaylistStatus


class _PlaylistContext(msgspec.Struct):
    playlist_id: str
    status: str
    reason: str | None = None
    is_restless: bool | None = None
    shortfall: Shortfall | None = None
    embedded: int | None = None
    refusal: StoredRefusal | None = None


class _EnrichmentContext(msgspec.Struct):
    ids: list[str] = []
    status: str = ""
    is_final: bool = False


class _PlaysContext(msgspec.Struct):
    gap: PlayGap | None = None


class _Named(msgspec.Struct):
    id: str | None = None


class _Album(_Named):
    type: str | None = None
    artists: list[_Named] | None = None


class _Track(_Named):
    type: str | None = None
    album: _Album | None = None
    artists: list[_Named] | None = None


class _Entry(msgspec.Struct):
    item: _Track | UnsetType | None = UNSET
    track: _Track | UnsetType | None = UNSET

    @property
    def content(self) -> _Track | None:
        content = self.track if self.item is UNSET else self.item
        return None if content is UNSET else content


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]


_decode_entry = msgspec.json.Decoder(_Entry).decode

logger = Logger(child=True)


def scan_part(part: bytes, at: datetime, kinds: Collection[Kind]) -> Scan:
    """Scan a part of a run at the time `at`. Playlists' entries name ids of these `kinds` only.

    An unreadable line is skipped and logged: its items are fetched again. Raises OSError, EOFError
    or zlib.error if the gzip stream is damaged.
    """
    scan = Scan()
    with gzip.open(io.BytesIO(part)) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                _scan_record(decode(line, Envelope), at, kinds, scan)
            except (UnreadableError, msgspec.ValidationError) as error:
                logger.warning("line not scanned", extra={"line": number, "fault": str(error)})
    return scan


def _scan_record(record: Envelope, at: datetime, kinds: Collection[Kind], scan: Scan) -> None:
    match record.kind:
        case "playlist":
            _scan_playlist(record, at, kinds, scan)
        case "artists":
            scan.fetched["artists"].update(_fetched_ids(record))
        case "albums":
            scan.fetched["albums"].update(_fetched_ids(record))
        case "tracks":
            scan.described.update(_fetched_ids(record))
        case "recently_played":
            context = msgspec.convert(record.context, _PlaysContext)
            page = read_page(record.body, record.fetched_at)
            scan.plays = StoredPlays.of(page, at, context.gap)
            scan.described.update(_ids(_tracks_in(decode(record.body, _Page).items)))
        case "playlist_items" if kinds:
            _scan_entries(decode(record.body, _Page).items, kinds, scan)


def _scan_playlist(record: Envelope, at: datetime, kinds: Collection[Kind], scan: Scan) -> None:
    """Add a walk with the entries on its first page, and the regime of the response."""
    context = msgspec.convert(record.context, _PlaylistContext)
    if context.refusal:
        scan.refusals[context.playlist_id] = context.refusal
    if context.status in (PlaylistStatus.WALKED, PlaylistStatus.UNCHANGED):
        scan.readable.add(context.playlist_id)
    if bytes(record.body) == b"null" or context.status == PlaylistStatus.FAILED:
        return
    listing = decode(record.body, Listing)
    if listing.regime:
        scan.regimes.add(listing.regime)
    if context.status != PlaylistStatus.WALKED:
        return
    scan.walks[context.playlist_id] = _stored_walk(context, listing, at)
    if context.embedded and kinds and listing.contents:
        _scan_entries(listing.contents.first_page() or [], kinds, scan)


def _scan_entries(entries: list[msgspec.Raw], kinds: Collection[Kind], scan: Scan) -> None:
    for track in _tracks_in(entries):
        scan.described.update(_ids([track]))
        if "albums" in kinds:
            scan.named["albums"].update(_ids([track.album]))
        if "artists" in kinds:
            scan.named["artists"].update(_artist_ids(track))


def _stored_walk(context: _PlaylistContext, listing: Listing, at: datetime) -> StoredWalk:
    snapshot_id = listing.snapshot_id
    is_restless = context.is_restless
    if is_restless is None:
        # Parts of earlier releases give a reason only where a snapshot changed at every request.
        is_restless = context.reason is not None
    short_counts = None
    if shortfall := context.shortfall:
        short_counts = shortfall.counts
        snapshot_id = snapshot_id if shortfall.is_accepted else None
    return StoredWalk(snapshot_id, at, is_restless, short_counts, listing.total)


def _fetched_ids(record: Envelope) -> list[str]:
    """The ids of an enrichment response, unless it was refused for now."""
    context = msgspec.convert(record.context, _EnrichmentContext)
    return context.ids if context.is_final or not context.status else []


def _tracks_in(entries: list[msgspec.Raw]) -> Iterator[_Track]:
    """The tracks that have an album; no podcast episodes."""
    for raw in entries:
        try:
            track = _decode_entry(raw).content
        except (msgspec.MsgspecError, RecursionError):
            # The transform rejects an unreadable entry; it has no ids to fetch.
            continue
        if track and track.album and track.album.type != "show":
            yield track


def _artist_ids(track: _Track) -> Iterator[str]:
    yield from _ids(track.artists)
    if track.album:
        yield from _ids(track.album.artists)


def _ids(named: Iterable[_Named | None] | None) -> Iterator[str]:
    """Valid ids; local files have none."""
    for one in named or ():
        if one and one.id and is_id(one.id):
            yield one.id
