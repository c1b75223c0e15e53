import json
from typing import Any

import pytest
import responses

from spotify_pipeline.extract.grant import Grant, GrantError
from spotify_pipeline.extract.settings import (
    Credentials,
    MissingCredentialsError,
    keep_refresh_token,
    read_credentials,
)

URL = "https://accounts.example/api/token"
APP = Credentials(client_id="id", client_secret="hush")
USER = Credentials(client_id="id", client_secret="hush", refresh_token="r1")


@pytest.fixture
def kept() -> list[str]:
    """Refresh tokens that were handed out to be kept."""
    return []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("credentials", "form"),
    [
        (APP, {"grant_type": "client_credentials"}),
        (USER, {"grant_type": "refresh_token", "refresh_token": "r1"}),
    ],
)
@responses.activate
def test_the_secret_decides_the_grant(
    credentials: Credentials, form: dict[str, str], kept: list[str]
) -> None:
    match = [
        responses.matchers.urlencoded_params_matcher(form),
        responses.matchers.header_matcher({"Authorization": "Basic aWQ6aHVzaA=="}),
    ]
    responses.post(URL, json={"access_token": "t1", "expires_in": 3600}, match=match)
    assert Grant(credentials, URL, kept.append).get_access_token() == "t1"


@responses.activate
def test_a_token_is_used_until_shortly_before_it_expires(kept: list[str]) -> None:
    for token in ("t1", "t2"):
        responses.post(URL, json={"access_token": token, "expires_in": 3600})
    clock = Clock()
    grant = Grant(APP, URL, kept.append, clock)
    assert grant.get_access_token() == "t1"
    clock.now = 3500
    assert grant.get_access_token() == "t1"
    clock.now = 3541
    assert grant.get_access_token() == "t2"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"json": {"error": "invalid_grant", "error_description": "Refresh token revoked"}},
            "invalid_grant: Refresh token revoked; authorise the app anew",
        ),
        ({"json": {"error": "invalid_client"}}, "check client_id and client_secret"),
        ({"body": "<html>"}, "answered 400; try again later"),
    ],
)
@responses.activate
def test_a_refused_token_says_what_to_do(
    answer: dict[str, Any], said: str, kept: list[str]
) -> None:
    responses.post(URL, status=400, **answer)
    with pytest.raises(GrantError) as refused:
        Grant(USER, URL, kept.append).get_access_token()
    assert said in str(refused.value)
    assert "hush" not in str(refused.value)


@responses.activate
def test_a_refresh_token_that_replaces_another_is_kept_and_used(kept: list[str]) -> None:
    for given in (None, "r1", "r2"):
        answer = {"access_token": "t", "expires_in": 60, "refresh_token": given}
        responses.post(URL, json=answer)
    grant = Grant(USER, URL, kept.append)
    for _ in range(4):
        grant.get_access_token()
    assert kept == ["r2"]
    sent = [str(call.request.body) for call in responses.calls]
    assert [body.rsplit("=", 1)[1] for body in sent] == ["r1", "r1", "r1", "r2"]


def test_the_secret_keeps_what_it_held_beside_a_new_refresh_token(aws: Any) -> None:
    aws.fill_secret(client_id="id", client_secret="hush", refresh_token="r1", scope="read")
    keep_refresh_token(aws.secrets, aws.secret_arn, "r2")
    value = json.loads(aws.secrets.get_secret_value(SecretId=aws.secret_arn)["SecretString"])
    assert value == {
        "client_id": "id",
        "client_secret": "hush",
        "refresh_token": "r2",
        "scope": "read",
    }


@pytest.mark.parametrize("value", ['{"client_id": "", "client_secret": ""}', "{}", "not json"])
def test_an_unfilled_secret_says_how_to_fill_it(aws: Any, value: str) -> None:
    aws.secrets.put_secret_value(SecretId=aws.secret_arn, SecretString=value)
    with pytest.raises(MissingCredentialsError, match="put-secret-value --secret-id"):
        read_credentials(aws.secrets, aws.secret_arn)


def test_credentials_do_not_print_themselves() -> None:
    assert "hush" not in f"{USER!r} {USER}"
