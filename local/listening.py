"""Plays of the fake's user: read from its API, and imported from its data export."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.pipeline import Pipeline, Summary
from local.spotify import FakeSpotifyClient
from operations.athena.query import run_query
from operations.deployment import Deployment
from operations.imports.export import find_files
from operations.imports.play_import import PlayImport

DAYS = 30
"""Days of the export."""


@dataclass(frozen=True)
class Plays:
    """Plays in the export and on the API's page, and what the tables make of both.

    `shown` are the plays, each once; `matched` are those that both reported.
    """

    run: Summary
    exported: int
    listed: int
    shown: int
    matched: int

    @property
    def adds_up(self) -> bool:
        """Whether each play of either is shown, and none twice but those that do not match."""
        return self.shown == self.exported + self.listed - self.matched


def listen(deployment: Deployment, fake: FakeSpotifyClient, folder: Path) -> Plays:
    """Read the newest plays, then import those of the last `DAYS` days; wait for their rows."""
    now, pipeline = datetime.now(UTC), Pipeline(deployment)
    event = {"time": f"{now:%Y-%m-%dT%H:%M:%SZ}", "schedule": "plays"}
    run = pipeline.invoke(event | {"sources": {"recently_played": True}})
    archive = folder / "my_spotify_data.zip"
    archive.write_bytes(fake.export("extended", DAYS))
    export = find_files(archive)
    imported = PlayImport(deployment.client("s3"), deployment.output("BucketName"), export.files)
    for steps in (imported.identify(now=now, retention=timedelta(DAYS)), imported.write()):
        for _ in steps:
            pass
    pipeline.wait()
    listed, shown, matched = run_query(
        deployment,
        "select"
        " (select count(*) from plays where origin = 'api') as listed,"
        " count(*) as shown,"
        " count(match_seconds) as matched"
        " from plays_reconciled",
    ).rows[0]
    return Plays(run, imported.reading.plays, int(listed or 0), int(shown or 0), int(matched or 0))
