"""Whole numbers in the forms that Spotify has used: `211000`, `211000.0`, `4.9E7`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from spotify_pipeline import tables
from spotify_pipeline.tables import Type
from tests.unit.transform.raw_lines import (
    EPISODE,
    LOCAL,
    RUN,
    TRACK,
    line,
    one,
    page,
    read,
    rejections,
    rows,
)

WALKED = {"playlist_id": "p1", "status": "walked"}
RUN_OF_MILLIONS = {**RUN, "entries": 49_022_656}
ALBUM = {
    **TRACK["album"],
    "popularity": 50,
    "tracks": {"items": [{**TRACK, "id": "t2"}], "total": 60},
}
LINES = [
    line("playlist", {"followers": {"total": 49_022_656}, "items": {"total": 3}}, **WALKED),
    page({"item": {**TRACK, "popularity": 85}}, {"item": EPISODE}, {"item": LOCAL}, offset=50),
    line("artists", {"id": "a9", "popularity": 85, "followers": {"total": 49_022_656}}),
    line("albums", ALBUM, album_id="b1"),
    line("album_tracks", {"items": [{**TRACK, "id": "t51"}]}, album_id="b1", offset=50),
    line("run", RUN_OF_MILLIONS),
]


def numbers_as(form: str, value: object) -> Any:
    """The value with every whole number written in a form, as a placeholder in a string."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return f"NUMBER{value:{form}}"
    if isinstance(value, dict):
        return {key: numbers_as(form, one) for key, one in value.items()}
    if isinstance(value, list):
        return [numbers_as(form, one) for one in value]
    return value


def written(form: str) -> Iterator[bytes]:
    for text in LINES:
        numbers = json.dumps(numbers_as(form, json.loads(text))).split('"NUMBER')
        yield "".join([numbers[0], *(part.replace('"', "", 1) for part in numbers[1:])]).encode()


@pytest.mark.parametrize("form", [".1f", ".10e", ".12E"], ids=["point", "exponent", "capital"])
def test_whole_numbers_in_any_form_give_the_same_rows(form: str) -> None:
    plain, other = read(*LINES), read(*written(form))
    assert b'"offset": 5' in b"".join(LINES)
    assert [rows(other, table) for table in tables.TABLES] == [
        rows(plain, table) for table in tables.TABLES
    ]
    assert not rows(plain, tables.REJECTED)
    assert other.totals == plain.totals


NUMBERS = [column.name for column in tables.TRACKS.own_columns if column.type is Type.INT]


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("value", ["1.5", "1e300", "1e400", "2147483648.0", "-1e10", "true", '"x"'])
def test_a_number_that_is_not_whole_or_too_large_is_rejected(column: str, value: str) -> None:
    text = page({"item": TRACK}, {"item": {**TRACK, column: "NUMBER"}})
    result = read(text.replace(b'"NUMBER"', value.encode()))
    assert rejections(result) == [("tracks", "decode", 1, None)]
    assert len(rows(result, tables.PLAYLIST_ITEMS)) == 2


@pytest.mark.parametrize("item", [TRACK, EPISODE], ids=["track", "episode"])
def test_a_duration_that_is_an_object_is_null(item: dict[str, Any]) -> None:
    duration = {"totalMilliseconds": 188_000}
    result = read(page({"item": {**item, "duration_ms": duration}}, {"item": {**item, "id": "x"}}))
    table = tables.EPISODES if item is EPISODE else tables.TRACKS
    durations = [row["duration_ms"] for row in rows(result, table)]
    assert durations == [None, item["duration_ms"]]
    assert not rows(result, tables.REJECTED)
    assert "duration_ms" not in str(result.totals.missing)


def test_a_local_file_with_an_object_as_duration_is_stored() -> None:
    file = {**LOCAL, "duration_ms": {"totalMilliseconds": 188_000}}
    result = read(page({"item": file, "is_local": True}))
    assert one(result, tables.PLAYLIST_ITEMS)["item_type"] == "local"
    assert not rows(result, tables.REJECTED)


@pytest.mark.parametrize("offset", [1.5, -1, -1.0, 1e10, "x", None, [1]])
def test_a_page_at_no_position_is_rejected_whole(offset: object) -> None:
    bad = line("playlist_items", {"items": [{"item": TRACK}]}, playlist_id="p1", offset=offset)
    result = read(page({"item": TRACK}), bad)
    assert rejections(result) == [("playlist_items", "decode", None, None)]
    assert result.totals.stored == 1
