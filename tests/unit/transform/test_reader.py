"""From a raw line to rows: each entry becomes one row, or one rejected row that says why."""

import gzip
import io
import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import polars as pl
import pytest

from spotify_pipeline import tables
from spotify_pipeline.keys import Part
from spotify_pipeline.tables import Table
from spotify_pipeline.transform.conversion import Totals, read_part

PART = Part("2026-03-01", "20260301T060000Z-daily-0a1b2c3d", "0000")
FETCHED = "2026-03-01T06:00:01Z"
TRACK: dict[str, Any] = {
    "type": "track",
    "id": "t1",
    "uri": "spotify:track:t1",
    "name": "Song",
    "duration_ms": 200_000,
    "explicit": True,
    "is_local": False,
    "disc_number": 1,
    "track_number": 4,
    "is_playable": True,
    "external_ids": {"isrc": "usabc2600001"},
    "artists": [{"id": "a1", "name": "One"}, {"id": None, "name": ""}, {"id": "a2", "name": "Two"}],
    "album": {
        "id": "b1",
        "name": "Album",
        "album_type": "album",
        "release_date": "1999-12",
        "release_date_precision": "month",
        "total_tracks": 12,
        "artists": [{"id": "a1", "name": "One"}],
    },
}
EPISODE: dict[str, Any] = {
    "type": "episode",
    "id": "e1",
    "uri": "spotify:episode:e1",
    "name": "Talk",
    "duration_ms": 1_800_000,
    "explicit": False,
    "release_date": "2025",
    "release_date_precision": "year",
    "languages": ["en", "de"],
    "show": {"id": "s1", "name": "Show"},
}
DISGUISED: dict[str, Any] = {
    "type": "track",
    "id": "e1",
    "uri": "spotify:episode:e1",
    "name": "Talk",
    "duration_ms": 1_800_000,
    "explicit": False,
    "album": {"id": "s1", "type": "show", "name": "Show", "artists": []},
    "artists": [{"id": None, "name": None}],
}
RELINKED = {**TRACK, "linked_from": {"id": "t0", "uri": "spotify:track:t0", "type": "track"}}
LOCAL: dict[str, Any] = {
    "type": "track",
    "id": None,
    "uri": "spotify:local:::Demo:187",
    "name": "Demo",
    "is_local": True,
    "artists": [{"id": None, "name": ""}],
    "album": {"id": None, "name": ""},
}


def line(kind: str, body: Any, **context: Any) -> bytes:
    record = {
        "kind": kind,
        "run_id": PART.run_id,
        "fetched_at": FETCHED,
        "request": {"path": "x", "params": {}},
        "context": context,
        "body": body,
    }
    return json.dumps(record).encode()


def page(*entries: Any, offset: int = 0) -> bytes:
    body = {"items": list(entries), "total": len(entries)}
    return line("playlist_items", body, playlist_id="p1", snapshot_id="s+/=", offset=offset)


class Result(NamedTuple):
    """The result of a part with the given lines."""

    files: dict[Table, bytes]
    totals: Totals


def read(*lines: bytes) -> Result:
    part = gzip.compress(b"\n".join(lines))
    outcome = read_part(PART, lambda: part)
    return Result(outcome.files, outcome.totals)


def rows(result: Result, table: Table) -> list[dict[str, Any]]:
    file = result.files.get(table)
    return pl.read_parquet(io.BytesIO(file)).to_dicts() if file else []


def one(reader: Result, table: Table) -> dict[str, Any]:
    [row] = rows(reader, table)
    return row


