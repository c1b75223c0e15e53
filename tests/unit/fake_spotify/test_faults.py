"""Each fault from the client's side."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from fake_spotify.faults import Fault, Kind
from fake_spotify.rate_window import RateWindow
from fake_spotify.worlds.world import World
from tests.conftest import Server
from tests.unit.fake_spotify.conftest import Client

LIST = "me/playlists"


def refusal(response: requests.Response) -> tuple[int, Any]:
    return response.status_code, response.json()["error"]


def statuses(user: Client, times: int, path: str = LIST) -> list[int]:
    return [user.get(path).status_code for _ in range(times)]


@pytest.mark.parametrize("retry_after", ["7", "86400", "soon", None])
def test_a_rate_limit_has_the_configured_retry_after(
    server: Server, user: Client, retry_after: str | None
) -> None:
    server.fake.faults.add(Fault(Kind.RATE_LIMIT, retry_after=retry_after))
    response = user.get(LIST)
    assert refusal(response) == (429, {"status": 429, "message": "API rate limit exceeded"})
    assert response.headers.get("Retry-After") == retry_after
    assert user.get(LIST).status_code == 200


def test_an_exhausted_quota_has_a_reason_without_retry_after(server: Server, user: Client) -> None:
    server.fake.faults.add(Fault(Kind.QUOTA))
    response = user.get(LIST)
    status, error = refusal(response)
    assert (status, error["reason"]) == (429, "QUOTA_EXCEEDED")
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_has_its_status_at_the_token_endpoint_too(
    server: Server, user: Client, status: int
) -> None:
    for path in ("/v1/me/playlists", "/api/token"):
        server.fake.faults.add(Fault(Kind.ERROR, path, status=status))
    assert user.get(LIST).status_code == status
    assert user.request_token().status_code == status
    assert (user.get(LIST).status_code, user.request_token().status_code) == (200, 200)


def test_a_dropped_connection_counts_as_a_request(server: Server, user: Client) -> None:
    server.fake.faults.add(Fault(Kind.DROP))
    with pytest.raises(requests.ConnectionError):
        user.get(LIST)
    assert user.get(LIST).status_code == 200
    assert server.fake.requests == 2


def test_a_slow_response_is_the_normal_one_delayed(server: Server, user: Client) -> None:
    server.fake.faults.add(Fault(Kind.SLOW, seconds=0.2))
    late = user.get(LIST)
    assert late.elapsed >= timedelta(seconds=0.2)
    assert late.json() == user.get(LIST).json()


@pytest.mark.parametrize(("kind", "start"), [(Kind.HTML, "<!doctype html>"), (Kind.EMPTY, "")])
def test_a_response_may_not_be_json(server: Server, user: Client, kind: Kind, start: str) -> None:
    server.fake.faults.add(Fault(kind))
    response = user.get(LIST)
    assert (response.status_code, response.text[:15]) == (200, start)


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault(Kind.ERROR_STRING), 400), (Fault(Kind.ERROR_STRING, status=403), 403)],
)
def test_a_refusal_may_be_a_string(server: Server, user: Client, fault: Fault, status: int) -> None:
    server.fake.faults.add(fault)
    assert refusal(user.get(LIST)) == (status, "Bad request")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.PREMIUM, "Active premium subscription required for the owner of the app."),
        (Kind.NOT_LISTED, "User not registered in the Developer Dashboard"),
    ],
)
def test_an_account_may_have_lost_its_access(
    server: Server, user: Client, kind: Kind, words: str
) -> None:
    server.fake.faults.add(Fault(kind, count=None))
    assert refusal(user.get(LIST)) == (403, {"status": 403, "message": words})
    assert user.get("artists/unknown").status_code == 403


def test_an_expired_token_is_refused_until_it_is_replaced(server: Server, user: Client) -> None:
    server.fake.faults.add(Fault(Kind.EXPIRED, after=1))
    assert statuses(user, 3) == [200, 401, 401]
    assert refusal(user.get(LIST))[1]["message"] == "The access token expired"
    user.request_token()
    assert user.get(LIST).status_code == 200


def test_a_refresh_token_may_have_expired(server: Server, user: Client) -> None:
    server.fake.faults.add(Fault(Kind.INVALID_GRANT))
    assert user.get(LIST).status_code == 200
    response = user.request_token()
    assert (response.status_code, response.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Refresh token expired"},
    )
    assert user.request_token().status_code == 200


@pytest.fixture
def steady(world: World) -> str:
    """A playlist that is the same on the world's first two days, and another on the third."""
    for playlist in world.library(world.days[0]):
        [second, third] = [world.playlist(playlist.id, day) for day in world.days[1:3]]
        if playlist == second != third:
            return str(playlist.id)
    raise AssertionError("the synthetic world has no such playlist")


