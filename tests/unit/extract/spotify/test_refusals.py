"""Statuses and remedies of 4xx responses."""

import pytest

from spotify_pipeline.extract.errors import RefusedError, RunRefusedError
from spotify_pipeline.extract.spotify.refusals import refusal

ITEMS = "playlists/3cEYpjA9oz9GiPac4AsH4n/items"
PLAYS = "me/player/recently-played"
EDITORIAL = "playlists/37i9dQZF1DXcBWIGoYBM5M"


@pytest.mark.parametrize(
    ("path", "code", "message", "status", "remedy"),
    [
        (ITEMS, 401, "Valid user authentication required", "unauthorized", "run make auth"),
        (ITEMS, 401, "The access token expired", "unauthorized", "The access token expired"),
        (ITEMS, 403, "Forbidden", "forbidden", "authorise it as the owner"),
        (ITEMS, 404, "Resource not found", "missing", "check the id"),
        (PLAYS, 403, "Insufficient client scope", "unauthorized", "user-read-recently-played"),
        ("me/tracks", 403, "Insufficient client scope", "unauthorized", "user-library-read"),
        (EDITORIAL, 404, "Resource not found", "missing", "before November 2024"),
        (ITEMS, 400, "Invalid base62 id", "failed", "check the id, or take it out"),
        (ITEMS, 422, "Unprocessable", "failed", "check the id, or take it out"),
        (ITEMS, 410, "Gone", "missing", "check the id"),
        (ITEMS, 451, "Unavailable", "forbidden", "withholds it for legal reasons"),
        ("artists", 451, "Unavailable", "forbidden", "withholds it for legal reasons"),
        ("me/playlists", 400, "Invalid limit", "failed", "does not accept this request"),
        ("artists/a", 404, "Resource not found", "missing", "check the id"),
        ("artists", 403, "Forbidden", "removed", "no longer has the endpoint /artists?ids="),
        ("albums", 403, "Forbidden", "removed", "no longer has the endpoint /albums?ids="),
    ],
)
def test_a_refused_item_has_a_status_and_remedy(
    path: str, code: int, message: str, status: str, remedy: str
) -> None:
    refused = refusal(path, code, message)
    assert isinstance(refused, RefusedError)
    assert refused.status == status
    assert refused.reason.startswith(f"{code} {message}")
    assert remedy in refused.reason


PREMIUM = "Active premium subscription required for the owner of the app."


@pytest.mark.parametrize(
    ("path", "code", "message", "status", "remedy"),
    [
        (ITEMS, 403, PREMIUM, "premium_lapsed", "renew the subscription"),
        ("me/playlists", 403, PREMIUM, "premium_lapsed", "renew the subscription"),
        (
            ITEMS,
            403,
            "User not registered in the Developer Dashboard",
            "user_not_listed",
            "Users Management",
        ),
        ("me/playlists", 403, "Insufficient client scope", "grant_refused", "run make auth"),
        (PLAYS, 403, "Forbidden", "unconfigured", "recently_played needs a user"),
        (
            "me/playlists",
            401,
            "Valid user authentication required",
            "unconfigured",
            "the source my_playlists needs a user",
        ),
    ],
)
def test_a_refusal_of_the_app_or_its_user_ends_the_run(
    path: str, code: int, message: str, status: str, remedy: str
) -> None:
    refused = refusal(path, code, message)
    assert isinstance(refused, RunRefusedError)
    assert refused.status == status
    assert remedy in str(refused)
