"""Failures caused on the emulator, and the alarms that its metrics raise.

The alarms are those of the deployed template. The metrics are those that local.cloudwatch collects;
their minutes are simulated. `--log-file=FILE --log-file-level=INFO` writes the times until ALARM.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from commands.status.text import show
from local.cloudwatch.alarms import State
from local.machine import Spotify, machine
from local.processes import free_port
from operations.status.snapshot import take_snapshot
from operations.status.verdict import Verdict, judge
from operations.terminal import SafeConsole
from tests.e2e.failing_deployment import DAY, FAILURE, RUN, FailingDeployment
from tests.e2e.failures import FAILURES, Failure
from tests.infrastructure.cloudwatch import promised

DAILY_CALLS = 40
"""Enough for two runs, not for two days."""

BEGIN = DAY + RUN + 5
"""After the second run: every alarm has data."""

logger = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailingDeployment]:
    folder, spotify = tmp_path_factory.mktemp("machine"), Spotify(daily_calls=DAILY_CALLS)
    with machine(folder, free_port(), spotify, nullcontext) as (here, _):
        yield FailingDeployment.after_healthy_days(here)


def test_healthy_days_raise_no_alarm(deployed: FailingDeployment) -> None:
    minutes = range(BEGIN, FAILURE + 1, 5)
    assert states(deployed, minutes) == dict.fromkeys(deployed.alarms, (None, "OK"))


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_a_failure_raises_its_alarms_and_no_others(
    deployed: FailingDeployment, failure: Failure
) -> None:
    with deployed.failing(), failure.cause(deployed) as began:
        limit = {name: began + promised(deployed.alarms[name]) for name in failure.raised}
        last = max(limit.values())
        found = states(deployed, range(BEGIN, last + 1, 5))
        raised = {name: minute for name, (minute, _) in found.items() if minute is not None}
        assert raised.keys() == failure.raised
        assert all(began < minute <= limit[name] for name, minute in raised.items())
        for name in raised:
            assert failure.first in deployed.alarms[name].text.partition(" First: ")[2]
        verdict, first_line = status(deployed, failure, dict.fromkeys(raised, "ALARM"))
        [shown] = [fault for fault in verdict.faults if " in ALARM: " in fault]
        assert len(verdict.faults) == len(failure.faults) + 1
        assert all(any(one in fault for fault in verdict.faults) for one in failure.faults)
        assert first_line == f"✗ {verdict.sentence}"
        for name, minute in raised.items():
            assert f"spotify-local-{name}" in shown
            logger.info(
                "%s: %s after %d minutes: %s", failure.name, name, minute - began, first_line
            )


def states(deployed: FailingDeployment, minutes: range) -> dict[str, tuple[int | None, State]]:
    """The first minute in ALARM, and the last state, of each alarm."""
    found: dict[str, tuple[int | None, State]] = {}
    for name, alarm in deployed.alarms.items():
        history = list(alarm.states(deployed.collector.samples, minutes))
        raised = [minute for minute, state in history if state == "ALARM"]
        found[name] = (min(raised, default=None), history[-1][1])
    return found


def status(
    deployed: FailingDeployment, failure: Failure, raised: dict[str, str]
) -> tuple[Verdict, str]:
    """The verdict of make status while CloudWatch shows these states, and its first line."""
    cloudwatch = deployed.machine.deployment.client("cloudwatch")
    for name in deployed.alarms:
        state = raised.get(name, "OK")
        cloudwatch.set_alarm_state(
            AlarmName=f"spotify-local-{name}", StateValue=state, StateReason="as evaluated"
        )
    snapshot = take_snapshot(deployed.machine.deployment, datetime.now(UTC) + failure.later)
    verdict = judge(snapshot)
    printed = io.StringIO()
    show(snapshot, verdict, [], SafeConsole(file=printed, width=200))
    return verdict, printed.getvalue().partition("\n")[0]
