"""One measure of a ladder as a spreadsheet shows it, and back: `cut load by 30% + no road transport`."""

import re
import unicodedata
from typing import Any

from pydantic import ValidationError

from grading.law.annex import words
from grading.law.annex.cell_error import empty_cell, not_a_statement
from grading.law.pack import Order
from grading.words import LANGUAGES, Language, say

_TAIL = re.compile(r"^(?P<word>.*?)\s*(?P<number>\d+(\.\d+)?)\s*(?P<unit>%|h)$", re.IGNORECASE)


def shown(order: Order, language: Language) -> str:
    """Return a measure as the workbook shows it."""
    parts = [say(language, words.KINDS[order.kind])]
    if order.share is not None:
        parts.append(f"{_short(order.share * 100)}%")
    if order.hours is not None:
        parts.append(f"{_short(order.hours)}h")
    transport = words.TRANSPORTS[order.transport]
    return " ".join(parts) + (f" + {say(language, transport)}" if transport else "")


def _short(number: float) -> str:
    return f"{round(number, 6):g}"


def read_order(value: object) -> dict[str, object]:
    """Return a filled-in measure as a pack writes it; raise a CellError when it is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise empty_cell()
    if not isinstance(value, str):
        raise not_a_statement("order")
    head, *rest = [part.strip() for part in unicodedata.normalize("NFKC", value).split("+")]
    order = _kind(head) | _transport(rest)
    try:
        Order.model_validate(order)
    except ValidationError as error:
        raise not_a_statement("order") from error
    return order


def _kind(text: str) -> dict[str, object]:
    found = _TAIL.match(text)
    word, parameter = (found["word"], found) if found else (text, None)
    kind = words.meaning(words.KINDS, word) or words.meaning(words.KINDS, f"{word}:")
    if kind is None:
        raise not_a_statement("order")
    order: dict[str, object] = {"kind": kind}
    if parameter is not None:
        number = float(parameter["number"])
        order |= {"share": round(number / 100, 8)} if parameter["unit"] == "%" else {"hours": number}
    return order


def _transport(parts: list[str]) -> dict[str, Any]:
    if not parts:
        return {}
    transport = words.meaning(words.TRANSPORTS, parts[0])
    if transport is None or len(parts) > 1:
        raise not_a_statement("order")
    return {"transport": transport}


def examples() -> dict[Language, str]:
    """Return one measure per language, to show how they are written."""
    order = Order(kind="load_cut", share=0.3, transport="ban_national_4_and_below")
    return {language: shown(order, language) for language in LANGUAGES}
