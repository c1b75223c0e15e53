"""The command line of make purge."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

import pytest
from typer.testing import CliRunner, Result

from commands.variables import VariableError
from fake_spotify.worlds.world import World
from operations.purge.playlist import PlaylistPurge
from tests.unit.operations.purge.conftest import Bucket, playlist_named

if TYPE_CHECKING:
    from operations.purge.survey import Survey

# Its package has the function `main` of another module.
commands = importlib.import_module("commands.purge.__main__")
NAME = "Morning Commute"


class Run(Protocol):
    """Runs the command with these environment variables."""

    def __call__(self, **environment: str) -> Result: ...


@pytest.fixture
def run(filled: Bucket, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(commands, "announce_deployment", lambda *_: filled.deployment)
    monkeypatch.setattr(commands.console, "width", 132)
    for name in ("PLAYLIST", "ALL", "CONFIRM", "UNDO"):
        monkeypatch.delenv(name, raising=False)

    def run_command(**environment: str) -> Result:
        return CliRunner().invoke(commands.app, [], env={"ENV": "local", **environment})

    return run_command


def test_the_dry_run_prints_counts_and_changes_nothing(
    filled: Bucket, world: World, run: Run
) -> None:
    playlist_id = playlist_named(world, NAME)
    before = filled.texts()
    done = run(PLAYLIST=f"https://open.spotify.com/playlist/{playlist_id}?si=1")
    assert done.exit_code == 0
    assert "2 records, 68 entries" in done.stdout
    assert "68 rows of playlist_items, 2 rows of playlists" in done.stdout
    assert f"make purge ENV=local PLAYLIST={playlist_id} CONFIRM=1" in done.stdout
    assert filled.texts() == before


def test_a_confirmed_purge_prints_its_verification(filled: Bucket, world: World, run: Run) -> None:
    playlist_id = playlist_named(world, NAME)
    done = run(PLAYLIST=playlist_id, CONFIRM="1")
    assert done.exit_code == 0
    assert "Purged. Found afterwards:" in done.stdout
    assert "0 records, 0 entries" in done.stdout
    assert "✓ Verified: nothing of it is left" in done.stdout
    assert filled.holders(playlist_id) == []
    undone = run(PLAYLIST=playlist_id, UNDO="1")
    assert f"Runs may read the playlist {playlist_id} again" in undone.stdout


def test_a_damaged_part_ends_the_purge_with_an_error(
    filled: Bucket, world: World, run: Run
) -> None:
    key = filled.aws.raw_keys()[0]
    filled.aws.s3.put_object(Bucket=filled.aws.bucket, Key=key, Body=b"not gzip")
    done = run(PLAYLIST=playlist_named(world, NAME), CONFIRM="1")
    assert done.exit_code == 1
    assert "1 damaged raw parts cannot be searched" in done.stdout
    assert key in done.stdout
    assert "✗ Not verified" in done.stdout


def test_a_playlist_that_is_still_a_source_is_pointed_out(run: Run) -> None:
    done = run(PLAYLIST="37i9dQZF1DXcBWIGoYBM5M")
    assert "config/local.toml names it in schedules.daily" in done.stdout


def test_everything_is_counted_and_then_purged(filled: Bucket, run: Run) -> None:
    before = filled.texts()
    counted = run(ALL="1")
    assert "The call ledger in state/calls/ stays" in counted.stdout
    assert "make purge ENV=local ALL=1 CONFIRM=1" in counted.stdout
    assert filled.texts() == before
    done = run(ALL="1", CONFIRM="1")
    assert done.exit_code == 0
    assert "✓ Verified: nothing but the ledger and the tombstones is left" in done.stdout
    assert filled.aws.keys() == ["state/calls/ledger.json"]


def test_ctrl_c_says_that_the_purge_can_go_on(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: PlaylistPurge) -> Survey:
        raise KeyboardInterrupt

    monkeypatch.setattr(PlaylistPurge, "run", interrupted)
    done = run(PLAYLIST=playlist_named(world, NAME), CONFIRM="1")
    assert done.exit_code == 130
    assert "Run the same command again: it goes on where it was" in done.stdout


@pytest.mark.parametrize(
    ("variables", "error"),
    [
        ({}, "needs either PLAYLIST=<id, URI or link> or ALL=1"),
        ({"ALL": "1", "PLAYLIST": "37i9dQZF1DXcBWIGoYBM5M"}, "needs either PLAYLIST="),
        ({"ALL": "1", "UNDO": "1"}, "UNDO=1 is not possible with ALL=1"),
        ({"PLAYLIST": "xyz"}, "PLAYLIST='xyz' is not a Spotify playlist"),
        ({"ALL": "maybe"}, "ALL=maybe is not accepted"),
    ],
    ids=["nothing", "both", "undo of everything", "no playlist", "no switch"],
)
def test_wrong_variables_are_refused(run: Run, variables: dict[str, str], error: str) -> None:
    done = run(**variables)
    assert isinstance(done.exception, VariableError)
    assert error in str(done.exception)
