"""The words of the workbook, in both directions: a cell is written in one language and read in either."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import TypeVar, get_args

from grading.law.pack import Confidence, Evidence, Grade, Kind, Status, Transport
from grading.words import LANGUAGES, Language, mark, say

GRADES: Mapping[Grade, str] = {
    "A": mark("A"),
    "leading": mark("leading"),
    "B": mark("B"),
    "B-": mark("B-"),
    "C": mark("C"),
    "non_leading": mark("non-leading"),
    "D": mark("D"),
}
LEVELS = {"yellow": mark("Yellow"), "orange": mark("Orange"), "red": mark("Red")}
CONTENTS = {
    "unknown": mark("not known"),
    "not_differentiated": mark("not differentiated"),
    "floor": mark("legal floor"),
    "is_required": mark("must hold"),
}
"""Statements of a cell that are neither numbers nor choices; the first three may carry a text after a colon."""
UNKNOWN = CONTENTS["unknown"]
REQUIRED = CONTENTS["is_required"]
OPEN_BETWEEN = mark("{demand} (two readings, open between them)")
"""A number with two readings: both its ends stand in `demand`."""
AS = mark("as {grade}")
STATUSES: Mapping[Status, str] = {
    "verified": mark("verified"),
    "reported": mark("reported"),
    "unverified": mark("unverified"),
    "unknown": mark("not known"),
}
CONFIDENCES: Mapping[Confidence, str] = {
    "high": mark("sure"),
    "medium": mark("fairly sure"),
    "low": mark("unsure"),
    "estimate": mark("estimate"),
}
KINDS: Mapping[Kind, str] = {
    "none": mark("no cut"),
    "voluntary": mark("voluntary cut"),
    "load_cut": mark("cut load by"),
    "stop_share_by_line": mark("stop this share of lines:"),
    "stop": mark("stop production"),
    "coking_time_h": mark("coking time at least"),
    "bank": mark("bank the ovens"),
    "keep_hot": mark("keep the kiln hot"),
    "unknown": mark("not known"),
}
TRANSPORTS: Mapping[Transport, str] = {
    "none": "",
    "ban_national_4_and_below": mark("no lorries of National IV or below"),
    "stop_road_transport": mark("no road transport"),
}
DIMENSIONS = {
    "energy": mark("Energy"),
    "equipment": mark("Equipment"),
    "treatment": mark("Treatment"),
    "emission_limit": mark("Emission limit"),
    "fugitive": mark("Fugitive emission"),
    "monitoring": mark("Monitoring"),
    "management": mark("Management"),
    "transport": mark("Transport"),
}
UNITS = {
    "1": mark("(dimensionless)"),
    "percent": mark("%"),
    "month": mark("months"),
    "year": mark("years"),
    "10k_bricks_per_year": mark("10,000 bricks a year"),
    "k_m3_per_year": mark("1,000 m3 a year"),
}
"""Units that are written in words; every other one is written as it stands."""
_YEAR_OF_DATA = mark("one year of data")
AVERAGING = {
    "hourly": mark("hourly mean"),
    "yearly": mark("yearly mean"),
    "single reading": mark("any single reading"),
    _YEAR_OF_DATA: _YEAR_OF_DATA,
}
Name = TypeVar("Name", bound=str)
BETWEEN = "·"
SIGNS = {"le": "≤", "lt": "<", "ge": "≥", "gt": ">"}


def unit_word(unit: str, language: Language) -> str:
    """Return a unit as it is written."""
    return say(language, UNITS[unit]) if unit in UNITS else unit


def folded(text: str) -> str:
    """Return the form in which words are compared: width, letter case and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def meaning(words: Mapping[Name, str], text: str) -> Name | None:
    """Return the id whose word, in any language, is `text`."""
    wanted = folded(text)
    spelled = ((name, say(language, word)) for name, word in words.items() for language in LANGUAGES if word)
    return next((name for name, word in spelled if folded(word) == wanted), None)


def status_word(status: str, confidence: str | None, language: Language) -> str:
    """Return status and confidence as one word; verified and sure is simply verified."""
    word = say(language, STATUSES[status])  # type: ignore[index]
    is_plain = confidence is None or (status, confidence) == ("verified", "high")
    return word if is_plain else f"{word}{BETWEEN}{say(language, CONFIDENCES[confidence])}"  # type: ignore[index]


def evidence_word(evidence: Evidence, language: Language) -> str:
    """Return the status word of an evidence."""
    return status_word(evidence.status, evidence.confidence, language)


def status_choices(language: Language) -> list[str]:
    """Return every status word a bureau may choose, best first."""
    pairs = [(s, c) for s in get_args(Status) for c in get_args(Confidence) if s != "unknown"]
    return [*(status_word(s, c, language) for s, c in pairs), status_word("unknown", None, language)]


@cache
def _statuses() -> dict[str, tuple[Status, Confidence | None]]:
    pairs: list[tuple[Status, Confidence | None]] = [
        (s, c) for s in get_args(Status) for c in get_args(Confidence) if s != "unknown"
    ]
    pairs.append(("unknown", None))
    return {folded(status_word(s, c, language)): (s, c) for language in LANGUAGES for s, c in pairs}


def read_status(text: str) -> tuple[Status, Confidence | None] | None:
    """Return status and confidence of a status word in either language; None when it is none."""
    return _statuses().get(folded(text))


def as_word(grade: str, language: Language) -> str:
    """Return how a merged cell is written: `as A`."""
    return say(language, AS, grade=say(language, GRADES[grade]))  # type: ignore[index]


def read_as(text: str) -> Grade | None:
    """Return the grade a merged cell names; `=A` is understood too."""
    wanted = folded(text)
    spelled = {
        grade: {folded(as_word(grade, language)) for language in LANGUAGES} | {f"={grade.lower()}"} for grade in GRADES
    }
    return next((grade for grade, words in spelled.items() if wanted in words), None)
