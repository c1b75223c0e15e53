"""Each environment is synthesized, and differs only where its configuration does."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from stacks.configuration import environments, load
from tests.infrastructure.conftest import Apps, Templates, synthesize, templates_of


def test_an_environment_is_synthesized_without_a_warning(apps: Apps) -> None:
    names = {"storage", "ingestion", "catalog", "analytics"}
    for environment in environments():
        stacks = apps[environment].synth().stacks
        assert {stack.stack_name for stack in stacks} == {
            f"spotify-{environment}-{name}" for name in names
        }
        messages = [str(m.entry.data) for stack in stacks for m in stack.messages]
        assert not [message for message in messages if "warn" in message.lower()]


def test_synth_names_what_an_environment_still_lacks(apps: Apps) -> None:
    messages = {
        environment: [str(m.entry.data) for stack in app.synth().stacks for m in stack.messages]
        for environment, app in apps.items()
    }
    assert messages.pop("prod") == [
        "account 111122223333 is AWS's example account: replace it in config/prod.toml before you "
        "deploy",
        "alarms.emails is empty: nobody is told of an alarm. Add an address in config/prod.toml",
    ]
    assert not any(messages.values())


def test_dev_and_prod_differ_only_where_configured(
    all_templates: dict[str, Templates], tmp_path: Path
) -> None:
    prod = load("prod", {})
    dev = msgspec.structs.replace(load("dev", {}), account=prod.account, region=prod.region)
    here = _leaves(_without_names(templates_of(synthesize(dev, tmp_path))))
    there = _leaves(_without_names(all_templates["prod"]))
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
        *(f"{rules}[{n}].ExpirationInDays" for n in (1, 2, 3, 4, 5)),
        f"{secret}.DeletionPolicy",
        f"{secret}.UpdateReplacePolicy",
        *(
            f"ingestion.Resources.{group}.{path}"
            for group in ("ExtractLogs56BFE9EB", "TransformLogs6C6200D4")
            for path in ("DeletionPolicy", "UpdateReplacePolicy", "Properties.RetentionInDays")
        ),
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
    text = re.sub(r"(spotify[-_])prod", r"\1dev", json.dumps(templates))
    text = text.replace('"Value": "prod"', '"Value": "dev"')
    text = text.replace('"environment": "prod"', '"environment": "dev"')
    text = text.replace("ENV=prod", "ENV=dev")
    text = re.sub(r"spotify(dev|prod)", "spotify", text)
    text = re.sub(r"/\* Presto View: [^*]+ \*/", "view", text)
    # These ids end in a hash of a path that contains the stack's name.
    return json.loads(re.sub(r"(AllowEventRule|EventSource)\w+", r"\1", text))
