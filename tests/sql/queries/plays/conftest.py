"""Plays with results worked out by hand.

Reports of the API and of exports are hours apart, or of different tracks, so that none of them is
the same play.
"""

from collections.abc import Callable
from itertools import count

import pytest

from tests.sql.conftest import Database

EPISODE = "spotify:episode:talk"

Play = Callable[..., None]


@pytest.fixture
def play(database: Database) -> Play:
    """Inserts a report of a play: its time in UTC, and what was played.

    A track is `<id>`, or `<artist>/<title>` without an id; anything else is a URI. The report is of
    an extended export if it has `ms`, or else of the API.
    """
    numbers = count()

    def insert(at: str, played: str, *, ms: int | None = None, **more: object) -> None:
        number = next(numbers)
        exported = {"origin": "extended", "source": "audio.json", "ms_played": ms}
        origin = {"origin": "api", "source": "recently-played"} if ms is None else exported
        run = {"run_id": f"r{number:04}", "ingest_date": at[:10]}
        row = {"played_at": f"{at}+00", "position": number, **origin, **_content(played), **run}
        database.insert("plays", **{**row, **more})

    return insert


def _content(played: str) -> dict[str, object]:
    if played.startswith("spotify:"):
        _, kind, key = played.split(":", 2)
        return {"item_type": kind, "uri": played, "item_name": key.title()}
    artist, _, title = played.partition("/")
    if title:
        return {"item_type": "track", "item_name": title, "artist_name": artist}
    return {
        "item_type": "track",
        "track_id": played,
        "uri": f"spotify:track:{played}",
        "item_name": f"{played.title()} (Export)",
        "artist_name": _ARTISTS.get(played),
        "collection_name": f"Album of {_ARTISTS.get(played)}",
    }


_ARTISTS = {"song": "Ann", "tune": "Ann", "hymn": "Bob", "rare": "Eve"}


@pytest.fixture
def described(database: Database) -> Database:
    """The API has described song, tune and hymn; rare is known only from plays."""
    run = database.run("2026-03-01")
    database.describe(run, "song", "ann", "bob", album_id="first", duration_ms=180_000)
    database.describe(run, "tune", "ann", album_id="first", duration_ms=240_000)
    database.describe(run, "hymn", "bob", album_id="second", duration_ms=300_000)
    for album, name in (("first", "Album of Ann"), ("second", "Seconds")):
        row = {"album_id": album, "name": name, "run_id": run, "extracted_at": "2026-03-01"}
        database.insert("albums", **row, ingest_date="2026-03-01")
    return database
