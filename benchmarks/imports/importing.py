"""Writes the raw parts of an export to a folder in place of a bucket."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from botocore.exceptions import ClientError

from operations.imports.export import find_files
from operations.imports.play_import import PlayImport

_NOW = datetime(2026, 3, 2, tzinfo=UTC)


class FolderBucket:
    """The calls of an S3 client that an import makes, on a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_object(self, *, Key: str, Body: bytes, **_: object) -> None:  # noqa: N803
        path = self._folder / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(Body)

    def get_object(self, *, Key: str, **_: object) -> Any:  # noqa: N803
        path = self._folder / Key
        if not path.exists():
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": path.open("rb"), "ETag": ""}

    def get_paginator(self, _: str) -> "FolderBucket":
        return self

    def paginate(self, *, Prefix: str, **_: object) -> Iterator[Any]:  # noqa: N803
        found = sorted(self._folder.joinpath(Prefix).rglob("*.gz"))
        yield {"Contents": [{"Key": str(path.relative_to(self._folder))} for path in found]}


def run(export: Path, folder: Path) -> dict[str, int]:
    plays = PlayImport(cast(Any, FolderBucket(folder)), "bucket", find_files(export).files)
    for _ in plays.identify(now=_NOW, retention=timedelta(days=365)):
        pass
    for _ in plays.write():
        pass
    return {
        "plays": plays.reading.plays,
        "unreadable": len(plays.reading.unreadable),
        "parts": plays.parts.written,
    }
