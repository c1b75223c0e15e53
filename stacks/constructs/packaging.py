"""Lambda assets: the function code, and layers built from lock files without Docker."""

import hashlib
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from stacks.constructs.layers import LAYERS, Layer, LayerName, Target, build, target
from stacks.sections import Functions

SOURCE = Path(__file__).parents[2] / "lambda_src"


def function_code() -> lambda_.Code:
    """The package `spotify_pipeline`; its dependencies are in layers."""
    return lambda_.Code.from_asset(
        str(SOURCE),
        exclude=["*", "!spotify_pipeline", "!spotify_pipeline/**", "**/__pycache__"],
        ignore_mode=cdk.IgnoreMode.GIT,
    )


def dependencies(name: LayerName, functions: Functions) -> lambda_.Code:
    """A layer with the packages of `lambda_src/<name>.lock`, for the functions' platform.

    The asset hash covers the lock file, the platform, the Python version and the AWS services.
    Synth is therefore the same on every machine, and offline once the layer is built.
    """
    lock = SOURCE / f"{name}.lock"
    layer, wheels = LAYERS[name], target(functions)
    identity = f"{lock.read_text()}{wheels.platform}{wheels.python}{sorted(layer.services)}"
    return lambda_.Code.from_asset(
        str(SOURCE),
        asset_hash=hashlib.sha256(identity.encode()).hexdigest(),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        bundling=cdk.BundlingOptions(
            image=cdk.DockerImage.from_registry("unused"), local=_Bundling(lock, layer, wheels)
        ),
    )


@jsii.implements(cdk.ILocalBundling)
class _Bundling:
    def __init__(self, lock: Path, layer: Layer, wheels: Target) -> None:
        self._lock = lock
        self._layer = layer
        self._wheels = wheels

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        build(self._lock, self._layer, self._wheels, Path(output_dir))
        return True
