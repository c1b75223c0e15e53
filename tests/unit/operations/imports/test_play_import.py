"""An import writes the same objects however often, and in whatever form, an export is given."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from operations.imports import reading
from operations.imports.export import find_files
from operations.imports.play_import import PlayImport
from spotify_pipeline.keys import is_wanted_tracks_key
from spotify_pipeline.wanted_tracks import decode_wanted
from tests.conftest import Aws
from tests.unit.operations.imports.exports import (
    ACCOUNT_DATA,
    EXTENDED,
    account_data,
    extended,
    folder_of,
    zip_of,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 10)


def run_import(aws: Aws, path: Path, now: datetime = NOW, parts: int | None = None) -> PlayImport:
    """Import an export, or only as many parts of it."""
    plays = PlayImport(aws.s3, aws.bucket, find_files(path).files)
    for _ in plays.identify(now=now, retention=YEAR):
        pass
    for number, _ in enumerate(plays.write(), start=1):
        if number == parts:
            break
    return plays


def records_of(aws: Aws) -> list[Any]:
    lines = [json.loads(gzip.decompress(aws.read(key))) for key in aws.raw_keys()]
    return [record for line in lines for record in line["body"]]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return zip_of(
        tmp_path / "my_spotify_data.zip",
        {
            EXTENDED: [extended(minute) for minute in range(25)],
            ACCOUNT_DATA: [account_data(minute) for minute in range(12)],
            "MyData/Userdata.json": {"username": "private-name"},
        },
    )


def test_a_part_has_consecutive_records_of_one_file(aws: Aws, export: Path) -> None:
    run_import(aws, export)
    lines = [json.loads(gzip.decompress(aws.read(key))) for key in aws.raw_keys()]
    assert [(line["context"], len(line["body"])) for line in lines] == [
        ({"source": source, "origin": origin, "first": first}, length)
        for source, origin, first, length in (
            ("StreamingHistory_music_0.json", "account-data", 0, 10),
            ("StreamingHistory_music_0.json", "account-data", 10, 2),
            ("Streaming_History_Audio_2024_0.json", "extended", 0, 10),
            ("Streaming_History_Audio_2024_0.json", "extended", 10, 10),
            ("Streaming_History_Audio_2024_0.json", "extended", 20, 5),
        )
    ]
    assert {line["kind"] for line in lines} == {"exported_plays"}


def test_private_fields_reach_no_object(aws: Aws, export: Path) -> None:
    plays = run_import(aws, export)
    texts = [gzip.decompress(aws.read(key)) for key in aws.raw_keys()]
    texts += aws.objects("state/").values()
    assert texts
    assert not [text for text in texts if b"private" in text]
    assert plays.reading.left_out == {"a_new_field"}
    assert records_of(aws)[-1]["conn_country"] == "SE"


def test_an_unreadable_record_is_named_and_not_quoted(aws: Aws, tmp_path: Path) -> None:
    text = b'[{"username": "private-name", "ts": tru}, "private-name", {"ts": "x"}]'
    plays = run_import(aws, zip_of(tmp_path / "a.zip", {EXTENDED: text}))
    name = "Streaming_History_Audio_2024_0.json"
    assert plays.reading.unreadable == [
        f"{name}, record 0: the record is damaged",
        f"{name}, record 1: the record is not an object",
    ]
    assert records_of(aws) == [
        {"unreadable": "the record is damaged"},
        {"unreadable": "the record is not an object"},
        {"ts": "x"},
    ]


@pytest.mark.parametrize("form", ["again", "renamed", "packed otherwise", "unpacked"])
def test_the_same_export_changes_nothing_when_it_is_imported_again(
    aws: Aws, export: Path, tmp_path: Path, form: str
) -> None:
    run_import(aws, export)
    before = aws.objects()
    path = export
    if form == "renamed":
        path = export.rename(tmp_path / "other name.zip")
    elif form == "packed otherwise":
        with zipfile.ZipFile(export) as packed:
            files = {name: packed.read(name) for name in reversed(packed.namelist())}
        path = zip_of(tmp_path / "other.zip", files, zipfile.ZIP_STORED)
    elif form == "unpacked":
        path = folder_of(tmp_path / "unpacked", export)
    plays = run_import(aws, path, NOW + timedelta(days=9))
    assert aws.objects() == before
    assert (plays.parts.written, plays.parts.present) == (0, 5)


def test_an_import_that_is_stopped_at_every_tenth_part_ends_with_the_same_objects(
    aws: Aws, tmp_path: Path
) -> None:
    records = [extended(minute) for minute in range(350)]
    export = zip_of(tmp_path / "a.zip", {EXTENDED: records, "endsong_0.json": records[:45]})
    run_import(aws, export)
    whole = aws.objects()
    aws.empty()
    for attempt in range(1, 5):
        run_import(aws, export, parts=10 * attempt)
        assert len(aws.raw_keys()) == 10 * attempt
        run_time = NOW + timedelta(hours=attempt)
        assert run_import(aws, export, run_time, parts=1).parts.present == 1
    run_import(aws, export)
    assert aws.objects() == whole


def test_an_interrupted_import_keeps_its_day(aws: Aws, export: Path) -> None:
    first = run_import(aws, export, parts=1)
    later = run_import(aws, export, NOW + timedelta(days=1))
    assert later.run_id == first.run_id
    assert later.run_id.startswith("20260301T060000Z-import-")
    assert {key.split("/")[1] for key in aws.raw_keys()} == {"ingest_date=2026-03-01"}


def test_an_export_whose_plays_have_expired_is_imported_anew(aws: Aws, export: Path) -> None:
    run_import(aws, export)
    later = run_import(aws, export, NOW + YEAR)
    assert later.run_id.startswith("20270301T060000Z-import-")
    assert later.parts.written == 5
    [manifest] = [aws.read(key) for key in aws.keys("state/imports/") if key.endswith(".json")]
    assert msgspec.json.decode(manifest)["run_id"] == later.run_id


def test_the_tracks_are_listed_with_their_plays_however_often_they_are_imported(
    aws: Aws, tmp_path: Path
) -> None:
    uris = [f"spotify:track:{letter * 22}" for letter in "aab"] * 5
    records = [extended(n, spotify_track_uri=uri) for n, uri in enumerate(uris)]
    export = zip_of(
        tmp_path / "a.zip", {EXTENDED: [*records, extended(16, spotify_track_uri=None)]}
    )
    run_import(aws, export, parts=1)
    run_import(aws, export)
    listed = [key for key in aws.keys("state/imports/") if is_wanted_tracks_key(key)]
    bodies = [aws.read(key) for key in listed]
    assert list(map(decode_wanted, bodies)) == [{"a" * 22: 10, "b" * 22: 5}]
    run_import(aws, export)
    assert [aws.read(key) for key in listed] == bodies


def test_another_export_is_another_run(aws: Aws, export: Path, tmp_path: Path) -> None:
    other = zip_of(tmp_path / "other.zip", {EXTENDED: [extended(1)]})
    assert run_import(aws, export).run_id != run_import(aws, other).run_id


def test_a_content_that_is_given_twice_counts_once(aws: Aws, export: Path, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "unpacked", export)
    (folder / "copy").mkdir()
    (folder / "copy" / "endsong_0.json").write_bytes((folder / EXTENDED).read_bytes())
    assert run_import(aws, folder).reading.plays == 37


def test_a_damaged_file_does_not_stop_the_others(aws: Aws, export: Path, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "unpacked", export)
    (folder / "endsong_1.json").write_bytes(b"<html>")
    (folder / "endsong_2.json").write_bytes(json.dumps([extended(3)]).encode()[:-1])
    plays = run_import(aws, folder)
    assert plays.reading.plays == 38
    assert plays.reading.damaged == {
        "endsong_1.json": "it does not begin with [, as a file with plays does",
        "endsong_2.json": "it ends before its array does: download the export again",
    }


def test_a_damaged_archive_keeps_the_records_before_the_damage(aws: Aws, tmp_path: Path) -> None:
    records = {EXTENDED: [extended(minute) for minute in range(30)]}
    path = zip_of(tmp_path / "a.zip", records, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(b"Song")] ^= 1
    path.write_bytes(content)
    plays = run_import(aws, path)
    assert list(plays.reading.damaged) == ["Streaming_History_Audio_2024_0.json"]
