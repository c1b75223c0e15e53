import re
from typing import Any

import pytest

from spotify_pipeline.sources import Sources, parse_id

ID = "37i9dQZF1DXcBWIGoYBM5M"
OTHER = "0123456789ABCDEFGHabcd"
LINK = f"https://open.spotify.com/playlist/{ID}"
FORMS = (
    ID,
    f"spotify:playlist:{ID}",
    f"spotify:user:somebody:playlist:{ID}",
    f"spotify:user:some%3Abody:playlist:{ID}",
    f"SPOTIFY:playlist:{ID}",
    f"spotify://playlist/{ID}",
    f"spotify%3Aplaylist%3A{ID}",
    LINK,
    f"{LINK}/",
    f"{LINK}?si=0123456789abcdef&pt=fedcba",
    f"{LINK}/?si=0123",
    f"{LINK}#fragment",
    f"{LINK}?si=0123#fragment",
    f"http://open.spotify.com/playlist/{ID}",
    f"HTTPS://Open.Spotify.com/playlist/{ID}",
    f"open.spotify.com/playlist/{ID}",
    f"//open.spotify.com/playlist/{ID}",
    f"play.spotify.com/user/somebody/playlist/{ID}",
    f"https://api.spotify.com/v1/playlists/{ID}",
    f"https://open.spotify.com/intl-de/playlist/{ID}",
    f"https://open.spotify.com/intl-pt-BR/playlist/{ID}?si=0123",
    f"https://open.spotify.com/user/somebody/playlist/{ID}?si=0123",
    f"https://open.spotify.com/user/playlist/playlist/{ID}",
    f"https://open.spotify.com/embed/playlist/{ID}?utm_source=generator",
    f"https://open.spotify.com/embed/user/somebody/playlist/{ID}",
    f"https://embed.spotify.com/?uri=spotify%3Aplaylist%3A{ID}",
    f"https://embed.spotify.com/?theme=white&uri=spotify:user:somebody:playlist:{ID}",
)
WRAPPINGS = (
    "  {}\n",
    "\ufeff{}",
    "\u200b{}\u00a0",
    "<{}>",
    '"{}"',
    "'{}'",
    "\u201c{}\u201d",
    "\u201e{}\u201c",
    "\u2018{}\u2019",
    "«{}»",
    "`{}`",
    "**{}**",
    "({})",
    "{},",
    "[My (best) list]({})",
    '[My list](<{}> "title")',
    "![]({})",
    "[list]: {}",
    '<a href="{}">My list</a>',
    '<iframe style="border-radius:12px" src="{}" width="100%"></iframe>',
)


@pytest.mark.parametrize("form", FORMS)
def test_an_id_is_read_from_every_form_that_spotify_gave(form: str) -> None:
    assert parse_id(form, "playlist") == ID


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("form", [ID, f"spotify:playlist:{ID}", f"{LINK}?si=0123"])
def test_an_id_is_read_despite_surrounding_text(wrapping: str, form: str) -> None:
    assert parse_id(wrapping.format(form), "playlist") == ID


@pytest.mark.parametrize("kind", ["artist", "album"])
@pytest.mark.parametrize(
    "form", ["spotify:{}:{}", "open.spotify.com/intl-fr/{}/{}?si=0", "/{}/{}/"]
)
def test_artists_and_albums_are_read_likewise(kind: str, form: str) -> None:
    text = form.replace("/{}/{}/", "https://open.spotify.com/{}/{}/discography/all")
    assert parse_id(text.format(kind, ID), kind) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        '""',
        ID[:-1],
        f"{ID}x",
        f"{ID[:-1]}é",
        f"{ID} {OTHER}",
        f"spotify:playlist:{ID[:-1]}",
        "https://open.spotify.com/",
        f"https://open.spotify.com/{ID}",
        f"{LINK}x",
        f"https://example.com/playlist/{ID}",
        f"https://example.com/?{LINK}",
        f"https://open.spotify.com.example.com/playlist/{ID}",
        "My playlist",
    ],
)
def test_an_invalid_id_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"is not a Spotify playlist: give its 22-character id"
    ) as e:
        parse_id(text, "playlist")
    assert str(e.value).startswith(repr(text))
    assert "spotify:playlist:<id> or https://open.spotify.com/playlist/<id>" in str(e.value)


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        (
            f"spotify:album:{ID}",
            "playlist",
            "but a link to a Spotify album: give the playlist's",
        ),
        (f"spotify:album:{ID}", "playlist", "or list it among the albums"),
        (f"open.spotify.com/intl-de/artist/{ID}?si=0", "album", "or list it among the artists"),
        (LINK, "artist", "but a link to a Spotify playlist: give the artist's"),
        (f"spotify:track:{ID}", "album", "but a link to a Spotify track: "),
        (f"https://open.spotify.com/embed/show/{ID}", "playlist", "but a link to a Spotify show: "),
        ("https://open.spotify.com/user/somebody", "playlist", "but a link to a Spotify user: "),
    ],
)
def test_a_link_of_another_kind_is_refused_with_its_kind(text: str, kind: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as error:
        parse_id(text, kind)
    assert str(error.value).startswith(repr(text))


@pytest.mark.parametrize(
    "text",
    [
        "https://spotify.link/AbCdEfGh",
        "spotify.link/AbCdEfGh",
        "<https://spotify.app.link/AbCdEfGh?_p=0>",
        "https://spoti.fi/3xyz",
    ],
)
def test_a_short_link_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match="is a short link: open it in a browser and copy the full"):
        parse_id(text, "playlist")


@pytest.mark.parametrize(
    "text",
    [
        "spotify:collection",
        "spotify:collection:tracks",
        "spotify:user:somebody:collection",
        "https://open.spotify.com/collection/tracks?si=0",
        "open.spotify.com/intl-de/collection/tracks/",
    ],
)
def test_liked_songs_are_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"is Liked Songs .* copy the songs into a playlist"):
        parse_id(text, "playlist")


@pytest.mark.parametrize(
    "others", [{"my_playlists": True}, {"playlists": (ID,)}, {"artists": (ID,), "albums": (ID,)}]
)
def test_recently_played_beside_other_sources_is_refused(others: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="give it a schedule of its own"):
        Sources(recently_played=True, **others)
    assert Sources(recently_played=True).playlist_ids == []


def test_an_id_in_several_forms_is_one_id_in_the_given_order() -> None:
    texts = (OTHER, *FORMS, f"<{LINK}>", OTHER)
    assert Sources(playlists=texts).playlist_ids == [OTHER, ID]
    assert Sources(artists=(ID, f"spotify:artist:{ID}")).artist_ids == [ID]
    assert Sources(albums=(f"open.spotify.com/album/{ID}", ID)).album_ids == [ID]
