"""Control endpoints of the running fake Spotify."""

import json
from typing import Any

import pytest
import requests

from tests.conftest import Server
from tests.unit.fake_spotify.conftest import Client


def put(server: Server, path: str, body: object) -> requests.Response:
    return requests.put(f"{server.url}fake/{path}", data=json.dumps(body), timeout=5)


def advance(server: Server, seconds: object) -> requests.Response:
    body = json.dumps({"seconds": seconds})
    return requests.post(f"{server.url}fake/clock", data=body, timeout=5)


def test_faults_are_replaced_and_listed_with_their_hits(server: Server, user: Client) -> None:
    put(server, "faults", [{"kind": "quota", "count": None}])
    put(server, "faults", [{"kind": "error", "status": 502, "path": "/v1/me/.*", "every": 2}])
    assert [user.get("me/playlists").status_code for _ in range(3)] == [200, 502, 200]
    [shown] = requests.get(f"{server.url}fake/faults", timeout=5).json()
    assert (shown["kind"], shown["count"], shown["status"]) == ("error", 1, 502)
    assert (shown["matched"], shown["hits"]) == (3, 1)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"path": "/v1"}, "missing required field `kind`"),
        ({"kind": "fire"}, "$[0].kind"),
        ({"kind": "slow", "second": 1}, "unknown field `second`"),
        ({"kind": "slow", "seconds": -1}, "seconds must be 0 or more; it is -1"),
        ({"kind": "slow", "after": "3"}, "$[0].after"),
        ({"kind": "slow", "every": 0}, "every must be 1 or more"),
        ({"kind": "slow", "count": 0}, "count must be 1 or more, or null"),
        ({"kind": "slow", "after": -1}, "after must be 0 or more"),
        ({"kind": "error", "status": 404}, "status must be 500, 502, 503, 504; it is 404"),
        ({"kind": "error", "path": "("}, "path '(' is no regular expression"),
    ],
)
def test_an_invalid_fault_is_refused_and_changes_nothing(
    server: Server, fault: dict[str, Any], message: str
) -> None:
    put(server, "faults", [{"kind": "drop"}])
    response = put(server, "faults", [fault])
    assert response.status_code == 400
    assert message in response.json()["error"]["message"]
    assert [tally.fault.kind for tally in server.fake.faults.tallies()] == ["drop"]


def test_the_rate_window_is_set_read_and_removed(server: Server, user: Client) -> None:
    window = {"requests": 1, "seconds": 1000.0}
    assert put(server, "rate-window", window).json() == window
    assert [user.get("me/playlists").status_code for _ in range(2)] == [200, 429]
    assert put(server, "rate-window", None).json() is None
    assert requests.get(f"{server.url}fake/rate-window", timeout=5).json() is None
    assert user.get("me/playlists").status_code == 200


def test_the_quota_is_set_read_and_removed(server: Server, user: Client) -> None:
    quota = {"calls": 1, "lockout_seconds": 46800.0, "retry_after": True}
    assert put(server, "quota", {"calls": 1, "lockout_seconds": 46800}).json() == quota
    assert [user.get("me/playlists").status_code for _ in range(2)] == [200, 429]
    assert requests.get(f"{server.url}fake/quota", timeout=5).json() == quota
    assert put(server, "quota", None).json() is None
    assert user.get("me/playlists").status_code == 200


def test_the_clock_is_read_and_advanced(server: Server, user: Client) -> None:
    server.fake.clock = lambda: 1_000.0
    server.fake.token_seconds = 3600
    user.request_token()
    assert [advance(server, n).json()["now"] for n in (3000, 599)] == [4000, 4599]
    assert user.get("me/playlists").status_code == 200
    advance(server, 1)
    assert requests.get(f"{server.url}fake/clock", timeout=5).json() == {
        "now": 4600,
        "advanced_seconds": 3600,
    }
    assert user.get("me/playlists").status_code == 401


@pytest.mark.parametrize("seconds", [0, -1, "1"])
def test_the_clock_only_goes_forward(server: Server, seconds: object) -> None:
    response = advance(server, seconds)
    assert response.status_code == 400
    assert "seconds" in response.json()["error"]["message"]
    assert server.fake.advanced_seconds == 0


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("rate-window", {"requests": 0, "seconds": 1}, "requests must be 1 or more"),
        ("rate-window", {"requests": 1, "seconds": 0}, "seconds must be more than 0"),
        ("rate-window", {"requests": 1}, "missing required field `seconds`"),
        ("quota", {"calls": 0}, "calls must be 1 or more; it is 0"),
        ("quota", {"calls": 1, "lockout_seconds": 0}, "lockout_seconds must be more than 0"),
        ("quota", {"calls": 1, "retry_after": 5}, "$.retry_after"),
        ("quota", {"calls": 1, "hours": 5}, "unknown field `hours`"),
        ("quota", {}, "missing required field `calls`"),
        ("day", {"day": "tomorrow"}, "$.day"),
    ],
)
def test_invalid_settings_are_refused_naming_the_field(
    server: Server, path: str, body: dict[str, Any], message: str
) -> None:
    response = put(server, path, body)
    assert response.status_code == 400
    assert message in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
def test_a_web_page_can_neither_write_nor_read_settings(
    server: Server, headers: dict[str, str]
) -> None:
    url, day = f"{server.url}fake/day", server.fake.day
    body = json.dumps({"day": "2026-03-02"})
    assert requests.put(url, data=body, headers=headers, timeout=5).status_code == 403
    assert requests.get(url, headers=headers, timeout=5).status_code == 403
    assert server.fake.day == day


def test_another_host_name_is_refused_and_not_counted(server: Server) -> None:
    url, headers = f"{server.api_url}me/playlists", {"Host": "evil.example"}
    assert requests.get(url, headers=headers, timeout=5).status_code == 403
    assert server.fake.requests == 0
