"""Runs pip-audit on pins. Its exit code does not distinguish findings from a failed audit."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from commands.audit.locks import Pin, rounds

# PYSEC-2021-66. A service that does not report it cannot be relied on.
KNOWN_VULNERABLE = Pin("jinja2", "2.11.2")


class NotAuditedError(Exception):
    """The service did not report on every pin, so an empty result proves nothing."""


@dataclass(frozen=True)
class Finding:
    pin: Pin
    advisory: str
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.pin}: {self.advisory}, fixed in {', '.join(self.fixed_in) or 'no version'}"


def find_vulnerabilities(pins: set[Pin], *, service: Sequence[str]) -> list[Finding]:
    """The known vulnerabilities of all pins; `service` holds pip-audit's options for it.

    Raises NotAuditedError unless the service reports on every pin and reports KNOWN_VULNERABLE.
    """
    if not _scan([KNOWN_VULNERABLE], service):
        raise NotAuditedError(f"the service reports no vulnerability for {KNOWN_VULNERABLE}")
    return [finding for group in rounds(pins) for finding in _scan(group, service)]


def _scan(group: list[Pin], service: Sequence[str]) -> list[Finding]:
    reports = {report["name"]: report for report in _pip_audit(group, service)}
    for pin in group:
        report = reports.get(pin.name, {})
        if "vulns" not in report or report["version"] != pin.version:
            raise NotAuditedError(report.get("skip_reason", f"pip-audit left out {pin}"))
    return [
        Finding(pin, vulnerability["id"], tuple(vulnerability["fix_versions"]))
        for pin in group
        for vulnerability in reports[pin.name]["vulns"]
    ]


def _pip_audit(group: list[Pin], service: Sequence[str]) -> list[dict[str, Any]]:
    """pip-audit's report, one entry a package."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    with TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text("".join(f"{pin}\n" for pin in group))
        # The pins are complete: nothing is resolved, downloaded or installed.
        command += ["--disable-pip", "--no-deps", "--requirement", str(requirements)]
        done = subprocess.run([*command, *service], capture_output=True, text=True, check=False)
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        lines = done.stderr.strip().splitlines() or [f"pip-audit ended with {done.returncode}"]
        raise NotAuditedError(lines[-1]) from None
    return dependencies
