"""The pause that a 429 asks for.

https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
"""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import ceil

_LONGEST_SECONDS = 7 * 86_400
"""No ban of Spotify's is known to be longer than a day; a date can hold anything."""

_SECONDS = re.compile(r"\d+(\.\d*)?", re.ASCII)


def parse_retry_after(header: str, now: datetime) -> int | None:
    """Whole seconds, rounded up, of a number or an HTTP date, at most a week.

    None for anything else: a negative number, an exponent, no header at all.
    """
    seconds = _seconds(header.strip(), now)
    return None if seconds is None else ceil(max(0.0, min(seconds, _LONGEST_SECONDS)))


def _seconds(header: str, now: datetime) -> float | None:
    if _SECONDS.fullmatch(header):
        return float(header)
    try:
        return (parsedate_to_datetime(header) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        # Also a date without a zone.
        return None


def pause_after(requested: int | None, consecutive: int) -> int:
    """Seconds to wait after so many consecutive 429s: as requested, at least 1, 2, 4, …"""
    return max(requested or 0, 1 << (consecutive - 1))
