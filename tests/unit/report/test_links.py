"""Links from names to Spotify."""

import pytest

from report.links import id_column, links

SPOTIFY = "https://open.spotify.com"


def linked(column: str, **record: str | None) -> list[tuple[str, str | None]]:
    return links(column, record, id_column(column, list(record)))


@pytest.mark.parametrize(
    ("column", "ids", "value", "path"),
    [
        ("playlist", "playlist_id", "p1", "playlist/p1"),
        ("track", "track_id", "t1", "track/t1"),
        ("track", "track_ids", "t1, t2", "track/t1"),
        ("other_artist", "other_artist_id", "a1", "artist/a1"),
        ("top_artist", "top_artist_id", "a1", "artist/a1"),
        ("show", "show_id", "s1", "show/s1"),
        ("album", "album_id", "b1", "album/b1"),
        ("entry", "uri", "spotify:episode:e1", "episode/e1"),
        ("item_name", "uri", "spotify:track:t1", "track/t1"),
    ],
)
def test_a_name_links_to_its_page(column: str, ids: str, value: str, path: str) -> None:
    assert linked(column, **{column: "Name", ids: value}) == [("Name", f"{SPOTIFY}/{path}")]


def test_each_of_several_artists_has_a_link() -> None:
    found = linked("artists", artists="Ann, Bob", artist_ids="a, b")
    assert found == [("Ann", f"{SPOTIFY}/artist/a"), ("Bob", f"{SPOTIFY}/artist/b")]


def test_a_name_with_a_comma_is_not_divided() -> None:
    assert linked("artists", artists="Ann, Queen", artist_ids="a") == [
        ("Ann, Queen", f"{SPOTIFY}/artist/a")
    ]
    assert linked("artists", artists="Ann, Queen, Bob", artist_ids="a, b") == [
        ("Ann, Queen, Bob", None),
        ("artists 1", f"{SPOTIFY}/artist/a"),
        ("artists 2", f"{SPOTIFY}/artist/b"),
    ]
    assert linked("track", track="Here, there", track_ids="t1, t2") == [
        ("Here, there", f"{SPOTIFY}/track/t1")
    ]


@pytest.mark.parametrize(
    "value", [None, "", "spotify:local:Me::Song:30", "../login", 't1" onclick="x', "t1?a=b"]
)
def test_what_is_no_id_is_no_link(value: str | None) -> None:
    assert linked("track", track="Name", track_id=value) == [("Name", None)]
    assert linked("entry", entry="Name", uri=value) == [("Name", None)]


def test_a_uri_in_place_of_a_name_links_to_its_page() -> None:
    assert linked("shared", shared="spotify:track:t1") == [
        ("spotify:track:t1", f"{SPOTIFY}/track/t1")
    ]


def test_a_user_has_no_link() -> None:
    assert linked("added_by", added_by="ann") == [("ann", None)]
