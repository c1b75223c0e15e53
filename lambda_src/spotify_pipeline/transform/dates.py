"""Dates as Spotify writes them."""

from datetime import UTC, date, datetime

_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def release_day(text: str | None) -> date | None:
    """The first day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; None for `0000`, null or no date."""
    if not text:
        return None
    year, month, day = [*text.split("-"), "1", "1"][:3]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def known_time(moment: datetime | None) -> datetime | None:
    """The moment in UTC; None for 1970-01-01, which Spotify gives where it does not know."""
    if moment is None or moment == _UNKNOWN:
        return None
    return moment.astimezone(UTC)
