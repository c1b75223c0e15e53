"""The files with plays in an export: a zip archive, a folder or a single file.

They are found by their base names, since Spotify has named the folders differently over the years.
No other file is opened. File names: https://support.spotify.com/article/understanding-my-data/
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

import msgspec

from operations.imports.errors import ExportError
from spotify_pipeline.statuses import PlayOrigin

_NAMES = {
    PlayOrigin.EXTENDED: r"endsong(_\d+)?|endvideo(_\d+)?|Streaming_History_(Audio|Video)(_.*)?",
    PlayOrigin.ACCOUNT_DATA: r"StreamingHistory(_[a-z]+_)?\d*",
}
_PATTERNS = {
    origin: re.compile(rf"({name})\.json", re.IGNORECASE) for origin, name in _NAMES.items()
}
_ENCRYPTED = 0x1


class ExportFile(NamedTuple):
    """A file with plays: `name` is its base name, `size` its bytes. `open` may raise OSError,
    or zipfile.BadZipFile.
    """

    name: str
    origin: PlayOrigin
    size: int
    open: Callable[[], IO[bytes]]


class Export(msgspec.Struct, frozen=True):
    """The files with plays of an export, and the base names of the others."""

    files: list[ExportFile]
    unopened: list[str]


def find_files(path: Path) -> Export:
    """List an export. Raises ExportError if it cannot be read, or has no file with plays."""
    try:
        if path.is_dir():
            found = _sorted(_in_folder(path))
        elif zipfile.is_zipfile(path):
            found = _sorted(_in_archive(path))
        else:
            found = _sorted([_on_disk(path)])
    except (OSError, zipfile.BadZipFile) as error:
        raise ExportError(f"{path} cannot be read ({error}): download the export again") from error
    if not found.files:
        raise ExportError(
            f"{path} has no file with plays: expected Spotify's account data or extended streaming "
            "history, with names such as StreamingHistory_music_0.json or "
            "Streaming_History_Audio_2024_1.json"
        )
    return found


def origin_of(name: str) -> PlayOrigin | None:
    """The export that has plays in files of this base name; None for any other file."""
    for origin, pattern in _PATTERNS.items():
        if pattern.fullmatch(name):
            return origin
    return None


_Listed = tuple[str, int, Callable[[], IO[bytes]]]


def _sorted(listed: Iterable[_Listed]) -> Export:
    files, unopened = [], []
    for name, size, open_file in listed:
        if origin := origin_of(name):
            files.append(ExportFile(name, origin, size, open_file))
        else:
            unopened.append(name)
    return Export(sorted(files, key=lambda file: file.name), sorted(set(unopened)))


def _in_folder(folder: Path) -> Iterator[_Listed]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield _on_disk(path)


def _on_disk(path: Path) -> _Listed:
    return path.name, path.stat().st_size, lambda: path.open("rb")


def _in_archive(path: Path) -> Iterator[_Listed]:
    archive = zipfile.ZipFile(path)
    for entry in archive.infolist():
        name = PurePosixPath(entry.filename.replace("\\", "/")).name
        if entry.is_dir():
            continue
        if origin_of(name) and entry.flag_bits & _ENCRYPTED:
            raise ExportError(f"{path} is encrypted: unpack it, and give the folder")
        yield name, entry.file_size, _opener(archive, entry)


def _opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(entry)
