"""Enrichment: fetching artists and albums that playlists only name."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from fake_spotify.faults import Fault
from fake_spotify.faults import Kind as FaultKind
from fake_spotify.regime import Regime
from fake_spotify.worlds.world import Track, World
from spotify_pipeline.extract.errors import OutOfTimeError, RefusedError
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.response import Response
from tests.conftest import Aws
from tests.tables import tables_of
from tests.unit.extract.enrichment.conftest import Running, fetched
from tests.unit.extract.runs import raw_records


def tracks_in(world: World, day: date) -> list[Track]:
    """Tracks in the user's own playlists, which every regime returns."""
    playlists = [one for one in world.library(day) if one.owner == "analyst"]
    items = [entry.item for one in playlists for entry in one.entries]
    return [item for item in items if isinstance(item, Track)]


def named(world: World, day: date) -> tuple[set[str], set[str]]:
    """The ids of artists and albums that playlists name."""
    tracks = tracks_in(world, day)
    albums = [track.album for track in tracks]
    artists = {artist.id for track in tracks for artist in track.artists}
    artists |= {artist.id for album in albums for artist in album.artists}
    return artists, {album.id for album in albums}


@pytest.mark.parametrize("regime", [Regime.EXT, Regime.OLD_DEV])
def test_batches_fetch_each_new_id_once(
    running: Running, aws: Aws, world: World, regime: Regime
) -> None:
    first, second = world.days[:2]
    with running(regime, 100) as run:
        run(first)
        artists, albums = fetched(aws, "artists"), fetched(aws, "albums")
        assert (max(map(len, artists)), max(map(len, albums))) == (50, 20)
        everything = sorted(key for batch in artists for key in batch)
        assert everything == sorted(named(world, first)[0])
        quiet = run(first, time=f"{first}T18:00:00Z")
        assert (fetched(aws, "artists"), fetched(aws, "albums")) == (artists, albums)
        assert quiet["api_calls"] <= 2
        run(second)
    new = {key for batch in fetched(aws, "albums")[len(albums) :] for key in batch}
    before, after = (named(world, day)[1] for day in (first, second))
    assert new == after - before


def test_enrichment_adds_genres_and_labels_but_no_tracks(
    running: Running, aws: Aws, world: World
) -> None:
    day = world.days[0]
    with running(Regime.EXT, 0) as run:
        run(day)
    plain = tables_of(aws)
    aws.empty()
    with running(Regime.EXT, 100) as run:
        run(day)
    enriched = tables_of(aws)
    assert enriched["tracks"] == plain["tracks"]
    genres = {row[0]: row[4] for row in enriched["artists"] if row[4] is not None}
    labels = {row[0]: row[6] for row in enriched["albums"] if row[6] is not None}
    some = next(track for track in tracks_in(world, day) if track.album.label)
    assert genres[some.artists[0].id] == some.artists[0].genres
    assert labels[some.album.id] == some.album.label


def test_newer_apps_are_not_enriched(running: Running, aws: Aws, world: World) -> None:
    """An artist's response has no further fields for them, an album's only the UPC."""
    with running(Regime.NEW_DEV, 7) as run:
        run(world.days[0])
    assert fetched(aws, "artists") == fetched(aws, "albums") == []


def test_without_a_budget_nothing_is_fetched_or_recorded(
    running: Running, aws: Aws, world: World
) -> None:
    with running(Regime.EXT, 0) as run:
        run(world.days[0])
    assert fetched(aws, "artists") == fetched(aws, "albums") == []
    assert b'artists":{}' in aws.read("state/daily.json")


@pytest.mark.parametrize(("days", "again"), [(89, False), (90, True)])
def test_stale_items_are_fetched_again_if_playlists_name_them(
    running: Running, aws: Aws, world: World, days: int, again: bool
) -> None:
    day = world.days[0]
    with running(Regime.EXT, 100) as run:
        run(day)
        later = run(day + timedelta(days=days), showing=day)
    assert bool(fetched(aws, "artists", later["run_id"])) is again


def test_an_interrupted_enrichment_resumes_with_the_same_plan(
    running: Running, aws: Aws, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = world.days[0]

    def end(*_: object) -> None:
        raise OutOfTimeError

    with running(Regime.EXT, 100) as run:
        with monkeypatch.context() as ending:
            ending.setattr(SpotifyClient, "albums", end)
            interrupted = run(day)
        assert interrupted["status"] == "complete"
        assert interrupted["reason"].startswith("the enrichment is postponed: ")
        assert interrupted["resume_at"] is not None
        assert fetched(aws, "artists") == []
        assert run(day)["reason"] is None
    artists = [key for batch in fetched(aws, "artists") for key in batch]
    assert sorted(artists) == sorted(named(world, day)[0])


def test_a_removed_endpoint_is_recorded_and_the_run_completes(
    running: Running, aws: Aws, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:

    def refuse(*_: object) -> None:
        raise RefusedError("removed", "403 Forbidden: gone")

    monkeypatch.setattr(SpotifyClient, "artists", refuse)
    with running(Regime.EXT, 100) as run:
        assert run(world.days[0])["status"] == "complete"
    refused = [line["context"] for _, line in raw_records(aws) if line["kind"] == "artists"]
    assert {context["status"] for context in refused} == {"removed"}
    assert {context["reason"] for context in refused} == {"403 Forbidden: gone"}


def test_one_id_that_spotify_refuses_does_not_hold_its_batch(
    running: Running, aws: Aws, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = min(named(world, world.days[0])[1])
    batch = SpotifyClient.albums

    def albums(client: SpotifyClient, ids: Sequence[str]) -> Response:
        if bad in ids:
            raise RefusedError("failed", "400 Invalid base62 id")
        return batch(client, ids)

    monkeypatch.setattr(SpotifyClient, "albums", albums)
    with running(Regime.EXT, 100) as run:
        first = run(world.days[0])
        quiet = run(world.days[0], time=f"{world.days[0]}T18:00:00Z")
    assert (first["status"], quiet["status"]) == ("complete", "complete")
    assert {key for ids in fetched(aws, "albums") for key in ids} == named(world, world.days[0])[1]
    refused = [
        line["context"]
        for _, line in raw_records(aws)
        if line["kind"] == "albums" and "status" in line["context"]
    ]
    # Asked for once: the next run does not repeat it.
    assert [(one["ids"], one["status"]) for one in refused] == [([bad], "failed")]


@pytest.mark.parametrize("status", [500, 400, 410, 451])
def test_enrichment_never_decides_the_status_of_a_run(
    running: Running, aws: Aws, world: World, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    day = world.days[0]
    kind = FaultKind.ERROR if status == 500 else FaultKind.ERROR_STRING
    with running(Regime.EXT, 100, Fault(kind, "/v1/a.*", count=None, status=status)) as run:
        assert run(day)["status"] == "complete"
    assert fetched(aws, "artists") != [] or status == 500
    assert tables_of(aws)["playlist_items"]
