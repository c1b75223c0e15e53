"""Environment variables of the extract function: set by the ingestion stack, read at run time."""

from collections.abc import Mapping
from typing import Self

import msgspec
from msgspec import field

NO_LIMIT = 10**9
"""Daily calls without a limit of our own; the stack always sets one."""

LONGEST_DELAY_SECONDS = 6 * 3600
"""Scheduler, and then Lambda, tries to deliver an event to the extract function for this long."""


class ExtractEnvironment(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the extract function; each field's `name` is its environment variable.

    `reserved_calls` is a JSON object: by schedule, daily calls that the others leave to it.
    """

    bucket: str = field(name="BUCKET")
    secret_arn: str = field(name="SPOTIFY_SECRET_ARN")
    api_url: str = field(name="SPOTIFY_API_URL", default="https://api.spotify.com/v1/")
    token_url: str = field(
        name="SPOTIFY_TOKEN_URL", default="https://accounts.spotify.com/api/token"
    )
    full_refresh_days: int = field(name="FULL_REFRESH_DAYS")
    longest_wait_seconds: int = field(name="LONGEST_WAIT_SECONDS")
    resumes: int = field(name="RESUMES")
    requests_per_second: float = field(name="REQUESTS_PER_SECOND")
    concurrency: int = field(name="CONCURRENCY")
    daily_calls: int = field(name="DAILY_CALLS", default=NO_LIMIT)
    reserved_calls: str = field(name="RESERVED_CALLS", default="{}")
    enrichment_requests: int = field(name="ENRICHMENT_REQUESTS")
    enrichment_days: int = field(name="ENRICHMENT_DAYS")
    resume_role_arn: str = field(name="RESUME_ROLE_ARN")
    schedule_group: str = field(name="SCHEDULE_GROUP", default="default")
    failed_runs_arn: str = field(name="FAILED_RUNS_ARN", default="")

    @classmethod
    def from_variables(cls, variables: Mapping[str, str]) -> Self:
        """Read the settings. Raises ValueError naming a missing or malformed variable."""
        try:
            return msgspec.convert(dict(variables), cls, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(
                f"The extract function's environment variables are not valid: {error}. "
                "The ingestion stack sets them: deploy it again"
            ) from error

    @property
    def reserved(self) -> dict[str, int]:
        """The reserved calls by schedule. Raises ValueError for other text."""
        try:
            return msgspec.json.decode(self.reserved_calls, type=dict[str, int])
        except msgspec.MsgspecError as error:
            raise ValueError(
                f"RESERVED_CALLS is {self.reserved_calls!r}, no JSON object of numbers: {error}. "
                "The ingestion stack sets it: deploy it again"
            ) from error

    def to_variables(self) -> dict[str, str]:
        return {name: str(value) for name, value in msgspec.to_builtins(self).items()}