@pytest.mark.parametrize(
    ("entry", "row"),
    [
        ({"item": TRACK}, ("track", "t1", "spotify:track:t1")),
        ({"track": TRACK}, ("track", "t1", "spotify:track:t1")),
        ({"item": TRACK, "track": EPISODE}, ("track", "t1", "spotify:track:t1")),
        ({"track": {**TRACK, "track": True, "episode": False}}, ("track", "t1", TRACK["uri"])),
        ({"item": None}, ("unavailable", None, None)),
        ({"track": None}, ("unavailable", None, None)),
        ({"item": EPISODE}, ("episode", "e1", "spotify:episode:e1")),
        ({"item": LOCAL, "is_local": True}, ("local", None, "spotify:local:::Demo:187")),
        ({"item": DISGUISED}, ("episode", "e1", "spotify:episode:e1")),
        ({"item": {"type": "chapter", "id": "c1", "uri": "u"}}, ("chapter", "c1", "u")),
        (
            {"track": {"type": "chapter", "id": "c1", "uri": "u", "album": 7}},
            ("chapter", "c1", "u"),
        ),
        ({"track": RELINKED}, ("track", "t0", "spotify:track:t0")),
        ({"item": {**TRACK, "name": "", "artists": []}}, ("track", "t1", "spotify:track:t1")),
    ],
)
def test_an_entry_of_either_spelling_becomes_a_row(
    entry: dict[str, Any], row: tuple[str | None, ...]
) -> None:
    stored = one(read(page(entry, offset=50)), tables.PLAYLIST_ITEMS)
    assert (stored["item_type"], stored["item_id"], stored["uri"]) == row
    assert (stored["playlist_id"], stored["snapshot_id"], stored["position"]) == ("p1", "s+/=", 50)
    assert stored["run_id"] == PART.run_id
    assert stored["extracted_at"] == datetime(2026, 3, 1, 6, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("added", "at", "by"),
    [
        (
            {"added_at": "2026-01-02T03:04:05Z", "added_by": {"id": "u1"}},
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            "u1",
        ),
        (
            {"added_at": "2026-01-02T03:04:05.250Z", "added_by": {"id": ""}},
            datetime(2026, 1, 2, 3, 4, 5, 250_000, tzinfo=UTC),
            None,
        ),
        ({"added_at": "1970-01-01T00:00:00Z", "added_by": None}, None, None),
        ({"added_at": None}, None, None),
        ({}, None, None),
    ],
)
def test_when_and_by_whom_is_null_where_spotify_does_not_know(
    added: dict[str, Any], at: datetime | None, by: str | None
) -> None:
    stored = one(read(page({"item": TRACK, **added})), tables.PLAYLIST_ITEMS)
    assert (stored["added_at"], stored["added_by"]) == (at, by)


def test_a_track_fills_the_tables_that_it_points_to() -> None:
    reader = read(page({"item": TRACK}))
    track, album = one(reader, tables.TRACKS), one(reader, tables.ALBUMS)
    assert (track["album_id"], track["isrc"], track["is_explicit"]) == ("b1", "USABC2600001", True)
    assert (track["popularity"], track["track_number"]) == (None, 4)
    assert (album["release_date"], album["release_precision"]) == (date(1999, 12, 1), "month")
    assert (album["label"], album["upc"], album["total_tracks"]) == (None, None, 12)
    performers = [(row["position"], row["artist_id"]) for row in rows(reader, tables.TRACK_ARTISTS)]
    assert performers == [(0, "a1"), (2, "a2")]
    assert one(reader, tables.ALBUM_ARTISTS)["artist_id"] == "a1"
    assert {row["artist_id"]: row["name"] for row in rows(reader, tables.ARTISTS)} == {
        "a1": "One",
        "a2": "Two",
    }


def test_an_episode_fills_its_own_table_and_no_other() -> None:
    reader = read(page({"item": EPISODE}))
    episode = one(reader, tables.EPISODES)
    assert (episode["show_name"], episode["languages"]) == ("Show", ["en", "de"])
    assert episode["release_date"] == date(2025, 1, 1)
    assert not rows(reader, tables.TRACKS)
    assert not rows(reader, tables.ALBUMS)


def test_a_disguised_episode_becomes_an_episode_of_its_show() -> None:
    reader = read(page({"item": DISGUISED}))
    episode = one(reader, tables.EPISODES)
    assert (episode["episode_id"], episode["show_id"], episode["show_name"]) == ("e1", "s1", "Show")
    assert (episode["duration_ms"], episode["languages"]) == (1_800_000, None)
    assert not rows(reader, tables.TRACKS)
    assert not rows(reader, tables.ALBUMS)
    assert not rows(reader, tables.ARTISTS)


def test_a_relinked_track_keeps_the_id_in_the_playlist() -> None:
    reader = read(page({"track": RELINKED}))
    assert one(reader, tables.TRACKS)["track_id"] == "t0"
    assert {row["track_id"] for row in rows(reader, tables.TRACK_ARTISTS)} == {"t0"}


