"""Columns of a result: what kind of value they hold, and how they are headed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from report.answers import Result
from report.links import is_identifier


class Kind(StrEnum):
    """What the values of a column are. A `name`, such as a weekday, has an order of its own."""

    NUMBER = "number"
    NAME = "name"
    DAY = "day"
    TIME = "time"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    kind: Kind
    place: int

    @property
    def heading(self) -> str:
        words = [_SPELLINGS.get(word, word) for word in self.name.split("_")]
        text = " ".join(words)
        return text[:1].upper() + text[1:]

    @property
    def is_shown(self) -> bool:
        return not is_identifier(self.name)


def columns_of(result: Result) -> list[Column]:
    """The columns in order, those of ids among them."""
    return [
        Column(name=name, kind=_kind(name, type_, (row[place] for row in result.rows)), place=place)
        for place, (name, type_) in enumerate(zip(result.columns, result.types, strict=True))
    ]


_SPELLINGS = {"api": "API", "gb": "GB", "id": "id", "isrc": "ISRC", "ms": "ms", "usd": "USD"}
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "float", "real", "double", "decimal")
_ORDERED = ("attempt", "decade", "hour", "month", "position", "weekday", "year")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _kind(name: str, type_: str, values: Iterable[str | None]) -> Kind:
    base = type_.partition("(")[0].partition(" ")[0]
    if name in _ORDERED:
        return Kind.NAME
    if base in _NUMBERS:
        return Kind.NUMBER
    if base in ("date", "timestamp", "boolean"):
        return {"date": Kind.DAY, "timestamp": Kind.TIME}.get(base, Kind.FLAG)
    return Kind.DAY if _are_days([value for value in values if value is not None]) else Kind.TEXT


def _are_days(values: Sequence[str]) -> bool:
    """Partitions are days as text."""
    return bool(values) and all(map(_DAY.fullmatch, values))
