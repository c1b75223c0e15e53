"""The schedules of a configuration file: `[schedules.<name>]`."""

import json
import math
import re
import zoneinfo
from typing import Any

import msgspec

from spotify_pipeline.keys import IMPORT, LONGEST_ENTRY_NAME, resume_name_length
from spotify_pipeline.sources import Sources
from stacks.cron.expressions import check_cron
from stacks.cron.times import runs_a_day
from stacks.sections import Section

# Scheduler allows 256 KB (API reference, Target). Lambda adds the error to an event that failed.
_SOURCES_BYTES = 200_000

_HOURLY = "30 * * * ? *"
"""Not at the full hour, when other schedules begin."""

_WITH_RETRIES = 9 / 8


class Schedule(Section, frozen=True):
    """Local times in an IANA time zone, and the sources that a run extracts then.

    Recently played tracks have a schedule of their own, by default every hour.
    """

    cron: str = ""
    timezone: str = "UTC"
    enabled: bool = True
    my_playlists: bool = False
    playlists: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    recently_played: bool = False

    def __post_init__(self) -> None:
        if not self.cron:
            msgspec.structs.force_setattr(self, "cron", self._default_cron())
        check_cron(self.cron)
        if self.timezone not in zoneinfo.available_timezones():
            raise ValueError(
                f"timezone {self.timezone!r} is unknown: give an IANA name, such as Europe/Berlin"
            )
        if not self.sources:
            raise ValueError(
                "it has no sources: set my_playlists = true or recently_played = true, or list "
                "playlists, artists or albums"
            )
        length = len(json.dumps(self.sources))
        if length > _SOURCES_BYTES:
            raise ValueError(
                f"its sources make an event of {length:,} characters, more than fit into a "
                f"schedule ({_SOURCES_BYTES:,}, about 7,600 ids): split it in two"
            )

    @property
    def sources(self) -> dict[str, Any]:
        """The `sources` field of the extract event; defaults are omitted."""
        event: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self.typed_sources))
        return event

    @property
    def typed_sources(self) -> Sources:
        return Sources(
            my_playlists=self.my_playlists,
            playlists=self.playlists,
            artists=self.artists,
            albums=self.albums,
            recently_played=self.recently_played,
        )

    @property
    def reserved_calls(self) -> int:
        """Daily calls that other schedules leave to this one: one a run, and an eighth for retries.

        Plays that are not read in time are lost; playlists are read a day later.
        """
        if not (self.recently_played and self.enabled):
            return 0
        return math.ceil(runs_a_day(self.cron) * _WITH_RETRIES)

    def _default_cron(self) -> str:
        if not self.recently_played:
            raise ValueError('cron: give the times of the runs, such as cron = "0 6 * * ? *"')
        return _HOURLY


def check_name(name: str, resumes: int) -> None:
    """Raise ValueError for a name that does not fit, even for a run's last resume."""
    if not re.fullmatch("[a-z][a-z0-9]*", name):
        raise ValueError(
            f"schedules.{name}: the name must be lower-case letters and digits, "
            "beginning with a letter"
        )
    if name == IMPORT:
        raise ValueError(
            f"schedules.{name}: the runs of make import have this name: choose another one"
        )
    taken = resume_name_length("", resumes + 1) if resumes else 0
    longest = LONGEST_ENTRY_NAME - taken
    if len(name) > longest:
        raise ValueError(
            f"schedules.{name}: the name has {len(name)} characters, and at most {longest} fit "
            f"into EventBridge Scheduler's names with functions.extract.resumes = {resumes}: "
            "shorten it"
        )
