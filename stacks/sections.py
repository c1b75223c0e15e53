"""The sections of a configuration file: their keys, types and limits.

An invalid section raises ValueError with the mistake and the remedy; `load` adds file and key.
"""

import math
import platform
import sys
from typing import Annotated, Literal
from urllib.parse import urlparse

import msgspec
from msgspec import Meta

from stacks.cron.expressions import check_cron

_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827)
_FAKE = ("http", "127.0.0.1")

# Limits of the transform function. The largest raw part, 20,000 entries, was measured at 160 MB
# (imports included) and 0.8 s of CPU time; the checks below allow five times that CPU
# time. Lambda provides one vCPU at 1,769 MB, and less in proportion.
_PART_MEMORY_MB = 256
_PART_CPU_SECONDS = 4
_MB_OF_A_CPU = 1769
_COLD_START_SECONDS = 10

Positive = Annotated[int, Meta(ge=1)]
Memory = Annotated[int, Meta(ge=128, le=10_240)]
Timeout = Annotated[int, Meta(ge=1, le=900)]
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9]*$")]


def is_secure(url: str) -> bool:
    """True if secrets may be sent to the URL: by https, or to the fake on this machine."""
    try:
        parsed = urlparse(url)
        host = parsed.hostname
    except ValueError:
        return False
    return bool(host) and (parsed.scheme == "https" or (parsed.scheme, host) == _FAKE)


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all sections: unknown keys are refused."""


class Retention(Section, frozen=True):
    """Days until objects under a prefix, or log events, are deleted.

    `old_versions` counts from the deletion or replacement of an object.
    """

    raw_data: Positive
    transformed_data: Positive
    plans: Positive
    damaged_state: Positive
    athena_results: Positive
    logs: Positive
    old_versions: Positive | None = None

    def __post_init__(self) -> None:
        if self.logs not in _LOG_DAYS:
            allowed = ", ".join(map(str, _LOG_DAYS))
            raise ValueError(f"logs: CloudWatch cannot keep {self.logs} days, only {allowed}")


class Extract(Section, frozen=True):
    """Size and limits of the extract function.

    A rate limit of more than `longest_wait_seconds` ends the invocation; the run resumes later,
    at most `resumes` times. A run makes up to `enrichment_requests` requests for details of
    artists and albums, and refreshes known details after `enrichment_days`.
    """

    memory_mb: Memory
    timeout_seconds: Annotated[int, Meta(ge=180, le=900)]
    longest_wait_seconds: Annotated[int, Meta(ge=0)]
    resumes: Annotated[int, Meta(ge=0, le=100)]
    enrichment_requests: Annotated[int, Meta(ge=0, le=10_000)]
    enrichment_days: Positive

    def __post_init__(self) -> None:
        if self.longest_wait_seconds > self.timeout_seconds // 2:
            raise ValueError(
                f"longest_wait_seconds: {self.longest_wait_seconds} is more than half of "
                "timeout_seconds; longer waits are better left to a later invocation"
            )


class Transform(Section, frozen=True):
    """Size of the transform function; it transforms `batch_size` raw parts in sequence."""

    memory_mb: Memory
    timeout_seconds: Timeout
    batch_size: Annotated[int, Meta(ge=1, le=10)]
    max_concurrency: Annotated[int, Meta(ge=2, le=1000)]

    def __post_init__(self) -> None:
        if self.memory_mb < _PART_MEMORY_MB:
            raise ValueError(
                f"memory_mb: {self.memory_mb} is too little for a raw part of 20,000 entries, "
                f"which takes 160 MB; give at least {_PART_MEMORY_MB}"
            )
        share = min(1, self.memory_mb / _MB_OF_A_CPU)
        needed = math.ceil(_COLD_START_SECONDS + self.batch_size * _PART_CPU_SECONDS / share)
        if self.timeout_seconds < needed:
            raise ValueError(
                f"timeout_seconds: {self.timeout_seconds} is too little for batch_size = "
                f"{self.batch_size} raw parts with memory_mb = {self.memory_mb}, which may take "
                f"{needed} s; raise it or memory_mb, or lower batch_size"
            )


class Functions(Section, frozen=True):
    """Runtime of both functions; `host` selects this machine's Python or architecture."""

    python: Literal["3.11", "3.12", "3.13", "3.14", "host"]
    architecture: Literal["arm64", "x86_64", "host"]
    extract: Extract
    transform: Transform

    @property
    def python_version(self) -> str:
        if self.python == "host":
            return f"{sys.version_info.major}.{sys.version_info.minor}"
        return self.python

    @property
    def machine(self) -> Literal["arm64", "x86_64"]:
        if self.architecture == "host":
            return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
        return self.architecture


class Spotify(Section, frozen=True):
    """Spotify's addresses, and the request rate.

    All schedules of the environment make at most `daily_calls` requests in any 24 hours.
    """

    api_url: str
    token_url: str
    requests_per_second: Annotated[float, Meta(gt=0, le=1000)]
    concurrency: Annotated[int, Meta(ge=1, le=32)]
    daily_calls: Annotated[int, Meta(ge=1, le=1_000_000)] = 700

    def __post_init__(self) -> None:
        for key, url in (("api_url", self.api_url), ("token_url", self.token_url)):
            if not is_secure(url):
                raise ValueError(f"{key} {url!r} must begin with https:// (or http://127.0.0.1)")
        if not self.api_url.endswith("/"):
            raise ValueError(f"api_url {self.api_url!r} must end with a slash")


class Athena(Section, frozen=True):
    """Athena cancels a query that would scan more than `scan_limit_mb`.

    The views of the present show the last state for `last_state_days` after it was due to be
    replaced by a complete run. With `managed_results`, Athena keeps results itself, for a day, and
    none are in the bucket.
    """

    scan_limit_mb: Annotated[int, Meta(ge=10)]
    managed_results: bool = False
    last_state_days: Annotated[int, Meta(ge=1, le=36_500)] = 30


class Crawler(Section, frozen=True):
    """Without `cron`, the crawler runs only on demand.

    `owns_log_group` puts the log group that all crawlers of the account and region share into
    this environment's stack, which then sets its retention.
    """

    cron: str | None = None
    owns_log_group: bool = False

    def __post_init__(self) -> None:
        if self.cron is not None:
            check_cron(self.cron)
