"""Three regimes, recognised by the shape of the responses."""

from typing import Any

import msgspec
import pytest

from fake_spotify.access import Access
from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import EDITORIAL
from fake_spotify.worlds.world import ME, World
from local.spotify import APP_CREDENTIALS, CREDENTIALS
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.spotify.regime import Listing, regime_of
from tests.conftest import CONTEXT, Aws, set_environment
from tests.unit.extract.runs import raw_records


@pytest.mark.parametrize(
    ("bodies", "regime"),
    [
        ([{"tracks": {"total": 1}}], "EXT"),
        ([{"items": {"total": 1}, "tracks": {"total": 1}}], "OLD-DEV"),
        ([{"items": {"total": 1}}], "NEW-DEV"),
        ([{}], "NEW-DEV"),
        ([{}, {"items": {"total": 1}}], "NEW-DEV"),
        ([{"items": {"total": 1}}, {"tracks": {"total": 1}}], None),
        ([], None),
    ],
)
def test_the_regime_follows_from_the_responses(bodies: list[Any], regime: str | None) -> None:
    listings = [msgspec.convert({"id": "p", **body}, Listing) for body in bodies]
    assert regime_of(one.regime for one in listings) == regime


@pytest.mark.parametrize("regime", Regime)
@pytest.mark.parametrize("user", [ME, None], ids=["user", "client credentials"])
def test_a_run_records_its_regime_and_each_playlists_status(
    aws: Aws, world: World, regime: Regime, user: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each playlist has the expected status, and each walk all entries of its playlist."""
    playlists = world.playlists(world.days[0])
    aws.fill_secret(**(CREDENTIALS if user else APP_CREDENTIALS))
    with serving(FakeSpotify(world, regime)) as url:
        set_environment(aws, url, monkeypatch)
        sources = {"my_playlists": user is not None, "playlists": [one.id for one in playlists]}
        summary = handler({"time": "2026-03-01T06:00:00Z", "sources": sources}, CONTEXT)
    access = Access(regime, user)
    expected = {one.id: access.status(one) for one in playlists}
    observed = {
        line["context"]["playlist_id"]: line["context"]["status"]
        for _, line in raw_records(aws)
        if line["kind"] == "playlist"
    }
    assert observed == expected
    walked = [one for one in playlists if expected[one.id] == "walked"]
    assert summary["entries"] == sum(len(one.entries) for one in walked)
    assert summary["regime"] == regime
    assert (expected[EDITORIAL] == "walked") == (regime is Regime.EXT)


@pytest.mark.parametrize("regime", Regime)
def test_artists_and_albums_are_fetched_in_every_regime(
    aws: Aws, world: World, regime: Regime, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = next(key for key, tracks in world.albums.items() if len(tracks) > 100)
    artist = world.albums[long][0].artists[0]
    unknown = "0" * 22
    with serving(FakeSpotify(world, regime)) as url:
        set_environment(aws, url, monkeypatch)
        sources = {
            "albums": [f"spotify:album:{long}", unknown],
            "artists": [f"https://open.spotify.com/artist/{artist.id}", unknown],
        }
        summary = handler({"time": "2026-03-01T06:00:00Z", "sources": sources}, CONTEXT)
    assert (summary["status"], summary["parts"], summary["playlists_seen"]) == ("complete", 1, 0)
    kinds = [line["kind"] for _, line in raw_records(aws)]
    assert kinds == [
        "albums",
        "album_tracks",
        "album_tracks",
        "albums",
        "artists",
        "artists",
        "run",
    ]
    refused = [line["context"] for _, line in raw_records(aws) if line["context"].get("status")]
    assert [context["status"] for context in refused] == ["missing", "missing"]
    pages = [line["body"] for _, line in raw_records(aws) if line["kind"] == "album_tracks"]
    [album, _] = [line["body"] for _, line in raw_records(aws) if line["kind"] == "albums"]
    numbers = [
        track["track_number"] for page in [album["tracks"], *pages] for track in page["items"]
    ]
    assert numbers == list(range(1, 121))
