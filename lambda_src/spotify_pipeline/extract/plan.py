"""The plan of a run: what to fetch, cut into parts."""

from collections.abc import Collection
from math import ceil, inf
from typing import ClassVar, Literal

import msgspec

from spotify_pipeline.extract.list_counts import UNKNOWN_ENTRIES, ListCounts, Shortfall
from spotify_pipeline.extract.spotify.client import LARGE_PAGE, PAGE
from spotify_pipeline.extract.spotify.regime import Listing
from spotify_pipeline.extract.spotify.response import Response
from spotify_pipeline.extract.state.schedule_state import StoredRefusal
from spotify_pipeline.raw import PlayGap
from spotify_pipeline.statuses import PlaylistStatus

PART_ENTRIES = 20_000
"""Approximate number of entries in a part; a playlist is never split."""

PART_CALLS = 50
"""Approximate number of requests for a part of a run that exceeds its free calls: what a part has
received when a newer run replaces this one is requested again.
"""

REGIMES_WITH_LARGE_PAGES = ("EXT", "OLD-DEV")

_ALBUM_ENTRIES = 50
_ITEM_ENTRIES = 1


class PlannedPlaylist(msgspec.Struct, frozen=True, tag="playlist"):
    """A playlist with its metadata; null if refused, or unavailable so far.

    The run walks it unless it has a `status`: unchanged, or that of a refusal. `is_listed` marks a
    playlist of the user's library; one named by id has no metadata yet. It is unchanged if its
    snapshot is `stored_snapshot`. `known_entries` and `known_counts` are those of an earlier walk,
    the latter if that stayed short. `refusal` is that of an earlier run.
    """

    id: str
    found: Response
    status: str = ""
    reason: str | None = None
    is_restless: bool = False
    is_listed: bool = False
    stored_snapshot: str | None = None
    known_entries: int = UNKNOWN_ENTRIES
    known_counts: ListCounts | None = None
    refusal: StoredRefusal | None = None

    @property
    def listing(self) -> Listing | None:
        """The metadata's description of the contents; None without metadata."""
        if self.status in ("", PlaylistStatus.UNCHANGED) and not self.found.is_nothing:
            return self.found.read(Listing)
        return None

    def is_one_of(self, ids: Collection[str]) -> bool:
        """True for one of these playlists, or if unreadable metadata without an id names one."""
        if self.id:
            return self.id in ids
        return any(one.encode() in bytes(self.found.body) for one in ids)

    @property
    def entries(self) -> int:
        listing = self.listing
        return listing.total if listing else self.known_entries

    @property
    def calls(self) -> int:
        """Requests for the playlist with its first page, for further pages and for a recheck."""
        listing = self.listing
        further = further_pages(self.entries, listing.regime if listing else None)
        return 1 + further + bool(further)


class _OneCall(msgspec.Struct, frozen=True):
    calls: ClassVar[int] = 1


class PlannedAlbum(_OneCall, frozen=True, tag="album"):
    """An album to fetch with all its tracks."""

    id: str

    @property
    def entries(self) -> int:
        return _ALBUM_ENTRIES


class PlannedArtist(_OneCall, frozen=True, tag="artist"):
    """An artist to fetch alone."""

    id: str

    @property
    def entries(self) -> int:
        return _ITEM_ENTRIES


class PlannedEnrichment(_OneCall, frozen=True, tag="enrichment"):
    """Artists or albums that playlists name, or tracks that plays name, to fetch for their fields.

    One request fetches all ids.
    """

    kind: Literal["artists", "albums", "tracks"]
    ids: list[str]

    @property
    def entries(self) -> int:
        return len(self.ids) * (_ALBUM_ENTRIES if self.kind == "albums" else _ITEM_ENTRIES)


class PlannedPlays(msgspec.Struct, frozen=True, tag="plays"):
    """A page of plays with news, as received: nothing is left to request.

    `gap` is what it does not reach back to.
    """

    page: Response
    gap: PlayGap | None = None

    calls: ClassVar[int] = 0
    entries: ClassVar[int] = PAGE


class PurgedPlaylist(msgspec.Struct, frozen=True, tag="purged"):
    """The place of a purged playlist in a stored plan: checkpoints refer to places."""

    calls: ClassVar[int] = 0
    entries: ClassVar[int] = 0


PlannedCatalogItem = PlannedAlbum | PlannedArtist | PlannedEnrichment
Planned = PlannedPlaylist | PlannedCatalogItem | PlannedPlays | PurgedPlaylist


class ListedLibrary(msgspec.Struct, frozen=True):
    """The listing of the user's library; `fault` is why some pages could not be read."""

    counts: ListCounts
    fault: str | None = None
    shortfall: Shortfall | None = None

    @property
    def is_incomplete(self) -> bool:
        return bool(self.fault or (self.shortfall and not self.shortfall.is_accepted))

    @property
    def reason(self) -> str | None:
        if self.fault:
            return f"part of the library could not be listed: {self.fault}"
        return f"the library's listing: {self.shortfall.reason}" if self.shortfall else None


class Plan(msgspec.Struct, frozen=True):
    """Parts of whole playlists, albums and artists; the first part records `not_walked` too.

    `user_id` is the user's, if the run had to know it.
    """

    run_id: str
    parts: list[list[Planned]]
    not_walked: list[PlannedPlaylist] = []
    library: ListedLibrary | None = None
    user_id: str | None = None
    version: int = 1

    @property
    def playlists(self) -> list[PlannedPlaylist]:
        """All playlists, walked or not."""
        planned = [one for part in self.parts for one in part]
        return self.not_walked + [one for one in planned if isinstance(one, PlannedPlaylist)]

    @property
    def calls(self) -> int:
        """Requests for all parts, if nothing fails or changes meanwhile."""
        return sum(one.calls for part in self.parts for one in part)

    @property
    def library_size(self) -> int:
        """Number of playlists in the user's library."""
        return sum(playlist.is_listed for playlist in self.playlists)

    def without(self, ids: Collection[str]) -> "Plan":
        """The plan without these playlists; the other items stay in their places."""
        if not ids:
            return self
        return msgspec.structs.replace(
            self,
            parts=[[_purged(one, ids) for one in part] for part in self.parts],
            not_walked=[one for one in self.not_walked if not one.is_one_of(ids)],
        )


def _purged(one: Planned, ids: Collection[str]) -> Planned:
    is_purged = isinstance(one, PlannedPlaylist) and one.is_one_of(ids)
    return PurgedPlaylist() if is_purged else one


def page_size(regime: str | None) -> int:
    """Largest page of a playlist after the embedded one. An unknown regime may have small ones."""
    return LARGE_PAGE if regime in REGIMES_WITH_LARGE_PAGES else PAGE


def further_pages(entries: int, regime: str | None) -> int:
    """Number of pages of a playlist after the embedded one."""
    return max(0, ceil((entries - LARGE_PAGE) / page_size(regime)))


def cut(planned: list[Planned], entries: int, calls: float = inf) -> list[list[Planned]]:
    """Cut into parts of about `entries` entries and `calls` requests, or of one larger item."""
    parts: list[list[Planned]] = []
    entries_left, calls_left = 0, 0.0
    for one in planned:
        if not parts or one.entries > entries_left or one.calls > calls_left:
            parts.append([])
            entries_left, calls_left = entries, calls
        parts[-1].append(one)
        entries_left -= one.entries
        calls_left -= one.calls
    return parts


def encode(plan: Plan) -> bytes:
    return msgspec.json.encode(plan)


def decode(text: bytes) -> Plan:
    return msgspec.json.decode(text, type=Plan)
