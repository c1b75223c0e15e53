"""The end of make lock. Exit code 0: all wheels exist; 1: some are missing; 2: not checked."""

import sys
from pathlib import Path

from commands.wheels.check import NotCheckedError, missing_wheels, requirements, resolve_with_uv
from commands.wheels.machines import LAMBDA_MACHINES, MACHINES, Machine
from operations.terminal import SafeConsole

_ERRORS = SafeConsole(soft_wrap=True, stderr=True)
_LAYERS_FOLDER = "lambda_src"


def main(locks: list[Path]) -> int:
    missing = 0
    for lock in locks:
        pins = requirements(lock.read_text())
        for machine in _machines(lock):
            try:
                found = missing_wheels(pins, machine, resolve_with_uv)
            except NotCheckedError as error:
                _ERRORS.print(
                    f"{lock} could not be checked, run make lock again: {error}", markup=False
                )
                return 2
            for wheel in found:
                _ERRORS.print(f"{lock}: {wheel}", markup=False)
            missing += len(found)
    return 1 if missing else 0


def _machines(lock: Path) -> tuple[Machine, ...]:
    return MACHINES + LAMBDA_MACHINES if lock.parent.name == _LAYERS_FOLDER else MACHINES


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
