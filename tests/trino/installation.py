"""Downloads Trino's jars to .local/trino: Maven has no archive of a whole server."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

from commands.display import console
from commands.variables import EXIT_CODE
from local.deployment import ROOT
from tests.trino.java import MissingPrerequisiteError, find_java, find_maven

FOLDER = ROOT / ".local" / "trino"
POM = Path(__file__).parent / "pom.xml"

_PLUGIN_CLASS = "io.trino.plugin.hive.HivePlugin"
_NAMESPACE = "{http://maven.apache.org/POM/4.0.0}"
_SECONDS = 900


class DownloadError(Exception):
    """Maven could not download the jars; holds the end of its output."""


def trino_version() -> str:
    found = ET.parse(POM).getroot().findtext(f".//{_NAMESPACE}trino.version")  # noqa: S314 - our own file
    assert found
    return found


def install() -> None:
    """Download the server and the Hive connector.

    Raises MissingPrerequisiteError and DownloadError.
    """
    find_java()
    find_maven()
    shutil.rmtree(FOLDER, ignore_errors=True)
    _download("server", FOLDER / "lib")
    _download("hive", FOLDER / "plugin" / "hive")
    _declare_plugin(FOLDER / "plugin" / "hive" / "plugin-declaration.jar")


def _download(profile: str, folder: Path) -> None:
    command = [
        *(str(find_maven()), "--quiet", "--batch-mode", "--strict-checksums", "--file", str(POM)),
        *("--activate-profiles", profile),
        *("dependency:copy-dependencies", f"-DoutputDirectory={folder}"),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise DownloadError(
            f"Maven took more than {_SECONDS} s for {profile}: repeat it"
        ) from error
    if done.returncode:
        raise DownloadError(
            f"Maven could not download the jars of {profile}: is its registry reachable?\n"
            f"{(done.stdout + done.stderr)[-2000:]}"
        )


def _declare_plugin(jar: Path) -> None:
    """The jar of a connector in Maven's registry lacks the file by which Trino finds its class."""
    with zipfile.ZipFile(jar, "w") as file:
        file.writestr("META-INF/services/io.trino.spi.Plugin", f"{_PLUGIN_CLASS}\n")


def main() -> None:
    try:
        install()
    except (MissingPrerequisiteError, DownloadError) as error:
        console.print_error(error)
        sys.exit(EXIT_CODE)


if __name__ == "__main__":
    main()
