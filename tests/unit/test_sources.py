import pytest

from spotify_pipeline.sources import parse_id

ID = "37i9dQZF1DXcBWIGoYBM5M"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"spotify:playlist:{ID}",
        f"https://open.spotify.com/playlist/{ID}",
        f"https://open.spotify.com/playlist/{ID}?si=0123456789abcdef",
        f"https://open.spotify.com/intl-de/playlist/{ID}",
        f"  {ID}\n",
    ],
)
def test_an_id_is_read_from_every_pasted_form(text: str) -> None:
    assert parse_id(text, "playlist") == ID


@pytest.mark.parametrize(
    "text", ["", ID[:-1], f"{ID}x", f"spotify:album:{ID}", "https://example.com/playlist/" + ID]
)
def test_an_invalid_id_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a Spotify playlist: give its 22-character id"):
        parse_id(text, "playlist")
