"""Layers: wheels that the Lambda runtime can load, boto3 of the lock, sizes."""

import hashlib
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args
from zipfile import ZipFile

import pytest

from stacks.configuration import load
from stacks.constructs.layers import (
    LAYERS,
    Layer,
    LayerError,
    LayerName,
    Target,
    build,
    lambda_platform,
    target,
)
from stacks.constructs.packaging import SOURCE

_AARCH64 = 183
_GLIBC = {"3.11": 26, "3.12": 34, "3.13": 34, "3.14": 34}
_HOST = Target(f"{sys.version_info.major}.{sys.version_info.minor}", "host")
_SMALL = Layer(frozenset(), unzipped_mb=1)


@pytest.fixture(scope="module", params=get_args(LayerName))
def layer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A layer as dev and prod deploy it."""
    name: LayerName = request.param
    folder = tmp_path_factory.mktemp(name)
    build(SOURCE / f"{name}.lock", LAYERS[name], target(load("prod", {}).functions), folder)
    return folder / "python"


def test_every_binary_fits_the_runtime(layer: Path) -> None:
    functions = load("prod", {}).functions
    assert functions == load("dev", {}).functions
    assert functions.machine == "arm64"
    binaries = list(layer.rglob("*.so*"))
    assert binaries
    tag = functions.python_version.replace(".", "")
    for path in binaries:
        content = path.read_bytes()
        assert int.from_bytes(content[18:20], "little") == _AARCH64, path.name
        minor = max(int(found) for found in re.findall(rb"GLIBC_2\.(\d+)", content))
        assert minor <= _GLIBC[functions.python_version], path.name
        assert ".abi3." in path.name or f".cpython-{tag}-" in path.name


def test_a_layer_has_its_own_boto3_and_no_other_services(layer: Path) -> None:
    assert (layer / "boto3" / "__init__.py").exists()
    services = {path.name for path in (layer / "botocore" / "data").iterdir() if path.is_dir()}
    assert services in [each.services for each in LAYERS.values()]


@pytest.mark.parametrize("name", get_args(LayerName))
def test_a_layer_has_every_service_that_its_code_calls(name: LayerName, tmp_path: Path) -> None:
    build(SOURCE / f"{name}.lock", LAYERS[name], _HOST, tmp_path)
    package = SOURCE / "spotify_pipeline" / name
    text = "".join(path.read_text() for path in package.rglob("*.py"))
    called = re.findall(r'boto3\.client\(\s*"(\w+)"', text)
    assert set(called) == LAYERS[name].services
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path / 'python')!r}, {str(SOURCE)!r}]; "
        f"import boto3, spotify_pipeline.{name}.handler; "
        f"[boto3.client(one, 'eu-west-1') for one in {called!r}]; print(boto3.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(str(tmp_path))


@pytest.mark.parametrize(("python", "is_accepted"), [("3.11", False), ("3.12", True)])
@pytest.mark.parametrize("machine", ["arm64", "x86_64"])
def test_a_wheel_needing_a_newer_glibc_is_refused(
    tmp_path: Path, python: str, machine: str, is_accepted: bool
) -> None:
    architecture = {"arm64": "aarch64", "x86_64": "x86_64"}[machine]
    lock = _locked_wheel(tmp_path, f"manylinux_2_28_{architecture}")
    wheels = Target(python, lambda_platform(python, machine))
    options = ["--no-index", "--find-links", str(tmp_path)]
    if is_accepted:
        build(lock, _SMALL, wheels, tmp_path / "layer", options)
        return
    with pytest.raises(LayerError, match=rf"python = '{python}' on {architecture}.*newer glibc"):
        build(lock, _SMALL, wheels, tmp_path / "layer", options)


@pytest.mark.parametrize(
    ("layer", "form"),
    [(Layer(frozenset(), 1), "unzipped"), (Layer(frozenset(), 3, zipped_mb=1), "zipped")],
    ids=["unzipped", "zipped"],
)
def test_a_layer_that_is_too_large_is_refused(tmp_path: Path, layer: Layer, form: str) -> None:
    lock = _locked_wheel(tmp_path, "any", content=_incompressible(2_000_000))
    options = ["--no-index", "--find-links", str(tmp_path)]
    with pytest.raises(LayerError, match=rf"made.lock has 2\.0 MB {form}, more than the 1 MB"):
        build(lock, layer, _HOST, tmp_path / "layer", options)


def _locked_wheel(folder: Path, platform: str, content: bytes = b"") -> Path:
    """A lock of one made-up wheel in the folder."""
    path = folder / f"made-1.0-py3-none-{platform}.whl"
    with ZipFile(path, "w") as wheel:
        info = "made-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: made\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n")
        wheel.writestr("made.bin", content)
        wheel.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    lock = folder / "made.lock"
    lock.write_text(f"made==1.0 --hash=sha256:{digest}\n")
    return lock


def _incompressible(size: int) -> bytes:
    return random.Random(1).randbytes(size)  # noqa: S311 - it is to repeat
