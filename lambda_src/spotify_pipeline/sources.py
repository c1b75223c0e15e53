"""The sources of a run, in the extract event and in a schedule's configuration."""

import re

import msgspec

_FORMS = (
    r"{id}",
    r"spotify:{kind}:{id}",
    r"https?://open\.spotify\.com/(?:intl-[a-z-]+/)?{kind}/{id}/?(?:\?.*)?",
)
_ID = r"(?P<id>[0-9A-Za-z]{22})"


def is_id(text: str) -> bool:
    """True for a bare id, which is safe in a path."""
    return re.fullmatch(_ID, text) is not None


def parse_id(text: str, kind: str) -> str:
    """Return the 22-character base-62 id in `text`: a bare id, a URI or a URL.

    `kind` is `playlist`, `artist` or `album`. Raises ValueError naming the text and the accepted
    forms.
    """
    for form in _FORMS:
        if match := re.fullmatch(form.format(kind=kind, id=_ID), text.strip()):
            return match["id"]
    raise ValueError(
        f"{text!r} is not a Spotify {kind}: give its 22-character id, "
        f"spotify:{kind}:<id> or https://open.spotify.com/{kind}/<id>"
    )


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The user's own playlists, and playlists, artists and albums by id, URI or URL.

    Raises ValueError naming a text that is not an id.
    """

    my_playlists: bool = False
    playlists: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _unique_ids(self.playlists, "playlist")
        _unique_ids(self.artists, "artist")
        _unique_ids(self.albums, "album")

    @property
    def playlist_ids(self) -> list[str]:
        return _unique_ids(self.playlists, "playlist")

    @property
    def artist_ids(self) -> list[str]:
        return _unique_ids(self.artists, "artist")

    @property
    def album_ids(self) -> list[str]:
        return _unique_ids(self.albums, "album")


def _unique_ids(texts: tuple[str, ...], kind: str) -> list[str]:
    """The ids in the texts, without duplicates, in the given order."""
    return list(dict.fromkeys(parse_id(text, kind) for text in texts))
