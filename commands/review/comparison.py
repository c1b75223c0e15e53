"""Compares the stacks of an environment in two versions."""

from dataclasses import dataclass

from commands.review.destruction import destructive_changes, replaced
from commands.review.highlight import Highlight
from commands.review.permissions import widening_changes
from commands.review.values import Resource, Template, resources


@dataclass(frozen=True)
class Comparison:
    """The changes of one stack."""

    environment: str
    stack: str
    """Name without the environment's."""
    added: int
    changed: int
    replaced: int
    removed: int
    destructive: tuple[Highlight, ...]
    widening: tuple[Highlight, ...]
    text: str
    """The text of `cdk diff`."""


def compare(environment: str, stack: str, base: Template, head: Template, text: str) -> Comparison:
    """`base` and `head` are the stack's templates; an empty one means that it has none."""
    before, after = resources(base), resources(head)
    replacements = replaced(base, head)
    common = before.keys() & after.keys()
    changed = [n for n in common if _content(before[n]) != _content(after[n])]
    return Comparison(
        environment=environment,
        stack=_generic(stack, environment),
        added=len(after.keys() - before.keys()),
        changed=len(set(changed) - replacements.keys()),
        replaced=len(replacements),
        removed=len(before.keys() - after.keys()),
        destructive=_without_name(destructive_changes(base, head), environment),
        widening=_without_name(widening_changes(base, head), environment),
        text=_generic(text, environment),
    )


def _content(resource: Resource) -> Resource:
    """The resource without metadata, which has no effect."""
    return {key: value for key, value in resource.items() if key != "Metadata"}


def _without_name(highlights: list[Highlight], environment: str) -> tuple[Highlight, ...]:
    return tuple(
        Highlight(_generic(h.resource, environment), _generic(h.change, environment))
        for h in highlights
    )


def _generic(text: str, environment: str) -> str:
    """The text without the environment's name, so that equal changes of environments are equal."""
    for separator in "-_":
        text = text.replace(f"spotify{separator}{environment}", f"spotify{separator}ENV")
    return text
