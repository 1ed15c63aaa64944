"""Bytes to text without losing a character: byte-order mark, strict UTF-8, strict GB18030, or a fault."""

import codecs

from grading.case.rules import Place, fault
from grading.faults import Fault, InputError

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, file: str) -> str:
    """Return the text of a file, never with a character replaced or dropped.

    Raises:
        InputError: the bytes fit no encoding, or characters were already lost by an earlier program.
    """
    text = _decode(data, file)
    for lost in ("\ufffd", "\x00"):
        if lost in text:
            before, _, after = text.partition(lost)
            line = before.rpartition("\n")[2][-20:] + lost + after.partition("\n")[0][:20]
            place = Place(file, row=before.count("\n") + 1)
            raise InputError([fault("lost_characters", place, line.replace("\x00", "␀"))])
    return text


def _decode(data: bytes, file: str) -> str:
    for bom, encoding in MARKS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding, file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as broken:
        # A damaged UTF-8 file often passes as GB18030, with wrong names: Chinese decoded before the break means UTF-8.
        if sum(character >= "\u4e00" for character in data[: broken.start].decode("utf-8")) >= 2:
            raise InputError([_problem(data, broken, file)]) from broken
    return _strict(data, "gb18030", file)


def _strict(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise InputError([_problem(data, broken, file)]) from broken


def _problem(data: bytes, broken: UnicodeDecodeError, file: str) -> Fault:
    place = Place(file, row=data.count(b"\n", 0, broken.start) + 1)
    return fault("encoding", place, expected=f"{broken.encoding} @ {broken.start}")
