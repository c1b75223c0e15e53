"""Changes that delete data or the resources that hold it."""

from collections.abc import Iterator
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from commands.review.highlight import Highlight
from commands.review.values import Resource, Template, leaves, properties, references, resources

# Without data, and most are immutable: every change of their content replaces them.
_DISPOSABLE = frozenset(
    {
        "AWS::Athena::NamedQuery",
        "AWS::Athena::PreparedStatement",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
    }
)
_RETENTION = (
    "LifecycleConfiguration",
    "MessageRetentionPeriod",
    "RetentionInDays",
    "VersioningConfiguration",
)
# To its tables a renamed database is another one, though the schema does not list the name.
_RENAMED = {"AWS::Glue::Database": [["DatabaseInput", "Name"]]}
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
# Any region has the schemas of the types that this app uses.
_REGION = "us-east-1"


def destructive_changes(base: Template, head: Template) -> list[Highlight]:
    """Removed and replaced resources, and changes of what protects and keeps data."""
    before, after = resources(base), resources(head)
    causes = replaced(base, head)
    found = []
    for name, old in before.items():
        found += [
            Highlight(f"{old['Type']} {name}", change)
            for change in _changes_of(old, after.get(name), causes.get(name))
        ]
    return found


def _changes_of(old: Resource, new: Resource | None, cause: str | None) -> Iterator[str]:
    if new is None or cause is not None:
        if old["Type"] not in _DISPOSABLE:
            yield _loss(old, cause)
        return
    for policy in _POLICIES:
        if _retains(old, policy) and not _retains(new, policy):
            yield f"{policy} was {old[policy]}, is {new.get(policy, 'Delete')}"
    was, now = _retention(old), _retention(new)
    for path in sorted({path for path, _ in was.items() ^ now.items()}):
        yield f"{path} was {was.get(path, 'unset')}, is {now.get(path, 'unset')}"


def _loss(old: Resource, cause: str | None) -> str:
    if cause is None:
        retained = _retains(old, "DeletionPolicy")
        return "removed from the stack, and retained" if retained else "removed and deleted"
    retained = _retains(old, "UpdateReplacePolicy")
    return f"replaced and {'retained' if retained else 'deleted'}, since {cause}"


def _retention(resource: Resource) -> dict[str, str]:
    """Values by path of the properties that say how long data is kept."""
    kept = {name: properties(resource)[name] for name in _RETENTION if name in properties(resource)}
    return leaves(kept)


def _retains(resource: Resource, policy: str) -> bool:
    return str(resource.get(policy, "")).startswith("Retain")


def replaced(base: Template, head: Template) -> dict[str, str]:
    """Causes by logical id of the resources that CloudFormation replaces.

    A resource is replaced if a create-only property changes, or refers to a replaced resource.
    """
    before, after = resources(base), resources(head)
    common = [name for name in before if name in after]
    found = {name: cause for name in common if (cause := _cause(before[name], after[name]))}
    while True:
        further = {
            name: cause
            for name in common
            if name not in found and (cause := _inherited_cause(after[name], found))
        }
        if not further:
            return found
        found |= further


def _cause(old: Resource, new: Resource) -> str:
    if old["Type"] != new["Type"]:
        return f"its type becomes {new['Type']}"
    for path in _create_only(old["Type"]):
        if _value_at(properties(old), path) != _value_at(properties(new), path):
            return f"{'.'.join(path)} changes"
    return ""


def _inherited_cause(resource: Resource, replaced_names: dict[str, str]) -> str:
    for path in _create_only(resource["Type"]):
        named = references(_value_at(properties(resource), path)) & replaced_names.keys()
        if named:
            return f"{'.'.join(path)} refers to {min(named)}, which is replaced"
    return ""


def _create_only(kind: str) -> list[list[str]]:
    """Paths of a type's create-only properties, from the schemas that cfn-lint bundles."""
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, kind).schema
    except ResourceNotFoundError:
        return []
    names = ("createOnlyProperties", "conditionalCreateOnlyProperties")
    pointers = [pointer for name in names for pointer in schema.get(name) or []]
    paths = [pointer.removeprefix("/properties/").split("/") for pointer in pointers]
    return paths + _RENAMED.get(kind, [])


def _value_at(value: Any, path: list[str]) -> Any:
    """The value at a path; the whole list or intrinsic function where the path leads into one."""
    for key in path:
        if not isinstance(value, dict) or any(name.startswith("Fn::") for name in value):
            return value
        value = value.get(key)
    return value
