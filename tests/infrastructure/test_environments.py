"""Each environment is synthesized, and differs only where its configuration does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from stacks.configuration import load
from tests.infrastructure.conftest import Templates, synthesize


@pytest.mark.parametrize("environment", ["dev", "local", "prod"])
def test_an_environment_is_synthesized_without_a_warning(environment: str, tmp_path: Path) -> None:
    assembly = synthesize(load(environment, {}), tmp_path)
    names = {"storage", "ingestion", "catalog", "analytics"}
    assert {stack.stack_name for stack in assembly.stacks} == {
        f"spotify-{environment}-{name}" for name in names
    }
    messages = [str(m.entry.data) for stack in assembly.stacks for m in stack.messages]
    assert not [message for message in messages if "warn" in message.lower()]


def test_dev_and_prod_differ_only_where_configured(templates: Templates, tmp_path: Path) -> None:
    prod = {
        stack.stack_name.rsplit("-", 1)[1]: json.loads(
            json.dumps(stack.template).replace("spotify-prod", "spotify-dev")
        )
        for stack in synthesize(load("prod", {}), tmp_path).stacks
    }
    here, there = _leaves(_without_names(templates)), _leaves(_without_names(prod))
    differing = {path for path in here.keys() | there.keys() if here.get(path) != there.get(path)}
    bucket = "storage.Resources.Bucket83908E77"
    rules = f"{bucket}.Properties.LifecycleConfiguration.Rules"
    secret = "ingestion.Resources.SpotifySecretA8C04999"
    assert differing == {
        f"{bucket}.DeletionPolicy",
        f"{bucket}.UpdateReplacePolicy",
        f"{bucket}.Properties.VersioningConfiguration.Status",
        f"{rules}[0].NoncurrentVersionExpiration.NoncurrentDays",
        f"{rules}[0].ExpiredObjectDeleteMarker",
        *(f"{rules}[{n}].ExpirationInDays" for n in (1, 2, 3, 4)),
        f"{secret}.DeletionPolicy",
        f"{secret}.UpdateReplacePolicy",
        "ingestion.Resources.ExtractLogs56BFE9EB.Properties.RetentionInDays",
        "ingestion.Resources.TransformLogs6C6200D4.Properties.RetentionInDays",
    }


def _leaves(value: object, path: str = "") -> dict[str, object]:
    """Leaf values by path."""
    if isinstance(value, dict):
        inner = [(f"{path}.{key}".lstrip("."), v) for key, v in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{n}]", v) for n, v in enumerate(value)]
    else:
        return {path: value}
    return {p: leaf for key, v in inner for p, leaf in _leaves(v, key).items()}


def _without_names(templates: Templates) -> Any:
    """The templates without spellings of the environment's name."""
    text = json.dumps(templates).replace("spotify_prod", "spotify_dev")
    text = re.sub(r"spotify(dev|prod)", "spotify", text)
    text = re.sub(r"/\* Presto View: [^*]+ \*/", "view", text)
    # These ids end in a hash of a path that contains the stack's name.
    return json.loads(re.sub(r"(AllowEventRule|EventSource)\w+", r"\1", text))
