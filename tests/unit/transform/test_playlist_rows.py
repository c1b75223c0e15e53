"""A playlist or run with an unreadable field keeps its row: views join entries to it."""

import json
from typing import Any

import pytest

from spotify_pipeline import tables
from spotify_pipeline.transform.conversion import Totals
from tests.unit.transform.raw_lines import RUN, TRACK, line, one, page, read, rows

PLAYLIST: dict[str, Any] = {
    "id": "p1",
    "name": "List",
    "description": "About",
    "owner": {"id": "u1", "display_name": "User"},
    "public": True,
    "collaborative": False,
    "snapshot_id": "s+/=",
    "followers": {"total": 5},
    "items": {"total": 3},
}
COLUMNS = {
    "name": "List",
    "description": "About",
    "owner_id": "u1",
    "owner_name": "User",
    "is_public": True,
    "is_collaborative": False,
    "snapshot_id": "s+/=",
    "followers": 5,
    "total_entries": 3,
}
OBSERVED = {"playlist_id": "p1", "status": "walked", "reason": None}


def observed(body: bytes) -> bytes:
    return line("playlist", "BODY", **OBSERVED).replace(b'"BODY"', body)


@pytest.mark.parametrize(
    ("change", "nulls"),
    [
        ({"name": 7}, {"name"}),
        ({"name": ["x"]}, {"name"}),
        ({"description": {}}, {"description"}),
        ({"owner": "u1"}, {"owner_id", "owner_name"}),
        ({"owner": {"id": 7, "display_name": 8}}, {"owner_id", "owner_name"}),
        ({"owner": {"id": 7, "display_name": "User"}}, {"owner_id"}),
        ({"owner": {"id": "u1", "display_name": []}}, {"owner_name"}),
        ({"public": "maybe"}, {"is_public"}),
        ({"collaborative": []}, {"is_collaborative"}),
        ({"followers": 5}, {"followers"}),
        ({"followers": {"total": "many"}}, {"followers"}),
        ({"followers": {"total": 1.5}}, {"followers"}),
        ({"followers": {"total": 10**40}}, {"followers"}),
        ({"items": {"total": 2**31}}, {"total_entries"}),
        ({"items": [1]}, {"total_entries"}),
        ({"name": 7, "description": 8, "items": 9}, {"name", "description", "total_entries"}),
    ],
    ids=lambda value: ",".join(sorted(value)),
)
def test_an_unreadable_field_of_a_playlist_is_null(change: dict[str, Any], nulls: set[str]) -> None:
    text = observed(json.dumps({**PLAYLIST, **change}).encode())
    result = read(text, page({"item": TRACK}))
    row = one(result, tables.PLAYLISTS)
    assert {name: row[name] for name in COLUMNS} == COLUMNS | dict.fromkeys(nulls)
    assert (row["playlist_id"], row["status"], row["stored_entries"]) == ("p1", "walked", 1)
    rejected = one(result, tables.REJECTED)
    assert (rejected["table_name"], rejected["rule"]) == ("playlists", "decode")
    assert (rejected["line"], rejected["position"]) == (1, None)
    assert all(name in rejected["reason"] for name in change)
    assert rejected["raw"].encode() == text
    assert result.totals.lines_rejected == 1


@pytest.mark.parametrize(
    "body", [b"[]", b"7", b'"text"', b"{", b'{"name": "x', b"{'name': 'x'}", b"[" * 5_000]
)
def test_a_playlist_without_readable_body_keeps_its_status(body: bytes) -> None:
    result = read(observed(body), page({"item": TRACK}))
    row = one(result, tables.PLAYLISTS)
    assert {name: row[name] for name in COLUMNS} == dict.fromkeys(COLUMNS) | {"snapshot_id": "s+/="}
    assert (row["status"], row["stored_entries"]) == ("walked", 1)
    assert one(result, tables.REJECTED)["table_name"] == "playlists"


