"""One Trino node over the emulator's Glue catalog and bucket."""

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from local.emulator import Emulator
from local.processes import finish, free_port, start
from operations.target import EMULATOR_ACCOUNT
from tests.trino.installation import FOLDER, trino_version
from tests.trino.java import find_java

CATALOG = "awsdatacatalog"
"""Athena's name of the Glue catalog, which is in the views' stored form."""

_LAUNCHER = Path(__file__).parent / "Launch.java"
_HEAP_GB = 4
_LEVELS = "root=WARN\n"
_START_SECONDS = 600.0
_STEP_SECONDS = 0.2

_NODE = """\
coordinator=true
node-scheduler.include-coordinator=true
node.environment=local
node.id=local
node.bind-ip=127.0.0.1
node.internal-address=127.0.0.1
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
query.max-memory-per-node=2.5GB
"""

# No access keys: the connector takes them from the environment, where a session token can be.
_CONNECTOR = """\
connector.name=hive
hive.metastore=glue
hive.metastore.glue.region={region}
hive.metastore.glue.endpoint-url={endpoint}
hive.metastore.glue.catalogid={account}
hive.partition-projection-enabled=true
fs.s3.enabled=true
s3.endpoint={endpoint}
s3.region={region}
s3.path-style-access=true
"""


class TrinoError(Exception):
    """Trino did not start; holds the end of its log."""


@contextmanager
def trino(emulator: Emulator, region: str) -> Iterator[int]:
    """Run a node, with its files in .local/trino, and yield its port. Raises TrinoError."""
    port = free_port()
    _configure(emulator, region, port)
    home, log = find_java(), FOLDER / "trino.log"
    command = [
        *(str(home / "bin" / "java"), f"-Xmx{_HEAP_GB}G", "-XX:+ExitOnOutOfMemoryError"),
        *("--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"),
        *("-Dconfig=etc/config.properties", "-Dlog.levels-file=etc/log.properties"),
        *("-cp", "lib/*", str(_LAUNCHER), trino_version()),
    ]
    variables = emulator.client_environment(region) | {"JAVA_HOME": str(home)}
    # Trino looks for plugins and catalogs in its working directory.
    process = start(command, log, variables, folder=FOLDER)
    try:
        _await(process, port, log)
        yield port
    finally:
        finish(process)


def _configure(emulator: Emulator, region: str, port: int) -> None:
    catalogs = FOLDER / "etc" / "catalog"
    shutil.rmtree(FOLDER / "etc", ignore_errors=True)
    catalogs.mkdir(parents=True)
    (FOLDER / "etc" / "config.properties").write_text(_NODE.format(port=port))
    (FOLDER / "etc" / "log.properties").write_text(_LEVELS)
    (catalogs / f"{CATALOG}.properties").write_text(
        _CONNECTOR.format(region=region, endpoint=emulator.url, account=EMULATOR_ACCOUNT)
    )


def _await(process: subprocess.Popen[str], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if _is_ready(port):
            return
        time.sleep(_STEP_SECONDS)
    raise TrinoError(f"Trino did not start:\n{log.read_text()[-2000:]}")


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/info", timeout=2) as response:
            return not json.load(response)["starting"]
    except (OSError, HTTPException):
        return False
