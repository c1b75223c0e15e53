"""The emulator's port belongs to the emulator, or it is not used."""

import json
from pathlib import Path

import pytest

from local import emulator as module
from local import machine as local_machine
from local.emulator import Emulator, await_emulator, start_emulator
from local.machine import running
from local.processes import PortInUseError, finish
from tests.recorder import recording


def test_a_program_that_takes_the_port_first_gets_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording() as other:
        emulator = Emulator(other.port)
        with monkeypatch.context() as patch:
            # The check came before the other program.
            patch.setattr(module, "check_port", lambda *_: None)
            process = start_emulator(tmp_path, emulator)
        try:
            with pytest.raises(PortInUseError, match=f"Port {other.port} on 127.0.0.1 is in use"):
                await_emulator(process, tmp_path, emulator)
        finally:
            finish(process)
    assert emulator.token not in "".join(other.requests)


def test_a_program_that_took_the_port_later_gets_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_machine, "runs", lambda *_: True)
    with recording() as other:
        record = {
            "port": other.port,
            "token": "a token",
            "leaders": {"local.gateway": 1},
            "spotify": {},
            "fake": None,
        }
        (tmp_path / "running.json").write_text(json.dumps(record))
        with pytest.raises(PortInUseError, match=f"Another program listens on port {other.port}"):
            running(folder=tmp_path)
        assert len(other.requests) == 1
        assert "a token" not in other.requests[0]


def test_the_token_is_new_each_time_and_not_shown() -> None:
    first, second = Emulator(1), Emulator(1)
    assert first.token != second.token
    assert len(first.token) >= 32
    assert first.token not in repr(first)
