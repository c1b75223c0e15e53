"""make secret: stores the credentials of the Spotify app, once Spotify accepts them."""

from collections.abc import Callable
from typing import Any

from operations.deployment import Deployment
from spotify_pipeline.extract.decoding import UnreadableError
from spotify_pipeline.extract.errors import TokenRefusedError, UnavailableError
from spotify_pipeline.extract.settings import read_secret, write_secret
from spotify_pipeline.extract.spotify.token_client import request_token
from spotify_pipeline.log_levels import silence_secret_loggers

_APP_GRANT = {"grant_type": "client_credentials"}
_USER_GRANT = ("refresh_token", "scope", "authorized_at")


class SecretRefusedError(Exception):
    """The credentials were not stored. The message contains none of them."""


def store_credentials(
    deployment: Deployment, given: dict[str, Any], say: Callable[[str], None]
) -> None:
    """Check `client_id` and `client_secret` with Spotify, and store `given` in the secret.

    Other values of the secret stay. `say` prints a line. Raises SecretRefusedError.
    """
    silence_secret_loggers()
    _check(deployment.configuration.spotify.token_url, given)
    vault, secret_arn = deployment.client("secretsmanager"), deployment.output("SpotifySecretArn")
    environment = deployment.configuration.environment
    try:
        stored = read_secret(vault, secret_arn)
    except UnreadableError:
        stored = {}
        say("The secret held no JSON. Its earlier value stays as the version AWSPREVIOUS.")
    write_secret(vault, secret_arn, stored | given)
    say(f"Stored in the secret: {', '.join(given)}")
    kept = [name for name in _USER_GRANT if name in stored and name not in given]
    if kept:
        say(f"Kept in it: {', '.join(kept)}")
    say(f"Secret        {secret_arn}")
    is_other_app = stored.get("client_id") not in ("", None, given["client_id"])
    if "refresh_token" not in stored | given or (is_other_app and "refresh_token" in kept):
        say(f"Authorise this app as a user with: make auth ENV={environment}")


def _check(token_url: str, given: dict[str, Any]) -> None:
    for name in ("client_id", "client_secret"):
        if not (given[name].isascii() and given[name].isprintable()):
            raise SecretRefusedError(
                f"{name} has characters that Spotify never uses: copy it from the dashboard again. "
                "Nothing was stored"
            )
    try:
        request_token(token_url, given["client_id"], given["client_secret"], _APP_GRANT)
    except TokenRefusedError as refusal:
        raise SecretRefusedError(
            f"{token_url} responded {refusal.status_code} to client_id and client_secret: compare "
            "them with https://developer.spotify.com/dashboard. Nothing was stored"
        ) from None
    except UnavailableError as error:
        raise SecretRefusedError(
            f"The credentials could not be checked: {token_url}: {error}. Nothing was stored"
        ) from None
