"""Release dates as Spotify writes them, as the numbers that a Parquet file holds."""

import re
from datetime import date
from functools import lru_cache

from msgspec import UNSET

from spotify_pipeline.transform.responses import Expected

_DATE = re.compile("[0-9]{1,4}(-[0-9]{1,2}){0,2}")
_EPOCH = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=1 << 15)
def release_day(text: Expected[str]) -> Expected[int]:
    """The first day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, counted from 1970-01-01.

    None for `0000` and other text that is not a date. A missing date stays UNSET.
    """
    if text is None or text is UNSET:
        return text
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(*map(int, [*text.split("-"), "1", "1"][:3])).toordinal() - _EPOCH
    except ValueError:
        return None
