"""One cell of an indicator table as a spreadsheet shows it, and back.

Shown form: a number; two readings of one as `10–15`, the smaller first; choices by their words; a word with an optional
text after a colon; `as A`.
"""

import re
import unicodedata

from grading.law.annex import words
from grading.law.annex.cell_error import CellError, empty_cell, not_a_statement
from grading.law.annex.named import Asked, Names
from grading.law.pack import Content, Indicator, Order, is_easier
from grading.law.remarks import told
from grading.words import LANGUAGES, Language, mark, say

Value = float | str
_TEXTED = ("unknown", "not_differentiated", "floor")
BETWEEN = "–"
_DASH = re.compile(r"(?<=[\d.%])\s*(?:-|~|—|–|至|到)\s*(?=[\d.])")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?")
_SIGN_FORMS = {"<=": "≤", "=<": "≤", "≦": "≤", ">=": "≥", "=>": "≥", "≧": "≥"}


def shown(content: Content, names: Names, language: Language) -> Value:
    """Return a cell as the workbook shows it."""
    if content.number is not None and content.may_number is not None:
        return BETWEEN.join(f"{number:.12g}" for number in sorted((content.number, content.may_number)))
    if content.number is not None:
        return content.number
    if content.choices is not None:
        return names.listed(content.choices, language)
    if content.same_as is not None:
        return words.as_word(content.same_as, language)
    stated = next(iter(content.stated()))
    said = getattr(content, stated)
    word = say(language, words.CONTENTS[stated])
    return f"{word}{colon(language)}{told(said, language)}" if stated in _TEXTED and said else word


def has_two_readings(content: Content | Order) -> bool:
    """Return whether a cell holds a number that can be read in two ways."""
    return isinstance(content, Content) and content.may_number is not None


def colon(language: Language) -> str:
    """Return the colon of a language."""
    return "：" if language == "zh" else ": "


def wanted(indicator: Indicator) -> str:
    """Return which statement the operator of a row needs."""
    return {"one_of": "choices", "all_of": "choices", "is_true": "is_required"}.get(indicator.operator, "number")


def read_content(value: object, indicator: Indicator, grade: str, asked: Asked) -> dict[str, object]:
    """Return the statement of a filled-in cell as a pack writes it; raise a CellError when it is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise empty_cell()
    kind = wanted(indicator)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if kind != "number":
            raise not_a_statement(kind)
        return {"number": _plausible(float(value), indicator)}
    if not isinstance(value, str):
        raise not_a_statement(kind)
    return _read_text(value.strip(), indicator, grade, asked)


def _read_text(text: str, indicator: Indicator, grade: str, asked: Asked) -> dict[str, object]:
    target = words.read_as(text)
    if target is not None:
        return {"same_as": _target(target, indicator, grade)}
    head, said = _split(text)
    stated = words.meaning(words.CONTENTS, head)
    kind = wanted(indicator)
    if stated in _TEXTED:
        return {stated: said}
    if stated == "is_required" and kind == "is_required":
        return {"is_required": True}
    if kind == "number":
        return _numbers(text, indicator)
    if kind == "choices":
        return {"choices": asked.read(text)}
    raise not_a_statement(kind)


def _split(text: str) -> tuple[str, str]:
    head, _, said = re.sub("：", ":", text, count=1).partition(":")
    return head, said.strip()


def _target(target: str, indicator: Indicator, grade: str) -> str:
    cell = indicator.requirement.get(target)  # type: ignore[call-overload]
    if target == grade or cell is None or cell.same_as is not None:
        raise CellError(
            "annex.merged_cell",
            mark("{cell}: the cell says it is the same as {target}, which states nothing of its own."),
            mark("Name the grade that holds the demand, or write the demand itself."),
            {"target": target},
        )
    return target


def _numbers(text: str, indicator: Indicator) -> dict[str, object]:
    """Return a number, or the two ends between which nobody can tell, the one that is harder to reach first."""
    ends = _DASH.split(unicodedata.normalize("NFKC", text))
    if len(ends) == 1:
        return {"number": _number(text, indicator)}
    numbers = [_number(end, indicator) for end in ends]
    if len(numbers) != 2 or numbers[0] >= numbers[1]:
        raise CellError(
            "annex.range",
            mark("{cell}: {value} is not a range from a smaller to a larger number."),
            mark("Write one number; where the annex can be read in two ways, the smaller end first, as 10–15."),
        )
    is_first_harder = is_easier(numbers[1], numbers[0], indicator.operator)
    harder, easier = numbers if is_first_harder else reversed(numbers)
    return {"number": harder, "may_number": easier}


def _number(text: str, indicator: Indicator) -> float:
    plain = unicodedata.normalize("NFKC", text).strip()
    for form, sign in _SIGN_FORMS.items():
        plain = plain.replace(form, sign)
    sign = words.SIGNS[indicator.operator]
    plain = plain.removeprefix(sign).strip()
    unit_words = (words.unit_word(indicator.unit or "", language) for language in LANGUAGES)
    units = [unicodedata.normalize("NFKC", word) for word in (indicator.unit or "", *unit_words)]
    is_said_percent = indicator.unit == "percent" and plain.endswith("%")
    for unit in filter(None, units):
        plain = plain.removesuffix(unit).strip()
    if not _NUMBER.fullmatch(plain.lower()):
        raise not_a_statement("number")
    return float(plain) if is_said_percent else _plausible(float(plain), indicator)


def _plausible(number: float, indicator: Indicator) -> float:
    """Return the number; a spreadsheet turns a typed 80% into 0.8, which is 0.8 percent here."""
    if number < 0 or number in (float("inf"),) or number != number:  # noqa: PLR0124 - the test for not-a-number
        raise not_a_statement("number")
    if indicator.unit == "percent" and 0 < number <= 1:
        raise CellError(
            "annex.percent",
            mark("{cell}: {value} percent; a spreadsheet turns a typed 80% into 0.8."),
            mark("Write the number of percent, as 80; where less than one percent is meant, type 0.5% as text."),
        )
    return number
