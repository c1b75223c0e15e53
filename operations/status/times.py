"""Times in the sentences and tables of the status."""

from datetime import UTC, datetime


def shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
