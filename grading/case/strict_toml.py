"""Strict TOML into a model: every error at once, each with its line, its key and what is known there."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grading.case.rules import Place, fault
from grading.case.toml_lines import Key, line_of
from grading.faults import Fault, InputError

M = TypeVar("M", bound=BaseModel)
LONGEST_VALUE = 80
RULE_OF_ERROR: dict[str, str] = {
    "missing": "toml_missing_key",
    "extra_forbidden": "toml_unknown_key",
    "literal_error": "toml_not_in_list",
    "float_type": "toml_not_a_number",
    "int_type": "toml_not_a_number",
    "int_parsing": "toml_not_a_number",
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


def validated(model: type[M], text: str, file: str) -> M:
    """Return what a TOML text says.

    Raises:
        InputError: it is not TOML, or holds unknown, missing or impossible values; every fault of it.
    """
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as broken:
        line = re.search(r"line (\d+)", str(broken))
        place = Place(file, row=int(line[1]) if line else 0)
        raise InputError([fault("toml_syntax", place, expected=str(broken))]) from broken
    except ValidationError as broken:
        raise InputError(to_fault(model, file, text, error) for error in broken.errors()) from broken


def to_fault(model: type[BaseModel], file: str, text: str, error: ErrorDetails) -> Fault:
    """Return the fault of one pydantic error, with the line of its key; its positions in arrays stand in its name."""
    keys = [key for key in error["loc"] if key != "[key]" and not _is_branch(key)]
    names = [str(key) for key in keys]
    rule = RULE_OF_ERROR.get(error["type"], "toml_bad_value")
    value = "" if rule == "toml_missing_key" else str(error["input"])[:LONGEST_VALUE]
    place = Place(file, row=line_of(text, keys), column=".".join(names))
    return fault(rule, place, value, _expected(model, rule, keys, error))


def _is_branch(key: Key) -> bool:
    """Say whether a key is pydantic's name of a branch of a union, not one of the file."""
    return isinstance(key, str) and (
        key in {"str", "int", "bool", "float", "date"} or key.startswith(("tuple[", "constr"))
    )


def _expected(model: type[BaseModel], rule: str, keys: Sequence[Key], error: ErrorDetails) -> str:
    context: Mapping[str, object] = error.get("ctx", {})
    if rule == "toml_unknown_key":
        return _known_beside(model, keys)
    if rule == "toml_not_in_list":
        return str(context["expected"]).replace(" or ", ", ").replace("'", "")
    if rule == "toml_out_of_bounds":
        return ", ".join(f"{BOUNDS[name]} {bound:g}" for name, bound in context.items())
    return error["msg"]


def _known_beside(model: type[BaseModel], keys: Sequence[Key]) -> str:
    """Return the keys allowed beside an unknown one, the closest spelling first."""
    around = _model_at(model, [key for key in keys[:-1] if isinstance(key, str)])
    if around is None:
        return ""
    known = [field.alias or name for name, field in around.model_fields.items()]
    return ", ".join(dict.fromkeys(difflib.get_close_matches(str(keys[-1]), known, n=1) + known))


def _model_at(model: type[BaseModel], keys: Sequence[str]) -> type[BaseModel] | None:
    for key in keys:
        field = model.model_fields.get(key)
        inner = [] if field is None else [field.annotation, *getattr(field.annotation, "__args__", ())]
        models = [kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if not models:
            return None
        model = models[0]
    return model
