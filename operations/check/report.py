"""The check of an environment: lists the library as planning does, and reads the stored state."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from operations.check.authorisation import Authorisation, authorisation
from operations.check.calls import days_for
from operations.check.forecast import Forecast, Rules, forecast
from operations.check.sources import Library, Source, find_sources
from spotify_pipeline.extract import clock
from spotify_pipeline.extract.errors import (
    InterruptionError,
    RunRefusedError,
    UnavailableError,
)
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.extract.plan import Plan
from spotify_pipeline.extract.planner import make_plan
from spotify_pipeline.extract.spotify.client import SpotifyClient
from spotify_pipeline.extract.spotify.library import LibraryProgress
from spotify_pipeline.extract.spotify.regime import regime_of
from spotify_pipeline.extract.state.ledger import Ledger
from spotify_pipeline.extract.state.schedule_state import Refresh, ScheduleState
from spotify_pipeline.sources import Sources
from stacks.configuration import Configuration
from stacks.cron.times import runs_a_day

States = Mapping[str, ScheduleState]
"""The stored states by schedule; a schedule without runs has none."""


@dataclass(frozen=True)
class Report:
    """The result. `fault` says why the library could not be listed.

    `calls` were made by the check; `calls_24h` by the environment, as far as they are recorded.
    """

    authorisation: Authorisation
    regime: str | None
    sources: list[Source]
    forecasts: list[Forecast]
    daily_calls: int
    full_refresh_days: int
    calls: int
    calls_24h: int
    fault: str | None = None

    @property
    def unreadable(self) -> list[Source]:
        return [one for one in self.sources if not one.is_readable]

    @property
    def usable_calls(self) -> int:
        """The calls of a day that one schedule may make."""
        return Ledger().free(clock.utc_now(), "", self.daily_calls)

    @property
    def first_run(self) -> int:
        return sum(one.first_run for one in self.forecasts)

    @property
    def first_run_days(self) -> int:
        return days_for(self.first_run, self.usable_calls)

    @property
    def typical_day(self) -> int:
        return sum(one.typical_day for one in self.forecasts)

    @property
    def fits(self) -> bool:
        """True if a typical day fits; a longer first run spreads over days by itself."""
        return self.typical_day <= self.usable_calls

    @property
    def is_ok(self) -> bool:
        return self.authorisation.is_ok and not self.fault and not self.unreadable and self.fits


def check(
    configuration: Configuration,
    states: States,
    spotify: SpotifyClient,
    last_regime: str | None = None,
    purged: Collection[str] = (),
) -> Report:
    """Check all schedules with one listing of the library, if one of them has it as source.

    `last_regime` is that of earlier runs, for a library that does not show it. Like runs, the check
    leaves out the playlists in `purged`.
    """
    schedules = configuration.schedules.values()
    wants_library = any(one.my_playlists for one in schedules)
    wants_plays = any(one.recently_played for one in schedules)
    authorised = authorisation(spotify.auth, needs_user=wants_library or wants_plays)
    plan, fault = None, None
    calls_24h = 0
    try:
        if wants_library and authorised.works and authorised.has_user:
            plan = _list_library(configuration, states, spotify, purged)
    except (InterruptionError, RunRefusedError, UnavailableError) as error:
        fault = str(error)
    finally:
        # Without calls there is nothing to record.
        if spotify.calls:
            calls_24h = spotify.budget.close()
    playlists = plan.playlists if plan else []
    library = {one.id: one for one in playlists}
    shown = regime_of(listing.regime for one in playlists if (listing := one.listing))
    regime = shown or last_regime
    found, forecasts = _schedules(configuration, states, library, regime, purged)
    return Report(
        authorised,
        regime,
        found,
        forecasts,
        configuration.spotify.daily_calls,
        configuration.full_refresh_days,
        spotify.calls,
        calls_24h,
        _library_fault(plan, fault) if wants_library else None,
    )


def _library_fault(plan: Plan | None, reason: str | None) -> str | None:
    """Why the figures leave out playlists of the library; None if they do not."""
    if plan is None:
        unlisted = "the library was not listed: the figures leave its playlists out"
        return f"{unlisted} ({reason})" if reason else unlisted
    return plan.library.reason if plan.library and plan.library.is_incomplete else None


def _list_library(
    configuration: Configuration, states: States, spotify: SpotifyClient, purged: Collection[str]
) -> Plan:
    """The plan of a full refresh of the library."""
    stored = [state for state in states.values() if state.library]
    known = stored[0] if stored else ScheduleState()
    state = ScheduleState(library=known.library, user_id=known.user_id)
    request = RunRequest(Sources(my_playlists=True), clock.utc_now(), refresh="full")
    refresh = Refresh(state, request.time, True, configuration.full_refresh_days)
    with ThreadPoolExecutor(configuration.spotify.concurrency) as pool:
        return make_plan(request, spotify, pool, refresh, LibraryProgress(), purged=purged)


def _schedules(
    configuration: Configuration,
    states: States,
    library: Library,
    regime: str | None,
    purged: Collection[str],
) -> tuple[list[Source], list[Forecast]]:
    """The sources of all schedules, each once, and the forecast of each schedule."""
    found: dict[tuple[str, str], Source] = {}
    forecasts = []
    rules = Rules(regime, configuration.functions.extract.enrichment_requests)
    for name, schedule in configuration.schedules.items():
        state = states.get(name, ScheduleState())
        kept = tuple(one for one in schedule.playlists if one not in purged)
        sources = msgspec.structs.replace(schedule.typed_sources, playlists=kept)
        own = find_sources(sources, library, state)
        found |= {(one.kind, one.id): one for one in own}
        refresh = Refresh(state, clock.utc_now(), False, configuration.full_refresh_days)
        size = _size(library, state) if schedule.my_playlists else None
        forecasts.append(forecast(name, runs_a_day(schedule.cron), own, refresh, size, rules))
    return list(found.values()), forecasts


def _size(library: Library, state: ScheduleState) -> int:
    """The number of playlists in the library, of an earlier run if it was not listed."""
    if not library and state.library:
        return state.library.total
    return len(library)
