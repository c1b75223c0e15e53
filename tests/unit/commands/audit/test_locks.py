"""Pins of a universal lock file."""

from pathlib import Path

import pytest

from commands.audit.locks import Pin, read_pins, rounds

LOCK = """\
# written by make lock
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:aa
    # via click
networkx==3.6.1 ; python_full_version < '3.12' \\
    --hash=sha256:bb
networkx==3.7 ; python_full_version >= '3.12' \\
    --hash=sha256:cc
"""


def test_pins_of_other_platforms_and_python_versions_count(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text(LOCK)
    assert read_pins(lock) == {
        Pin("colorama", "0.4.6"),
        Pin("networkx", "3.6.1"),
        Pin("networkx", "3.7"),
    }


@pytest.mark.parametrize("text", ["", "# nothing\n", "requests>=2\n", "-r other.txt\n"])
def test_a_lock_without_pins_is_refused_and_named(tmp_path: Path, text: str) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text(text)
    with pytest.raises(ValueError, match=r"some\.lock .*make lock"):
        read_pins(lock)


def test_a_round_names_a_package_once_and_no_pin_is_lost() -> None:
    pins = {Pin("a", "1"), Pin("a", "2"), Pin("b", "1"), Pin("a", "3")}
    groups = rounds(pins)
    assert {pin for group in groups for pin in group} == pins
    assert all(len({pin.name for pin in group}) == len(group) for group in groups)
