"""Envelopes of raw records, readable whatever their bodies are like."""

import msgspec

from spotify_pipeline import json_recovery
from spotify_pipeline.raw import Envelope
from spotify_pipeline.transform.json_text.decoding import UNREADABLE, decoder

_decode_envelope = decoder(Envelope)


def read_envelope(line: bytes) -> Envelope:
    """Decode a raw record, leaving its body as text, which may be damaged or nested deeply.

    Raises one of UNREADABLE.
    """
    try:
        return _decode_envelope(line)
    except msgspec.ValidationError:
        raise
    except UNREADABLE as error:
        try:
            members = json_recovery.damaged_members(line)
            envelope = _decode_envelope(json_recovery.join({**members, "body": b"null"}))
        except UNREADABLE:
            raise error from None
        return msgspec.structs.replace(envelope, body=msgspec.Raw(members.get("body", b"")))
