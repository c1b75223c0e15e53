"""The pages of hourly runs as rows of plays, from the fake's plays without its server or runs.

What is stored, and which gaps there are, the modules of the extract function decide.
"""

import gzip
import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
import polars as pl

from fake_spotify.responses import Responses
from fake_spotify.worlds.listening import Listening, Play
from spotify_pipeline.extract.state.plays import StoredPlays, read_page
from spotify_pipeline.keys import Part
from spotify_pipeline.raw import Envelope, PlayGap
from spotify_pipeline.tables import PLAYS
from spotify_pipeline.transform.conversion import read_part

DAYS = 30
OUTAGE = range(15 * 24, 16 * 24)
"""Hours without a run."""


def run_times(start: datetime) -> list[datetime]:
    return [start + timedelta(hours=hour) for hour in range(DAYS * 24) if hour not in OUTAGE]


class Polling:
    """The runs at `times`: the plays that they were `listed`, and the `gaps` that they found."""

    def __init__(self, listening: Listening, responses: Responses) -> None:
        self.listed: set[Play] = set()
        self.gaps: list[PlayGap] = []
        self._listening = listening
        self._responses = responses
        self._stored: StoredPlays | None = None

    def parts(self, times: Sequence[datetime]) -> Iterator[tuple[Part, bytes]]:
        """The raw part of each run that found new plays."""
        for time in times:
            part = Part(f"{time:%Y-%m-%d}", f"{time:%Y%m%dT%H%M%SZ}-plays-00000000", "0001")
            if page := self._page(time, part.run_id):
                yield part, gzip.compress(msgspec.json.encode(page) + b"\n", 1)

    def rows(self, times: Sequence[datetime]) -> bytes:
        """The rows of plays of all parts, in one Parquet file."""
        found = io.BytesIO()
        files = (read_part(part, partial(bytes, body)).files for part, body in self.parts(times))
        pl.concat(pl.read_parquet(file[PLAYS]) for file in files).write_parquet(found)
        return found.getvalue()

    def _page(self, time: datetime, run_id: str) -> Envelope | None:
        plays = self._listening.recent(time)
        self.listed.update(plays)
        items = [self._responses.play(play) for play in plays]
        body = msgspec.Raw(msgspec.json.encode({"items": items}))
        page = read_page(body, time)
        if self._stored and self._stored.has_all_of(page):
            return None
        gap = self._stored.gap_before(page) if self._stored else None
        if gap:
            self.gaps.append(gap)
        self._stored = StoredPlays.of(page, time, gap).joined(self._stored)
        return Envelope(
            kind="recently_played",
            run_id=run_id,
            fetched_at=time,
            context={"gap": gap} if gap else {},
            body=body,
        )
