"""Decodes the JSON of raw records, with the number forms that Spotify uses."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from spotify_pipeline import json_recovery

Text = bytes | msgspec.Raw

UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""Decoding errors: malformed JSON, a wrong type or value, nesting beyond the stack."""

_Shape = TypeVar("_Shape")


def decoder(shape: type[_Shape]) -> Callable[[Text], _Shape]:
    """Return a function that decodes JSON as `shape`, and raises one of UNREADABLE.

    An integer may be written as a float or as a string, as in `4.9E7`: Spotify does so at times.
    """
    return msgspec.json.Decoder(shape, strict=False).decode


def decode_context(context: Mapping[str, Any], shape: type[_Shape]) -> _Shape:
    """Convert the context of a raw record; integers as in `decoder`. Raises ValidationError."""
    return msgspec.convert(context, shape, strict=False)


_decode_object = decoder(dict[str, msgspec.Raw])
_decode_array = decoder(list[msgspec.Raw])


def decode_members(text: Text) -> dict[str, bytes]:
    """Split an object into its values by name, each as text that may be damaged or nested deeply.

    Raises one of UNREADABLE.
    """
    try:
        return {name: bytes(value) for name, value in _decode_object(text).items()}
    except msgspec.ValidationError:
        raise
    except UNREADABLE as error:
        return _recover(json_recovery.members, text, error)


def decode_elements(text: Text) -> list[bytes]:
    """Split an array into its elements, each as text that may be damaged or nested deeply.

    Raises one of UNREADABLE.
    """
    try:
        return [bytes(element) for element in _decode_array(text)]
    except msgspec.ValidationError:
        raise
    except UNREADABLE as error:
        return _recover(json_recovery.elements, text, error)


def _recover(split: Callable[[bytes], _Shape], text: Text, error: Exception) -> _Shape:
    """Split text that raised `error`. Raises it if the text cannot be split."""
    try:
        return split(bytes(text))
    except ValueError:
        raise error from None
