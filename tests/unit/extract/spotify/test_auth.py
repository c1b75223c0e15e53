import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from spotify_pipeline.extract.errors import OutageError, RunRefusedError
from spotify_pipeline.extract.settings import (
    Credentials,
    read_credentials,
    save_refresh_token,
)
from spotify_pipeline.extract.spotify.auth import Auth
from tests.conftest import Aws, Clock

URL = "https://accounts.example/api/token"
APP = Credentials(client_id="id", client_secret="hush")
USER = Credentials(client_id="id", client_secret="hush", refresh_token="r1")


@pytest.fixture
def saved() -> list[str]:
    """Refresh tokens given to be saved."""
    return []


@pytest.mark.parametrize(
    ("credentials", "form"),
    [
        (APP, {"grant_type": "client_credentials"}),
        (USER, {"grant_type": "refresh_token", "refresh_token": "r1"}),
    ],
)
@responses.activate
def test_the_secret_decides_the_grant_type(
    credentials: Credentials, form: dict[str, str], saved: list[str]
) -> None:
    match = [
        responses.matchers.urlencoded_params_matcher(form),
        responses.matchers.header_matcher({"Authorization": "Basic aWQ6aHVzaA=="}),
    ]
    responses.post(URL, json={"access_token": "t1", "expires_in": 3600}, match=match)
    assert Auth(credentials, URL, saved.append).get_access_token() == "t1"


@responses.activate
def test_a_token_is_used_until_shortly_before_it_expires(saved: list[str]) -> None:
    for token in ("t1", "t2"):
        responses.post(URL, json={"access_token": token, "expires_in": 3600})
    clock = Clock()
    auth = Auth(APP, URL, saved.append, clock)
    assert auth.get_access_token() == "t1"
    clock.now = 3500
    assert auth.get_access_token() == "t1"
    clock.now = 3541
    assert auth.get_access_token() == "t2"


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (
            {"json": {"error": "invalid_grant", "error_description": "Refresh token revoked"}},
            "400 invalid_grant (Refresh token revoked): run make auth",
        ),
        ({"json": {"error": "invalid_client"}}, "check client_id and client_secret"),
        ({"body": "<html>"}, "returned 400 : check client_id"),
        ({"json": {"error": {"status": 400}}}, "returned 400 : check client_id"),
        ({"json": {"error": "e" * 999}}, f"returned 400 {'e' * 299}…: check client_id"),
        ({"body": "[" * 2000}, "returned 400 : check client_id"),
    ],
)
@responses.activate
def test_a_refused_token_states_the_remedy(
    response: dict[str, Any], message: str, saved: list[str]
) -> None:
    responses.post(URL, status=400, **response)
    with pytest.raises(RunRefusedError) as refused:
        Auth(USER, URL, saved.append).get_access_token()
    assert refused.value.status == "grant_refused"
    assert len(responses.calls) == 1
    assert message in str(refused.value)
    assert "hush" not in str(refused.value)


@responses.activate
def test_a_refresh_token_that_replaces_another_is_saved_and_used(saved: list[str]) -> None:
    for refreshed in (None, "r1", "r2"):
        response = {"access_token": "t", "expires_in": 60, "refresh_token": refreshed}
        responses.post(URL, json=response)
    auth = Auth(USER, URL, saved.append)
    for _ in range(4):
        auth.get_access_token()
    assert saved == ["r2"]
    sent = [str(call.request.body) for call in responses.calls]
    assert [body.rsplit("=", 1)[1] for body in sent] == ["r1", "r1", "r1", "r2"]


def test_saving_a_refresh_token_preserves_other_values(aws: Aws) -> None:
    aws.fill_secret(client_id="id", client_secret="hush", refresh_token="r1", scope="read")
    save_refresh_token(aws.secrets, aws.secret_arn, "r2")
    value = json.loads(aws.secrets.get_secret_value(SecretId=aws.secret_arn)["SecretString"])
    assert value == {
        "client_id": "id",
        "client_secret": "hush",
        "refresh_token": "r2",
        "scope": "read",
    }


@pytest.mark.parametrize(
    ("stated", "used"),
    [
        ("3600", 3539),
        ("3600.0", 3539),
        ("3.6E3", 3539),
        ('"3600"', 3539),
        ("1e99", 86_339),
        ("9" * 500, 3539),
        ("-1", 3539),
        ("0", 3539),
        ("null", 3539),
        ("[]", 3539),
    ],
)
@responses.activate
def test_a_token_is_used_however_its_lifetime_is_written(
    stated: str, used: int, saved: list[str]
) -> None:
    for token in ("t1", "t2"):
        responses.post(URL, body=f'{{"access_token": "{token}", "expires_in": {stated}}}')
    clock = Clock()
    auth = Auth(APP, URL, saved.append, clock)
    assert auth.get_access_token() == "t1"
    clock.now = used
    assert auth.get_access_token() == "t1"
    clock.now += 2
    assert auth.get_access_token() == "t2"