@pytest.mark.parametrize(
    ("date_given", "precision", "day"),
    [
        ("1999", "year", date(1999, 1, 1)),
        ("1999-12", "month", date(1999, 12, 1)),
        ("1999-12-31", "day", date(1999, 12, 31)),
        ("0000", "year", None),
        (None, None, None),
    ],
)
def test_a_release_date_of_any_precision_is_stored(
    date_given: str | None, precision: str | None, day: date | None
) -> None:
    album = {**TRACK["album"], "release_date": date_given, "release_date_precision": precision}
    stored = one(read(page({"item": {**TRACK, "album": album}})), tables.ALBUMS)
    assert (stored["release_date"], stored["release_precision"]) == (day, precision)


def test_empty_names_are_kept_and_no_artists_are_no_rows() -> None:
    album = {**TRACK["album"], "name": "", "artists": [{"id": "a9", "name": ""}]}
    reader = read(page({"item": {**TRACK, "name": "", "artists": [], "album": album}}))
    assert one(reader, tables.TRACKS)["name"] == ""
    assert one(reader, tables.ALBUMS)["name"] == ""
    assert one(reader, tables.ARTISTS)["name"] == ""
    assert not rows(reader, tables.TRACK_ARTISTS)


def test_fields_of_older_regimes_are_stored_if_present() -> None:
    legacy = {
        **TRACK,
        "popularity": 61,
        "album": {**TRACK["album"], "popularity": 50, "label": "L"},
    }
    reader = read(page({"track": legacy}))
    assert one(reader, tables.TRACKS)["popularity"] == 61
    assert (one(reader, tables.ALBUMS)["popularity"], one(reader, tables.ALBUMS)["label"]) == (
        50,
        "L",
    )


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
def test_an_artists_own_answer_is_a_row(body: Any) -> None:
    row = one(read(line("artists", body, artist_id="a1")), tables.ARTISTS)
    assert (row["followers"], row["popularity"], row["genres"]) == (9, 3, ["dub"])


@pytest.mark.parametrize("body", [ALBUM, {"albums": [ALBUM]}], ids=["single", "batch"])
def test_an_albums_own_answer_brings_its_tracks(body: Any) -> None:
    reader = read(line("albums", body, album_id="b1"))
    album, track = one(reader, tables.ALBUMS), one(reader, tables.TRACKS)
    assert (album["label"], album["upc"], album["album_type"]) == ("L", "0001", "album")
    assert (track["track_id"], track["album_id"], track["isrc"]) == ("t7", "b1", None)
    assert one(reader, tables.TRACK_ARTISTS)["artist_id"] == "a1"
    rejected = one(reader, tables.REJECTED)
    assert (rejected["table_name"], rejected["position"]) == ("tracks", 1)
    assert rejected["reason"] == "a track without an id"


def test_a_further_page_of_an_album_is_read_under_the_albums_id() -> None:
    body = {"items": [{"id": "t51", "track_number": 51}, {"id": 7}]}
    reader = read(line("album_tracks", body, album_id="b1", offset=50))
    assert one(reader, tables.TRACKS)["album_id"] == "b1"
    assert one(reader, tables.REJECTED)["position"] == 51


@pytest.mark.parametrize("kind", ["artists", "albums"])
def test_an_unknown_id_in_a_batch_is_rejected_by_its_place(kind: str) -> None:
    known = ARTIST if kind == "artists" else ALBUM
    reader = read(line(kind, {kind: [known, None]}))
    rejected = [row for row in rows(reader, tables.REJECTED) if row["table_name"] == kind]
    assert [(row["position"], row["raw"]) for row in rejected] == [(1, "null")]
    assert "does not know the id" in rejected[0]["reason"]


@pytest.mark.parametrize("kind", ["artists", "albums"])
def test_a_refused_artist_or_album_keeps_spotifys_message(kind: str) -> None:
    rejected = one(read(line(kind, None, status="missing", reason="404 gone")), tables.REJECTED)
    assert (rejected["table_name"], rejected["rule"]) == (kind, "missing")
    assert rejected["reason"] == "404 gone (x)"


