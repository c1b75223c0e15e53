"""The commands behind make demo and make local-…"""

import shlex
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import typer

from commands.credentials import CONTENT, read_credentials
from commands.display import console, run_line, step
from commands.entry_point import run_app
from commands.local_options import (
    RECORDING,
    ApiUrl,
    Data,
    Day,
    Days,
    Env,
    Grant,
    Port,
    Rules,
    Secret,
    TokenKind,
    TokenUrl,
)
from commands.report.writing import open_report, write_report
from commands.variables import VariableError
from fake_spotify.access import Access
from fake_spotify.regime import Regime
from fake_spotify.worlds.choice import world_of
from fake_spotify.worlds.world import ME, World
from local.comparison import compare
from local.deployment import ENVIRONMENT
from local.expectation import Expectation
from local.listening import listen
from local.machine import FOLDER, Machine, Spotify, machine, running, shut_down
from local.pipeline import Pipeline, PipelineError
from local.processes import PortInUseError
from local.spotify import APP_CREDENTIALS, CREDENTIALS, FakeSpotifyClient
from operations.athena.query import QueryFailedError
from operations.cdk.command_line import CdkError
from operations.deployment import NotDeployedError
from operations.terminal import guard_stderr

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

_EXPECTED = (
    CdkError,
    NotDeployedError,
    PipelineError,
    PortInUseError,
    QueryFailedError,
    RuntimeError,
    ValueError,
)


@app.command()
def demo(
    port: Port = 4566,
    days: Days = 3,
    data: Data = None,
    regime: Rules = Regime.NEW_DEV,
    token_kind: Grant = TokenKind.USER,
) -> None:
    """Deploy, extract some days, verify the tables, and write the report."""
    world = _world(data)
    credentials = CREDENTIALS if token_kind is TokenKind.USER else APP_CREDENTIALS
    spotify = Spotify(data=data, regime=regime, credentials=credentials)
    with machine(FOLDER / "demo", port, spotify, step) as (here, _):
        sources = _demo_sources(here, world, token_kind)
        for day in world.days[:days]:
            _extract(here, str(day), sources)
        if here.fake and token_kind is TokenKind.USER:
            _listen(here, here.fake)
        _show_totals(here)
        access = Access(regime, ME if token_kind is TokenKind.USER else None)
        named = frozenset(sources.get("playlists", ()))
        every = here.deployment.configuration.full_refresh_days
        liked = bool(sources.get("liked_songs"))
        _compare(here, Expectation(world, world.days[:days], access, named, every, liked))
        report = _write_report(here)
    console.print(f"Report: {report}", soft_wrap=True, markup=False)
    open_report(report)


@app.command()
def up(
    port: Port = 4566,
    data: Data = None,
    regime: Rules = Regime.NEW_DEV,
    api_url: ApiUrl = None,
    token_url: TokenUrl = None,
    secret: Secret = None,
) -> None:
    """Start emulator and fake Spotify (or use another Spotify), deploy, and leave them running."""
    if (FOLDER / "running.json").exists():
        raise RuntimeError("The local deployment is already running. Stop it with: make local-down")
    _world(data)
    spotify = _spotify(Spotify(data=data, regime=regime), api_url, token_url, secret)
    with machine(FOLDER, port, spotify, step) as (here, stack):
        here.save_record()
        stack.pop_all()
    console.print(f"AWS endpoint  {here.emulator.url}")
    source = shlex.quote(str(here.aws_variables))
    console.print(f"AWS clients   source {source}", soft_wrap=True, markup=False)
    console.print(f"Outputs       {here.folder / 'outputs.json'}")
    console.print("Next          make local-extract, make query ENV=local, make local-down")


@app.command()
def extract(
    environment: Env = ENVIRONMENT,
    day: Day = None,
) -> None:
    """Extract one day: with the fake Spotify the next one that it has, else today."""
    here = running(environment)
    if here.fake is None:
        _extract(here, str(day or datetime.now(UTC).date()))
        return
    shown = str(day or here.fake.day())
    _extract(here, shown)
    later = [other for other in here.fake.days() if other > shown]
    here.fake.show(later[0] if later else shown)


