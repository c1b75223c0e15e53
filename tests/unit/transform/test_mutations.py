"""Entries broken at random; `benchmarks/mutations.py` reads many more of them."""

import pytest

from benchmarks.mutations import SEEDS, entries, parts, read, seeds


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


def test_several_seeds_run_unless_arguments_choose() -> None:
    assert seeds([]) == list(SEEDS)
    assert len(SEEDS) > 1
    assert seeds(["7", "21"]) == [7, 21]


@pytest.mark.parametrize("argument", ["", "x", "-1", "1.5", "٣"])
def test_a_wrong_seed_is_named(argument: str) -> None:
    with pytest.raises(ValueError, match=f"{argument!r} is not a seed"):
        seeds(["1", argument])