@pytest.mark.parametrize("first", ["thin", "full"])
def test_within_a_part_too_a_thin_answer_never_erases_a_full_one(first: str) -> None:
    thin = [page({"item": TRACK}), line("album_tracks", {"items": [{"id": "t1"}]}, album_id="b1")]
    full = [line("artists", ARTIST), line("albums", ALBUM)]
    reader = read(*(thin + full if first == "thin" else full + thin))
    [artist] = [row for row in rows(reader, tables.ARTISTS) if row["artist_id"] == "a1"]
    assert (artist["name"], artist["followers"]) == ("One", 9)
    album = one(reader, tables.ALBUMS)
    assert (album["label"], album["total_tracks"]) == ("L", 12)
    [track] = [row for row in rows(reader, tables.TRACKS) if row["track_id"] == "t1"]
    assert (track["name"], track["isrc"], track["duration_ms"]) == ("Song", "USABC2600001", 200_000)
    links = [(row["track_id"], row["position"]) for row in rows(reader, tables.TRACK_ARTISTS)]
    assert len(links) == len(set(links))


def test_a_local_file_is_an_entry_and_nothing_else() -> None:
    reader = read(page({"item": LOCAL}))
    filled = [table.name for table in tables.TABLES if rows(reader, table)]
    assert filled == ["playlist_items"]


def test_a_repeated_track_is_two_entries_and_one_track() -> None:
    reader = read(page({"item": TRACK}, {"item": TRACK}), page({"item": TRACK}, offset=2))
    assert [row["position"] for row in rows(reader, tables.PLAYLIST_ITEMS)] == [0, 1, 2]
    assert len(rows(reader, tables.TRACKS)) == len(rows(reader, tables.ALBUMS)) == 1


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({}, "neither `item` nor `track`"),
        ({"item": {**TRACK, "uri": 7}}, "Expected `str | null`, got `int`"),
        ({"item": TRACK, "added_at": "yesterday"}, "Invalid RFC3339"),
        ({"item": TRACK, "added_at": "2026-01-02T03:04:05"}, "timezone"),
        ("text", "Expected `object`, got `str`"),
        (None, "Expected `object`, got `null`"),
    ],
)
def test_a_bad_entry_alone_is_rejected_with_reason_and_text(entry: Any, reason: str) -> None:
    reader = read(
        line("playlist", None, playlist_id="p1", status="walked"), page({"item": TRACK}, entry)
    )
    rejected = one(reader, tables.REJECTED)
    assert reason in rejected["reason"]
    assert (rejected["line"], rejected["position"]) == (2, 1)
    assert (rejected["raw_key"], rejected["table_name"]) == (PART.raw_key, "playlist_items")
    assert json.loads(rejected["raw"]) == entry
    assert len(rows(reader, tables.PLAYLIST_ITEMS)) == 1
    totals = reader.totals
    assert (totals.received, totals.stored, totals.rejected) == (2, 1, 1)


@pytest.mark.parametrize(
    ("bad", "table", "reason"),
    [
        (b"not json", None, "JSON is malformed"),
        (b'{"kind": "playlist_items"}', None, "missing required field"),
        (line("shows", {}), None, "unknown kind 'shows'"),
        (
            line("playlist_items", {"items": 1}, playlist_id="p", offset=0),
            "playlist_items",
            "array",
        ),
        (line("playlist_items", {"items": []}, offset=0), "playlist_items", "playlist_id"),
        (line("playlist", {"name": 1}, playlist_id="p", status="walked"), "playlists", "str"),
        (line("run", {}), "runs", "run_id"),
    ],
)
def test_an_unreadable_line_is_rejected_and_others_stored(
    bad: bytes, table: str | None, reason: str
) -> None:
    reader = read(page({"item": TRACK}), bad, page({"item": EPISODE}, offset=1))
    rejected = one(reader, tables.REJECTED)
    assert reason in rejected["reason"]
    assert (rejected["line"], rejected["position"], rejected["table_name"]) == (2, None, table)
    assert rejected["raw"].encode() == bad
    assert reader.totals.lines_rejected == 1
    assert len(rows(reader, tables.PLAYLIST_ITEMS)) == 2


