"""The configuration of an environment: `config/<environment>.toml`, typed and checked."""

import json
import math
import platform
import re
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlparse

import msgspec
from msgspec import Meta

from spotify_pipeline.sources import Sources
from stacks.cron import check_cron

FOLDER = Path(__file__).parent.parent / "config"

_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827)
_INPUT_TEMPLATE_CHARACTERS = 8192
_AROUND_SOURCES = 200

# Of the transform. A part of 20,000 entries, as large as the extract function cuts them, was
# measured to take 160 MB with all that is imported, and 0.8 s of a processor; that is allowed
# five times. Lambda gives a whole processor at 1,769 MB, and less in proportion.
_PART_MEMORY_MB = 256
_PART_CPU_SECONDS = 4
_MB_OF_A_CPU = 1769
_START_SECONDS = 10

Positive = Annotated[int, Meta(ge=1)]
Memory = Annotated[int, Meta(ge=128, le=10_240)]
Timeout = Annotated[int, Meta(ge=1, le=900)]
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9]*$")]


class ConfigurationError(Exception):
    """Names the file, the key, what is wrong with it and what to write instead."""


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Retention(_Section, frozen=True):
    """Days after which objects under a prefix, or log lines, are deleted.

    `old_versions` counts from when an object was deleted or replaced.
    """

    raw_data: Positive
    transformed_data: Positive
    plans: Positive
    athena_results: Positive
    logs: Positive
    old_versions: Positive | None = None

    def __post_init__(self) -> None:
        if self.logs not in _LOG_DAYS:
            allowed = ", ".join(map(str, _LOG_DAYS))
            raise ValueError(f"logs: CloudWatch cannot keep {self.logs} days, only {allowed}")


class Extract(_Section, frozen=True):
    """A rate limit is waited for up to `longest_wait_seconds`; else the run is resumed later.

    `enrichment_requests` a run ask more about artists and albums that playlists only name; what
    is known is asked again after `enrichment_days`.
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


class Transform(_Section, frozen=True):
    """A call transforms `batch_size` raw parts one after the other; memory buys their speed."""

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
        needed = math.ceil(_START_SECONDS + self.batch_size * _PART_CPU_SECONDS / share)
        if self.timeout_seconds < needed:
            raise ValueError(
                f"timeout_seconds: {self.timeout_seconds} is too little for batch_size = "
                f"{self.batch_size} raw parts with memory_mb = {self.memory_mb}, which may take "
                f"{needed} s; raise it or memory_mb, or lower batch_size"
            )


class Functions(_Section, frozen=True):
    """`host` stands for this machine's own Python or architecture, for the emulator."""

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


class Spotify(_Section, frozen=True):
    """Where Spotify is, and how fast it is asked."""

    api_url: str
    token_url: str
    requests_per_second: Annotated[float, Meta(gt=0, le=1000)]
    concurrency: Annotated[int, Meta(ge=1, le=32)]

    def __post_init__(self) -> None:
        for key, url in (("api_url", self.api_url), ("token_url", self.token_url)):
            parsed = urlparse(url)
            if parsed.scheme != "https" and (parsed.scheme, parsed.hostname) != (
                "http",
                "127.0.0.1",
            ):
                raise ValueError(f"{key} {url!r} must begin with https:// (or http://127.0.0.1)")
        if not self.api_url.endswith("/"):
            raise ValueError(f"api_url {self.api_url!r} must end with a slash")


class Athena(_Section, frozen=True):
    scan_limit_mb: Annotated[int, Meta(ge=10)]


class Crawler(_Section, frozen=True):
    cron: str | None = None

    def __post_init__(self) -> None:
        if self.cron is not None:
            check_cron(self.cron)


class Schedule(_Section, frozen=True):
    cron: str
    my_playlists: bool = False
    playlists: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_cron(self.cron)
        if not self.sources:
            raise ValueError(
                "it has no sources: set my_playlists = true, or list playlists, artists or albums"
            )
        length = len(json.dumps(self.sources))
        if length > _INPUT_TEMPLATE_CHARACTERS - _AROUND_SOURCES:
            raise ValueError(
                f"its sources make an event of {length} characters, more than a rule's input may "
                "hold (8,192, about 320 ids): write bare ids, or split the schedule in two"
            )

    @property
    def sources(self) -> dict[str, Any]:
        """The `sources` of the extract event: those that are set."""
        sources = Sources(self.my_playlists, self.playlists, self.artists, self.albums)
        event: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(sources))
        return event


