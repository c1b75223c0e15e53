"""What statements read while the history grows: those about the present must not read more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from local.machine import Step
from operations.deployment import Deployment
from stacks.recent_views import Bounds
from tests.trino.catalog import set_bounds, set_days
from tests.trino.differences import unmatched
from tests.trino.engines import Answer, StatementError, Trino
from tests.trino.history import History
from tests.trino.statements import Statement, statements

BASELINE_DAYS = 14
MEDIUM_DAYS = 364
MOST_GROWTH = 1.1
"""Bytes and splits of a statement about the present, relative to those of the baseline."""

# The narrowest with which the first day of the baseline still counts, so that every longer history
# exceeds them.
BOUNDS = Bounds(run_days=2, contents_days=BASELINE_DAYS - 1, details_days=BASELINE_DAYS - 1)


@dataclass(frozen=True)
class Growth:
    """Answers by statement and by days of history; and what is wrong, in lines.

    A statement that failed has no answer for those days.
    """

    days: Sequence[int]
    answers: dict[Statement, dict[int, Answer]]
    failures: list[str]


def measure(
    deployment: Deployment, trino: Trino, history: History, longest: int, step: Step
) -> Growth:
    """Run the saved queries and prepared statements on histories of up to `longest` days.

    The last day is today, as in an environment that runs daily. Views are measured with the
    queries that read them.
    """
    sizes = sorted({BASELINE_DAYS, min(MEDIUM_DAYS, longest), longest})
    growth = Growth(sizes, {}, [])
    set_bounds(deployment, BOUNDS)
    found: list[Statement] = []
    for size in sizes:
        with step(f"Extending the history to {size:,} days"):
            set_days(deployment, history.extend(size))
        found = found or [one for one in statements(deployment) if one.kind != "view"]
        with step(f"Running {len(found)} queries over {size:,} days"):
            for statement in found:
                _add(growth, statement, size, trino)
    if datetime.now(UTC).date() != history.days.last:
        growth.failures.append("A day ended while queries were measured: repeat the measurement")
    return growth


def _add(growth: Growth, statement: Statement, size: int, trino: Trino) -> None:
    try:
        answer = trino.run(statement)
    except StatementError as error:
        growth.failures.append(f"{statement}: {error}")
        return
    answers = growth.answers.setdefault(statement, {})
    answers[size] = answer
    baseline = answers.get(BASELINE_DAYS)
    if statement.is_of_the_present and baseline:
        growth.failures.extend(
            f"{statement}: {fault}, after {size} days of history"
            for fault in faults(baseline, answer)
        )


def faults(baseline: Answer, answer: Answer) -> list[str]:
    """How the answer about the present differs from the one of the baseline, in words."""
    found = []
    unexpected, missing = unmatched(answer.rows, baseline.rows)
    if unexpected or missing:
        found.append(
            f"{len(unexpected)} more and {len(missing)} fewer rows, such as "
            f"{(unexpected or missing)[0]}"
        )
    for what, now, before in (
        ("bytes", answer.bytes_read, baseline.bytes_read),
        ("splits", answer.splits, baseline.splits),
    ):
        if now > MOST_GROWTH * before:
            found.append(f"{now:,} {what} instead of {before:,}")
    return found
