"""Bytes to text without losing a character: byte-order mark, strict UTF-8, strict GB18030, or a fault."""

import codecs
from dataclasses import dataclass

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class TextProblem(Exception):
    """The bytes are not trustworthy text."""

    rule: str
    row: int
    value: str = ""
    expected: str = ""


def decode(data: bytes) -> str:
    """Return the text of `data`; raises `TextProblem` rather than replace or drop anything."""
    text = _decode(data)
    for lost in ("\ufffd", "\x00"):
        if lost in text:
            row = text.count("\n", 0, text.index(lost)) + 1
            raise TextProblem("lost_characters", row, text.splitlines()[row - 1][:40].replace("\x00", "␀"))
    return text


def _decode(data: bytes) -> str:
    for bom, encoding in MARKS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as broken:
        # A damaged UTF-8 file often passes as GB18030, with wrong names: Chinese decoded before the break means UTF-8.
        if sum(character >= "\u4e00" for character in data[: broken.start].decode("utf-8")) >= 2:
            raise _problem(data, broken) from broken
    return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise _problem(data, broken) from broken


def _problem(data: bytes, broken: UnicodeDecodeError) -> TextProblem:
    row = data.count(b"\n", 0, broken.start) + 1
    return TextProblem("encoding", row, expected=f"{broken.encoding} @ {broken.start}")
