"""The quota of calls in 24 hours, on a clock that the tests control."""

import pytest

from fake_spotify.quota import Quota
from fake_spotify.rate_window import RateWindow
from tests.conftest import Clock, Server
from tests.unit.fake_spotify.conftest import Client

LIST = "me/playlists"
HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def clock(server: Server) -> Clock:
    clock = Clock()
    server.fake.clock = clock
    server.fake.token_seconds = 10 * DAY
    return clock


def test_a_quota_has_room_once_its_oldest_call_leaves() -> None:
    quota = Quota(calls=2)
    assert [quota.wait(now) for now in (0, HOUR, DAY, DAY + HOUR)] == [0, 0, 0, 0]
    assert quota.wait(DAY + 2 * HOUR) == DAY - HOUR


def test_refused_calls_count_towards_the_quota() -> None:
    quota = Quota(calls=2)
    waits = [quota.wait(now) for now in (0, 0, HOUR, 2 * HOUR)]
    assert waits == [0, 0, DAY - HOUR, DAY - HOUR]
    assert quota.wait(DAY) > 0


@pytest.mark.parametrize("calls", [1, 2, 5])
def test_a_call_at_the_stated_time_passes(calls: int) -> None:
    quota, now = Quota(calls=calls), 1_800_000_000.123
    waits = [quota.wait(now + n) for n in range(calls + 3)]
    assert waits[:calls] == [0] * calls
    assert 0 not in waits[calls:]
    assert quota.wait(now + calls + 2 + waits[-1]) == 0


def test_a_lockout_refuses_everything_then_counts_anew() -> None:
    quota = Quota(calls=2, lockout_seconds=13 * HOUR)
    assert [quota.wait(now) for now in (0, 0, 10)] == [0, 0, 13 * HOUR]
    assert [quota.wait(now) for now in (20, 13 * HOUR)] == [13 * HOUR - 10, 10]
    end = 13 * HOUR + 10
    assert [quota.wait(end) for _ in range(3)] == [0, 0, 13 * HOUR]


def test_a_call_beyond_the_quota_is_refused_with_reason_and_time(
    server: Server, clock: Clock, user: Client
) -> None:
    user.request_token()
    server.fake.quota = Quota(calls=2)
    assert [user.get(LIST).status_code for _ in range(2)] == [200, 200]
    clock.now = HOUR
    response = user.get(LIST)
    message = {"status": 429, "message": "Quota exceeded", "reason": "QUOTA_EXCEEDED"}
    assert (response.status_code, response.json()) == (429, {"error": message})
    assert response.headers["Retry-After"] == str(DAY - HOUR)
    clock.now = DAY
    assert user.get(LIST).status_code == 200


def test_a_quota_may_refuse_without_a_time(server: Server, user: Client) -> None:
    server.fake.quota = Quota(calls=1, retry_after=False)
    user.get(LIST)
    response = user.get(LIST)
    assert response.json()["error"]["reason"] == "QUOTA_EXCEEDED"
    assert "Retry-After" not in response.headers


def test_every_api_call_counts_towards_the_quota_and_no_token(server: Server, user: Client) -> None:
    server.fake.quota = Quota(calls=2)
    user.request_token()
    assert [user.get(path).status_code for path in ("tracks/x", "markets", "me")] == [404, 403, 429]
    assert user.request_token().status_code == 200


def test_calls_that_the_rate_window_refuses_count_as_quota(
    server: Server, clock: Clock, user: Client
) -> None:
    user.request_token()
    server.fake.quota = Quota(calls=2)
    server.fake.rate_window = RateWindow(requests=1, seconds=30)
    assert [user.get(LIST).status_code for _ in range(2)] == [200, 429]
    clock.now = 60
    assert user.get(LIST).json()["error"]["reason"] == "QUOTA_EXCEEDED"


def test_the_rate_window_follows_the_clock(server: Server, clock: Clock, user: Client) -> None:
    user.request_token()
    server.fake.rate_window = RateWindow(requests=1, seconds=30)
    assert [user.get(LIST).status_code for _ in range(2)] == [200, 429]
    clock.now = 30
    assert user.get(LIST).status_code == 200


def test_a_token_expires_by_the_clock(server: Server, clock: Clock, user: Client) -> None:
    server.fake.token_seconds = HOUR
    user.request_token()
    clock.now = HOUR - 1
    assert user.get(LIST).status_code == 200
    clock.now = HOUR
    assert user.get(LIST).json()["error"]["message"] == "The access token expired"