@app.command()
def down() -> None:
    """Stop the processes that `up` started."""
    console.print("Stopped." if shut_down() else "Nothing was running.")


def _world(data: Path | None) -> World:
    """The world that the fake serves. Raises VariableError if DATA is not a recording."""
    try:
        return world_of(data)
    except ValueError as error:
        raise VariableError(f"DATA={error}; expected {RECORDING}") from error


def _demo_sources(here: Machine, world: World, token_kind: TokenKind) -> dict[str, Any]:
    """The schedule's sources; without a user there is no library, so all playlists are listed."""
    if token_kind is TokenKind.APP:
        return {"playlists": [playlist.id for playlist in world.playlists(world.days[-1])]}
    [schedule] = here.deployment.configuration.schedules.values()
    return schedule.sources


def _extract(here: Machine, day: str, sources: dict[str, Any] | None = None) -> None:
    pipeline = Pipeline(here.deployment)
    if here.fake:
        here.fake.show(day)
    with step(f"Extracting and transforming {day}"):
        summaries = pipeline.extract(day, sources)
        pipeline.wait()
    for run in summaries:
        console.print(f"  {run['schedule']}: {run_line(run)}", markup=False)


def _listen(here: Machine, fake: FakeSpotifyClient) -> None:
    with step("Reading the newest plays, and importing a data export"):
        plays = listen(here.deployment, fake, here.folder)
    console.print(f"  plays: {run_line(plays.run)}", markup=False)
    counts = (
        f"{plays.exported:,} exported + {plays.listed:,} listed by the API "
        f"- {plays.matched:,} reported by both = {plays.shown:,}"
    )
    if not plays.adds_up:
        raise PipelineError(f"Plays were lost or doubled: {counts}")
    console.print(f"  plays: {counts}", markup=False)


def _show_totals(here: Machine) -> None:
    entries = Pipeline(here.deployment).entries()
    console.print()
    console.print(f"Parquet files: {here.objects / 'transformed-data'}", soft_wrap=True)
    console.print(
        f"Playlist entries: {entries.received:,} received = "
        f"{entries.stored:,} stored + {entries.rejected:,} rejected"
    )
    if entries.received != entries.stored + entries.rejected:
        raise PipelineError("The counts do not add up: entries were lost or duplicated")


def _compare(here: Machine, expected: Expectation) -> None:
    with step("Comparing the tables with the fake Spotify's own expectation"):
        comparison = compare(expected, here.deployment)
    if comparison.differences:
        raise PipelineError(
            "\n".join(
                ["The tables differ from the expected contents:", *comparison.differences[:20]]
            )
        )
    console.print(f"Equal: {comparison}")


def _write_report(here: Machine) -> Path:
    path = here.folder / "report.html"
    with step("Running the saved queries"):
        failed = write_report(here.deployment, path)
    if failed:
        raise PipelineError(f"Saved queries without a result: {', '.join(failed)}; see {path}")
    return path


def _spotify(
    fake: Spotify, api_url: str | None, token_url: str | None, secret: Path | None
) -> Spotify:
    credentials = read_credentials(secret) if secret else None
    if api_url is None and token_url is None:
        return replace(fake, credentials=credentials) if credentials else fake
    if not (api_url and token_url and credentials):
        raise VariableError(
            "Another Spotify needs SPOTIFY_API_URL=, SPOTIFY_TOKEN_URL= and SECRET=, "
            f"a file of {CONTENT}"
        )
    return Spotify(urls={"api_url": api_url, "token_url": token_url}, credentials=credentials)


def _end(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    try:
        run_app(app, console, _EXPECTED)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    guard_stderr()
    # Every termination signal stops the started processes.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    main()
