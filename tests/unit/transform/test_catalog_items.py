"""Artists and albums that Spotify returned on their own: their rows and their refusals."""

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import TRACK, line, one, page, read, rows

ARTIST = {"id": "a1", "name": "One", "followers": {"total": 9}, "popularity": 3, "genres": ["dub"]}
ALBUM = {
    **TRACK["album"],
    "label": "L",
    "external_ids": {"upc": "0001"},
    "tracks": {
        "items": [
            {
                "id": "t7",
                "name": "First",
                "track_number": 1,
                "artists": [{"id": "a1", "name": "One"}],
            },
            {"id": None, "name": "nobody's"},
        ],
        "total": 2,
    },
}


@pytest.mark.parametrize("body", [ARTIST, {"artists": [ARTIST]}], ids=["single", "batch"])
def test_an_artist_response_becomes_a_row(body: object) -> None:
    row = one(read(line("artists", body, artist_id="a1")), tables.ARTISTS)
    assert (row["followers"], row["popularity"], row["genres"]) == (9, 3, ["dub"])


@pytest.mark.parametrize("body", [ALBUM, {"albums": [ALBUM]}], ids=["single", "batch"])
def test_an_album_response_stores_the_album_and_its_tracks(body: object) -> None:
    result = read(line("albums", body, album_id="b1"))
    album, track = one(result, tables.ALBUMS), one(result, tables.TRACKS)
    assert (album["label"], album["upc"], album["album_type"]) == ("L", "0001", "album")
    assert (track["track_id"], track["album_id"], track["isrc"]) == ("t7", "b1", None)
    assert one(result, tables.TRACK_ARTISTS)["artist_id"] == "a1"
    rejected = one(result, tables.REJECTED)
    assert (rejected["table_name"], rejected["position"]) == ("tracks", 1)
    assert rejected["reason"] == "a track without an id"


def test_further_album_tracks_are_stored_with_the_album_id() -> None:
    body = {"items": [{"id": "t51", "track_number": 51}, {"id": 7}]}
    result = read(line("album_tracks", body, album_id="b1", offset=50))
    assert one(result, tables.TRACKS)["album_id"] == "b1"
    assert one(result, tables.REJECTED)["position"] == 51


@pytest.mark.parametrize("kind", ["artists", "albums"])
def test_an_unknown_id_in_a_batch_is_rejected_by_its_position(kind: str) -> None:
    known = ARTIST if kind == "artists" else ALBUM
    result = read(line(kind, {kind: [known, None]}))
    rejected = [row for row in rows(result, tables.REJECTED) if row["table_name"] == kind]
    assert [(row["position"], row["raw"]) for row in rejected] == [(1, "null")]
    assert "does not know the id" in rejected[0]["reason"]


@pytest.mark.parametrize("kind", ["artists", "albums"])
def test_a_refused_artist_or_album_keeps_spotifys_message(kind: str) -> None:
    rejected = one(read(line(kind, None, status="missing", reason="404 gone")), tables.REJECTED)
    assert (rejected["table_name"], rejected["rule"]) == (kind, "missing")
    assert rejected["reason"] == "404 gone (x)"


@pytest.mark.parametrize("first", ["short", "full"])
def test_a_short_description_never_replaces_a_full_one(first: str) -> None:
    short = [page({"item": TRACK}), line("album_tracks", {"items": [{"id": "t1"}]}, album_id="b1")]
    full = [line("artists", ARTIST), line("albums", ALBUM)]
    result = read(*(short + full if first == "short" else full + short))
    [artist] = [row for row in rows(result, tables.ARTISTS) if row["artist_id"] == "a1"]
    assert (artist["name"], artist["followers"]) == ("One", 9)
    album = one(result, tables.ALBUMS)
    assert (album["label"], album["total_tracks"]) == ("L", 12)
    [track] = [row for row in rows(result, tables.TRACKS) if row["track_id"] == "t1"]
    assert (track["name"], track["isrc"], track["duration_ms"]) == ("Song", "USABC2600001", 200_000)
    links = [(row["track_id"], row["position"]) for row in rows(result, tables.TRACK_ARTISTS)]
    assert len(links) == len(set(links))


@pytest.mark.parametrize("body", [TRACK, {"tracks": [TRACK]}], ids=["single", "batch"])
def test_a_track_response_stores_the_track_with_its_album_and_artists(body: object) -> None:
    result = read(line("tracks", body, enriches=True, ids=["t1"]))
    track = one(result, tables.TRACKS)
    assert (track["track_id"], track["name"], track["isrc"]) == ("t1", "Song", "USABC2600001")
    assert one(result, tables.ALBUMS)["album_id"] == track["album_id"]
    assert {row["artist_id"] for row in rows(result, tables.TRACK_ARTISTS)} <= {
        row["artist_id"] for row in rows(result, tables.ARTISTS)
    }
    assert rows(result, tables.REJECTED) == []


def test_a_relinked_track_has_the_id_that_was_requested() -> None:
    relinked = {**TRACK, "id": "t2", "linked_from": {"id": "t1"}}
    assert one(read(line("tracks", relinked)), tables.TRACKS)["track_id"] == "t1"


def test_an_unknown_track_in_a_batch_is_missing_by_its_id() -> None:
    body = {"tracks": [None, TRACK, {"name": "nobody's"}]}
    result = read(line("tracks", body, enriches=True, ids=["t0", "t1", "t2"]))
    assert one(result, tables.TRACKS)["track_id"] == "t1"
    found = [(row["rule"], row["row_key"]) for row in rows(result, tables.REJECTED)]
    assert found == [("missing", "t0"), ("decode", None)]
