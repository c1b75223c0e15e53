"""A bucket with two days of extracted and transformed playlists, and its purge."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import polars as pl
import pytest

from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import World
from operations.purge.playlist import PlaylistPurge
from operations.purge.survey import Survey
from operations.queues import Queue
from spotify_pipeline.extract import planner
from spotify_pipeline.extract.handler import handler as extract
from spotify_pipeline.transform.handler import handler as transform
from tests.conftest import CONTEXT, Aws, Server, aws_in_memory, set_environment
from tests.unit.extract.runs import EVENT
from tests.unit.transform.test_handler import delivered

if TYPE_CHECKING:
    from tests.unit.operations.conftest import WorkingDeployment

DAYS = ("2026-03-01", "2026-03-02")
NAMES = ("Deep Focus Hours", "Morning Commute", "Odds and Ends", "Neighbour's Party")
Stored = dict[str, tuple[bytes, dict[str, str]]]
"""Content and metadata of objects by key."""


@pytest.fixture(scope="session")
def world() -> World:
    """Two playlists of an embedded page, a longer one, and one that is refused."""
    whole = synthetic_world()
    day = whole.days[0]
    few = tuple(one for one in whole.library(day) if one.name in NAMES)
    return World((day,), {day: few}, catalog_tracks=whole.catalog_tracks)


def playlist_named(world: World, name: str) -> str:
    [found] = [one.id for one in world.library(world.days[0]) if one.name == name]
    return found


@dataclass
class Bucket:
    """The bucket of a deployment, with what a purge needs."""

    aws: Aws
    deployment: WorkingDeployment
    said: list[str] = field(default_factory=list)

    def purge(self, playlist_id: str) -> PlaylistPurge:
        return PlaylistPurge(self.deployment, playlist_id, self.said.append, self.follow)

    def follow(self, _: int) -> None:
        queue = Queue(self.deployment.client("sqs"), self.deployment.output("QueueUrl"))
        for _counts in queue.until_empty(0):
            pass

    def survey(self, playlist_id: str) -> Survey:
        return self.purge(playlist_id).survey()

    def put(self, objects: Stored) -> None:
        for key, (body, metadata) in objects.items():
            self.aws.s3.put_object(Bucket=self.aws.bucket, Key=key, Body=body, Metadata=metadata)

    def restore(self, objects: Stored) -> None:
        """Empty the bucket, and put these objects."""
        listed = self.aws.s3.list_object_versions(Bucket=self.aws.bucket)
        for one in (*listed.get("Versions", []), *listed.get("DeleteMarkers", [])):
            self.aws.s3.delete_object(
                Bucket=self.aws.bucket, Key=one["Key"], VersionId=one["VersionId"]
            )
        self.put(objects)

    def table(self, name: str) -> pl.DataFrame:
        """The rows of a table as stored, without changing columns."""
        files = [body for key, body in self.aws.transformed().items() if f"/{name}/" in key]
        rows = pl.concat([pl.read_parquet(io.BytesIO(body)) for body in files])
        return rows.sort(pl.all())

    def enable_versioning(self) -> None:
        self.aws.s3.put_bucket_versioning(
            Bucket=self.aws.bucket, VersioningConfiguration={"Status": "Enabled"}
        )

    def texts(self) -> list[tuple[str, bytes]]:
        """Key and uncompressed content of every version of every object."""
        listed = self.aws.s3.list_object_versions(Bucket=self.aws.bucket)
        assert not listed["IsTruncated"]
        found = []
        for one in listed.get("Versions", []):
            body = self.aws.s3.get_object(
                Bucket=self.aws.bucket, Key=one["Key"], VersionId=one["VersionId"]
            )["Body"].read()
            found.append((one["Key"], _uncompressed(one["Key"], body)))
        return found

    def holders(self, playlist_id: str) -> list[str]:
        """The keys of all versions whose content names the playlist, but the tombstone's."""
        name = playlist_id.encode()
        return [key for key, text in self.texts() if name in text and "state/purged/" not in key]


def _uncompressed(key: str, body: bytes) -> bytes:
    if key.endswith(".gz"):
        return gzip.decompress(body)
    return pl.read_parquet(io.BytesIO(body)).write_ndjson().encode() if ".parquet" in key else body


def extract_days(*days: str, **sources: Any) -> None:
    for day in days:
        event = {**EVENT, "time": f"{day}T06:00:00Z", "refresh": "full"}
        extract({**event, "sources": sources or EVENT["sources"]}, CONTEXT)


@pytest.fixture
def bucket(
    aws: Aws,
    server: Server,
    deployment: WorkingDeployment,
    monkeypatch: pytest.MonkeyPatch,
) -> Bucket:
    """A bucket before any run, with small parts."""
    set_environment(aws, server.url, monkeypatch)
    monkeypatch.setattr(planner, "PART_ENTRIES", 60)
    # Creating a client takes longer than its calls here.
    monkeypatch.setattr(boto3, "client", cache(boto3.client))
    return Bucket(aws, deployment)


@pytest.fixture(scope="session")
def two_days(world: World) -> Stored:
    """The objects of two days of runs, transformed, and a query result."""
    with (
        aws_in_memory() as aws,
        serving(FakeSpotify(world)) as url,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setattr(planner, "PART_ENTRIES", 60)
        set_environment(aws, url, environment)
        extract_days(*DAYS)
        transform(delivered(*aws.raw_keys()), None)
        aws.s3.put_object(Bucket=aws.bucket, Key="athena-results/one.csv", Body=b"name")
        found = {key: aws.s3.get_object(Bucket=aws.bucket, Key=key) for key in aws.keys("")}
        return {key: (one["Body"].read(), one["Metadata"]) for key, one in found.items()}


@pytest.fixture
def filled(bucket: Bucket, two_days: Stored) -> Bucket:
    bucket.put(two_days)
    return bucket
