"""Kinds of devices, from the platforms that exports name in many spellings."""

import re
from functools import lru_cache

OTHER = "other"

# The first match counts: a browser names its system, a television its Android.
_KINDS = {
    "web": r"web_?player|web player",
    "cast": r"cast",
    "game console": r"playstation|\bps[345]\b|xbox|nintendo",
    "car": r"\bcar\b|car_?thing|superbird|automotive|carplay|tesla",
    "tv": r"tv\b|tv_|_tv|roku|bravia",
    "speaker": r"sonos|speaker|echo|alexa|\bbose|homepod|denon|libratone|\bhome\b",
    "watch": r"watch|wear ?os|garmin|fitbit",
    "android": r"android",
    "ios": r"\bios\b|iphone|ipad",
    "windows": r"windows",
    "osx": r"os ?x\b|mac ?os",
    "linux": r"linux",
}
_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}


@lru_cache(maxsize=1 << 12)
def platform_kind(text: str | None) -> str | None:
    """The kind of device, `other` for an unknown one; None for none."""
    if not text:
        return None
    return next((kind for kind, found in _PATTERNS.items() if found.search(text)), OTHER)
