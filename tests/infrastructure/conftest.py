"""Synthesized templates of all environments, without layers."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import msgspec
import pytest

from app import build
from stacks.account_sections import Alarms, Analysts, Security
from stacks.configuration import Configuration, environments, load
from stacks.sections import Crawler

ROOT = Path(__file__).parents[2]
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]
TODAY = date(2026, 3, 1)

Apps = dict[str, cdk.App]
Templates = dict[str, dict[str, Any]]
Resources = Callable[[str, str], dict[str, dict[str, Any]]]


def build_app(configuration: Configuration, folder: Path, *, today: date = TODAY) -> cdk.App:
    """The app, synthesized into a folder without bundling any layer."""
    app = cdk.App(context={**CONTEXT, "aws:cdk:bundling-stacks": []}, outdir=str(folder))
    build(app, configuration, today=today)
    app.synth()
    return app


def synthesize(
    configuration: Configuration, folder: Path, *, today: date = TODAY
) -> cdk.cx_api.CloudAssembly:
    """The cloud assembly of an app, without any layer."""
    return build_app(configuration, folder, today=today).synth()


def configurations() -> dict[str, Configuration]:
    """Each environment in `config`, and dev with everything on that is off by default."""
    found = {name: load(name, {}) for name in environments()}
    return found | {"every option": _with_every_option()}


def _with_every_option() -> Configuration:
    return msgspec.structs.replace(
        load("dev", {}),
        alarms=Alarms(emails=("team@example.com",)),
        athena=msgspec.structs.replace(load("dev", {}).athena, managed_results=True),
        analysts=Analysts(roles=("Analyst", "Analyst"), groups=("Analysts",)),
        crawler=Crawler(cron="0 4 ? * SUN *", owns_log_group=True),
        security=Security(
            access_logs=True, customer_managed_key=True, permissions_boundary="Boundary"
        ),
        tags={"cost-center": "1234"},
    )


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Apps:
    """The synthesized app of each of the `configurations`."""
    return {
        name: build_app(configuration, tmp_path_factory.mktemp("assembly"))
        for name, configuration in configurations().items()
    }


@pytest.fixture(scope="session")
def all_templates(apps: Apps) -> dict[str, Templates]:
    """Templates by environment and by the stack's short name."""
    return {name: templates_of(app.synth()) for name, app in apps.items()}


@pytest.fixture(scope="session")
def assembly(apps: Apps) -> cdk.cx_api.CloudAssembly:
    """The cloud assembly of the environment dev."""
    return apps["dev"].synth()


@pytest.fixture(scope="session")
def templates(assembly: cdk.cx_api.CloudAssembly) -> Templates:
    """Templates of dev by the stack's short name, such as `storage`."""
    return templates_of(assembly)


def templates_of(assembly: cdk.cx_api.CloudAssembly) -> Templates:
    return {stack.stack_name.rsplit("-", 1)[1]: stack.template for stack in assembly.stacks}


def resources_of(templates: Templates, stack: str, kind: str) -> dict[str, dict[str, Any]]:
    """Properties by logical id, of one stack's resources of one type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in templates[stack]["Resources"].items()
        if resource["Type"] == kind
    }


@pytest.fixture(scope="session")
def resources(templates: Templates) -> Resources:
    """`resources_of` the environment dev."""

    def of(stack: str, kind: str) -> dict[str, dict[str, Any]]:
        return resources_of(templates, stack, kind)

    return of
