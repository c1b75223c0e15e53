"""An exception that nobody expected costs one row, whatever its type, and is logged."""

from collections.abc import Callable

import msgspec
import polars as pl
import pytest

from spotify_pipeline import tables
from spotify_pipeline.transform import pages
from spotify_pipeline.transform.responses import Entry
from spotify_pipeline.transform.rows import buffer, entries, tracks
from spotify_pipeline.transform.rows.batch import Detail, RowBatch, RowError
from spotify_pipeline.transform.rows.part_rows import PartRows
from tests.unit.transform.raw_lines import (
    EPISODE,
    PART,
    TRACK,
    line,
    one,
    page,
    read,
    rejections,
    rows,
)

ERRORS = [
    OverflowError("too large"),
    TypeError("of no type"),
    ValueError("wrong"),
    AttributeError("no such"),
    KeyError("key"),
    RecursionError("too deep"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"),
    ZeroDivisionError(),
    pl.exceptions.ComputeError("polars"),
]
BAD = {**TRACK, "id": "bad", "album": {**TRACK["album"], "id": "bad", "name": "bad"}}

with_every_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


def raising(error: BaseException, real: Callable[..., object]) -> Callable[..., object]:
    """A function that raises for the bad track and its album, and works for all others."""

    def replacement(subject: object, *arguments: object) -> object:
        if getattr(subject, "id", subject) == "bad" or getattr(subject, "name", "") == "bad":
            raise error
        return real(subject, *arguments)

    return replacement


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[object, ...]]:
    records = [vars(record) for record in caplog.records if record.levelname == "ERROR"]
    return [
        tuple(record[name] for name in ("msg", "raw_key", "line", "position", "table"))
        for record in records
    ]


@with_every_error
def test_an_item_whose_row_cannot_be_built_keeps_its_entry(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tracks, "_isrc", raising(error, tracks._isrc))
    result = read(page({"item": TRACK}, {"item": BAD}, {"item": EPISODE}, offset=7))
    items = [(row["position"], row["item_id"]) for row in rows(result, tables.PLAYLIST_ITEMS)]
    assert items == [(7, "t1"), (8, "bad"), (9, "e1")]
    assert [row["track_id"] for row in rows(result, tables.TRACKS)] == ["t1"]
    assert one(result, tables.EPISODES)["episode_id"] == "e1"
    assert rejections(result) == [("tracks", "error", 8, None)]
    assert one(result, tables.REJECTED)["reason"] == f"{type(error).__name__}: {error}"
    assert logged(caplog) == [("row rejected", PART.raw_key, 1, 8, "tracks")]


