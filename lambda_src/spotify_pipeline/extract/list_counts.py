"""Counts of a list: of a playlist's entries, the library or an album's tracks."""

import msgspec

UNKNOWN_ENTRIES = 2_500
"""Assumed size of a playlist that was never read."""


class ListCounts(msgspec.Struct, frozen=True):
    """Number of items that a list has by its `total`, and of those `received`."""

    total: int
    received: int

    @property
    def is_short(self) -> bool:
        return self.received < self.total

    def shortfall(self, items: str, known: "ListCounts | None") -> "Shortfall | None":
        """None if all `items` arrived; accepted if `known`, of an earlier run, is the same."""
        if not self.is_short:
            return None
        reason = f"{self.received} of {self.total} {items} arrived, although requested again"
        if self == known:
            reason += "; an earlier run received as many of as many: Spotify has no more"
        return Shortfall(self, reason, self == known)


class Shortfall(msgspec.Struct, frozen=True):
    """A list that stayed short. It is accepted once two runs received the same."""

    counts: ListCounts
    reason: str
    is_accepted: bool