@pytest.mark.parametrize(
    "damage",
    [b"oops", b"NaN", b'"\\ud800"', b'"\xff"', b"[" * 2_000 + b"]" * 2_000],
    ids=["word", "NaN", "surrogate", "no UTF-8", "deep"],
)
def test_damage_within_a_body_costs_its_field_only(damage: bytes) -> None:
    text = json.dumps({**PLAYLIST, "name": "DAMAGE"}).encode().replace(b'"DAMAGE"', damage)
    result = read(observed(text), page({"item": TRACK}))
    row = one(result, tables.PLAYLISTS)
    assert {name: row[name] for name in COLUMNS} == {**COLUMNS, "name": None}
    assert one(result, tables.REJECTED)["reason"].startswith("name: ")


@pytest.mark.parametrize("damage", [b"{oops}", b'{"id": oops, "display_name": "User"}', b'{"id"}'])
def test_a_damaged_owner_costs_its_own_columns_only(damage: bytes) -> None:
    text = json.dumps({**PLAYLIST, "owner": "DAMAGE"}).encode().replace(b'"DAMAGE"', damage)
    row = one(read(observed(text), page({"item": TRACK})), tables.PLAYLISTS)
    kept = {name for name in COLUMNS if row[name] is not None}
    assert set(COLUMNS) - {"owner_id", "owner_name"} <= kept
    assert ("owner_name" in kept) == (b"User" in damage)


@pytest.mark.parametrize("snapshot", [7, None, ["s"], {}])
def test_a_lost_snapshot_is_taken_from_the_pages(snapshot: Any) -> None:
    """Otherwise the entries would join to no playlist."""
    text = json.dumps({**PLAYLIST, "snapshot_id": snapshot}).encode()
    result = read(observed(text), page({"item": TRACK}))
    assert one(result, tables.PLAYLISTS)["snapshot_id"] == "s+/="


@pytest.mark.parametrize(
    ("change", "column"),
    [({"followers": {"total": -1}}, "followers"), ({"items": {"total": -3}}, "total_entries")],
)
def test_a_value_that_breaks_a_rule_is_null_in_its_playlist(
    change: dict[str, Any], column: str
) -> None:
    text = observed(json.dumps({**PLAYLIST, **change}).encode())
    result = read(text, page({"item": TRACK}))
    row = one(result, tables.PLAYLISTS)
    assert {name: row[name] for name in COLUMNS} == {**COLUMNS, column: None}
    rejected = one(result, tables.REJECTED)
    assert (rejected["rule"], rejected["row_key"]) == (f"playlists.{column}.range", "p1")
    assert rejected["raw"].encode() == text


def test_a_broken_key_rejects_a_playlist_whole() -> None:
    text = line("playlist", {**PLAYLIST, "followers": {"total": -1}}, playlist_id="p 1", status="x")
    result = read(text)
    assert not rows(result, tables.PLAYLISTS)
    assert one(result, tables.REJECTED)["rule"] == "playlists.playlist_id.pattern"


@pytest.mark.parametrize(
    ("change", "nulls"),
    [
        ({"api_calls": "many"}, {"api_calls"}),
        ({"api_calls": -1}, {"api_calls"}),
        ({"entries": 10**40}, {"entries"}),
        ({"reason": 7, "finished_at": "late"}, {"reason", "finished_at"}),
        ({"regime": []}, {"regime"}),
    ],
    ids=lambda value: ",".join(sorted(value)),
)
def test_a_bad_field_of_a_run_is_null(change: dict[str, Any], nulls: set[str]) -> None:
    result = read(line("run", {**RUN, **change}))
    row = one(result, tables.RUNS)
    expected = {**RUN, "regime": None, "finished_at": None} | dict.fromkeys(nulls)
    del expected["started_at"]
    assert {name: row[name] for name in expected} == expected
    assert one(result, tables.REJECTED)["table_name"] == "runs"


def test_a_run_without_its_newest_field_is_stored() -> None:
    result = read(line("run", {name: RUN[name] for name in RUN if name != "parts"}))
    assert one(result, tables.RUNS)["parts"] is None
    assert "parts" in one(result, tables.REJECTED)["reason"]


@pytest.mark.parametrize("field", ["run_id", "attempt", "started_at", "status", "schedule"])
def test_a_run_without_a_required_field_is_rejected(field: str) -> None:
    result = read(line("run", {**RUN, field: []}))
    assert not rows(result, tables.RUNS)
    assert one(result, tables.REJECTED)["rule"] == "decode"
    assert result.totals == Totals(lines_rejected=1, rows_rejected=1)