def test_a_moved_playlist_keeps_its_contents_and_new_snapshot(
    server: Server, user: Client, steady: str
) -> None:
    fake, path = server.fake, f"playlists/{steady}"

    def snapshots() -> set[str]:
        listed = user.get(LIST, limit=50).json()["items"]
        return {user.get(path).json()["snapshot_id"]} | {
            one["snapshot_id"] for one in listed if one["id"] == steady
        }

    [before], page = snapshots(), user.get(f"{path}/items").json()
    fake.faults.add(Fault(Kind.MOVE, rf"/v1/{path}/items"))
    assert user.get(f"{path}/items").json() == page
    [moved] = snapshots()
    assert moved != before
    fake.day = fake.world.days[1]
    assert snapshots() == {moved}
    fake.day = fake.world.days[2]
    changed = fake.world.playlist(steady, fake.day)
    assert changed
    assert snapshots() == {changed.snapshot_id}


def test_a_playlist_may_move_at_every_request(server: Server, user: Client, steady: str) -> None:
    server.fake.faults.add(Fault(Kind.MOVE, count=None))
    seen = {user.get(f"playlists/{steady}").json()["snapshot_id"] for _ in range(3)}
    assert len(seen) == 3
    assert user.get("playlists/unknown").status_code == 404


def test_a_fault_starts_recurs_and_ends_as_configured(server: Server, user: Client) -> None:
    server.fake.faults.add(Fault(Kind.ERROR, "/v1/me/.*", after=1, every=2, count=2))
    assert user.get("artists/unknown").status_code == 404
    assert statuses(user, 7) == [200, 200, 503, 200, 503, 200, 200]


def test_faults_apply_in_order_until_one_responds(server: Server, user: Client) -> None:
    faults = server.fake.faults
    for kind in (Kind.EXPIRED, Kind.QUOTA, Kind.EMPTY):
        faults.add(Fault(kind))
    assert statuses(user, 3) == [429, 200, 401]
    assert [(tally.matched, tally.hits) for tally in faults.tallies()] == [(3, 1), (3, 1), (2, 1)]
    faults.clear()
    assert faults.tallies() == []


def test_a_rate_window_has_room_once_its_oldest_request_leaves() -> None:
    window = RateWindow(2, 30)
    assert [window.wait(now) for now in (0, 10, 10, 29.5, 30, 30, 40)] == [0, 0, 20, 1, 0, 10, 0]


def test_more_requests_than_the_rate_window_holds_are_refused(server: Server, user: Client) -> None:
    server.fake.rate_window = RateWindow(2, 1000)
    assert statuses(user, 3) == [200, 200, 429]
    assert int(user.get(LIST).headers["Retry-After"]) in range(990, 1001)
    server.fake.rate_window = None
    assert user.get(LIST).status_code == 200


def test_tokens_have_the_configured_lifetime(server: Server, user: Client) -> None:
    server.fake.token_seconds = 0
    assert user.get(LIST).status_code == 200
    assert user.request_token().json()["expires_in"] == 0
    assert refusal(user.get(LIST))[1]["message"] == "The access token expired"


def test_a_refresh_token_may_be_replaced_at_each_use(server: Server, user: Client) -> None:
    assert "refresh_token" not in user.request_token().json()
    server.fake.rotates = True
    new = user.request_token().json()["refresh_token"]
    assert user.request_token().json()["error"] == "invalid_grant"
    renewed = Client(server, grant_type="refresh_token", refresh_token=new)
    assert renewed.request_token().json()["refresh_token"] != new
    renewed.close()


def test_every_call_is_counted_and_those_to_the_api_are_listed(
    server: Server, user: Client
) -> None:
    user.get(LIST, limit=1)
    user.get("artists/unknown")
    assert server.fake.log == ["/v1/me/playlists?limit=1", "/v1/artists/unknown"]
    assert (server.fake.requests, server.fake.token_requests) == (2, 1)
