"""Playlists: one row for each, with its status, total and number of stored entries."""

from typing import Any

import pytest

from spotify_pipeline import tables
from tests.unit.transform.raw_lines import TRACK, line, one, page, read


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


def test_a_playlist_of_unknown_status_is_rejected_with_its_line() -> None:
    observed = line("playlist", None, playlist_id="p1", status="lost")
    rejected = one(read(observed), tables.REJECTED)
    assert (rejected["rule"], rejected["row_key"]) == ("playlists.status.value", "p1")
    assert rejected["reason"].startswith("status is 'lost'. One of walked, unchanged")
    assert rejected["raw"].encode() == observed
