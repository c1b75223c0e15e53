"""Contents of the Lambda layers: locked wheels, without the data of AWS services not in use."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stacks.sections import Functions

LayerName = Literal["extract", "transform"]

MEGABYTE = 1_000_000

# Wheel platforms by the glibc of the runtime's operating system (AWS Lambda Developer Guide,
# "Building Lambda functions with Python"): Amazon Linux 2, with glibc 2.26, up to Python 3.11, and
# Amazon Linux 2023, with glibc 2.34, from Python 3.12 on. uv knows no platform of glibc 2.26.
AMAZON_LINUX_2 = "manylinux_2_17"
AMAZON_LINUX_2023 = "manylinux_2_34"
_ON_AMAZON_LINUX_2 = ("3.11",)
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


class LayerError(Exception):
    """A layer cannot be built; the message names the lock file and the remedy."""


@dataclass(frozen=True)
class Layer:
    """The AWS services that a function calls, and the size limits of its layer in MB.

    Lambda accepts 250 MB unzipped, function and layers together (AWS Lambda Developer Guide,
    "Lambda quotas"); a small extract layer starts quickly.
    """

    services: frozenset[str]
    unzipped_mb: int
    zipped_mb: int | None = None


LAYERS: dict[LayerName, Layer] = {
    "extract": Layer(frozenset({"s3", "scheduler", "secretsmanager"}), 230, zipped_mb=20),
    "transform": Layer(frozenset({"s3"}), 230),
}


@dataclass(frozen=True)
class Target:
    """Python version and uv's platform of the wheels; `host` selects this machine's platform."""

    python: str
    platform: str


def target(functions: Functions) -> Target:
    python = functions.python_version
    if functions.architecture == "host":
        return Target(python, "host")
    return Target(python, lambda_platform(python, functions.machine))


def lambda_platform(python: str, machine: str) -> str:
    """uv's platform of the Lambda runtime, on `arm64` or `x86_64`."""
    system = AMAZON_LINUX_2 if python in _ON_AMAZON_LINUX_2 else AMAZON_LINUX_2023
    return f"{_MACHINES[machine]}-{system}"


def build(
    lock: Path, layer: Layer, wheels: Target, output: Path, options: Sequence[str] = ()
) -> None:
    """Install the locked wheels into the layer's `python` folder, never from source.

    `options` are added to uv's command. Raises LayerError.
    """
    folder = output / "python"
    command = ["uv", "pip", "install", "--quiet", "--target", str(folder)]
    command += ["--python-version", wheels.python, "--only-binary", ":all:"]
    if wheels.platform != "host":
        command += ["--python-platform", wheels.platform]
    command += ["--require-hashes", "--no-deps", "--link-mode", "copy", *options]
    done = subprocess.run([*command, "-r", str(lock)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LayerError(
            f"{lock.name} does not install for python = {wheels.python!r} on {wheels.platform}: "
            f"{' '.join(done.stderr.split())}. If a wheel is missing or needs a newer glibc, "
            "choose another python or architecture in the configuration's section [functions]"
        )
    shutil.rmtree(folder / "bin", ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    _remove_services(folder / "botocore" / "data", layer.services)
    _check_size(lock, layer, folder)


def zipped_size(files: list[Path]) -> int:
    """Bytes of a zip archive of the files, as the CDK compresses it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            archive.write(file)
    return buffer.tell()


def _remove_services(data: Path, used: frozenset[str]) -> None:
    """Remove botocore's descriptions of other services; the files beside them serve all."""
    for path in data.glob("*/"):
        if path.is_dir() and path.name not in used:
            shutil.rmtree(path)


def _check_size(lock: Path, layer: Layer, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    sizes = [(sum(file.stat().st_size for file in files), layer.unzipped_mb, "unzipped")]
    if layer.zipped_mb is not None:
        sizes.append((zipped_size(files), layer.zipped_mb, "zipped"))
    for size, limit, form in sizes:
        if size > limit * MEGABYTE:
            raise LayerError(
                f"The layer of {lock.name} has {size / MEGABYTE:.1f} MB {form}, more than the "
                f"{limit} MB allowed: remove a package from lambda_src/pyproject.toml, and run "
                "make lock"
            )
