"""The fake Spotify responds as Spotify documents for an app registered today."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from fake_spotify.tokens import CLIENT_ID, SCOPES
from fake_spotify.worlds.recorded import recorded_world
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import ME, Track, World
from tests.conftest import Server
from tests.unit.fake_spotify.conftest import APP, Client


def message(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("form", "auth", "error"),
    [
        ({"grant_type": "client_credentials"}, (CLIENT_ID, "wrong"), "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "old"}, APP, "invalid_grant"),
        ({"grant_type": "password"}, APP, "unsupported_grant_type"),
    ],
)
def test_the_token_endpoint_refuses_with_a_string(
    server: Server, form: dict[str, str], auth: tuple[str, str], error: str
) -> None:
    response = requests.post(server.token_url, data=form, auth=auth, timeout=5)
    assert (response.status_code, response.json()["error"]) == (400, error)


def test_a_call_needs_an_issued_token(server: Server) -> None:
    url = server.api_url + "me/playlists"
    assert message(requests.get(url, timeout=5)) == (401, "No token provided")
    forged = requests.get(url, headers={"Authorization": "Bearer forged"}, timeout=5)
    assert message(forged) == (401, "Invalid access token")


def test_a_library_page_has_at_most_fifty_items_default_twenty(user: Client) -> None:
    assert message(user.get("me/playlists", limit=51)) == (400, "Invalid limit")
    assert message(user.get("me/playlists", limit=0)) == (400, "Invalid limit")
    assert user.get("me/playlists").json()["limit"] == 20


def test_pages_of_entries_join_to_the_whole(user: Client, ids: dict[str, str]) -> None:
    path = f"playlists/{ids['Deep Focus Hours']}/items"
    pages = [user.get(path, limit=50, offset=offset).json() for offset in (0, 50, 100, 150)]
    assert [len(page["items"]) for page in pages] == [50, 50, 20, 0]
    assert {page["total"] for page in pages} == {120}
    assert pages[1]["next"] is not None
    assert pages[2]["next"] is None


def test_liked_songs_come_in_pages_of_fifty_with_the_item_under_track(
    server: Server, user: Client
) -> None:
    pages = [user.get("me/tracks", limit=50, offset=offset).json() for offset in (0, 50)]
    items = [item for page in pages for item in page["items"]]
    liked = server.fake.world.liked_songs(server.fake.day)
    assert [(one["added_at"], one["track"]["uri"]) for one in items] == [
        (one.added_at, one.item.uri) for one in liked if one.item
    ]
    assert {page["total"] for page in pages} == {len(liked)}
    assert message(user.get("me/tracks", limit=51)) == (400, "Invalid limit")


def test_liked_songs_need_a_user_and_their_scope(server: Server, user: Client, app: Client) -> None:
    assert message(app.get("me/tracks")) == (401, "Valid user authentication required")
    server.fake.tokens.limit(SCOPES - {"user-library-read"})
    user.request_token()
    assert message(user.get("me/tracks")) == (403, "Insufficient client scope")
    assert user.get("me/playlists").ok


def test_an_app_without_a_user_reads_no_contents(app: Client, ids: dict[str, str]) -> None:
    mine = ids["Long Run"]
    assert message(app.get(f"playlists/{mine}/items")) == (
        401,
        "Valid user authentication required",
    )
    assert app.get("me/playlists").status_code == 401
    assert "items" not in app.get(f"playlists/{mine}").json()


def test_contents_are_given_to_owner_and_collaborators_alone(
    user: Client, ids: dict[str, str]
) -> None:
    others = ids["Neighbour's Party"]
    assert message(user.get(f"playlists/{others}/items")) == (403, "Forbidden")
    metadata = user.get(f"playlists/{others}").json()
    assert metadata["name"] == "Neighbour's Party"
    assert not {"items", "tracks"} & set(metadata)
    assert user.get(f"playlists/{ids['Long Run']}").json()["items"]["total"] == 48


def test_private_editorial_and_unknown_playlists_are_not_found(
    user: Client, app: Client, ids: dict[str, str]
) -> None:
    assert user.get(f"playlists/{ids['To Sort']}").status_code == 200
    for response in (
        app.get(f"playlists/{ids['To Sort']}"),
        user.get("playlists/37i9dQZF1DXcBWIGoYBM5M"),
    ):
        assert message(response) == (404, "Resource not found")


@pytest.mark.parametrize(
    "path",
    [
        "playlists/{id}/tracks",
        "playlists/unknown/tracks",
        "tracks?ids=x",
        "tracks/?ids=x",
        "albums?ids=x",
        "artists?ids=x",
        "artists/x/top-tracks",
        "browse/new-releases",
        "browse/categories/x/playlists",
        "markets",
        "users/x",
        "users/x/playlists",
    ],
)
def test_removed_endpoints_are_forbidden_for_any_token(
    user: Client, app: Client, ids: dict[str, str], path: str
) -> None:
    for client in (user, app):
        assert message(client.get(path.format(id=ids["Long Run"]))) == (403, "Forbidden")


def test_a_collaborator_reads_a_private_playlist(
    server: Server, user: Client, app: Client, world: World
) -> None:
    [shared] = [p for p in world.library(world.days[0]) if p.owner == "neighbour"]
    shared = replace(shared, public=False, collaborative=True)
    server.fake.world = replace(world, listed={world.days[0]: (shared,)})
    [listed] = user.get("me/playlists").json()["items"]
    assert listed["id"] == shared.id
    assert user.get(f"playlists/{shared.id}").json()["items"]["total"] == 20
    assert app.get(f"playlists/{shared.id}").status_code == 404


def test_removed_fields_are_absent(user: Client, ids: dict[str, str]) -> None:
    page = user.get(f"playlists/{ids['Long Run']}/items", limit=1).json()
    track = page["items"][0]["item"]
    assert "track" not in page["items"][0]
    assert not {"popularity", "available_markets", "linked_from"} & set(track)
    assert not {"popularity", "label"} & set(track["album"])
    assert not {"followers", "popularity", "genres"} & set(track["artists"][0])


def test_fields_select_and_a_wrong_name_selects_nothing(user: Client, ids: dict[str, str]) -> None:
    path = f"playlists/{ids['Long Run']}"
    chosen = user.get(path, fields="id,owner(id),items(total)").json()
    assert chosen == {"id": ids["Long Run"], "owner": {"id": ME}, "items": {"total": 48}}
    old_name = user.get(path, fields="items.items(track(id))").json()
    assert old_name["items"]["items"][0] == {}


def test_an_episode_looks_like_a_track_unless_requested(user: Client, ids: dict[str, str]) -> None:
    path = f"playlists/{ids['Odds and Ends']}/items"
    shown = [
        user.get(path, **params).json()["items"][4]["item"]
        for params in ({}, {"additional_types": "track,episode"})
    ]
    assert [item["type"] for item in shown] == ["track", "episode"]
    assert (shown[0]["album"]["type"], shown[0]["artists"][0]["name"]) == ("show", None)
    assert "album" not in shown[1]


def test_playlists_change_with_the_day(server: Server, user: Client, world: World) -> None:
    def snapshots() -> dict[str, str]:
        items = user.get("me/playlists").json()["items"]
        return {item["id"]: item["snapshot_id"] for item in items}

    first = snapshots()
    requests.put(
        f"{server.url}fake/day", json={"day": str(world.days[0] + timedelta(days=1))}, timeout=5
    )
    second = snapshots()
    assert first.keys() == second.keys()
    assert 0 < sum(first[key] != second[key] for key in first) < len(first)
    assert all(set("+/=") <= set(snapshot) for snapshot in first.values())


def test_the_synthetic_world_is_stable_and_has_each_edge_case() -> None:
    world = synthetic_world()
    assert world == synthetic_world()
    [odd] = [p for p in world.library(world.days[0]) if p.name == "Odds and Ends"]
    kinds = [type(entry.item).__name__ for entry in odd.entries]
    assert {"NoneType", "LocalFile", "Episode", "Track"} == set(kinds)
    uris = [entry.item.uri for entry in odd.entries if entry.item]
    assert len(uris) > len(set(uris))
    tracks = [entry.item for entry in odd.entries if isinstance(entry.item, Track)]
    assert "0000" in {track.album.release_date for track in tracks}


def test_an_invalid_recording_is_refused_by_file_name(tmp_path: Path) -> None:
    file = tmp_path / "playlists.json.gz"
    file.write_bytes(b"{}")
    with pytest.raises(ValueError, match=r"playlists\.json\.gz is not a recording of playlists"):
        recorded_world(file)
