"""make audit. Exit code 0: nothing found; 1: found; 2: could not be audited."""

import os
import sys
from enum import StrEnum
from pathlib import Path

from commands.audit.locks import read_pins
from commands.audit.scan import NotAuditedError, find_vulnerabilities
from commands.variables import EXIT_CODE, VariableError, choice
from operations.terminal import SafeConsole

_OUTPUT = SafeConsole(soft_wrap=True)
_ERRORS = SafeConsole(soft_wrap=True, stderr=True)


class Service(StrEnum):
    """pip-audit's sources of vulnerabilities."""

    PYPI = "pypi"
    OSV = "osv"


def main(locks: list[Path]) -> int:
    try:
        service = choice("SERVICE", Service)(os.environ.get("SERVICE") or Service.PYPI)
    except VariableError as error:
        _ERRORS.print_error(error)
        return EXIT_CODE
    try:
        pins = set().union(*(read_pins(lock) for lock in locks))
        findings = find_vulnerabilities(pins, service=["--vulnerability-service", service])
    except (NotAuditedError, OSError, ValueError) as error:
        _ERRORS.print(
            f"The locks could not be audited: {error}; run make audit where the JSON API of "
            f"pypi.org is reachable, or with SERVICE=osv where api.osv.dev is (now {service})",
            markup=False,
        )
        return 2
    for finding in findings:
        _OUTPUT.print(str(finding), markup=False)
    counts = f"{len(pins)} packages of {len(locks)} locks audited"
    _OUTPUT.print(f"{counts}: {len(findings)} vulnerabilities", markup=False)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
