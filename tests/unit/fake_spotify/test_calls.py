"""The user's own profile, and calls counted by kind."""

from collections.abc import Iterator

import pytest

from fake_spotify.regime import Regime
from fake_spotify.routes.call_kinds import CallKind, kind_of
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.world import ME, World
from tests.conftest import Server
from tests.unit.fake_spotify.conftest import Client

PRIVATE = {"country", "email", "product", "followers", "explicit_content"}


@pytest.fixture
def regime() -> Regime:
    return Regime.NEW_DEV


@pytest.fixture
def server(regime: Regime, world: World) -> Iterator[Server]:
    fake = FakeSpotify(world, regime)
    with serving(fake) as url:
        yield Server(url, fake)


@pytest.mark.parametrize(
    ("regime", "more"),
    [(Regime.EXT, PRIVATE), (Regime.OLD_DEV, PRIVATE), (Regime.NEW_DEV, set[str]())],
)
def test_a_profile_has_the_regimes_fields(server: Server, user: Client, more: set[str]) -> None:
    profile = user.get("me").json()
    assert (profile["id"], profile["type"], profile["uri"]) == (ME, "user", f"spotify:user:{ME}")
    assert profile["href"] == f"{server.api_url}users/{ME}"
    assert profile["display_name"] == "Analyst"
    assert PRIVATE & profile.keys() == more


@pytest.mark.parametrize("regime", Regime)
def test_an_app_without_a_user_has_no_profile(app: Client) -> None:
    response = app.get("me")
    assert response.status_code == 401
    assert response.json()["error"]["message"] == "Valid user authentication required"


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("/v1/me", CallKind.ME),
        ("/v1/me/playlists?limit=50&offset=50", CallKind.LIBRARY),
        ("/v1/playlists/P?additional_types=track,episode", CallKind.PLAYLIST),
        ("/v1/playlists/P", CallKind.PLAYLIST),
        ("/v1/playlists/P?fields=snapshot_id", CallKind.PLAYLIST_FIELDS),
        ("/v1/playlists/P?market=SE&fields=id", CallKind.PLAYLIST_FIELDS),
        ("/v1/playlists/P/items?limit=50", CallKind.ENTRIES),
        ("/v1/playlists/P/tracks?fields=items&limit=100", CallKind.ENTRIES),
        ("/v1/artists/?ids=a,b", CallKind.ENRICHMENT),
        ("/v1/albums/A", CallKind.ENRICHMENT),
        ("/v1/albums/A/tracks?offset=50", CallKind.ENRICHMENT),
        ("/v1/markets", CallKind.OTHER),
        ("/v1/me/tracks", CallKind.LIKED),
    ],
)
def test_a_calls_kind_follows_from_path_and_query(call: str, kind: CallKind) -> None:
    assert kind_of(call) is kind


def test_calls_are_counted_by_kind(server: Server, user: Client, ids: dict[str, str]) -> None:
    path = f"playlists/{ids['Long Run']}"
    for call in ("me", "me/playlists", path, f"{path}/items", f"{path}/items", "artists/unknown"):
        user.get(call)
    user.get(path, fields="snapshot_id")
    assert server.fake.calls_by_kind() == {
        "me": 1,
        "library": 1,
        "playlist": 1,
        "playlist_fields": 1,
        "entries": 2,
        "enrichment": 1,
    }
