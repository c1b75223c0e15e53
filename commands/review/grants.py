"""Single permissions of a template, whatever resource declares them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

from commands.review.values import Resource, Template, as_list, properties, readable, resources

_IDENTITIES = ("Roles", "Users", "Groups")
_CONDITIONS_OF_PERMISSION = (
    "EventSourceToken",
    "FunctionUrlAuthType",
    "InvokedViaFunctionUrl",
    "PrincipalOrgID",
    "SourceAccount",
    "SourceArn",
)


@dataclass(frozen=True, order=True)
class Grant:
    """One action of a statement on one resource for one principal.

    `holder` is the identity that has the policy, or the resource whose policy it is. `principal`
    is empty in the policy of an identity, `condition` without a condition.
    """

    holder: str
    effect: str
    principal: str
    action: str
    resource: str
    condition: str

    def covers(self, other: "Grant") -> bool:
        """True if the other one, of the same effect, adds nothing to this one."""
        return (
            (self.holder, self.effect) == (other.holder, other.effect)
            and _matches(self.principal, other.principal)
            and _matches(self.action.lower(), other.action.lower())
            and _matches(self.resource, other.resource)
            and self.condition in ("", other.condition)
        )


def grants_of(template: Template) -> set[Grant]:
    return {
        grant
        for name, resource in resources(template).items()
        for holder in _holders(name, resource)
        for grant in _grants(holder, resource)
    }


def uncovered(grants: Iterable[Grant], by: Iterable[Grant]) -> list[Grant]:
    """The grants that none of the others covers."""
    others = list(by)
    return sorted(g for g in grants if not any(other.covers(g) for other in others))


def _holders(name: str, resource: Resource) -> list[str]:
    """The identities that a policy is attached to, or else the resource itself."""
    attached = [i for key in _IDENTITIES for i in as_list(properties(resource).get(key))]
    names = [re.sub(r"^\$\{(.+)\}$", r"\1", readable(identity)) for identity in attached]
    return names or [name]


def _grants(holder: str, resource: Resource) -> Iterator[Grant]:
    if resource["Type"] == "AWS::Lambda::Permission":
        yield _grant_of_permission(properties(resource))
    for statement in _statements(properties(resource)):
        principals, actions, targets = (
            _elements(statement, key) for key in ("Principal", "Action", "Resource")
        )
        condition = readable(statement["Condition"]) if "Condition" in statement else ""
        for principal, action, target in product(principals, actions, targets):
            yield Grant(holder, statement["Effect"], principal, action, target, condition)


def _grant_of_permission(values: dict[str, Any]) -> Grant:
    conditions = {key: values[key] for key in _CONDITIONS_OF_PERMISSION if key in values}
    return Grant(
        holder=readable(values["FunctionName"]),
        effect="Allow",
        principal=readable(values["Principal"]),
        action=readable(values["Action"]),
        resource="",
        condition=readable(conditions) if conditions else "",
    )


def _statements(value: Any) -> Iterator[dict[str, Any]]:
    """Policy statements at any depth: the property that holds a policy differs by type."""
    if isinstance(value, dict) and "Effect" in value and value.keys() & {"Action", "NotAction"}:
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _statements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _statements(inner)


def _elements(statement: dict[str, Any], key: str) -> list[str]:
    """A statement's principals, actions or resources. A negated list stays one element."""
    if f"Not{key}" in statement:
        return [f"everything except {readable(statement[f'Not{key}'])}"]
    value = statement.get(key)
    if isinstance(value, dict) and key == "Principal":
        return [f"{kind}:{readable(v)}" for kind, vs in value.items() for v in as_list(vs)]
    return [readable(element) for element in as_list(value)] or [""]


def _matches(pattern: str, value: str) -> bool:
    return pattern == value or fnmatchcase(value, pattern)
