"""A scenario as a file: only what it says, in the order of the format."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lantian.whatif.scenario import Scenario


def to_toml(scenario: Scenario) -> str:
    """Return the text of a scenario file; reading it gives an equal scenario back."""
    said = scenario.model_dump(exclude_defaults=True, by_alias=True) | {"parent": scenario.parent}
    order = [field.alias or name for name, field in Scenario.model_fields.items()]
    simple = [f"{name} = {_value(said[name])}" for name in order if name in said and isinstance(said[name], str)]
    tables = [_table(name, said[name]) for name in order if isinstance(said.get(name), Mapping)]
    arrays = [_array(name, said[name]) for name in order if isinstance(said.get(name), list | tuple)]
    return "\n".join(["\n".join(simple), *tables, *arrays]) + "\n"


def _table(name: str, table: Mapping[str, Any]) -> str:
    lines = [f"{_key(key)} = {_value(value)}" for key, value in table.items()]
    return "\n".join(["", f"[{name}]", *lines])


def _array(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    parts = ["\n".join(["", f"[[{name}]]", *(f"{_key(k)} = {_value(v)}" for k, v in row.items())]) for row in rows]
    return "\n".join(parts)


def _key(name: str) -> str:
    is_bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if is_bare else _text(name)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case date():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_value(each) for each in value) + "]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """Return a basic string; JSON escapes all that TOML asks for but the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
