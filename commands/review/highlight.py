"""A change that a reviewer must not miss."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Highlight:
    resource: str
    """Type and logical id."""
    change: str
