"""Tables from each regime's responses obey the declared rules, keys and references."""

from pathlib import Path
from typing import Any

import pytest

from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.world import World
from spotify_pipeline.extract.handler import handler as extract
from spotify_pipeline.transform.part import transform_part
from tests.conftest import CONTEXT, Aws, set_environment
from tests.sql.conftest import Database
from tests.sql.table_checks import checks

DAY = "2026-03-01"


@pytest.fixture(params=Regime)
def tables(
    request: pytest.FixtureRequest,
    aws: Aws,
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Database:
    """The tables after a run with every kind of source, under each regime."""
    track = world.catalog_tracks[0]
    sources = {
        "my_playlists": True,
        "liked_songs": True,
        "artists": [track.artists[0].id],
        "albums": [world.catalog_tracks[-1].album.id],
    }
    with serving(FakeSpotify(world, request.param)) as url:
        set_environment(aws, url, monkeypatch)
        extract({"time": f"{DAY}T06:00:00Z", "sources": sources}, CONTEXT)
    database = Database()
    for key in aws.raw_keys():
        transform_part(aws.s3, "pipeline", key)
    for key, body in aws.transformed().items():
        file = tmp_path / "file.parquet"
        file.write_bytes(body)
        database.load(key.split("/")[1], file, DAY)
    return database


def test_every_rule_key_and_reference_holds(tables: Database) -> None:
    broken = {name: tables.count(query) for name, query in checks().items()}
    assert {name: rows for name, rows in broken.items() if rows} == {}


@pytest.mark.parametrize(
    ("table", "row", "broken"),
    [
        ("tracks", {"track_id": "a b"}, "tracks.track_id.pattern"),
        ("tracks", {"track_id": "a", "popularity": 101}, "tracks.popularity.range"),
        ("tracks", {"track_id": "a", "album_id": "b"}, "tracks.album_id.albums"),
        ("playlists", {"playlist_id": "p", "status": "lost"}, "playlists.status.value"),
        ("playlist_items", {"playlist_id": "p", "position": -1}, "playlist_items.position.range"),
        ("playlist_items", {"snapshot_id": ""}, "playlist_items.snapshot_id.empty"),
        ("album_artists", {"album_id": "b"}, "album_artists.artist_id.null"),
    ],
)
def test_a_broken_row_is_found(
    database: Database, table: str, row: dict[str, Any], broken: str
) -> None:
    database.insert(table, **row)
    assert database.count(checks()[broken]) == 1


def test_a_duplicate_key_is_found(database: Database) -> None:
    for _ in range(2):
        database.insert("artists", artist_id="a", run_id="r")
    assert database.count(checks()["artists.key"]) == 1
