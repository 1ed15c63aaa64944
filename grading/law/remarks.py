"""What packs remark beside their cells, in either language: English in the packs, Chinese in a catalogue of its own.

A message of the catalogue may hold `#` for each number, so that one entry serves every band and limit of a kind;
the numbers keep their order. A text that the catalogue does not know stays as it was written: overlays of a bureau
are in its own language.
"""

import io
import re
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from grading.words import Language

NUMBER = re.compile(r"(?<![A-Za-z\d.])\d+(?:\.\d+)?")
_WORD = re.compile(r"[a-z]{2,}")
_UNITS = frozenset({"mg", "kg", "km", "mm", "kt"})
_SITES = re.compile(r"[\w.-]+\.(?:com|cn)|gkzhan|goootech", re.ASCII)
PLACE = "#"


@cache
def catalogue() -> dict[str, str]:
    """Return English -> Chinese of every remark of the packaged packs."""
    text = files("grading").joinpath("locale", "remarks", "zh.po").read_bytes()
    return {str(entry.id): str(entry.string) for entry in read_po(io.BytesIO(text), locale="zh") if entry.id}


def told(text: str, language: Language) -> str:
    """Return a remark in a language; a text that nobody has translated as it stands."""
    if language == "en":
        return text
    known = catalogue()
    if text in known:
        return known[text]
    numbers = iter(NUMBER.findall(text))
    pattern = known.get(NUMBER.sub(PLACE, text))
    return text if pattern is None else re.sub(PLACE, lambda _: next(numbers), pattern)


def is_english(text: str) -> bool:
    """Return whether a remark holds English words, so that a Chinese reader needs another one."""
    return any(word not in _UNITS for word in _WORD.findall(_SITES.sub("", text)))
