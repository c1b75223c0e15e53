"""A name that attacks the terminal, and a check of output for what is left of it."""

import re

HOSTILE = (
    "evil"
    "\x1b]52;c;cm0gLXJm\x07"  # sets the clipboard
    "\x1b]0;title\x07"
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\"
    "\x1b[2J\x1b[H\x1b[8m"  # clears the screen, hides text
    "\x9b2J\x9d0;title\x9c"  # likewise, as C1 characters
    "\x7f\r\x08\x0b"
    "\u202e\u2066"
    "[link=http://evil.example]markup[/link]"
    "\n\u2713 all done"
)
_RICHS_OWN = re.compile(r"\x1b\[(0|1|2|3|3[0-9]|9[0-7])(;\d+)*m|\x1b\[\?25[lh]|\r?\x1b\[(1A|2K)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(output: str) -> bool:
    """True if there are no other control characters than those of Rich's styles and spinners."""
    return not _CONTROL.search(_RICHS_OWN.sub("", output))
