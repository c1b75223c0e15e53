"""Hourly runs that read plays, an outage, and an import of an export afterwards, as tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fake_spotify.export import export_zip
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.listening import Play
from fake_spotify.worlds.world import World
from operations.imports.export import find_files
from operations.imports.play_import import PlayImport
from spotify_pipeline.keys import Part
from spotify_pipeline.transform.part import transform_part
from tests.conftest import Aws, set_environment
from tests.sql.conftest import Database
from tests.unit.extract.simulation import START, Simulation, events

HOUR = timedelta(hours=1)


class Month:
    """A pipeline whose runs read the plays of the fake's user at `times`."""

    def __init__(self, aws: Aws, world: World, folder: Path) -> None:
        self.fake = FakeSpotify(world)
        self._aws = aws
        self._folder = folder

    def extract(self, times: Sequence[datetime], patch: pytest.MonkeyPatch) -> None:
        with serving(self.fake) as url:
            set_environment(self._aws, url, patch)
            hourly = events("plays", list(times), recently_played=True)
            Simulation(self.fake, 700, patch).run(hourly, until=times[-1] + HOUR)

    def plays(self, until: datetime) -> list[Play]:
        """What the user played from two days before the first run on, before a time."""
        return self.fake.listening.plays(START - timedelta(days=2), until)

    def import_export(self, package: str, plays: Sequence[Play], now: datetime) -> PlayImport:
        path = self._folder / "my_spotify_data.zip"
        path.write_bytes(export_zip(package, plays))
        done = PlayImport(self._aws.s3, self._aws.bucket, find_files(path).files)
        for _ in done.identify(now=now, retention=timedelta(days=3650)):
            pass
        for _ in done.write():
            pass
        return done

    def tables(self) -> Database:
        """The tables of all raw parts, transformed."""
        database = Database()
        for part in Part.from_raw_keys(self._aws.raw_keys()):
            transform_part(self._aws.s3, self._aws.bucket, part.raw_key)
        for key, body in self._aws.transformed().items():
            file = self._folder / "file.parquet"
            file.write_bytes(body)
            database.load(key.split("/")[1], file, key.split("ingest_date=")[1][:10])
        return database
