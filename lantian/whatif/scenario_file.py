"""A scenario file to a scenario, with every error at once and the line of each."""

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grading.case.rules import Place, fault
from grading.case.settings_file import BOUNDS, LONGEST_VALUE, RULE_OF_ERROR
from grading.case.text import decode
from grading.faults import Fault, InputError
from lantian.whatif.faults import At
from lantian.whatif.scenario import Scenario

Key = str | int
MORE_RULES = {"string_too_short": "toml_bad_value", "tuple_type": "toml_bad_value"}


@dataclass(frozen=True)
class Written:
    """A scenario and where it stands, so that a later fault can name its line."""

    name: str
    scenario: Scenario
    file: str
    text: str

    def at(self, *keys: Key) -> At:
        """Return the place of a key, for example `at("grades", 0, "select")`."""
        return At(self.file, line_of(self.text, keys), ".".join(str(key) for key in keys if isinstance(key, str)))


def read_scenario(path: Path) -> Written:
    """Return the scenario of a file, or raise InputError with every fault in it."""
    text = decode(path.read_bytes(), path.name)
    try:
        scenario = Scenario.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as broken:
        line = re.search(r"line (\d+)", str(broken))
        place = Place(path.name, row=int(line[1]) if line else 0)
        raise InputError([fault("toml_syntax", place, expected=str(broken))]) from broken
    except ValidationError as broken:
        raise InputError(_to_fault(path.name, text, error) for error in broken.errors()) from broken
    return Written(path.stem, scenario, path.name, text)


def _to_fault(file: str, text: str, error: ErrorDetails) -> Fault:
    keys = [key for key in error["loc"] if key != "[key]" and not _is_branch(key)]
    names = [str(key) for key in keys]
    rule = RULE_OF_ERROR.get(error["type"], "toml_bad_value")
    value = "" if rule == "toml_missing_key" else str(error["input"])[:LONGEST_VALUE]
    place = Place(file, row=line_of(text, keys), column=".".join(names))
    return fault(rule, place, value, _expected(rule, keys, error))


def _is_branch(key: Key) -> bool:
    """Say whether a key is pydantic's name of a branch of a union, not one of the file."""
    return isinstance(key, str) and (
        key in {"str", "int", "bool", "float", "date"} or key.startswith(("tuple[", "constr"))
    )


def _expected(rule: str, keys: Sequence[Key], error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if rule == "toml_unknown_key":
        return _known_beside(keys)
    if rule == "toml_not_in_list":
        return str(context["expected"]).replace(" or ", ", ").replace("'", "")
    if rule == "toml_out_of_bounds":
        return ", ".join(f"{BOUNDS[name]} {bound:g}" for name, bound in context.items())
    return error["msg"]


def _known_beside(keys: Sequence[Key]) -> str:
    """Return the keys allowed beside an unknown one, the closest spelling first."""
    model = _model_at(Scenario, [key for key in keys[:-1] if isinstance(key, str)])
    if model is None:
        return ""
    known = [field.alias or name for name, field in model.model_fields.items()]
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


def line_of(text: str, keys: Sequence[Key]) -> int:
    """Return the line of a key, or of the nearest table around it; 0 when neither is written.

    Arrays of tables are counted: `("grades", 1, "grade")` is the `grade` of the second `[[grades]]`.
    """
    section: list[Key] = []
    counted: dict[str, int] = {}
    nearest = depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        written, section = _written(line.strip(), section, counted)
        if written and written == list(keys):
            return number
        if len(written) > depth and list(keys[: len(written)]) == written:
            nearest, depth = number, len(written)
    return nearest


def _written(bare: str, section: list[Key], counted: dict[str, int]) -> tuple[list[Key], list[Key]]:
    """Return the key that a line writes, and the table it leaves open."""
    if bare.startswith("[["):
        name = bare.strip("[] ")
        counted[name] = counted.get(name, -1) + 1
        opened: list[Key] = [name, counted[name]]
        return opened, opened
    if bare.startswith("["):
        first, *rest = _parts(bare.strip("[] "))
        opened = [first, counted[first], *rest] if first in counted else [first, *rest]
        return opened, opened
    return [*section, *_parts(bare.partition("=")[0])] if "=" in bare else [], section


def _parts(dotted: str) -> list[Key]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