class Configuration(_Section, frozen=True, kw_only=True):
    """All that differs between environments. `environment` is the file's name."""

    environment: Name
    account: Annotated[str, Meta(pattern="^[0-9]{12}$")] | None = None
    region: Annotated[str, Meta(pattern="^[a-z]{2}(-[a-z]+)+-[0-9]$")] | None = None
    removal_policy: Literal["destroy", "retain"]
    deletion_protection: bool
    versioning: bool
    history_from: date
    full_refresh_days: Positive
    retention_days: Retention
    functions: Functions
    spotify: Spotify
    athena: Athena
    crawler: Crawler
    schedules: dict[str, Schedule]

    @property
    def database_name(self) -> str:
        return f"spotify_{self.environment}"

    def __post_init__(self) -> None:
        if self.versioning and self.retention_days.old_versions is None:
            raise ValueError(
                "retention_days.old_versions: with versioning = true, say after how many days "
                "old versions are deleted"
            )
        if self.retention_days.old_versions is not None and not self.versioning:
            raise ValueError("retention_days.old_versions: set versioning = true, or leave it out")
        for key in ("raw_data", "transformed_data"):
            if self.full_refresh_days >= getattr(self.retention_days, key):
                raise ValueError(
                    f"full_refresh_days: {self.full_refresh_days} must be less than "
                    f"retention_days.{key}: the entries of a playlist that does not change would "
                    "be deleted before it is walked again"
                )
        again = self.functions.extract.enrichment_days + self.full_refresh_days
        if again >= self.retention_days.transformed_data:
            raise ValueError(
                f"functions.extract.enrichment_days: with full_refresh_days it makes {again}, "
                "which must be less than retention_days.transformed_data: what is known of artists "
                "and albums would be deleted before it is asked for again"
            )
        if not self.schedules:
            raise ValueError("there is no schedule: add a table such as [schedules.daily]")
        for name in self.schedules:
            if not re.fullmatch("[a-z][a-z0-9]*", name):
                raise ValueError(
                    f"schedules.{name}: the name must be lower-case letters and digits, "
                    "beginning with a letter"
                )


def load(environment: str | None, spotify: dict[str, str], folder: Path = FOLDER) -> Configuration:
    """Read an environment's file; `spotify` overrides keys of its section of that name, as text.

    Raises ConfigurationError.
    """
    known = ", ".join(sorted(path.stem for path in folder.glob("*.toml")))
    if not environment:
        raise ConfigurationError(f"No environment given. Add -c env=<name>, one of: {known}")
    path = folder / f"{environment}.toml"
    if not path.is_file():
        raise ConfigurationError(f"There is no {path.name} in config. Environments: {known}")
    try:
        values = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"config/{path.name} is not TOML: {error}") from error
    values["spotify"] = {**values.get("spotify", {}), **spotify}
    try:
        configuration: Configuration = _read({**values, "environment": environment}, Configuration)
    except ConfigurationError as error:
        raise ConfigurationError(f"config/{path.name}: {error}") from error
    return configuration


def _read(values: Any, shape: Any, place: str = "") -> Any:
    """Convert one section after the other, so that an error names its exact key."""
    if not isinstance(values, dict):
        raise ConfigurationError(f"{place}: expected a table [{place}], got {values!r}")
    fields = {field.name: field.type for field in msgspec.structs.fields(shape)}
    converted = {}
    for key, value in values.items():
        where = f"{place}.{key}".lstrip(".")
        if key not in fields:
            known = ", ".join(name for name in fields if name != "environment")
            raise ConfigurationError(f"{where}: unknown key; the keys here are {known}")
        if fields[key] == dict[str, Schedule] and isinstance(value, dict):
            converted[key] = {n: _read(one, Schedule, f"{where}.{n}") for n, one in value.items()}
        elif isinstance(fields[key], type) and issubclass(fields[key], _Section):
            converted[key] = _read(value, fields[key], where)
        else:
            converted[key] = value
    try:
        # What overrides a key of the section spotify comes as text.
        return msgspec.convert(converted, shape, strict=shape is not Spotify)
    except msgspec.ValidationError as error:
        what, _, key = str(error).partition(" - at ")
        where = (place + key.strip("`").removeprefix("$")).lstrip(".")
        raise ConfigurationError(f"{where}: {what}" if where else what) from error
