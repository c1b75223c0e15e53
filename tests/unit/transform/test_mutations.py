"""Entries broken at random; `benchmarks/mutations.py` reads many more of them."""

import pytest

from benchmarks.mutations import entries, parts, read


@pytest.mark.parametrize("seed", [11, 12])
def test_every_mutated_entry_is_stored_or_rejected(seed: int) -> None:
    for size, compressed in parts(2_000, seed):
        totals = read(compressed)
        assert (totals.received, totals.stored + totals.rejected) == (size, size)
        assert totals.stored > 0.3 * size
        assert totals.rejected > 0.1 * size


def test_the_entries_that_are_mutated_are_of_every_kind() -> None:
    shapes = {tuple(key for key in ("item", "track") if key in entry) for entry in entries()}
    assert shapes == {("item",), ("track",), ("item", "track")}
