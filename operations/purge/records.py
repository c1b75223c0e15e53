"""Raw records of a playlist: the lines of a raw part that stay without it, and what the rest held.

A playlist is in records of the kinds `playlist` and `playlist_items`, by their context. The reason
of a run record can name one: there the id is replaced. The library's listing is in no record.
"""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from spotify_pipeline.raw import Envelope
from spotify_pipeline.sources import LIKED
from spotify_pipeline.statuses import PlaylistStatus
from spotify_pipeline.transform.envelopes import read_envelope
from spotify_pipeline.transform.json_text.decoding import UNREADABLE
from spotify_pipeline.transform.pages import read_items

PLACEHOLDER = "[purged]"
"""Replaces the id of a purged playlist in the reason of a run."""

_KINDS = ("playlist", "playlist_items")


def mention(playlist_id: str) -> bytes:
    """What JSON text contains if it names the playlist: `liked` is a word, so in quotes only."""
    return f'"{LIKED}"'.encode() if playlist_id == LIKED else playlist_id.encode()


class Content(msgspec.Struct):
    """Records of the playlist in a part, and what the part's metadata counts of them.

    `unreadable` lines do not name the playlist: they stay.
    """

    records: int = 0
    entries: int = 0
    walked: int = 0
    refused: int = 0
    forbidden: int = 0
    unreadable: int = 0

    def removed_from(self, metadata: Mapping[str, str]) -> dict[str, str]:
        """The part's object metadata, with the counts of what remains."""
        gone = msgspec.structs.asdict(self)
        return {
            name: str(max(0, int(value) - gone[name])) if name in gone else value
            for name, value in metadata.items()
        }


class Cleaner:
    """Removes a playlist from the lines of one part. `content` counts what was found so far."""

    def __init__(self, playlist_id: str) -> None:
        self.content = Content()
        self._playlist_id = playlist_id
        self._name = mention(playlist_id)

    def clean(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines that stay."""
        for line in lines:
            if kept := self._cleaned(line):
                yield kept

    def _cleaned(self, line: bytes) -> bytes:
        """The line as it stays; empty if it is the playlist's.

        An unreadable line is the playlist's if it names it.
        """
        is_named = self._name in line
        try:
            record = read_envelope(line)
        except UNREADABLE:
            self.content.records += is_named
            self.content.unreadable += not is_named
            return b"" if is_named else line
        if not is_named:
            return line
        if record.kind == "run":
            if self._playlist_id == LIKED:
                # No reason names it, but a schedule may have this name.
                return line
            self.content.records += 1
            return line.replace(self._name, PLACEHOLDER.encode())
        if not self._is_owner_of(record):
            return line
        self._count(record)
        return b""

    def _is_owner_of(self, record: Envelope) -> bool:
        """True for a record of the playlist; unreadable metadata may have no id in its context."""
        playlist_id = record.context.get("playlist_id")
        if playlist_id or self._playlist_id == LIKED:
            return bool(playlist_id == self._playlist_id)
        return record.kind in _KINDS

    def _count(self, record: Envelope) -> None:
        content, status = self.content, record.context.get("status")
        content.records += 1
        if record.kind == "playlist_items":
            content.entries += _number_of_items(record.body)
        elif status == PlaylistStatus.WALKED:
            content.walked += 1
            content.entries += record.context.get("embedded") or 0
        elif status != PlaylistStatus.UNCHANGED:
            content.refused += 1
            content.forbidden += status == PlaylistStatus.FORBIDDEN


def _number_of_items(page: msgspec.Raw) -> int:
    try:
        return len(read_items(page))
    except UNREADABLE:
        return 0
