"""Lambda assets: the function code, and layers built from lock files without Docker."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any, Literal

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from stacks.sections import Functions

SOURCE = Path(__file__).parents[2] / "lambda_src"

# Wheel platforms of the Lambda runtimes: Amazon Linux 2023 has glibc 2.34.
_PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}


def function_code() -> lambda_.Code:
    """The package `spotify_pipeline`; its dependencies are in layers."""
    return lambda_.Code.from_asset(
        str(SOURCE),
        exclude=["*", "!spotify_pipeline", "!spotify_pipeline/**", "**/__pycache__"],
        ignore_mode=cdk.IgnoreMode.GIT,
    )


def dependencies(name: Literal["extract", "transform"], functions: Functions) -> lambda_.Code:
    """A layer with the packages of `lambda_src/<name>.lock`, for the functions' platform.

    The asset hash covers the lock file, the platform and the Python version. Synth is therefore
    the same on every machine, and offline once the layer is built.
    """
    lock = SOURCE / f"{name}.lock"
    target = _Target(functions)
    identity = f"{lock.read_text()}{target.platform}{target.python}"
    return lambda_.Code.from_asset(
        str(SOURCE),
        asset_hash=hashlib.sha256(identity.encode()).hexdigest(),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        bundling=cdk.BundlingOptions(
            image=cdk.DockerImage.from_registry("unused"), local=_Wheels(lock, target)
        ),
    )


class _Target:
    """Python version and platform of the wheels; `host` selects this machine's platform."""

    def __init__(self, functions: Functions) -> None:
        self.python = functions.python_version
        self.platform = (
            "host" if functions.architecture == "host" else _PLATFORMS[functions.machine]
        )


@jsii.implements(cdk.ILocalBundling)
class _Wheels:
    """Installs the locked wheels into the layer's `python` folder, never from source."""

    def __init__(self, lock: Path, target: _Target) -> None:
        self._lock = lock
        self._target = target

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        platform = self._target.platform
        folder = Path(output_dir) / "python"
        command = ["uv", "pip", "install", "--quiet", "--target", str(folder)]
        command += ["--python-version", self._target.python, "--only-binary", ":all:"]
        if platform != "host":
            command += ["--python-platform", platform]
        command += ["--require-hashes", "--no-deps", "--link-mode", "copy"]
        subprocess.run([*command, "-r", str(self._lock)], check=True)
        shutil.rmtree(folder / "bin", ignore_errors=True)
        (folder / ".lock").unlink(missing_ok=True)
        return True
