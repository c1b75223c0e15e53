"""The wall clock. Tests replace `utc_now`."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
