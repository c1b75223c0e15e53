"""Fields that responses no longer have: they are counted, and the rows are stored."""

import pytest

from tests.unit.transform.raw_lines import DISGUISED, EPISODE, LOCAL, TRACK, page, read

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


def test_complete_responses_have_no_missing_fields() -> None:
    """Local files, episodes in either guise and unavailable entries have fewer fields by nature."""
    entries = [{"item": item, **WHOLE} for item in (TRACK, EPISODE, DISGUISED, LOCAL, None)]
    assert read(page(*entries)).totals.missing == {}


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_a_response_no_longer_has_is_counted(field: str) -> None:
    renamed = {("renamed" if key == field else key): value for key, value in TRACK.items()}
    result = read(page({"item": renamed, **WHOLE}, {"item": TRACK, **WHOLE}))
    assert result.totals.missing == {FIELDS[field]: 1}
    assert (result.totals.received, result.totals.stored) == (2, 2)


def test_a_field_that_is_null_is_not_missing() -> None:
    nothing = {**dict.fromkeys(TRACK), "id": "t1", "type": "track"}
    assert read(page({"item": nothing, **WHOLE})).totals.missing == {}


def test_missing_nested_fields_are_counted() -> None:
    album = {key: value for key, value in TRACK["album"].items() if key != "release_date"}
    result = read(page({"item": {**TRACK, "album": album, "artists": [{"name": "One"}]}}))
    assert result.totals.missing == {
        "albums.release_date": 1,
        "track_artists.artist_id": 1,
        "playlist_items.added_at": 1,
        "playlist_items.added_by": 1,
    }


def test_a_field_that_half_of_the_responses_lack_is_lost() -> None:
    renamed = {key: value for key, value in TRACK.items() if key != "duration_ms"}
    others = [{"item": TRACK, **WHOLE}]
    lacking = {"item": {**renamed, "id": "t2"}, **WHOLE}
    assert read(page(lacking, *others)).totals.lost == ["tracks.duration_ms"]
    assert read(page(lacking, *others, *others)).totals.lost == []