@pytest.mark.parametrize(
    ("contents", "total"),
    [
        ({"items": {"total": 3}}, 3),
        ({"tracks": {"total": 3}}, 3),
        ({"items": {"total": 3}, "tracks": {"total": 9}}, 3),
        ({}, None),
    ],
)
def test_a_playlist_row_has_spotifys_total_and_the_stored_count(
    contents: dict[str, Any], total: int | None
) -> None:
    body = {
        "id": "p1",
        "name": "List",
        "description": "",
        "owner": {"id": "u1", "display_name": "User"},
        "public": False,
        "collaborative": True,
        "snapshot_id": "s+/=",
        "followers": {"total": 5},
        **contents,
    }
    observed = line("playlist", body, playlist_id="p1", status="walked", reason=None)
    row = one(read(observed, page({"item": TRACK}, {}, {"item": None})), tables.PLAYLISTS)
    assert (row["total_entries"], row["stored_entries"]) == (total, 2)
    assert (row["name"], row["owner_name"], row["followers"]) == ("List", "User", 5)
    assert (row["is_public"], row["is_collaborative"]) == (False, True)


def test_a_refused_playlist_has_a_status_and_no_contents() -> None:
    observed = line("playlist", None, playlist_id="p1", status="missing", reason="404")
    row = one(read(observed), tables.PLAYLISTS)
    assert (row["status"], row["reason"], row["name"]) == ("missing", "404", None)
    assert (row["snapshot_id"], row["total_entries"], row["stored_entries"]) == (None, None, 0)


def rejections(result: Result) -> list[tuple[str | None, str, int | None, str | None]]:
    columns = ("table_name", "rule", "position", "row_key")
    found = [tuple(row[column] for column in columns) for row in rows(result, tables.REJECTED)]
    return sorted(found, key=str)


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ({"duration_ms": "long"}, "tracks"),
        ({"duration_ms": 2**31}, "tracks"),
        ({"album": []}, "tracks"),
        ({"artists": [{"id": 7}]}, "tracks"),
        ({"type": "episode", "languages": "en"}, "episodes"),
        ({"uri": "spotify:episode:t1", "album": 7}, "episodes"),
    ],
)
def test_an_entry_is_stored_though_what_it_holds_cannot_be_read(
    change: dict[str, Any], table: str
) -> None:
    """It is known which item stands there: nothing else is lost than the item's own row."""
    result = read(page({"item": TRACK}, {"item": {**TRACK, **change}}))
    stored = rows(result, tables.PLAYLIST_ITEMS)
    assert [(row["position"], row["item_id"]) for row in stored] == [(0, "t1"), (1, "t1")]
    assert rejections(result) == [(table, "decode", 1, None)]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (2, 2, 0)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"popularity": 101}, ("tracks", "tracks.popularity.range", 0, "t1")),
        ({"duration_ms": -1}, ("tracks", "tracks.duration_ms.range", 0, "t1")),
        (
            {"album": {**TRACK["album"], "id": "b 1"}},
            ("albums", "albums.album_id.pattern", 0, "b 1"),
        ),
        (
            {"artists": [{"id": "a/1", "name": "One"}]},
            ("track_artists", "track_artists.artist_id.pattern", 0, "t1/0"),
        ),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_without_its_entry(
    change: dict[str, Any], broken: tuple[Any, ...]
) -> None:
    entry = {"item": {**TRACK, **change}}
    result = read(page(entry))
    assert broken in rejections(result)
    assert one(result, tables.PLAYLIST_ITEMS)["item_id"] == "t1"
    assert result.totals.rejected == 0
    for row in rows(result, tables.REJECTED):
        assert json.loads(row["raw"]) == entry
        assert row["extracted_at"] == datetime(2026, 3, 1, 6, 0, 1, tzinfo=UTC)


def test_an_entry_that_breaks_a_rule_is_rejected_and_counted() -> None:
    bad = {"item": {**TRACK, "id": "not base-62"}}
    observed = line("playlist", None, playlist_id="p1", status="walked")
    result = read(observed, page({"item": TRACK}, bad, offset=50))
    assert ("playlist_items", "playlist_items.item_id.pattern", 51, "p1/s+/=/51") in rejections(
        result
    )
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (2, 1, 1)
    assert one(result, tables.PLAYLISTS)["stored_entries"] == 1


def test_a_time_before_the_first_year_stands_in_nobodys_way() -> None:
    early = "0001-01-01T00:00:00+14:00"
    result = read(page({"item": {**TRACK, "id": "a b"}, "added_at": early}))
    assert rejections(result)[0][:2] == ("playlist_items", "playlist_items.item_id.pattern")
    assert read(page({"item": TRACK, "added_at": early})).totals.stored == 1


