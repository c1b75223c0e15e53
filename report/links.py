"""Links to Spotify for the names in a result.

A column of names has its ids in a column beside it: `artist` in `artist_id`, or in `artist_ids` if
one name stands for several ids; `artists` (names joined by commas) in `artist_ids`, in the same
order; `entry` in `uri`.
"""

import re
from collections.abc import Mapping, Sequence

KINDS = ("track", "artist", "album", "playlist", "show", "episode")

_ID_COLUMN = re.compile(rf"(?:[a-z]+_)*({'|'.join(KINDS)})_ids?")
_ID = re.compile(r"[0-9A-Za-z]+")
_URI = re.compile(rf"spotify:({'|'.join(KINDS)}):([0-9A-Za-z]+)")
_SEPARATOR = ", "
# Columns of names whose ids are URIs.
_NAMED_BY_URI = ("entry", "item", "item_name", "track", "episode")


def is_identifier(column: str) -> bool:
    """Whether a column holds ids: they serve links and joins, and are no text to read."""
    return column.endswith(("_id", "_ids", "uri")) or column == "link"


def id_column(column: str, columns: Sequence[str]) -> str | None:
    """The column with the ids of the names in `column`."""
    candidates = [f"{column}_id", f"{column}_ids", f"{column.removesuffix('s')}_ids"]
    if column in _NAMED_BY_URI:
        candidates += [f"{column}_uri", "uri"]
    return next((name for name in candidates if name in columns), None)


def links(
    column: str, record: Mapping[str, str | None], ids: str | None
) -> list[tuple[str, str | None]]:
    """The parts of a name in `record` with the URL of each, None where Spotify has no page.

    `ids` is the column with its ids. A URI in place of a name links to its page, too.
    """
    name = record[column] or ""
    found = record.get(ids) if ids else None
    if ids is None or found is None:
        return [(name, _url(column, name))]
    urls = [_url(ids, one) for one in found.split(_SEPARATOR)]
    if ids != f"{column.removesuffix('s')}_ids" or ids == f"{column}_ids":
        return [(name, urls[0])]
    names = name.split(_SEPARATOR)
    if len(names) == len(urls):
        return list(zip(names, urls, strict=True))
    if len(urls) == 1:
        return [(name, urls[0])]
    # There are names with commas in them, and so no telling which id is whose.
    return [(name, None), *((f"{column} {n}", url) for n, url in enumerate(urls, 1))]


def _url(column: str, value: str) -> str | None:
    if match := _URI.fullmatch(value):
        return f"https://open.spotify.com/{match[1]}/{match[2]}"
    kind = _ID_COLUMN.fullmatch(column)
    if kind and _ID.fullmatch(value):
        return f"https://open.spotify.com/{kind[1]}/{value}"
    return None
