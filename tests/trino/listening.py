"""Plays on the machine: what the fake's user played, and gaps, which no first run can find."""

import gzip
from datetime import UTC, datetime, timedelta

import msgspec

from local.listening import DAYS, listen
from local.machine import Machine
from operations.deployment import Deployment
from spotify_pipeline.keys import IMPORT, Part, run_schedule
from spotify_pipeline.raw import Envelope, PlayGap
from spotify_pipeline.s3 import create_object

_SCHEDULE = "plays"

EXPORT_DAYS = DAYS
"""Days of plays that the runs of `extract_plays` hold, all of one ingest day."""


def extract_plays(here: Machine) -> None:
    """Store gaps, the newest plays and an export of `EXPORT_DAYS`, and wait for their rows."""
    assert here.fake
    _write_gaps(here.deployment, datetime.now(UTC))
    listen(here.deployment, here.fake, here.folder)


def is_of_plays(part: Part) -> bool:
    """Whether the part is of a run of `extract_plays`."""
    return run_schedule(part.run_id) in (_SCHEDULE, IMPORT)


def gaps_part(now: datetime) -> tuple[Part, bytes]:
    """A raw part of today with two gaps: one within the days of the export, and one before them."""
    part = Part(f"{now:%Y-%m-%d}", f"{now:%Y%m%d}T000000Z-{_SCHEDULE}-00000000", "0000")
    found = (
        PlayGap(now - timedelta(2), now - timedelta(1), 80),
        PlayGap(now - timedelta(EXPORT_DAYS + 2), now - timedelta(EXPORT_DAYS + 1), 90),
    )
    lines = (
        Envelope(
            kind="recently_played",
            run_id=part.run_id,
            fetched_at=now,
            context={"gap": msgspec.to_builtins(gap)},
            body=msgspec.Raw(b'{"items":[]}'),
        )
        for gap in found
    )
    return part, gzip.compress(msgspec.json.Encoder().encode_lines(list(lines)))


def _write_gaps(deployment: Deployment, now: datetime) -> None:
    part, body = gaps_part(now)
    create_object(
        deployment.client("s3"),
        deployment.output("BucketName"),
        part.raw_key,
        body,
        content_type="application/gzip",
    )
