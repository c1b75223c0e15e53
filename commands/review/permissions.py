"""Changes that let someone do more."""

from collections.abc import Iterator
from itertools import groupby

from commands.review.grants import Grant, grants_of, uncovered
from commands.review.highlight import Highlight
from commands.review.values import Resource, Template, as_list, properties, readable, resources

_ATTACHMENTS = ("ManagedPolicyArns",)
_PROTECTIONS = (
    "BucketEncryption",
    "KmsKeyId",
    "KmsMasterKeyId",
    "OwnershipControls",
    "PermissionsBoundary",
    "PublicAccessBlockConfiguration",
    "SqsManagedSseEnabled",
)
# Types that grant access without a policy statement: each addition or change is shown.
_OTHER_GRANTS = (
    "AWS::EC2::SecurityGroup",
    "AWS::LakeFormation::",
    "AWS::Lambda::Url",
    "AWS::RAM::",
    "AWS::SSO::",
)


def widening_changes(base: Template, head: Template) -> list[Highlight]:
    """Added permissions, removed denials, and changed protections."""
    had, has = grants_of(base), grants_of(head)
    added = uncovered(_with_effect("Allow", has), by=_with_effect("Allow", had))
    undenied = uncovered(_with_effect("Deny", had), by=_with_effect("Deny", has))
    found = [*_described(added, "may"), *_described(undenied, "is no longer denied")]
    before = resources(base)
    for name, new in resources(head).items():
        found += [
            Highlight(f"{new['Type']} {name}", change)
            for change in _changes_of(before.get(name), new)
        ]
    return found


def _with_effect(effect: str, grants: set[Grant]) -> list[Grant]:
    return [grant for grant in grants if grant.effect == effect]


def _described(grants: list[Grant], verb: str) -> Iterator[Highlight]:
    """One highlight for all actions on the same resource."""
    for (holder, principal, resource, condition), group in groupby(
        sorted(grants, key=_scope), key=_scope
    ):
        actions = ", ".join(grant.action for grant in group)
        target = f" on {resource}" if resource else ""
        limit = f" if {condition}" if condition else ""
        yield Highlight(holder, f"{principal or 'it'} {verb} {actions}{target}{limit}")


def _scope(grant: Grant) -> tuple[str, str, str, str]:
    return grant.holder, grant.principal, grant.resource, grant.condition


def _changes_of(old: Resource | None, new: Resource) -> Iterator[str]:
    was, now = properties(old or {}), properties(new)
    if new["Type"].startswith(_OTHER_GRANTS) and was != now:
        yield "grants access: " + readable(now)
    for name in _ATTACHMENTS:
        attached = map(readable, as_list(was.get(name)))
        for policy in sorted({*map(readable, as_list(now.get(name)))} - {*attached}):
            yield f"{name} gains {policy}"
    for name in _PROTECTIONS:
        if name in was and was[name] != now.get(name):
            is_now = readable(now[name]) if name in now else "unset"
            yield f"{name} was {readable(was[name])}, is {is_now}"
