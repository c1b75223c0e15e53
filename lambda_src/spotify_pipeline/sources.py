"""The sources of a run, in the extract event and in a schedule's configuration."""

import re
from urllib.parse import unquote

import msgspec

_ID = re.compile(r"[0-9A-Za-z]{22}")
# Characters around pasted text: space, quotes, brackets, Markdown, punctuation, invisible marks.
_EDGE = r"[\s<>()\[\]\"'`´*_,;.«»\u2018-\u201f\u2039\u203a\u200b-\u200f\u2060\ufeff]+"
_EDGES = re.compile(rf"^{_EDGE}|{_EDGE}$")
# Text that contains a link: Markdown, HTML (embed code too), the legacy embedded player.
_HOLDERS = (
    re.compile(r".*\](?:\(|:\s)\s*(\S+).*", re.DOTALL),
    re.compile(r".*\b(?:src|href)=[\"']([^\"']+).*", re.DOTALL),
    re.compile(r"(?:https?://)?embed\.spotify\.com/\?(?:.*&)?uri=([^&#]+).*"),
)
_URI = re.compile(r"spotify:(?://)?(.+)", re.IGNORECASE)
_LINK = re.compile(
    r"(?:https?:)?(?://)?(?:(?:open|play|embed)\.spotify\.com|api\.spotify\.com/v1)(?::\d+)?/(.+)",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"(?:https?:)?(?://)?(?:spotify\.link|spotify\.app\.link|spoti\.fi)(?:/.*)?", re.IGNORECASE
)
_PREFIX = re.compile(r"embed|intl-[a-z-]+", re.IGNORECASE)
_SOURCES = ("playlist", "artist", "album")
_KINDS = (*_SOURCES, "track", "episode", "show", "audiobook", "chapter", "user", "concert")


def is_id(text: str) -> bool:
    """True for a bare id, which is safe in a path."""
    return re.fullmatch(_ID, text) is not None


def parse_id(text: str, kind: str) -> str:
    """Return the 22-character base-62 id in `text`: a bare id, or a URI or link as people paste it.

    `kind` is `playlist`, `artist` or `album`. Raises ValueError naming the text and the accepted
    forms, or what to give instead of a link of another kind.
    """
    bare = _bare(text)
    if _ID.fullmatch(bare):
        return bare
    named, key = _named(bare)
    if named == kind and _ID.fullmatch(key):
        return key
    raise ValueError(_refusal(text, bare, named, kind))


def _bare(text: str) -> str:
    """The id, URI or link in the text, without the text around it."""
    for holder in _HOLDERS:
        if match := holder.fullmatch(_EDGES.sub("", text)):
            text = match[1]
    # An encoded URI as a whole; a user's name may hold encoded separators.
    return _EDGES.sub("", text if re.search("[:/]", text) else unquote(text))


def _named(bare: str) -> tuple[str, str]:
    """The kind and the id that a URI or a link names; empty if it names none."""
    path = re.split(r"[?#]", bare)[0]
    match = _URI.fullmatch(path) or _LINK.fullmatch(path)
    steps = [step for step in re.split(r"[:/]", match[1]) if step] if match else []
    while steps and _PREFIX.fullmatch(steps[0]):
        steps.pop(0)
    if steps[2:] and steps[0].lower() == "user":
        # A legacy address: the owner's name precedes the playlist.
        steps = steps[2:]
    kind, key = [*steps, "", ""][:2]
    return kind.lower().removesuffix("s"), key


def _refusal(text: str, bare: str, named: str, kind: str) -> str:
    forms = f"22-character id, spotify:{kind}:<id> or https://open.spotify.com/{kind}/<id>"
    if _SHORT.fullmatch(bare):
        return (
            f"{text!r} is a short link: open it in a browser and copy the full address, "
            f"https://open.spotify.com/{kind}/<id>"
        )
    if named == "collection":
        return (
            f"{text!r} is Liked Songs or another page of a library, not a Spotify {kind}: for now, "
            "copy the songs into a playlist and give that among the playlists"
        )
    if named in _KINDS and named != kind:
        place = f", or list it among the {named}s" if named in _SOURCES else ""
        return (
            f"{text!r} is not a Spotify {kind} but a link to a Spotify {named}: "
            f"give the {kind}'s {forms}{place}"
        )
    return f"{text!r} is not a Spotify {kind}: give its {forms}"


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The user's own playlists, and playlists, artists and albums by id, URI or URL.

    Or, without any of these, the user's recently played tracks. Raises ValueError naming a text
    that is not an id, or the mixture.
    """

    my_playlists: bool = False
    playlists: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    recently_played: bool = False

    def __post_init__(self) -> None:
        if self.recently_played and sum(map(bool, msgspec.structs.astuple(self))) > 1:
            raise ValueError(
                "recently_played is no source beside others, since plays are read far more often: "
                "give it a schedule of its own"
            )
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
