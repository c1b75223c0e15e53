"""make audit. Exit code 0: nothing found; 1: found; 2: could not be audited."""

import os
import sys
from pathlib import Path

from commands.audit.locks import read_pins
from commands.audit.scan import NotAuditedError, find_vulnerabilities
from operations.terminal import SafeConsole

_console = SafeConsole(soft_wrap=True)


def main(locks: list[Path]) -> int:
    service = os.environ.get("SERVICE", "pypi")
    try:
        pins = set().union(*(read_pins(lock) for lock in locks))
        findings = find_vulnerabilities(pins, service=["--vulnerability-service", service])
    except (NotAuditedError, OSError, ValueError) as error:
        _show(
            f"The locks could not be audited: {error}; run make audit where the JSON API of "
            f"pypi.org is reachable, or with SERVICE=osv where api.osv.dev is (now {service})"
        )
        return 2
    for finding in findings:
        _show(str(finding))
    _show(f"{len(pins)} packages of {len(locks)} locks audited: {len(findings)} vulnerabilities")
    return 1 if findings else 0


def _show(line: str) -> None:
    _console.print(line, markup=False)


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
