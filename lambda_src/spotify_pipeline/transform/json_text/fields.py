"""Objects of which single fields are unreadable: every other field is kept."""

from functools import cache
from typing import Any, NamedTuple, get_args

import msgspec

from spotify_pipeline.transform.json_text.decoding import UNREADABLE, Text, decode_members, decoder


class Fields(NamedTuple):
    """The values of an object's fields by name: null for an unreadable one, none for a missing one.

    `faults` are the reasons why fields are unreadable.
    """

    values: dict[str, Any]
    faults: list[str]


class _Field(NamedTuple):
    value: Any
    faults: list[str]


def read_fields(text: Text, shape: type[msgspec.Struct]) -> Fields:
    """Decode the fields of `shape` one by one, and those of a struct within it likewise.

    Raises one of UNREADABLE if the text is not an object.
    """
    members = decode_members(text)
    read = {
        field.name: _read_field(members[field.encode_name], field.type)
        for field in _fields(shape)
        if field.encode_name in members
    }
    values = {name: field.value for name, field in read.items()}
    faults = [f"{name}: {fault}" for name, field in read.items() for fault in field.faults]
    return Fields(values, faults)


def _read_field(text: bytes, kind: Any) -> _Field:
    try:
        return _Field(_decoder(kind)(text), [])
    except UNREADABLE as error:
        try:
            return _read_rest(text, kind)
        except UNREADABLE:
            return _Field(None, [str(error)])


def _read_rest(text: bytes, kind: Any) -> _Field:
    """The readable fields of a struct. Raises one of UNREADABLE if there are none."""
    shape = _struct_in(kind)
    fields = read_fields(text, shape)
    return _Field(shape(**fields.values), fields.faults)


def _struct_in(kind: Any) -> type[msgspec.Struct]:
    """The struct that a field's type is or allows. Raises ValueError if it allows none."""
    for one in (kind, *get_args(kind)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            return one
    raise ValueError(f"{kind} is no struct")


_fields = cache(msgspec.structs.fields)
_decoder = cache(decoder)
