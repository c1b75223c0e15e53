"""Responses of the fake Spotify under each of Spotify's three regimes."""

from collections.abc import Callable, Iterator

import pytest
import requests

from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.synthetic import EDITORIAL
from fake_spotify.worlds.world import World
from local.spotify import CREDENTIALS

Get = Callable[..., requests.Response]

OLDER = pytest.mark.parametrize("regime", [Regime.EXT, Regime.OLD_DEV])


@pytest.fixture
def get(regime: Regime, world: World) -> Iterator[Get]:
    """Sends requests with the user's token."""
    form = {"grant_type": "refresh_token", "refresh_token": CREDENTIALS["refresh_token"]}
    login = (CREDENTIALS["client_id"], CREDENTIALS["client_secret"])
    with serving(FakeSpotify(world, regime)) as url, requests.Session() as session:
        token = session.post(f"{url}api/token", data=form, auth=login, timeout=5).json()
        session.headers["Authorization"] = f"Bearer {token['access_token']}"

        def ask(path: str, **params: str | int) -> requests.Response:
            return session.get(f"{url}v1/{path}", params=params, timeout=5)

        yield ask


@pytest.fixture
def odds(world: World) -> str:
    return next(p.id for p in world.library(world.days[0]) if p.name == "Odds and Ends")


@pytest.mark.parametrize(
    ("regime", "contents", "entry"),
    [
        (Regime.EXT, {"tracks"}, {"track"}),
        (Regime.OLD_DEV, {"items", "tracks"}, {"item", "track"}),
        (Regime.NEW_DEV, {"items"}, {"item"}),
    ],
)
def test_contents_and_entries_have_the_regimes_names(
    get: Get, odds: str, contents: set[str], entry: set[str]
) -> None:
    whole = get(f"playlists/{odds}").json()
    assert {"items", "tracks"} & whole.keys() == contents
    [listed] = [p for p in get("me/playlists").json()["items"] if p["id"] == odds]
    assert {"items", "tracks"} & listed.keys() == contents
    first = get(f"playlists/{odds}/items").json()["items"][0]
    assert {"item", "track"} & first.keys() == entry


@OLDER
def test_the_older_address_of_contents_gives_pages_of_a_hundred(get: Get, odds: str) -> None:
    assert get(f"playlists/{odds}/tracks", limit=100).status_code == 200
    assert get(f"playlists/{odds}/tracks", limit=101).status_code == 400
    assert get(f"playlists/{odds}/items", limit=51).status_code == 400


@OLDER
def test_older_apps_get_the_removed_fields(get: Get, odds: str, world: World) -> None:
    track = get(f"playlists/{odds}/items").json()["items"][0]["track"]
    assert isinstance(track["popularity"], int)
    assert (track["track"], track["episode"]) == (True, False)
    artist = next(iter(world.artists))
    assert {"followers", "popularity", "genres"} <= get(f"artists/{artist}").json().keys()
    album = next(iter(world.albums))
    assert {"label", "popularity"} <= get(f"albums/{album}").json().keys()


@OLDER
def test_a_relinked_track_names_the_track_in_the_playlist(get: Get, odds: str) -> None:
    tracks = [entry["track"] for entry in get(f"playlists/{odds}/items").json()["items"]]
    [relinked] = [track for track in tracks if track and "linked_from" in track]
    assert relinked["linked_from"]["id"] != relinked["id"]


@OLDER
@pytest.mark.parametrize(("kind", "most"), [("tracks", 50), ("artists", 50), ("albums", 20)])
def test_batches_have_a_limit_and_null_for_what_is_unknown(
    get: Get, world: World, kind: str, most: int
) -> None:
    known = next(iter(getattr(world, kind)))
    found = get(f"{kind}/", ids=f"{known},{'0' * 22}").json()[kind]
    assert (found[0]["id"], found[1]) == (known, None)
    assert get(f"{kind}/", ids=",".join([known] * (most + 1))).status_code == 400


@pytest.mark.parametrize("regime", Regime)
def test_artists_and_albums_are_available_one_by_one(get: Get, world: World) -> None:
    long = next(key for key, tracks in world.albums.items() if len(tracks) > 100)
    album = get(f"albums/{long}").json()
    assert (len(album["tracks"]["items"]), album["tracks"]["total"]) == (50, 120)
    pages = [get(f"albums/{long}/tracks", limit=50, offset=n).json() for n in (50, 100)]
    assert [len(page["items"]) for page in pages] == [50, 20]
    assert not {"album", "external_ids", "popularity"} & pages[0]["items"][0].keys()
    assert get(f"albums/{'0' * 22}").status_code == 404
    assert get(f"artists/{'0' * 22}").status_code == 404


@pytest.mark.parametrize(
    ("regime", "editorial", "others"),
    [(Regime.EXT, 200, 200), (Regime.OLD_DEV, 404, 200), (Regime.NEW_DEV, 404, 403)],
)
def test_readable_contents_depend_on_owner_and_regime(
    get: Get, world: World, editorial: int, others: int
) -> None:
    neighbours = next(p.id for p in world.library(world.days[0]) if p.owner == "neighbour")
    assert get(f"playlists/{EDITORIAL}/items").status_code == editorial
    assert get(f"playlists/{neighbours}/items").status_code == others


@pytest.mark.parametrize("regime", list(Regime))
def test_recently_played_tracks_have_the_same_key_under_each_regime(get: Get) -> None:
    page = get("me/player/recently-played", limit=50).json()
    assert {tuple(play) for play in page["items"]} == {("track", "played_at", "context")}
    assert {play["track"]["type"] for play in page["items"]} == {"track"}
