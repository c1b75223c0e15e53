"""Rows of plays from the records of an export."""

from datetime import UTC, datetime
from typing import Any

import pytest

from spotify_pipeline import tables
from spotify_pipeline.transform.exports.platforms import platform_kind
from tests.unit.operations.imports.exports import account_data, extended
from tests.unit.transform.raw_lines import line, one, read, rows

URI = "spotify:episode:part"


def play(record: dict[str, Any], origin: str = "extended") -> dict[str, Any]:
    """The row of a record."""
    return one(read(exported(record, origin=origin)), tables.PLAYS)


def exported(*records: object, origin: str = "extended", first: int = 0) -> bytes:
    return line("exported_plays", records, source="a.json", origin=origin, first=first)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 5, 1, hour, minute, tzinfo=UTC)


def test_an_extended_record_becomes_a_row() -> None:
    row = play(extended(3))
    del row["run_id"], row["extracted_at"]
    assert row == {
        "origin": "extended",
        "source": "a.json",
        "position": 0,
        "played_at": at(10, 3),
        "started_at": at(10),
        "track_id": "song",
        "item_type": "track",
        "uri": "spotify:track:song",
        "item_name": "Song",
        "artist_name": "Ann",
        "collection_name": "Album",
        "context_type": None,
        "context_uri": None,
        "ms_played": 180_000,
        "reason_start": "clickrow",
        "reason_end": "trackdone",
        "shuffle": True,
        "skipped": False,
        "offline": False,
        "platform": "android",
        "country": "SE",
    }


def test_a_record_may_lack_everything_but_its_time() -> None:
    row = play({"ts": "2024-05-01T10:00:00Z"})
    own = [column.name for column in tables.PLAYS.own_columns]
    assert {name for name in own if row[name] is not None} == {
        "origin",
        "source",
        "position",
        "played_at",
    }


@pytest.mark.parametrize(
    ("timestamp", "started_at"),
    [
        (None, None),
        (0, None),
        (1, None),
        (1_714_557_600, at(10)),
        (1_714_557_600_000, at(10)),
        (1_222_819_199, None),
        (1_714_557_781, None),
    ],
    ids=["null", "0", "1", "seconds", "milliseconds", "before Spotify", "after the end"],
)
def test_the_start_is_in_seconds_or_milliseconds_or_unknown(
    timestamp: int | None, started_at: datetime | None
) -> None:
    assert play(extended(3, offline_timestamp=timestamp))["started_at"] == started_at


_NO_TRACK = {
    "spotify_track_uri": None,
    "master_metadata_track_name": None,
    "master_metadata_album_artist_name": None,
    "master_metadata_album_album_name": None,
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("track", "song", "spotify:track:song", "Song", "Album")),
        (
            {"spotify_track_uri": "spotify:local:Ann::Demo:187"},
            ("local", None, "spotify:local:Ann::Demo:187", "Song", "Album"),
        ),
        (
            {
                **_NO_TRACK,
                "spotify_episode_uri": URI,
                "episode_name": "E",
                "episode_show_name": "S",
            },
            ("episode", None, URI, "E", "S"),
        ),
        (
            {
                **_NO_TRACK,
                "audiobook_uri": "spotify:show:book",
                "audiobook_title": "B",
                "audiobook_chapter_uri": URI,
                "audiobook_chapter_title": "C",
            },
            ("chapter", None, URI, "C", "B"),
        ),
        ({"spotify_track_uri": None}, ("track", None, None, "Song", "Album")),
        (_NO_TRACK, (None, None, None, None, None)),
        ({**_NO_TRACK, "spotify_episode_uri": ""}, (None, None, None, None, None)),
    ],
    ids=["track", "local", "episode", "chapter", "without URI", "without anything", "empty"],
)
def test_what_was_played_follows_from_the_uri_that_is_set(
    fields: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    row = play(extended(**fields))
    names = ("item_type", "track_id", "uri", "item_name", "collection_name")
    assert tuple(row[name] for name in names) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({}, ("track", "Song", "Ann", None)),
        (
            {"podcastName": "S", "episodeName": "E"},
            ("episode", "E", None, "S"),
        ),
        (
            {"audiobookName": "B", "chapterName": "C", "authorName": "A"},
            ("chapter", "C", "A", "B"),
        ),
        ({"artistName": "", "trackName": ""}, (None, None, None, None)),
    ],
    ids=["track", "episode", "chapter", "nameless"],
)
def test_account_data_has_names_and_minutes(
    names: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    record = account_data(3)
    if names:
        del record["artistName"], record["trackName"]
    row = play({**record, **names}, "account-data")
    columns = ("item_type", "item_name", "artist_name", "collection_name")
    assert tuple(row[name] for name in columns) == expected
    assert (row["played_at"], row["ms_played"], row["uri"]) == (at(10, 3), 180_000, None)


def test_a_record_that_cannot_become_a_row_is_rejected_by_its_place_in_the_file() -> None:
    bad = [
        {"unreadable": "the record is damaged"},
        {"ts": "yesterday"},
        {},
        extended(ms_played=-1),
        extended(ms_played="long"),
    ]
    result = read(exported(extended(1), *bad, extended(2), first=8_000))
    assert [row["position"] for row in rows(result, tables.PLAYS)] == [8_000, 8_006]
    rejected = rows(result, tables.REJECTED)
    found = {row["position"]: (row["table_name"], row["rule"]) for row in rejected}
    assert found == {
        8_001: ("plays", "decode"),
        8_002: ("plays", "decode"),
        8_003: ("plays", "decode"),
        8_004: ("plays", "plays.ms_played.range"),
        8_005: ("plays", "decode"),
    }
    raw = {row["position"]: row["raw"] for row in rejected}
    assert raw[8_002] == '{"ts": "yesterday"}'
    assert '"ms_played": -1' in raw[8_004]
    assert next(row["reason"] for row in rejected if row["position"] == 8_001) == (
        "the record is damaged"
    )


def test_a_bad_time_of_account_data_is_rejected() -> None:
    result = read(
        exported(account_data(endTime="2024-05-01"), account_data(), origin="account-data")
    )
    assert [row["position"] for row in rows(result, tables.PLAYS)] == [1]
    assert one(result, tables.REJECTED)["rule"] == "decode"


def test_repeated_records_are_rows_of_their_own() -> None:
    assert len(rows(read(exported(*[extended(1)] * 3)), tables.PLAYS)) == 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Android OS 10 API 29 (samsung, SM-G970F)", "android"),
        ("android", "android"),
        ("iOS 14.2 (iPhone11,8)", "ios"),
        ("Windows 10 (10.0.19041; x64)", "windows"),
        ("OS X 10.15.7 [x86 8]", "osx"),
        ("Linux [x86-64 0]", "linux"),
        ("web_player windows 10;chrome 100.0;desktop", "web"),
        ("WebPlayer (websocket RFC6455)", "web"),
        ("Partner google cast_tv;Chromecast;;", "cast"),
        ("Partner android_tv Sony;BRAVIA 4K", "tv"),
        ("Partner samsung_tv Samsung;2019", "tv"),
        ("Partner sonos_ppc Sonos;Play1", "speaker"),
        ("Partner playstation_ps4 Sony;PS4", "game console"),
        ("Partner spotify web_player", "web"),
        ("Partner car_thing Spotify", "car"),
        ("watchOS 7.0 (Watch4,2)", "watch"),
        ("not_applicable", "other"),
        ("", None),
        (None, None),
    ],
)
def test_a_platform_is_reduced_to_its_kind(text: str | None, kind: str | None) -> None:
    assert platform_kind(text) == kind
