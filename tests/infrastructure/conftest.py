"""Synthesized templates of the environment dev, without layers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from app import build
from stacks.configuration import Configuration, load

ROOT = Path(__file__).parents[2]
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]

Templates = dict[str, dict[str, Any]]
Resources = Callable[[str, str], dict[str, dict[str, Any]]]


def synthesize(configuration: Configuration, folder: Path) -> cdk.cx_api.CloudAssembly:
    """Synthesize the app into a folder, without bundling any layer."""
    app = cdk.App(context={**CONTEXT, "aws:cdk:bundling-stacks": []}, outdir=str(folder))
    build(app, configuration)
    return app.synth()


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> cdk.cx_api.CloudAssembly:
    """The cloud assembly of the environment dev."""
    return synthesize(load("dev", {}), tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="session")
def templates(assembly: cdk.cx_api.CloudAssembly) -> Templates:
    """Templates by the stack's short name, such as `storage`."""
    return {stack.stack_name.rsplit("-", 1)[1]: stack.template for stack in assembly.stacks}


@pytest.fixture(scope="session")
def resources(templates: Templates) -> Resources:
    """Properties by logical id, of one stack's resources of one type."""

    def of(stack: str, kind: str) -> dict[str, dict[str, Any]]:
        return {
            name: resource.get("Properties", {})
            for name, resource in templates[stack]["Resources"].items()
            if resource["Type"] == kind
        }

    return of
