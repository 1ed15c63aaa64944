"""`case.toml` to settings, with every error at once."""

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grading.case.rules import Place, fault
from grading.case.settings import CaseSettings
from grading.case.text import decode
from grading.faults import Fault, InputError

LONGEST_VALUE = 80
RULE_OF_ERROR: dict[str, str] = {
    "missing": "toml_missing_key",
    "extra_forbidden": "toml_unknown_key",
    "literal_error": "toml_not_in_list",
    "float_type": "toml_not_a_number",
    "float_parsing": "toml_not_a_number",
    "finite_number": "toml_not_a_number",
    "string_type": "toml_not_text",
    "date_type": "toml_not_a_date",
    "date_from_datetime_parsing": "toml_not_a_date",
    "date_from_datetime_inexact": "toml_not_a_date",
    "bool_type": "toml_not_yes_no",
    "bool_parsing": "toml_not_yes_no",
    "dict_type": "toml_not_a_table",
    "model_type": "toml_not_a_table",
    "greater_than": "toml_out_of_bounds",
    "greater_than_equal": "toml_out_of_bounds",
    "less_than_equal": "toml_out_of_bounds",
}
BOUNDS = {"gt": ">", "ge": "≥", "le": "≤"}


def read_settings(path: Path) -> CaseSettings:
    """Return the settings of a case.

    Raises:
        InputError: the file is missing, is not TOML, or holds unknown, missing or impossible values.
    """
    if not path.is_file():
        raise InputError([fault("missing_file", Place(path.name), path.name, path.name)])
    text = decode(path.read_bytes(), path.name)
    try:
        settings = CaseSettings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as broken:
        raise InputError([_syntax(path.name, broken)]) from broken
    except ValidationError as broken:
        raise InputError(to_fault(path.name, text, error) for error in broken.errors()) from broken
    _refuse_backward_period(settings, path.name, text)
    return settings


def _refuse_backward_period(settings: CaseSettings, file: str, text: str) -> None:
    first, last = settings.notice.objection_from, settings.notice.objection_to
    if first and last and last < first:
        keys = ("notice", "objection_to")
        place = Place(file, row=line_of(text, keys), column=".".join(keys))
        raise InputError([fault("ends_before_start", place, str(last), str(first))])


def _syntax(file: str, broken: tomllib.TOMLDecodeError) -> Fault:
    line = re.search(r"line (\d+)", str(broken))
    return fault("toml_syntax", Place(file, row=int(line[1]) if line else 0), expected=str(broken))


def to_fault(file: str, text: str, error: ErrorDetails) -> Fault:
    """Return the fault of one pydantic error, with the line of its key."""
    keys = [str(key) for key in error["loc"] if key != "[key]"]
    place = Place(file, row=line_of(text, keys), column=".".join(keys))
    rule = RULE_OF_ERROR.get(error["type"], "toml_bad_value")
    value = "" if rule == "toml_missing_key" else str(error["input"])[:LONGEST_VALUE]
    return fault(rule, place, value, _expected(rule, keys, error))


def _expected(rule: str, keys: Sequence[str], error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if rule == "toml_unknown_key":
        return _known_beside(keys)
    if rule == "toml_not_in_list":
        return str(context["expected"]).replace(" or ", ", ").replace("'", "")
    if rule == "toml_out_of_bounds":
        return ", ".join(f"{BOUNDS[name]} {bound:g}" for name, bound in context.items())
    return error["msg"]


def _known_beside(keys: Sequence[str]) -> str:
    """Return the keys allowed beside an unknown one, the closest spelling first."""
    model: type[BaseModel] = CaseSettings
    for key in keys[:-1]:
        told = model.model_fields[key].annotation if key in model.model_fields else None
        inner = [one for one in (told, *get_args(told)) if isinstance(one, type) and issubclass(one, BaseModel)]
        if not inner:
            return ""
        model = inner[0]
    known = list(model.model_fields)
    close = difflib.get_close_matches(keys[-1], known, n=1)
    return ", ".join(dict.fromkeys(close + known))


def line_of(text: str, keys: Sequence[str]) -> int:
    """Return the line on which a key, or the nearest table around it, is written; 0 when neither is found."""
    section: list[str] = []
    nearest = depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            section = written = _parts(bare.strip("[] "))
        else:
            written = section + _parts(bare.partition("=")[0])
        if written == list(keys):
            return number
        if len(written) > depth and list(keys[: len(written)]) == written:
            nearest, depth = number, len(written)
    return nearest


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
