"""Schedules of recently played tracks: configuration, reserved calls, and the alarm on gaps."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.cloudwatch.alarms import Alarm
from local.cloudwatch.samples import Samples
from stacks.configuration import load
from tests.infrastructure.cloudwatch import alarm_of, promised
from tests.infrastructure.conftest import resources_of, synthesize, templates_of
from tests.infrastructure.emission import functions
from tests.infrastructure.test_configuration import DEV, refusal
from tests.infrastructure.test_schedules import configured

HEADER = "[schedules.daily]"
PLAYS = "[schedules.plays]\nrecently_played = true\n"

HOUR = 60
GAP = 100 * HOUR


@pytest.fixture(scope="module")
def ingestion(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The templates of dev with a schedule of plays."""
    folder = tmp_path_factory.mktemp("plays")
    configuration = load("dev", {}, configured(folder, HEADER, f"{PLAYS}{HEADER}"))
    return templates_of(synthesize(configuration, folder / "out"))


@pytest.fixture(scope="module")
def alarms(ingestion: dict[str, dict[str, Any]]) -> dict[str, Alarm]:
    found = map(alarm_of, resources_of(ingestion, "ingestion", "AWS::CloudWatch::Alarm").values())
    return {alarm.name.removeprefix("spotify-dev-"): alarm for alarm in found}


def test_without_a_cron_plays_are_read_every_hour(tmp_path: Path) -> None:
    schedules = load("dev", {}, configured(tmp_path, HEADER, f"{PLAYS}{HEADER}")).schedules
    assert schedules["plays"].cron == "30 * * * ? *"
    assert schedules["plays"].sources == {"recently_played": True}
    own = f'{PLAYS}cron = "0/20 * * * ? *"\n'
    schedules = load("dev", {}, configured(tmp_path, HEADER, f"{own}{HEADER}")).schedules
    assert schedules["plays"].cron == "0/20 * * * ? *"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (HEADER, f"{HEADER}\nrecently_played = true", "schedules.daily: recently_played is no so"),
        ('cron = "0 6 * * ? *"', "", "schedules.daily: cron: give the times of the runs, such as"),
        (
            HEADER,
            f'{PLAYS}cron = "0/4 * * * ? *"\n{HEADER}',
            "schedules: the runs that read recently played tracks take 405 calls a day, more than "
            "half of spotify.daily_calls = 700: choose fewer times",
        ),
    ],
)
def test_a_schedule_that_cannot_work_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert message in refusal(tmp_path, old, new)


def test_the_function_knows_the_calls_that_are_kept_for_plays(
    ingestion: dict[str, dict[str, Any]],
) -> None:
    functions_of = resources_of(ingestion, "ingestion", "AWS::Lambda::Function").values()
    variables = [one["Environment"]["Variables"] for one in functions_of if "Environment" in one]
    [reserved] = [one["RESERVED_CALLS"] for one in variables if "RESERVED_CALLS" in one]
    assert json.loads(reserved) == {"plays": 27}


def test_a_paused_schedule_keeps_no_calls(tmp_path: Path) -> None:
    paused = configured(tmp_path, HEADER, f"{PLAYS}enabled = false\n{HEADER}")
    assert load("dev", {}, paused).reserved_calls == {}


def test_alarms_on_playlists_are_not_for_plays(alarms: dict[str, Alarm]) -> None:
    assert {name for name in alarms if name.endswith("-plays")} == {
        "stale-plays",
        "play-gaps-plays",
    }


def test_the_function_emits_what_the_alarm_reads(alarms: dict[str, Alarm]) -> None:
    with functions() as deployed:
        reports = []
        for day in (2, 4):
            deployed.fake.clock = datetime(2026, 3, day, 6, tzinfo=UTC).timestamp
            reports.append(dict(deployed.extract(day, "plays", recently_played=True)))
    assert [one[alarms["stale-plays"].key] for one in reports] == [1, 1]
    assert [one[alarms["play-gaps-plays"].key] for one in reports] == [0, 1]


@pytest.mark.parametrize(
    ("gaps", "is_raised"), [([0], False), ([1], False), ([1, 2], True), ([1, 2, 2, 1, 0], True)]
)
def test_a_second_gap_within_a_day_is_an_alarm_which_ends_with_it(
    alarms: dict[str, Alarm], gaps: list[float], is_raised: bool
) -> None:
    """`gaps` are those of the last day, as reported by successive runs; other runs report 0."""
    alarm, samples = alarms["play-gaps-plays"], Samples()
    for hour in range(400):
        samples.add(alarm.key, hour * HOUR + 30, 0)
    for n, value in enumerate(gaps):
        samples.add(alarm.key, GAP + n * HOUR + 31, value)
    states = list(alarm.states(samples, range(GAP, GAP + 24 * HOUR, 5)))
    raised = [minute for minute, state in states if state == "ALARM"]
    assert bool(raised) == is_raised
    assert not raised or raised[0] - (GAP + HOUR + 31) <= promised(alarm)
    assert states[-1][1] == "OK"


def test_the_examples_in_the_configuration_are_valid(tmp_path: Path) -> None:
    lines = DEV.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("# [schedules.plays]"))
    example = "\n".join(line.removeprefix("# ") for line in lines[start : start + 2])
    (tmp_path / "dev.toml").write_text(f"{DEV}\n{example}\n")
    assert load("dev", {}, tmp_path).schedules["plays"].recently_played