def test_a_rejected_description_does_not_hide_a_valid_one() -> None:
    bad, good = {"item": {**TRACK, "popularity": 999}}, {"item": {**TRACK, "popularity": 9}}
    result = read(page(bad, good))
    assert one(result, tables.TRACKS)["popularity"] == 9
    assert rejections(result) == [("tracks", "tracks.popularity.range", 0, "t1")]


def test_a_repeated_position_is_rejected() -> None:
    result = read(page({"item": TRACK}, {"item": TRACK}), page({"item": EPISODE}, offset=1))
    assert [row["item_id"] for row in rows(result, tables.PLAYLIST_ITEMS)] == ["t1", "t1"]
    assert rejections(result) == [("playlist_items", "playlist_items.key", 1, "p1/s+/=/1")]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (3, 2, 1)


def test_a_playlist_of_unknown_status_is_rejected_with_its_line() -> None:
    observed = line("playlist", None, playlist_id="p1", status="lost")
    rejected = one(read(observed), tables.REJECTED)
    assert (rejected["rule"], rejected["row_key"]) == ("playlists.status.value", "p1")
    assert rejected["reason"].startswith("status is 'lost'. One of walked, unchanged")
    assert rejected["raw"].encode() == observed


@pytest.mark.parametrize("depth", [1_200, 200_000])
@pytest.mark.parametrize("opening", [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_an_entry_nested_beyond_the_decoder_is_rejected_alone(
    depth: int, opening: tuple[str, str]
) -> None:
    deep = f'{{"item": {opening[0] * depth}1{opening[1] * depth}}}'
    text = page({"item": TRACK}, "deep", {"item": {**TRACK, "name": 'a "]}, b'}}).decode()
    result = read(page({"item": TRACK}, offset=9), text.replace('"deep"', deep).encode())
    rejected = one(result, tables.REJECTED)
    assert (rejected["table_name"], rejected["position"], rejected["line"]) == (
        "playlist_items",
        1,
        2,
    )
    assert rejected["raw"] == deep
    assert [row["position"] for row in rows(result, tables.PLAYLIST_ITEMS)] == [9, 0, 2]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (4, 3, 1)


def test_rejected_rows_are_told_apart_by_their_key() -> None:
    bad = {**TRACK, "popularity": 101, "artists": [{"id": "a/1"}, {"id": "a/2"}]}
    found = rows(read(page({"item": bad})), tables.REJECTED)
    keys = [tuple(row[column] for column in tables.REJECTED.key) for row in found]
    assert len(keys) == len(set(keys)) == 5


FIELDS = {
    "name": "tracks.name",
    "duration_ms": "tracks.duration_ms",
    "explicit": "tracks.is_explicit",
    "album": "tracks.album_id",
    "artists": "track_artists.artist_id",
    "external_ids": "tracks.isrc",
    "disc_number": "tracks.disc_number",
    "track_number": "tracks.track_number",
    "uri": "playlist_items.uri",
    "id": "playlist_items.item_id",
    "type": "playlist_items.item_type",
}
WHOLE = {"added_at": None, "added_by": None}


def test_whole_answers_lack_nothing() -> None:
    """Local files, episodes in either guise and unavailable entries have fewer fields by nature."""
    entries = [{"item": item, **WHOLE} for item in (TRACK, EPISODE, DISGUISED, LOCAL, None)]
    assert read(page(*entries)).totals.missing == {}


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_an_answer_no_longer_has_is_noticed(field: str) -> None:
    renamed = {("renamed" if key == field else key): value for key, value in TRACK.items()}
    result = read(page({"item": renamed, **WHOLE}, {"item": TRACK, **WHOLE}))
    assert result.totals.missing == {FIELDS[field]: 1}
    assert (result.totals.received, result.totals.stored) == (2, 2)


def test_a_field_that_is_null_is_not_missing() -> None:
    nothing = {**dict.fromkeys(TRACK), "id": "t1", "type": "track"}
    assert read(page({"item": nothing, **WHOLE})).totals.missing == {}


def test_fields_missing_deeper_down_are_noticed_too() -> None:
    album = {key: value for key, value in TRACK["album"].items() if key != "release_date"}
    result = read(page({"item": {**TRACK, "album": album, "artists": [{"name": "One"}]}}))
    assert result.totals.missing == {
        "albums.release_date": 1,
        "track_artists.artist_id": 1,
        "playlist_items.added_at": 1,
        "playlist_items.added_by": 1,
    }