@pytest.mark.parametrize("given", [None, "", 7, ["r2"]])
@responses.activate
def test_only_text_replaces_a_refresh_token(given: object, saved: list[str]) -> None:
    responses.post(URL, json={"access_token": "t1", "refresh_token": given, "scope": 1})
    assert Auth(USER, URL, saved.append).get_access_token() == "t1"
    assert saved == []


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"body": "<html>"},
        {"json": {"access_token": ""}},
        {"json": {"access_token": None}},
        {"json": {"access_token": "t\r\nHost: example"}},
        {"json": {"access_token": "t…"}},
        {"body": "[" * 2000 + "]" * 2000},
        {"body": b'{"access_token": "\xff"}'},
        {"json": {"error": "busy"}},
        {"body": requests.ConnectTimeout("late")},
    ],
)
@responses.activate
def test_a_failing_token_endpoint_is_retried(fault: dict[str, Any], saved: list[str]) -> None:
    auth = Auth(USER, URL, saved.append)
    for _ in range(4):
        responses.post(URL, **fault)
    with pytest.raises(OutageError, match="no token from Spotify"):
        auth.get_access_token()
    responses.post(URL, json={"access_token": "t1", "expires_in": 3600})
    assert auth.get_access_token() == "t1"


@responses.activate
def test_many_threads_make_one_request_for_a_token(saved: list[str]) -> None:
    threads = 8
    waiting = Barrier(threads)

    def get_token() -> str:
        waiting.wait()
        return auth.get_access_token()

    responses.post(URL, json={"access_token": "t1", "expires_in": 3600})
    auth = Auth(USER, URL, saved.append)
    with ThreadPoolExecutor(threads) as pool:
        tokens = [pool.submit(get_token) for _ in range(threads)]
    assert {token.result() for token in tokens} == {"t1"}
    assert len(responses.calls) == 1


@responses.activate
def test_a_token_that_many_threads_reject_is_renewed_once(saved: list[str]) -> None:
    for token in ("t1", "t2"):
        responses.post(URL, json={"access_token": token, "expires_in": 3600})
    auth = Auth(USER, URL, saved.append)
    stale = auth.get_access_token()
    for _ in range(3):
        auth.expire(stale)
        assert auth.get_access_token() == "t2"
    assert len(responses.calls) == 2


@pytest.mark.parametrize(
    ("authorized_at", "days"),
    [("2026-01-01T00:00:00Z", 181), (None, None), ("", None), ("2026-01-01", None)],
)
def test_the_age_of_the_authorisation_needs_a_valid_time(
    aws: Aws, authorized_at: str | None, days: float | None
) -> None:
    aws.fill_secret(client_id="id", client_secret="hush", authorized_at=authorized_at)
    now = datetime(2026, 7, 1, tzinfo=UTC)
    assert read_credentials(aws.secrets, aws.secret_arn).age_days(now) == days


@pytest.mark.parametrize(
    "value",
    [
        '{"client_id": "", "client_secret": ""}',
        "{}",
        "[]",
        "not json",
        '{"client_id": ["id"], "client_secret": "hush"}',
        '{"client_id": "id", "client_secret": "hüsh"}',
        "[" * 2000,
    ],
)
def test_an_empty_secret_states_how_to_fill_it(aws: Aws, value: str) -> None:
    aws.secrets.put_secret_value(SecretId=aws.secret_arn, SecretString=value)
    with pytest.raises(RunRefusedError, match="make secret ENV=") as refused:
        read_credentials(aws.secrets, aws.secret_arn)
    assert refused.value.status == "unconfigured"


@pytest.mark.parametrize("mark", ["\ufeff", " \n", "\ufeff\r\n"])
def test_a_byte_order_mark_before_the_secret_is_ignored(aws: Aws, mark: str) -> None:
    value = mark + '{"client_id": "id", "client_secret": "hush"}\r\n'
    aws.secrets.put_secret_value(SecretId=aws.secret_arn, SecretString=value)
    assert read_credentials(aws.secrets, aws.secret_arn).client_secret == "hush"
    save_refresh_token(aws.secrets, aws.secret_arn, "new")
    assert read_credentials(aws.secrets, aws.secret_arn).refresh_token == "new"


def test_credentials_do_not_print_themselves() -> None:
    assert "hush" not in f"{USER!r} {USER}"


TOKEN = {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r2"}
ODD: list[object] = [None, True, 0, -1, 1.5, 1e300, "", " ", "x\n", "é", [], {}, [[]], {"a": 1}]


@given(
    body=st.fixed_dictionaries(
        {}, optional={key: st.just(value) | st.sampled_from(ODD) for key, value in TOKEN.items()}
    ),
    status=st.sampled_from([200, 200, 200, 201, 400, 401, 403, 429, 500, 503]),
    error=st.none() | st.sampled_from([*ODD, "invalid_grant"]),
)
def test_a_spoilt_token_never_stops_the_function(
    body: dict[str, object], status: int, error: object
) -> None:
    """A token that a header can hold, or an error that the run records."""
    sent = body if error is None else {**body, "error": error}
    with responses.RequestsMock() as mock:
        mock.post(URL, json=sent, status=status)
        try:
            token = Auth(USER, URL, lambda _: None).get_access_token()
        except (OutageError, RunRefusedError):
            assert sent != TOKEN or status >= 400
        else:
            assert token == body["access_token"] == "t1"
