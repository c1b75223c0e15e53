"""What the extract function is told by its environment and its secret."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self

import msgspec

from spotify_pipeline.extract.spotify.refusals import RunRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_secretsmanager import SecretsManagerClient


_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Settings(msgspec.Struct, frozen=True):
    bucket: str
    secret_arn: str
    api_url: str
    token_url: str
    full_refresh_days: int
    resume_role_arn: str
    resumes: int
    longest_wait_seconds: int
    requests_per_second: float
    concurrency: int
    enrichment_requests: int
    enrichment_days: int

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
            requests_per_second=float(environment["REQUESTS_PER_SECOND"]),
            concurrency=int(environment["CONCURRENCY"]),
            enrichment_requests=int(environment["ENRICHMENT_REQUESTS"]),
            enrichment_days=int(environment["ENRICHMENT_DAYS"]),
        )


class Credentials(msgspec.Struct, frozen=True):
    """The secret. Without a refresh token it grants a client, not a user.

    `authorized_at` (ISO 8601) is when the user authorised the app: Spotify never tells when that
    expires.
    """

    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    authorized_at: str | None = None

    def age_days(self, now: datetime) -> float | None:
        """Days since the user's authorisation; None if nobody noted a time with its zone."""
        try:
            authorized_at = msgspec.convert(self.authorized_at, _Moment)
        except msgspec.ValidationError:
            return None
        return (now - authorized_at).total_seconds() / 86_400

    def __repr__(self) -> str:
        return "Credentials(…)"


def save_refresh_token(secrets: SecretsManagerClient, secret_arn: str, refresh_token: str) -> None:
    """Put a refresh token in the place of the one in the secret; the rest of it stays."""
    add_to_secret(secrets, secret_arn, {"refresh_token": refresh_token})


def add_to_secret(secrets: SecretsManagerClient, secret_arn: str, values: dict[str, str]) -> None:
    """Put values in the secret, each in the place of what had its name; the rest of it stays."""
    text = secrets.get_secret_value(SecretId=secret_arn)["SecretString"]
    value = msgspec.json.decode(text, type=dict[str, Any]) | values
    secrets.put_secret_value(SecretId=secret_arn, SecretString=msgspec.json.encode(value).decode())


def read_credentials(secrets: SecretsManagerClient, secret_arn: str) -> Credentials:
    """Raises RunRefusedError, saying how to fill the secret; never shows its value."""
    text = secrets.get_secret_value(SecretId=secret_arn)["SecretString"]
    try:
        credentials = msgspec.json.decode(text, type=Credentials)
    except msgspec.DecodeError as error:
        # Not its text, which may hold a part of a secret: only where and what was expected.
        raise _unconfigured(secret_arn, f"cannot be read ({error})") from None
    if not (credentials.client_id and credentials.client_secret):
        raise _unconfigured(secret_arn, "has no client_id and client_secret")
    return credentials


def _unconfigured(secret_arn: str, fault: str) -> RunRefusedError:
    return RunRefusedError(
        "unconfigured",
        f"The secret {secret_arn} {fault}. Fill it with: "
        f"aws secretsmanager put-secret-value --secret-id {secret_arn} --secret-string "
        '\'{"client_id": "…", "client_secret": "…"}\', then authorise the app as a user with: '
        "make auth ENV=<environment> (not needed to read public playlists with older apps)",
    )
