"""Spotify ids, as a person or an event writes them: bare, as a URI or as a URL."""

import re

_FORMS = (
    r"{id}",
    r"spotify:{kind}:{id}",
    r"https?://open\.spotify\.com/(?:intl-[a-z-]+/)?{kind}/{id}/?(?:\?.*)?",
)
_ID = r"(?P<id>[0-9A-Za-z]{22})"


def parse_id(text: str, kind: str) -> str:
    """Return the 22-character base-62 id in `text`; `kind` is `playlist`, `artist` or so.

    Raises ValueError naming the text and the accepted forms.
    """
    for form in _FORMS:
        if match := re.fullmatch(form.format(kind=kind, id=_ID), text.strip()):
            return match["id"]
    raise ValueError(
        f"{text!r} is not a Spotify {kind}: give its 22-character id, "
        f"spotify:{kind}:<id> or https://open.spotify.com/{kind}/<id>"
    )
