"""Where everything in a TOML text stands: each path of keys and positions with its line.

tomllib keeps no places and tomlkit gives none, so a text that tomllib has accepted is walked once more; strings and
comments are passed over whole.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

Key = str | int
Path = tuple[Key, ...]

GAP = re.compile(r"(?:\s|#[^\n]*)*")
NAME = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|[\w-]+')
DOT = re.compile(r"[ \t]*\.[ \t]*")
IS = re.compile(r"[ \t]*=[ \t]*")
SCALAR = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'|[^,\]}#\n]+', re.DOTALL)


def line_of(text: str, keys: Sequence[Key]) -> int:
    """Return the line of a key, or of the nearest place around it; 0 when neither is written.

    Positions in arrays are counted: `("grades", 1, "grade")` is the `grade` of the second `[[grades]]`.
    """
    offsets = offsets_of(text)
    ends = [found.start() for found in re.finditer("\n", text)]
    for length in range(len(keys), 0, -1):
        if (offset := offsets.get(tuple(keys[:length]))) is not None:
            return bisect_left(ends, offset) + 1
    return 0


def offsets_of(text: str) -> dict[Path, int]:
    """Return where each path of a valid TOML text is first written."""
    offsets: dict[Path, int] = {}
    counted: dict[Path, int] = {}
    table: Path = ()
    at = _gap(text, 0)
    while at < len(text):
        if text[at] == "[":
            brackets = 2 if text[at + 1] == "[" else 1
            names, end = _names(text, _gap(text, at + brackets))
            table = _opened(names, counted, is_array=brackets == 2)
            _noted(offsets, table, 1, at)
            at = _gap(text, _gap(text, end) + brackets)
        else:
            at = _gap(text, _pair(text, at, table, offsets))
    return offsets


def _gap(text: str, at: int) -> int:
    return _end(GAP, text, at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    if found is None:
        raise ValueError(f"not TOML at character {at}")
    return found.end()


def _names(text: str, at: int) -> tuple[list[str], int]:
    """Return the names of a dotted key and where it ends."""
    names: list[str] = []
    while True:
        end = _end(NAME, text, at)
        names.append(text[at:end].strip("\"'"))
        if not (dot := DOT.match(text, end)):
            return names, end
        at = dot.end()


def _opened(names: Sequence[str], counted: dict[Path, int], *, is_array: bool) -> Path:
    """Return the table that a header opens; a name of an array stands for its latest table."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if is_array and position == len(names) - 1:
            counted[path] = counted.get(path, -1) + 1
        if path in counted:
            path = (*path, counted[path])
    return path


def _noted(offsets: dict[Path, int], path: Path, shortest: int, at: int) -> None:
    for length in range(shortest, len(path) + 1):
        offsets.setdefault(path[:length], at)


def _pair(text: str, at: int, table: Path, offsets: dict[Path, int]) -> int:
    """Note a key and all inside its value; return where the value ends."""
    names, end = _names(text, at)
    path = (*table, *names)
    _noted(offsets, path, len(table) + 1, at)
    return _value(text, _end(IS, text, end), path, offsets)


def _value(text: str, at: int, path: Path, offsets: dict[Path, int]) -> int:
    if text[at] == "[":
        return _list(text, _gap(text, at + 1), path, offsets)
    if text[at] == "{":
        return _inline(text, _gap(text, at + 1), path, offsets)
    return _end(SCALAR, text, at)


def _list(text: str, at: int, path: Path, offsets: dict[Path, int]) -> int:
    position = 0
    while text[at] != "]":
        offsets.setdefault((*path, position), at)
        at = _past_comma(text, _value(text, at, (*path, position), offsets))
        position += 1
    return at + 1


def _inline(text: str, at: int, path: Path, offsets: dict[Path, int]) -> int:
    while text[at] != "}":
        at = _past_comma(text, _pair(text, at, path, offsets))
    return at + 1


def _past_comma(text: str, at: int) -> int:
    at = _gap(text, at)
    return _gap(text, at + 1) if text[at] == "," else at
