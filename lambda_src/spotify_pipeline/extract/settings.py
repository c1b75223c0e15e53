"""What the extract function is told by its environment and its secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_secretsmanager import SecretsManagerClient


class Settings(msgspec.Struct, frozen=True):
    bucket: str
    secret_arn: str
    api_url: str
    token_url: str
    full_refresh_days: int
    resume_role_arn: str
    resumes: int
    longest_wait_seconds: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises KeyError naming the variable that is missing."""
        return cls(
            bucket=environment["BUCKET"],
            secret_arn=environment["SPOTIFY_SECRET_ARN"],
            api_url=environment.get("SPOTIFY_API_URL", "https://api.spotify.com/v1/"),
            token_url=environment.get(
                "SPOTIFY_TOKEN_URL", "https://accounts.spotify.com/api/token"
            ),
            full_refresh_days=int(environment["FULL_REFRESH_DAYS"]),
            resume_role_arn=environment["RESUME_ROLE_ARN"],
            resumes=int(environment["RESUMES"]),
            longest_wait_seconds=int(environment["LONGEST_WAIT_SECONDS"]),
        )


class MissingCredentialsError(Exception):
    """The secret holds no usable credentials; only a person can fill it."""


class Credentials(msgspec.Struct, frozen=True):
    """The secret. Without a refresh token it grants a client, not a user."""

    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""

    def __repr__(self) -> str:
        return "Credentials(…)"


def keep_refresh_token(secrets: SecretsManagerClient, secret_arn: str, refresh_token: str) -> None:
    """Put a refresh token in the place of the one in the secret; the rest of it stays."""
    text = secrets.get_secret_value(SecretId=secret_arn)["SecretString"]
    value = msgspec.json.decode(text, type=dict[str, Any]) | {"refresh_token": refresh_token}
    secrets.put_secret_value(SecretId=secret_arn, SecretString=msgspec.json.encode(value).decode())


def read_credentials(secrets: SecretsManagerClient, secret_arn: str) -> Credentials:
    """Raises MissingCredentialsError, saying how to fill the secret; never shows its value."""
    text = secrets.get_secret_value(SecretId=secret_arn)["SecretString"]
    try:
        credentials = msgspec.json.decode(text, type=Credentials)
    except msgspec.DecodeError:
        credentials = Credentials()
    if not (credentials.client_id and credentials.client_secret):
        raise MissingCredentialsError(
            f"The secret {secret_arn} has no client_id and client_secret. Fill it with: "
            f"aws secretsmanager put-secret-value --secret-id {secret_arn} --secret-string "
            '\'{"client_id": "…", "client_secret": "…", "refresh_token": "…"}\' '
            "(leave refresh_token out to read public playlists only)"
        )
    return credentials
