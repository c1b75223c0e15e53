"""The configuration of an environment: `config/<environment>.toml`, typed and validated."""

import math
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from stacks.account_sections import Alarms, Analysts, Security, check_tags
from stacks.cron.gaps import longest_gap
from stacks.recent_views import Bounds
from stacks.schedules import Schedule, check_name
from stacks.sections import (
    Athena,
    Crawler,
    Functions,
    Name,
    Positive,
    Retention,
    Section,
    Spotify,
)
from stacks.text_files import TextFileError, read_text

FOLDER = Path(__file__).parent.parent / "config"

EXAMPLE_ACCOUNT = "111122223333"
"""An account of AWS's documentation: it stands for the one that nobody has named yet."""


class ConfigurationError(Exception):
    """An invalid configuration: the message names the file, the key, the mistake and the remedy."""


_A_YEAR = timedelta(days=366)


class Configuration(Section, frozen=True, kw_only=True):
    """Everything that differs between environments; `environment` is the file's stem."""

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
    crawler: Crawler = Crawler()
    analysts: Analysts = Analysts()
    alarms: Alarms = Alarms()
    security: Security = Security()
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    schedules: dict[str, Schedule]

    @property
    def database_name(self) -> str:
        return f"spotify_{self.environment}"

    @property
    def workgroup_name(self) -> str:
        return f"spotify-{self.environment}"

    @property
    def bounds(self) -> Bounds:
        """A current playlist's entries were read at most `full_refresh_days` before its last run,
        and its artists and albums were enriched at most `enrichment_days` before that.
        """
        gaps = [longest_gap(one.cron) or _A_YEAR for one in self.schedules.values()]
        interval = math.ceil(max(gaps) / timedelta(days=1))
        run_days = interval + self.athena.last_state_days
        contents_days = run_days + self.full_refresh_days
        details_days = contents_days + self.functions.extract.enrichment_days
        return Bounds(run_days, contents_days, details_days)

    def __post_init__(self) -> None:
        self._check_place()
        check_tags(self.tags)
        if self.versioning and self.retention_days.old_versions is None:
            raise ValueError(
                "retention_days.old_versions: with versioning = true, set the number of days "
                "after which old versions are deleted"
            )
        if self.retention_days.old_versions is not None and not self.versioning:
            raise ValueError("retention_days.old_versions: set versioning = true, or leave it out")
        for key in ("raw_data", "transformed_data"):
            if self.full_refresh_days >= getattr(self.retention_days, key):
                raise ValueError(
                    f"full_refresh_days: {self.full_refresh_days} must be less than "
                    f"retention_days.{key}: the entries of an unchanged playlist would be "
                    "deleted before they are read again"
                )
        again = self.functions.extract.enrichment_days + self.full_refresh_days
        if again >= self.retention_days.transformed_data:
            raise ValueError(
                f"functions.extract.enrichment_days: with full_refresh_days it makes {again}, "
                "which must be less than retention_days.transformed_data: details of artists and "
                "albums would be deleted before they are refreshed"
            )
        if not self.schedules:
            raise ValueError("there is no schedule: add a table such as [schedules.daily]")
        for name in self.schedules:
            check_name(name, self.functions.extract.resumes)

    def _check_place(self) -> None:
        for key in ("account", "region"):
            if self.deletion_protection and getattr(self, key) is None:
                raise ValueError(
                    f"{key}: with deletion_protection = true, set the {key} to deploy to; without "
                    "it, the stacks go wherever the shell's credentials point"
                )


def environments(folder: Path = FOLDER) -> list[str]:
    """The names of the environments that have a file, in order."""
    return sorted(path.stem for path in folder.glob("*.toml") if path.is_file())


def load(environment: str | None, spotify: dict[str, str], folder: Path = FOLDER) -> Configuration:
    """Read an environment's file; `spotify` overrides keys of its section `[spotify]`, as text.

    Raises ConfigurationError.
    """
    known = environments(folder)
    if not environment:
        listed = ", ".join(known)
        raise ConfigurationError(f"No environment given. Add -c env=<name>, one of: {listed}")
    name = f"{environment}.toml"
    if environment not in known:
        raise ConfigurationError(f"There is no {name} in config. Environments: {', '.join(known)}")
    try:
        values = tomllib.loads(read_text(folder / name, f"config/{name}"))
    except TextFileError as error:
        raise ConfigurationError(str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"config/{name} is not TOML: {error}") from error
    values["spotify"] = {**values.get("spotify", {}), **spotify}
    try:
        configuration: Configuration = _read({**values, "environment": environment}, Configuration)
    except ConfigurationError as error:
        raise ConfigurationError(f"config/{name}: {error}") from error
    return configuration


def _read(values: Any, shape: Any, place: str = "") -> Any:
    """Convert each section separately, so that an error names the exact key."""
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
        elif isinstance(fields[key], type) and issubclass(fields[key], Section):
            converted[key] = _read(value, fields[key], where)
        else:
            converted[key] = value
    try:
        # Overrides of the section spotify are text.
        return msgspec.convert(converted, shape, strict=shape is not Spotify)
    except msgspec.ValidationError as error:
        what, _, key = str(error).partition(" - at ")
        where = (place + key.strip("`").removeprefix("$")).lstrip(".")
        raise ConfigurationError(f"{where}: {what}" if where else what) from error
