"""The sources of a schedule: readable or not, as the library and the stored state show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from spotify_pipeline.extract.list_counts import UNKNOWN_ENTRIES
from spotify_pipeline.extract.plan import PlannedPlaylist
from spotify_pipeline.extract.state.schedule_state import ScheduleState
from spotify_pipeline.sources import Sources
from spotify_pipeline.statuses import PlaylistStatus

READABLE = "readable"
UNREAD = "unread"
"""No response shows yet whether it is readable: the next run requests it."""
NOT_FOUND = "not found"
"""The schedule has runs, and none of them has read it."""

PLAYS = "recently_played"
"""Stands for the id of recently played tracks."""

REMEDIES = {
    UNREAD: "the next run requests each: 1 call, more for further pages",
    NOT_FOUND: "no run has read it. Unless it is new in the configuration, check the id: it may be "
    "deleted or private",
    PlaylistStatus.FORBIDDEN: "become a collaborator, copy it to a playlist of your own, or "
    "authorise the app as its owner",
    PlaylistStatus.UNAUTHORIZED: "run make auth: the app's own token may not read it",
    PlaylistStatus.MISSING: "check the id: it may be deleted or private",
    PlaylistStatus.FAILED: "Spotify's response is not usable: check the id, or run the check again",
}
"""The remedy for each status but `readable`."""


@dataclass(frozen=True)
class Source:
    """A playlist, album or artist; `entries` and `name` are None if unknown.

    `is_listed` marks a playlist of the user's library. No run requests one that `is_withheld`.
    """

    kind: str
    id: str
    status: str
    name: str | None = None
    entries: int | None = None
    is_listed: bool = False
    is_withheld: bool = False

    @property
    def is_readable(self) -> bool:
        """True unless it is known not to be."""
        return self.status in (READABLE, UNREAD)


class _Named(msgspec.Struct):
    name: str | None = None


Library = Mapping[str, PlannedPlaylist]
"""The planned playlists of the user's library, by id."""


def find_sources(sources: Sources, library: Library, state: ScheduleState) -> list[Source]:
    """Each source once: the library's playlists, then playlists, albums and artists by id.

    Recently played tracks are one source, without an id.
    """
    listed = {one.id: _listed(one, state) for one in library.values()}
    found = list(listed.values()) if sources.my_playlists else []
    for one in sources.playlist_ids:
        if one not in listed:
            found.append(_by_id(one, state))
        elif not sources.my_playlists:
            found.append(replace(listed[one], is_listed=False, is_withheld=False))
    if sources.recently_played:
        found.append(Source("plays", PLAYS, READABLE if state.plays else UNREAD))
    return [*found, *_catalog_items(sources)]


def _listed(playlist: PlannedPlaylist, state: ScheduleState) -> Source:
    source = Source("playlist", playlist.id, READABLE, _name(playlist), is_listed=True)
    listing = playlist.listing
    if playlist.status or listing is None:
        return replace(source, status=playlist.status or PlaylistStatus.FAILED, is_withheld=True)
    if refusal := state.refusals.get(playlist.id):
        return replace(source, status=refusal.status)
    if listing.is_withheld:
        return replace(source, status=_stored_status(playlist.id, state))
    return replace(source, entries=listing.total)


def _by_id(playlist_id: str, state: ScheduleState) -> Source:
    source = Source("playlist", playlist_id, UNREAD)
    if refusal := state.refusals.get(playlist_id):
        return replace(source, status=refusal.status)
    if walk := state.playlists.get(playlist_id):
        entries = None if walk.entries == UNKNOWN_ENTRIES else walk.entries
        return replace(source, status=READABLE, entries=entries)
    has_run = bool(state.playlists or state.refusals or state.library)
    return replace(source, status=NOT_FOUND if has_run else UNREAD)


def _stored_status(playlist_id: str, state: ScheduleState) -> str:
    return READABLE if playlist_id in state.playlists else UNREAD


def _catalog_items(sources: Sources) -> Iterator[Source]:
    for kind, ids in (("album", sources.album_ids), ("artist", sources.artist_ids)):
        yield from (Source(kind, one, UNREAD) for one in ids)


def _name(playlist: PlannedPlaylist) -> str | None:
    try:
        return msgspec.json.decode(playlist.found.body, type=_Named).name
    except msgspec.MsgspecError:
        return None
