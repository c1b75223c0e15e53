"""The first page of entries in a playlist's response, and the pages after it."""

from collections.abc import Iterator

import pytest

from fake_spotify.faults import Fault, Kind
from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.world import World
from tests.conftest import Server
from tests.unit.fake_spotify.conftest import Client

REGIMES = pytest.mark.parametrize("regime", Regime)
OLDER = pytest.mark.parametrize("regime", [Regime.EXT, Regime.OLD_DEV])
NEWER = pytest.mark.parametrize("regime", [Regime.NEW_DEV])
BOTH_TYPES = {"additional_types": "track,episode"}
KEYS = {"items", "tracks"}


@pytest.fixture
def server(regime: Regime, world: World) -> Iterator[Server]:
    fake = FakeSpotify(world, regime)
    with serving(fake) as url:
        yield Server(url, fake)


@REGIMES
def test_the_embedded_page_is_the_first_hundred_entries(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    path = f"playlists/{ids['Deep Focus Hours']}"
    whole = user.get(path).json()
    later = user.get(f"{path}/items", limit=50, offset=50).json()
    for name in server.fake.regime.contents_keys:
        page = whole[name]
        link = f"{server.api_url}{path}/{name}"
        assert (page["limit"], page["offset"], page["total"]) == (100, 0, 120)
        assert page["href"] == f"{link}?offset=0&limit=100"
        assert page["next"] == f"{link}?offset=100&limit=100"
        assert page["previous"] is None
        assert len(page["items"]) == 100
        assert page["items"][50:] == later["items"]


@REGIMES
def test_the_embedded_page_of_a_small_playlist_is_its_last(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    name = server.fake.regime.contents_keys[0]
    page = user.get(f"playlists/{ids['Long Run']}").json()[name]
    assert (len(page["items"]), page["total"], page["next"]) == (48, 48, None)


@REGIMES
def test_the_embedded_page_has_episodes_if_requested(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    path, regime = f"playlists/{ids['Odds and Ends']}", server.fake.regime
    pages = [user.get(path, **p).json()[regime.contents_keys[0]] for p in ({}, BOTH_TYPES)]
    types = [page["items"][4][regime.entry_keys[0]]["type"] for page in pages]
    assert types == ["track", "episode"]


@REGIMES
def test_fields_select_from_the_embedded_page(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    path, name = f"playlists/{ids['Long Run']}", server.fake.regime.contents_keys[0]
    assert user.get(path, fields=f"{name}(total)").json() == {name: {"total": 48}}
    assert not KEYS & user.get(path, fields="snapshot_id").json().keys()


@OLDER
def test_older_apps_embed_public_contents_for_any_token(
    server: Server, user: Client, app: Client, ids: dict[str, str]
) -> None:
    names = set(server.fake.regime.contents_keys)
    others = ids["Neighbour's Party"]
    for client in (user, app):
        assert KEYS & client.get(f"playlists/{others}").json().keys() == names


@NEWER
def test_newer_apps_embed_nothing_that_is_not_readable(
    user: Client, app: Client, ids: dict[str, str]
) -> None:
    others, mine = ids["Neighbour's Party"], ids["Long Run"]
    for response in (user.get(f"playlists/{others}"), app.get(f"playlists/{mine}")):
        assert response.status_code == 200
        assert not KEYS & response.json().keys()


@REGIMES
def test_a_listed_playlist_has_a_link_and_a_total_only(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    mine = ids["Long Run"]
    [listed] = [p for p in user.get("me/playlists").json()["items"] if p["id"] == mine]
    names = server.fake.regime.contents_keys
    assert {name: listed[name] for name in KEYS & listed.keys()} == {
        name: {"href": f"{server.api_url}playlists/{mine}/{name}", "total": 48} for name in names
    }


@OLDER
def test_a_page_of_either_endpoint_links_to_its_own(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    for name in KEYS:
        path = f"playlists/{ids['Deep Focus Hours']}/{name}"
        page = user.get(path, limit=50).json()
        assert page["next"] == f"{server.api_url}{path}?offset=50&limit=50"
        assert user.get(path, limit=50, offset=50).json()["items"] != page["items"]


@REGIMES
def test_an_embedded_page_may_come_short_for_a_moment(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    path = f"playlists/{ids['Deep Focus Hours']}"
    server.fake.faults.add(Fault(Kind.SHORT_EMBEDDED))
    assert len(user.get(f"{path}/items", limit=50).json()["items"]) == 50
    short, usual = user.get(path).json(), user.get(path).json()
    for name in server.fake.regime.contents_keys:
        assert short[name] == usual[name] | {"items": usual[name]["items"][:50]}
    assert len(usual[name]["items"]) == 100


@REGIMES
def test_a_snapshot_may_move_after_the_embedded_page(
    server: Server, user: Client, ids: dict[str, str]
) -> None:
    path = f"playlists/{ids['Deep Focus Hours']}"
    server.fake.faults.add(Fault(Kind.MOVE, f"/v1/{path}/(items|tracks)"))
    first = user.get(path).json()["snapshot_id"]
    assert user.get(path).json()["snapshot_id"] == first
    assert user.get(f"{path}/items", limit=50, offset=100).status_code == 200
    assert user.get(path).json()["snapshot_id"] != first
