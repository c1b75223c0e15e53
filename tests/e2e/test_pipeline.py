"""The real templates, deployed by the CDK command line to the emulator, and the real handlers."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.athena import Athena
from local.comparison import compare
from local.deployment import ROOT
from local.expectation import Expectation
from local.machine import Machine, Spotify, machine
from local.pipeline import Pipeline, PipelineError
from local.spotify.access import Access
from local.spotify.regime import Regime
from local.spotify.world import ME, World
from stacks.sql_files import saved_queries

DAYS = 3


@contextmanager
def _quiet(_: str) -> Iterator[None]:
    yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module", params=[*Regime])
def regime(request: pytest.FixtureRequest) -> Regime:
    return Regime(request.param)


@pytest.fixture(scope="module")
def extracted(
    regime: Regime, tmp_path_factory: pytest.TempPathFactory, world: World
) -> Iterator[Machine]:
    """A deployment after three consecutive days."""
    folder = tmp_path_factory.mktemp("machine")
    spotify = Spotify(regime=regime)
    with machine(folder, _free_port(), spotify, _quiet) as (here, _):
        assert here.stand_in
        pipeline = Pipeline(here.deployment)
        for day in world.days[:DAYS]:
            here.stand_in.show(str(day))
            [summary] = pipeline.extract(str(day))
            assert (summary["status"], summary["regime"]) == ("complete", regime)
        pipeline.wait()
        yield here


@pytest.fixture(scope="module")
def expected(extracted: Machine, regime: Regime, world: World) -> Expectation:
    """What the schedule of the environment local should have found."""
    configuration = extracted.deployment.configuration
    [schedule] = configuration.schedules.values()
    access = Access(regime, ME)
    return Expectation(
        world,
        world.days[:DAYS],
        access,
        frozenset(schedule.playlists),
        configuration.full_refresh_days,
    )


@pytest.fixture(scope="module")
def athena(extracted: Machine) -> Athena:
    return Athena(extracted.deployment)


def test_the_tables_hold_what_the_stand_in_gave_day_by_day(
    athena: Athena, expected: Expectation
) -> None:
    comparison = compare(expected, athena)
    assert comparison.differences == []
    assert comparison.entries > 1000
    assert comparison.changes > 0
    assert comparison.statuses["unchanged"] > 0


def test_every_entry_received_is_stored_or_rejected(extracted: Machine, athena: Athena) -> None:
    entries = Pipeline(extracted.deployment).entries(athena)
    assert entries.received == entries.stored + entries.rejected > 500


def test_athena_serves_every_saved_query_of_the_project(athena: Athena) -> None:
    served = athena.saved_queries()
    assert {name: text for name, (_, text) in served.items()} == {
        query.name: query.text for query in saved_queries()
    }
    for name, (_, text) in served.items():
        rows = athena.run(text).rows
        assert rows or name == "rejected_by_reason", name


def test_every_playlist_has_the_status_that_its_regime_allows(
    athena: Athena, expected: Expectation
) -> None:
    overview = athena.run(athena.saved_queries()["playlist_overview"][1]).records()
    last = str(expected.days[-1])
    assert {row["playlist_id"]: row["status"] for row in overview} == {
        playlist: status for (day, playlist), status in expected.statuses().items() if day == last
    }


def test_the_outputs_are_those_that_others_rely_on(extracted: Machine) -> None:
    assert set(extracted.deployment.outputs) >= {
        "BucketName",
        "ExtractFunctionName",
        "TransformFunctionName",
        "SpotifySecretArn",
        "DeadLetterQueueUrl",
        "QueueUrl",
        "DatabaseName",
        "CrawlerName",
        "WorkGroupName",
    }


def test_the_same_event_again_changes_nothing(
    extracted: Machine, athena: Athena, expected: Expectation
) -> None:
    pipeline = Pipeline(extracted.deployment)
    parts = [key for key in pipeline.raw_keys() if "/run-" not in key]
    [again] = pipeline.extract(str(expected.days[0]))
    pipeline.wait()
    assert (again["attempt"], again["api_calls"]) == (2, 0)
    assert [key for key in pipeline.raw_keys() if "/run-" not in key] == parts
    assert compare(expected, athena).differences == []


def test_an_event_that_is_wrong_fails_loudly(extracted: Machine) -> None:
    with pytest.raises(PipelineError, match="The extract event is not valid"):
        Pipeline(extracted.deployment).invoke({"sources": {"songs": []}})


def _command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "lambda_src", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_port_in_use_is_named_with_a_remedy(extracted: Machine) -> None:
    done = _command("demo", PORT=str(extracted.port))
    assert done.returncode == 1
    assert f"Port {extracted.port} on 127.0.0.1 is in use" in done.stdout
    assert f"PORT={extracted.port + 1}" in done.stdout


def test_another_spotify_needs_a_secret(tmp_path: Path) -> None:
    done = _command("up", SPOTIFY_API_URL="https://api.spotify.com/v1/")
    assert done.returncode == 1
    assert "SECRET=file.json" in done.stdout


def test_whatever_is_started_is_stopped_on_an_error(tmp_path: Path) -> None:
    leaders: list[int] = []

    def fail_in_the_middle() -> None:
        with machine(tmp_path, _free_port(), Spotify(), _quiet) as (here, _):
            leaders.extend(here.leaders.values())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    assert len(leaders) == 2
    for leader in leaders:
        with pytest.raises(ProcessLookupError):
            os.killpg(leader, 0)
