"""The last guard before something public is written: no telephone number of the case leaves the house in a free text.

Public pages are made from columns without persons; but a basis or a reason typed by hand may hold a number.
"""

import re
from collections.abc import Iterable

import polars as pl

from grading.words import Language, mark, say

_NUMBER = re.compile(r"\+?\d[\d\-\u2010-\u2015 ()]{4,}\d")
LEAST_DIGITS = 7
WITHHELD = mark("[number withheld]")


def digits_of(text: str) -> str:
    """Return the digits of a telephone number alone."""
    return re.sub(r"\D", "", text)


def private_numbers(enterprises: pl.DataFrame, office_numbers: Iterable[str | None]) -> frozenset[str]:
    """Return every telephone number of a person in the case, as digits; an office's own number is not one."""
    written = enterprises["phone"].drop_nulls().to_list()
    parts = {digits_of(part) for text in written for part in re.split(r"[,;/、，；\s]+", text)}
    whole = {digits_of(text) for text in written}
    offices = {digits_of(number) for number in office_numbers if number}
    return frozenset(number for number in parts | whole if len(number) >= LEAST_DIGITS) - offices


def without_numbers(text: str, private: frozenset[str], language: Language) -> str:
    """Return the text with every private number replaced by a word that says so."""
    word = say(language, WITHHELD)

    def judged(found: re.Match[str]) -> str:
        whole = digits_of(found[0])
        runs = re.findall(r"\d+", found[0])
        is_private = whole in private or any(run in private for run in runs) or _tail(whole) in private
        return word if is_private else found[0]

    return _NUMBER.sub(judged, text)


def _tail(digits: str) -> str:
    """Return a mobile number without the code of the country before it."""
    return digits.removeprefix("86")
