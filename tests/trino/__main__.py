"""make test-trino: every statement on Trino, the engine under Athena, compared and measured.

No part of pytest's collection: it needs Java, Maven and minutes.
"""

import signal
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from commands.display import console, step
from commands.entry_point import INTERRUPTED, run_app
from commands.local_options import RECORDING, Data, Port
from commands.variables import EXIT_CODE, VariableError, whole_number
from fake_spotify.worlds.choice import world_of
from local.machine import FOLDER, Machine, Spotify, machine
from local.pipeline import Pipeline, PipelineError
from local.processes import PortInUseError
from operations.athena.query import QueryFailedError
from operations.cdk.command_line import CdkError
from operations.terminal import guard_stderr
from tests.trino.catalog import set_days
from tests.trino.comparison import compare
from tests.trino.engines import StatementError, Trino
from tests.trino.growth import BASELINE_DAYS, measure
from tests.trino.history import History
from tests.trino.java import MissingPrerequisiteError, find_java
from tests.trino.listening import EXPORT_DAYS, extract_plays
from tests.trino.report import show
from tests.trino.server import TrinoError, trino
from tests.trino.statements import statements

SYNTHETIC_DAYS = 3

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

HistoryDays = Annotated[
    int,
    typer.Option(
        "--days",
        envvar="DAYS",
        parser=whole_number("DAYS", BASELINE_DAYS, 3_650),
        help="Days of the longest history that is measured.",
    ),
]


class FailedError(Exception):
    """Answers differ, or statements read more than they may."""


_EXPECTED = (
    CdkError,
    FailedError,
    PipelineError,
    PortInUseError,
    QueryFailedError,
    StatementError,
    TrinoError,
)


@app.command()
def run(port: Port = 4566, data: Data = None, longest: HistoryDays = 364) -> None:
    """Deploy, extract, compare the engines, and measure with a longer and longer history."""
    days = _days(data)
    find_java()
    with machine(FOLDER / "test-trino", port, Spotify(data=data), step) as (here, _):
        _extract(here, days)
        with step(f"Reading the newest plays, and importing those of {EXPORT_DAYS} days"):
            extract_plays(here)
        history = History(here.deployment)
        with ExitStack() as stack:
            with step("Starting Trino"):
                region = str(here.deployment.configuration.region)
                node = stack.enter_context(trino(here.emulator, region))
            engine = Trino(node, here.deployment.output("DatabaseName"))
            different = _compare(here, engine, history)
            growth = measure(here.deployment, engine, history, longest, step)
    show(growth)
    _print(growth.failures)
    if failures := len(different) + len(growth.failures):
        raise FailedError(f"{failures} faults of statements: correct those that are named above")


def _days(data: Data) -> list[str]:
    """All days of a recording, or the first ones of the synthetic world."""
    try:
        days = list(map(str, world_of(data).days))
    except ValueError as error:
        raise VariableError(f"DATA={error}; expected {RECORDING}") from error
    return days if data else days[:SYNTHETIC_DAYS]


def _extract(here: Machine, shown: list[str]) -> None:
    """Extract what the fake shows on these days, as on the days that end today."""
    pipeline = Pipeline(here.deployment)
    today = datetime.now(UTC).date()
    with step(f"Extracting and transforming {len(shown)} days"):
        for ago, day in zip(reversed(range(len(shown))), shown, strict=True):
            assert here.fake
            here.fake.show(day)
            pipeline.extract(str(today - timedelta(ago)))
            pipeline.wait()


def _compare(here: Machine, engine: Trino, history: History) -> list[str]:
    set_days(here.deployment, history.days)
    found = list(statements(here.deployment))
    with step(f"Comparing {len(found)} views, queries and prepared statements"):
        different = compare(here.deployment, engine, found)
    _print(different)
    return different


def _print(faults: list[str]) -> None:
    for fault in faults:
        console.print(f"  {fault}", markup=False, soft_wrap=True)


def main() -> None:
    try:
        run_app(app, console, _EXPECTED)
    except MissingPrerequisiteError as error:
        console.print_error(error)
        sys.exit(EXIT_CODE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    guard_stderr()
    # Every termination signal stops the started processes.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    main()
