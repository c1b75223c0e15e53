"""Rules from CloudFormation's schemas of resource types: no needless replacement, tags."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.infrastructure.conftest import Apps, Templates, configurations


def test_no_reference_can_replace_a_resource(all_templates: dict[str, Templates]) -> None:
    """CloudFormation does not know the value of a reference between stacks before it deploys."""
    replacing = [
        f"{environment}: {stack}.{name}.{'.'.join(path)}"
        for environment, templates in all_templates.items()
        for stack, template in templates.items()
        for name, resource in template["Resources"].items()
        for path in _create_only(resource["Type"])
        if "Fn::GetStackOutput" in json.dumps(_at(resource.get("Properties", {}), path))
    ]
    assert not replacing


def test_the_schemas_say_what_replaces_a_resource() -> None:
    assert ("DatabaseName",) in set(_create_only("AWS::Glue::Table"))
    assert ("Database",) in set(_create_only("AWS::Athena::NamedQuery"))


def test_every_resource_has_the_tags(all_templates: dict[str, Templates]) -> None:
    for name, configuration in configurations().items():
        expected = {
            "application": "spotify-pipeline",
            "environment": configuration.environment,
            **configuration.tags,
        }
        tagged = {
            f"{stack}.{logical_id}": _tags(resource)
            for stack, template in all_templates[name].items()
            for logical_id, resource in template["Resources"].items()
            if _property_of_tags(resource["Type"])
        }
        assert len(tagged) > 15
        assert {one: tags for one, tags in tagged.items() if tags != expected} == {}, name


def test_every_stack_has_the_tags(apps: Apps) -> None:
    """CloudFormation passes them on to what a template cannot tag."""
    for stack in apps["every option"].synth().stacks:
        assert stack.tags == {
            "application": "spotify-pipeline",
            "environment": "dev",
            "cost-center": "1234",
        }


@cache
def _schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return found


def _create_only(kind: str) -> Iterator[tuple[str, ...]]:
    """Paths of the properties whose change replaces a resource of this type."""
    for pointer in _schema(kind).get("createOnlyProperties", []):
        yield tuple(pointer.removeprefix("/properties/").split("/"))


def _at(properties: Any, path: tuple[str, ...]) -> Any:
    """The value at a path; an intrinsic function on the way counts as a whole."""
    for key in path:
        if not isinstance(properties, dict) or key not in properties:
            return properties if _is_function(properties) else None
        properties = properties[key]
    return properties


def _is_function(value: Any) -> bool:
    return isinstance(value, dict) and any(key.startswith("Fn::") for key in value)


def _property_of_tags(kind: str) -> str | None:
    """The name of the property, or None for a type that has no tags."""
    tagging = _schema(kind).get("tagging")
    if not tagging or not tagging["taggable"]:
        return None
    return str(tagging.get("tagProperty", "/properties/Tags").rpartition("/")[2])


def _tags(resource: dict[str, Any]) -> dict[str, str]:
    tags = resource["Properties"].get(_property_of_tags(resource["Type"]), {})
    if isinstance(tags, dict):
        return tags
    return {tag["Key"]: tag["Value"] for tag in tags}
