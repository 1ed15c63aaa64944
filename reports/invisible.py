"""Marks that turn the direction of text, or hide in it, made visible: a name shows what it is made of.

Without this a name with U+202E reads backwards on the page, and the reader signs for another name.
"""

import re

_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def visible(text: str) -> str:
    """Return the text with every hidden mark spelled out: `[U+202E]`."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)
