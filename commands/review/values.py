"""Template values as short text: intrinsic functions in the notation of Fn::Sub."""

import json
from typing import Any

Template = dict[str, Any]
Resource = dict[str, Any]


def resources(template: Template) -> dict[str, Resource]:
    """Resources by logical id."""
    found: dict[str, Resource] = template.get("Resources", {})
    return found


def properties(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = resource.get("Properties", {})
    return found


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def readable(value: Any) -> str:
    """The value as one line; other intrinsic functions than these as JSON."""
    match value:
        case str() as text:
            pass
        case {"Ref": str(name)}:
            text = f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            text = f"${{{name}.{attribute}}}"
        case {"Fn::Sub": str(text)}:
            pass
        case {"Fn::Join": ["", list(parts)]}:
            text = "".join(map(readable, parts))
        case {"Fn::GetStackOutput": {"StackName": str(stack), "OutputName": str(output)}}:
            text = f"${{{stack}.{output}}}"
        case _:
            text = json.dumps(value, sort_keys=True)
    return text


def leaves(value: Any, path: str = "") -> dict[str, str]:
    """The values inside nested objects and lists, by dotted path."""
    match value:
        case dict():
            inner = [(str(key), item) for key, item in value.items()]
        case list():
            inner = [(str(number), item) for number, item in enumerate(value)]
        case _:
            return {path: readable(value)}
    found = [leaves(item, f"{path}.{key}".lstrip(".")) for key, item in inner]
    return {key: leaf for part in found for key, leaf in part.items()}


def references(value: Any) -> set[str]:
    """Logical ids that a value refers to."""
    match value:
        case {"Ref": str(name)}:
            return {name}
        case {"Fn::GetAtt": [str(name), _]}:
            return {name}
        case dict():
            return set().union(*map(references, value.values()))
        case list():
            return set().union(*map(references, value))
    return set()
