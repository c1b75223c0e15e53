"""The secret of the extract function: credentials of the Spotify app and of its user."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from spotify_pipeline.extract.decoding import UnreadableError, decode, normalize
from spotify_pipeline.extract.errors import RunRefusedError
from spotify_pipeline.statuses import RunStatus

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Credentials(msgspec.Struct, frozen=True):
    """The secret's value. Without a refresh token it authenticates the app, not a user.

    `authorized_at` (ISO 8601) is the time of the user's authorisation: Spotify does not say when
    that expires. `scope` holds the granted scopes, separated by spaces.
    """

    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    authorized_at: str | None = None
    scope: str | None = None

    def age_days(self, now: datetime) -> float | None:
        """Days since the user's authorisation; None without a time that has a zone."""
        try:
            authorized_at = msgspec.convert(self.authorized_at, _Moment)
        except msgspec.ValidationError:
            return None
        return (now - authorized_at).total_seconds() / 86_400

    def __repr__(self) -> str:
        return "Credentials(…)"


def save_refresh_token(secrets: SecretsManagerClient, secret_arn: str, refresh_token: str) -> None:
    """Replace the refresh token in the secret; its other values stay."""
    add_to_secret(secrets, secret_arn, {"refresh_token": refresh_token})


def add_to_secret(secrets: SecretsManagerClient, secret_arn: str, values: dict[str, str]) -> None:
    """Add values to the secret, or replace those of the same name; its other values stay."""
    write_secret(secrets, secret_arn, read_secret(secrets, secret_arn) | values)


def read_secret(secrets: SecretsManagerClient, secret_arn: str) -> dict[str, Any]:
    """All values of the secret. Raises UnreadableError if it holds no JSON object."""
    return decode(_read(secrets, secret_arn), dict[str, Any])


def write_secret(secrets: SecretsManagerClient, secret_arn: str, value: dict[str, Any]) -> None:
    """Replace the secret's value; Secrets Manager keeps the one before as AWSPREVIOUS."""
    secrets.put_secret_value(SecretId=secret_arn, SecretString=msgspec.json.encode(value).decode())


def read_credentials(secrets: SecretsManagerClient, secret_arn: str) -> Credentials:
    """Raises RunRefusedError saying how to fill the secret; never shows its value."""
    try:
        credentials = decode(_read(secrets, secret_arn), Credentials)
    except UnreadableError as error:
        # The error states the position and the expected type, never a part of the secret.
        raise _unconfigured(secret_arn, f"cannot be read ({error})") from None
    if not (credentials.client_id and credentials.client_secret):
        raise _unconfigured(secret_arn, "has no client_id and client_secret")
    for name in ("client_id", "client_secret", "refresh_token"):
        if not getattr(credentials, name).isascii():
            raise _unconfigured(secret_arn, f"has characters in {name} that Spotify never uses")
    return credentials


def _read(secrets: SecretsManagerClient, secret_arn: str) -> bytes:
    """The secret's JSON, without a byte order mark. Raises UnreadableError if it is none."""
    return normalize(secrets.get_secret_value(SecretId=secret_arn).get("SecretString", "").encode())


def _unconfigured(secret_arn: str, fault: str) -> RunRefusedError:
    return RunRefusedError(
        RunStatus.UNCONFIGURED,
        f"The secret {secret_arn} {fault}. Fill it with: make secret ENV=<environment>, then "
        "authorise the app as a user with: make auth ENV=<environment> (not needed to read public "
        "playlists with older apps)",
    )