@with_every_error
def test_an_entry_whose_row_cannot_be_built_is_rejected(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    link = entries.item_link
    monkeypatch.setattr(entries, "item_link", raising(error, link))
    result = read(page({"item": TRACK}, {"item": BAD}, {"item": EPISODE}))
    assert [row["position"] for row in rows(result, tables.PLAYLIST_ITEMS)] == [0, 2]
    assert rejections(result) == [("playlist_items", "error", 1, None)]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (3, 2, 1)
    assert logged(caplog) == [("row rejected", PART.raw_key, 1, 1, "playlist_items")]


@pytest.mark.parametrize("error", [OverflowError(), TypeError(), AttributeError(), KeyError()])
def test_an_unforeseen_error_of_the_decoder_rejects_its_entry(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = pages._decode_entry

    def decode_entry(raw: bytes | msgspec.Raw) -> Entry:
        if b'"bad"' in bytes(raw):
            raise error
        return decode(raw)

    monkeypatch.setattr(pages, "_decode_entry", decode_entry)
    broken = {"item": TRACK, "added_at": "no time"}
    result = read(page({"item": TRACK}, {"item": BAD}, broken))
    assert len(rows(result, tables.PLAYLIST_ITEMS)) == 1
    assert rejections(result) == [
        ("playlist_items", "decode", 2, None),
        ("playlist_items", "error", 1, None),
    ]


@with_every_error
def test_a_catalog_item_whose_row_cannot_be_built_is_rejected(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "_upc", raising(error, tracks._upc))
    albums = [{**TRACK["album"], "id": name, "name": name} for name in ("b1", "bad", "b2")]
    result = read(line("albums", {"albums": albums}, enriches=True))
    assert [row["album_id"] for row in rows(result, tables.ALBUMS)] == ["b1", "b2"]
    assert rejections(result) == [("albums", "error", 1, None)]


def test_running_out_of_memory_fails_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "_isrc", raising(MemoryError(), tracks._isrc))
    with pytest.raises(MemoryError):
        read(page({"item": TRACK}, {"item": BAD}))


@pytest.mark.parametrize("bad_rows", [[0], [9_999], [4_999, 5_000], [17, 18, 5_500, 9_000]])
@pytest.mark.parametrize("value", [7, b"bytes", object(), {"a": 1}, 1j, "\ud800"], ids=type)
def test_a_value_of_no_column_type_costs_its_rows_only(bad_rows: list[int], value: object) -> None:
    rows_of_part = PartRows()
    for begin in range(0, 10_000, 50):
        positions = range(begin, begin + 50)
        names = [value if position in bad_rows else "Name" for position in positions]
        columns = {
            "track_id": [f"t{position}" for position in positions],
            "position": positions,
            "artist_id": ["a1"] * 50,
            "_artist_name": names,
        }
        rows_of_part.add([RowBatch(tables.TRACK_ARTISTS, positions, Detail.FULL, columns)])
    frame = rows_of_part.frame(tables.TRACK_ARTISTS)
    assert len(frame) == 10_000 - len(bad_rows)
    assert frame["_location"].to_list() == [n for n in range(10_000) if n not in bad_rows]
    failures = rows_of_part.failures(tables.TRACK_ARTISTS)
    assert [failure.location for failure in failures] == bad_rows


def test_a_row_that_no_frame_takes_is_rejected_with_its_entry(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(entries, "_added_by", lambda entry: 7 if entry.added_by else None)
    entry = {"item": TRACK, "added_by": {"id": "u1"}}
    result = read(page({"item": TRACK}, entry, {"item": EPISODE}))
    assert [row["position"] for row in rows(result, tables.PLAYLIST_ITEMS)] == [0, 2]
    assert rejections(result) == [("playlist_items", "error", 1, None)]
    assert '"u1"' in one(result, tables.REJECTED)["raw"]
    assert (result.totals.received, result.totals.stored, result.totals.rejected) == (3, 2, 1)
    assert logged(caplog) == [("row rejected", PART.raw_key, 1, 1, "playlist_items")]


def test_missing_fields_of_the_rows_kept_are_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracks, "_isrc", lambda item, _: 7 if item.id == "bad" else None)
    nameless = {name: value for name, value in TRACK.items() if name != "name"}
    added = {"added_at": None, "added_by": None}
    result = read(
        page({"item": {**nameless, "id": "t2"}, **added}, {"item": {**BAD, "name": ""}, **added})
    )
    assert result.totals.missing == {"tracks.name": 1}
    assert rejections(result) == [("tracks", "error", 1, None)]


def test_rows_of_one_response_are_added_all_or_none() -> None:
    part_rows = PartRows()
    columns = {column.name: ["a"] for column in tables.ARTISTS.own_columns}
    whole = RowBatch(tables.ARTISTS, [1], Detail.FULL, columns)
    short = whole._replace(columns={**columns, "name": []})
    with pytest.raises(RowError):
        part_rows.add([whole, short])
    assert part_rows.frame(tables.ARTISTS).is_empty()


def test_a_buffer_that_cannot_convert_no_rows_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program, not of a row."""

    def fail(*_: object) -> pl.Series:
        raise TypeError("no series")

    monkeypatch.setattr(buffer, "series", fail)
    with pytest.raises(TypeError, match="no series"):
        PartRows()
