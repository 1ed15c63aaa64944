"""`case.toml` to settings, with every error at once."""

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grading.case.rules import fault
from grading.case.settings import CaseSettings
from grading.case.text import TextProblem, decode
from grading.faults import Fault, InputError


def read_settings(path: Path) -> CaseSettings:
    """Return the settings of a case.

    Raises:
        InputError: the file is missing, is not TOML, or holds unknown, missing or impossible values.
    """
    if not path.is_file():
        raise InputError([fault("missing_file", file=path.name, value=path.name, expected=path.name)])
    text = _text(path)
    try:
        return CaseSettings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as broken:
        raise InputError([_syntax(path.name, broken)]) from broken
    except ValidationError as broken:
        raise InputError(_problem(path.name, text, error) for error in broken.errors()) from broken


def _text(path: Path) -> str:
    try:
        return decode(path.read_bytes())
    except TextProblem as problem:
        place = {"value": problem.value, "expected": problem.expected}
        raise InputError([fault(problem.rule, file=path.name, row=problem.row, **place)]) from problem


def _syntax(file: str, broken: tomllib.TOMLDecodeError) -> Fault:
    reason = str(broken)
    line = reason.rpartition("(at line ")[2].partition(",")[0]
    return fault("toml_syntax", file=file, row=int(line) if line.isdigit() else 0, expected=reason)


def _problem(file: str, text: str, error: ErrorDetails) -> Fault:
    keys = [str(key) for key in error["loc"] if key != "[key]"]
    place = {"file": file, "row": _line_of(text, keys), "column": ".".join(keys)}
    if error["type"] == "missing":
        return fault("toml_missing_key", **place)
    if error["type"] == "extra_forbidden":
        return fault("toml_unknown_key", expected=_known_beside(keys), **place)
    return fault("toml_bad_value", value=str(error["input"])[:80], expected=error["msg"], **place)


def _known_beside(keys: Sequence[str]) -> str:
    """Return the keys allowed beside an unknown one, the closest spelling first."""
    model: type[BaseModel] = CaseSettings
    for key in keys[:-1]:
        inner = model.model_fields[key].annotation if key in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return ""
        model = inner
    known = list(model.model_fields)
    close = difflib.get_close_matches(keys[-1], known, n=1)
    return ", ".join(dict.fromkeys(close + known))


def _line_of(text: str, keys: Sequence[str]) -> int:
    """Return the line on which a key is written, 0 when it cannot be found."""
    section: list[str] = []
    best = 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            section = [part.strip().strip("\"'") for part in bare.strip("[] ").split(".")]
            written = section
        else:
            written = section + [part.strip().strip("\"'") for part in bare.partition("=")[0].split(".")]
        if written == list(keys):
            return number
        if written and list(keys[: len(written)]) == written:
            best = number
    return best
