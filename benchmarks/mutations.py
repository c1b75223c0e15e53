"""Randomly mutated playlist entries of every regime: none may crash the transform or get lost.

`python -m benchmarks.mutations [SEED…]` transforms 100,000 of them per seed, the same for the same
seed; by default for the seeds 1, 2 and 3.
"""

import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from fake_spotify.regime import Regime
from fake_spotify.responses import Responses
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import make_id
from spotify_pipeline.keys import Part
from spotify_pipeline.transform.conversion import Totals, read_part

ENTRIES = 100_000
SEEDS = (1, 2, 3)
PAGE = 50
PAGES_A_PART = 40

_PART = Part("2026-03-01", "20260301T060000Z-mutants-0a1b2c3d", "0000")
_VALUES = (
    "null true false 0 -1 1.5 1e400 -0 2147483648 -9223372036854775809 99999999999999999999999"
    ' "" "0000" "x" "\\ud800" "\\udc00x" "\\u0000" "\\u202e\\u0301" [] {} [null] {"id":7} [[]]'
    ' "1970-01-01T00:00:00Z" "0001-01-01T00:00:00+14:00" "9999-12-31T23:59:59-14:00"'
).split()
_NESTING_DEPTHS = (1_100, 20_000)


def entries() -> list[Any]:
    """Valid entries: tracks, relinked ones too, local files, both forms of episodes, nulls."""
    world = synthetic_world()
    listed = [entry for playlist in world.library(world.days[0]) for entry in playlist.entries]
    return [
        Responses(regime, "https://api.spotify.com/v1/").entry(entry, episodes=episodes)
        for regime in Regime
        for episodes in (True, False)
        for entry in listed
    ]


class Mutator:
    """Mutates entries so that their page can still be split into entries."""

    def __init__(self, seed: int) -> None:
        self._choose = random.Random(seed)

    def mutated(self, entry: Any) -> bytes:
        copy = json.loads(json.dumps(entry))
        marks: dict[str, bytes] = {}
        for _ in range(self._choose.choice((1, 1, 1, 2, 5))):
            self._change(copy, marks)
        text = json.dumps(copy, ensure_ascii=self._choose.random() < 0.5).encode()
        for mark, value in marks.items():
            text = text.replace(f'"{mark}"'.encode(), value)
        return text

    def _change(self, entry: Any, marks: dict[str, bytes]) -> None:
        """Drop, rename, repeat or replace one value."""
        parent, key = self._location(entry)
        draw = self._choose.random()
        if draw < 0.2 and isinstance(parent, dict):
            del parent[key]
        elif draw < 0.3 and isinstance(parent, dict):
            parent[f"{key}_"] = parent.pop(key)
        elif draw < 0.35:
            parent[key] = [parent[key]] * 3
        else:
            mark = f"mark-{len(marks)}-"
            marks[mark] = self._value()
            parent[key] = mark

    def _location(self, entry: Any) -> tuple[Any, Any]:
        """A container at any depth of the entry, and one of its keys or indices."""
        parent, key = entry, self._choose.choice(list(entry))
        while self._choose.random() < 0.75 and (inner := parent[key]):
            if not isinstance(inner, dict | list):
                break
            keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
            parent, key = inner, self._choose.choice(keys)
        return parent, key

    def _value(self) -> bytes:
        if self._choose.random() < 0.02:
            depth = self._choose.choice(_NESTING_DEPTHS)
            opening, closing = self._choose.choice(((b"[", b"]"), (b'{"a":', b"}")))
            return opening * depth + b"0" + closing * depth
        if self._choose.random() < 0.02:
            return b'"\xff\xfe\xed\xa0\x80"'
        return self._choose.choice(_VALUES).encode()

    def choose(self, values: list[Any]) -> Any:
        return self._choose.choice(values)


def parts(count: int, seed: int) -> Iterator[tuple[int, bytes]]:
    """Parts with `count` mutated entries in total: the entries of each, and its gzip content."""
    valid = entries()
    mutator = Mutator(seed)
    while count > 0:
        size = min(count, PAGE * PAGES_A_PART)
        mutants = [mutator.mutated(mutator.choose(valid)) for _ in range(size)]
        pages = (_page(offset, mutants[offset : offset + PAGE]) for offset in range(0, size, PAGE))
        yield size, gzip.compress(b"\n".join(pages), 1)
        count -= size


def _page(offset: int, items: list[bytes]) -> bytes:
    envelope = {
        "kind": "playlist_items",
        "run_id": _PART.run_id,
        "fetched_at": "2026-03-01T06:00:01Z",
        "context": {"playlist_id": make_id(0), "snapshot_id": "s", "offset": offset},
        "body": {"items": "ITEMS", "total": 0},
    }
    return json.dumps(envelope).encode().replace(b'"ITEMS"', b"[" + b",".join(items) + b"]")


def read(compressed: bytes) -> Totals:
    return read_part(_PART, lambda: compressed).totals


def seeds(arguments: list[str]) -> list[int]:
    """The seeds in the arguments, or the default ones. Raises ValueError naming a wrong one."""
    for argument in arguments:
        if not (argument.isascii() and argument.isdecimal()):
            raise ValueError(f"{argument!r} is not a seed: expected whole numbers, as in 1 2 3")
    return [int(argument) for argument in arguments] or list(SEEDS)


def main() -> None:
    try:
        chosen = seeds(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
    for seed in chosen:
        print(_measure(seed), flush=True)


def _measure(seed: int) -> str:
    """Transform the entries of a seed. Exits if some are neither stored nor rejected."""
    counted: Counter[str] = Counter()
    for size, compressed in parts(ENTRIES, seed):
        totals = read(compressed)
        if totals.received != size or totals.stored + totals.rejected != size:
            sys.exit(f"Expected {size} entries, got {totals} (seed {seed})")
        counted += Counter(received=totals.received, stored=totals.stored, rejected=totals.rejected)
    return (
        f"{counted['received']:,} mutated entries received = {counted['stored']:,} stored"
        f" + {counted['rejected']:,} rejected (seed {seed})"
    )


if __name__ == "__main__":
    main()
