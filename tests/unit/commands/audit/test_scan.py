"""pip-audit itself, against a vulnerability service of this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from commands.audit import __main__ as command
from commands.audit.locks import Pin
from commands.audit.scan import KNOWN_VULNERABLE, NotAuditedError, find_vulnerabilities


class Service(ThreadingHTTPServer):
    """Speaks OSV's query API for the pins in `vulnerable`."""

    vulnerable: set[Pin]
    status: int = 200


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        pin = Pin(query["package"]["name"], query["version"])
        found = pin in self.server.vulnerable
        body = json.dumps({"vulns": [_advisory(pin)]} if found else {}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _advisory(pin: Pin) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.0"}]}]
    affected = {"package": {"name": pin.name, "ecosystem": "PyPI"}, "ranges": ranges}
    return {"id": f"PYSEC-{pin.name}", "summary": "bad", "affected": [affected]}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Service]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with Service(("127.0.0.1", 0), _Handler) as server:
        server.vulnerable = {KNOWN_VULNERABLE}
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _options(server: Service) -> list[str]:
    url = f"http://127.0.0.1:{server.server_port}/v1/query"
    return ["--vulnerability-service", "osv", "--osv-url", url]


def test_packages_without_vulnerabilities_have_no_findings(server: Service) -> None:
    assert find_vulnerabilities({Pin("six", "1.17.0")}, service=_options(server)) == []


def test_a_vulnerable_version_is_found_beside_a_sound_one(server: Service) -> None:
    server.vulnerable.add(Pin("networkx", "3.6.1"))
    pins = {Pin("networkx", "3.6.1"), Pin("networkx", "3.7"), Pin("six", "1.17.0")}
    (finding,) = find_vulnerabilities(pins, service=_options(server))
    assert str(finding) == "networkx==3.6.1: PYSEC-networkx, fixed in 9.0"


def test_a_service_that_misses_a_known_vulnerability_fails(server: Service) -> None:
    server.vulnerable.clear()
    with pytest.raises(NotAuditedError, match=str(KNOWN_VULNERABLE)):
        find_vulnerabilities({Pin("six", "1.17.0")}, service=_options(server))


def test_a_failing_service_is_an_error(server: Service) -> None:
    server.status = 503
    with pytest.raises(NotAuditedError):
        find_vulnerabilities({Pin("six", "1.17.0")}, service=_options(server))


@pytest.mark.parametrize(
    ("outcome", "code"),
    [([], 0), (["six==1.0: PYSEC-1, fixed in 2.0"], 1), (NotAuditedError("no route"), 2)],
)
def test_each_of_the_three_outcomes_has_its_exit_code(
    outcome: list[str] | Exception,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def found(*_: object, **__: object) -> list[str]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(command, "find_vulnerabilities", found)
    lock = tmp_path / "some.lock"
    lock.write_text("six==1.0\n")
    assert command.main([lock]) == code
    output = capsys.readouterr()
    assert ("could not be audited" in output.err) == (code == 2)
    assert ("1 packages of 1 locks audited" in output.out) == (code != 2)
