"""Files with plays are found by their base names; no other file is opened."""

import zipfile
from pathlib import Path

import pytest

from operations.imports.errors import ExportError
from operations.imports.export import find_files, origin_of
from spotify_pipeline.statuses import PlayOrigin
from tests.unit.operations.imports.exports import ACCOUNT_DATA, EXTENDED, folder_of, zip_of


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("endsong_0.json", PlayOrigin.EXTENDED),
        ("endvideo.json", PlayOrigin.EXTENDED),
        ("Streaming_History_Audio_2015-2019_3.json", PlayOrigin.EXTENDED),
        ("Streaming_History_Video_2019-2024.json", PlayOrigin.EXTENDED),
        ("StreamingHistory0.json", PlayOrigin.ACCOUNT_DATA),
        ("StreamingHistory_music_1.json", PlayOrigin.ACCOUNT_DATA),
        ("StreamingHistory_podcast_0.json", PlayOrigin.ACCOUNT_DATA),
        ("StreamingHistory_audiobook_0.json", PlayOrigin.ACCOUNT_DATA),
        ("Userdata.json", None),
        ("Payments.json", None),
        ("SearchQueries.json", None),
        ("YourLibrary.json", None),
        ("._StreamingHistory0.json", None),
        ("Streaming_History_Audio_2024_1.json.txt", None),
        ("Historial_de_reproducción_0.json", None),
    ],
)
def test_a_file_is_known_by_its_name(name: str, origin: PlayOrigin | None) -> None:
    assert origin_of(name) is origin


def test_an_archive_and_its_folder_have_the_same_files(tmp_path: Path) -> None:
    files = {EXTENDED: [], ACCOUNT_DATA: [], "MyData/Userdata.json": {}, "MyData/Leeme.pdf": b""}
    archive = zip_of(tmp_path / "my_spotify_data.zip", files)
    for path in (archive, folder_of(tmp_path / "unpacked", archive)):
        found = find_files(path)
        assert [(file.name, file.origin) for file in found.files] == [
            ("StreamingHistory_music_0.json", PlayOrigin.ACCOUNT_DATA),
            ("Streaming_History_Audio_2024_0.json", PlayOrigin.EXTENDED),
        ]
        assert found.unopened == ["Leeme.pdf", "Userdata.json"]


def test_a_single_file_is_an_export(tmp_path: Path) -> None:
    path = tmp_path / "endsong_0.json"
    path.write_text("[]")
    assert [file.name for file in find_files(path).files] == ["endsong_0.json"]


@pytest.mark.parametrize("name", ["empty.zip", "notes.txt", "broken.zip"])
def test_what_has_no_plays_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "empty.zip":
        zip_of(path, {"MyData/Userdata.json": {}})
    else:
        path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ExportError, match=f"{name} has no file with plays: expected"):
        find_files(path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "secret.zip", {EXTENDED: []}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ExportError, match=r"secret.zip is encrypted: unpack it"):
        find_files(path)
