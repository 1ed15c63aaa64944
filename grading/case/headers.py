"""Headers to columns: which row names the columns, what each name means, and in which unit it counts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import dataframely as dy

from grading.case.conversion import ADDITIVE, MASS_WORDS, UNITS, Unit, contract_unit, header_unit
from grading.case.grid import ROW, Grid
from grading.case.schemas import TABLES, Traced

SEARCHED_ROWS = 30
DEEPEST_HEADER = 3
WIDTHS = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)} | str.maketrans("【】〔〕", "[][]")
NOISE = re.compile(r"[\s\u3000_*\ufeff\u200b]+")
BRACKET = re.compile(r"[(\[](?:单位:?)?(?P<inside>[^()\[\]]*)[)\]]")
UNIT_LIKE = re.compile(r"^[a-z%‰°µμ0-9³/.·-]+$|/|吨|克|元")
NAME_UNITS = re.compile(r"_(kg_per_day|t_per_day|cny_per_day|per_year|wan|hours|m)$")
WORDS = {word for known in UNITS.values() for word in known}
# Behind a name without brackets: longer words first, one-letter units only after a slash.
TITLE_UNIT = re.compile(r"(?<![报制责发填管位])(?:计量)?单位:(?P<unit>[^)\]]+)")
TITLE_WORDS = {word for words in MASS_WORDS.values() for word in words if len(word) > 1 or word >= "\u4e00"} | {"元"}
ENDS = sorted({word for word in WORDS if len(word) > 1} | {f"/{word}" for word in WORDS}, key=lambda w: (-len(w), w))
WITH_UNIT = re.compile(f"^(?P<base>.*?)[/,:、]?(?P<unit>{'|'.join(map(re.escape, ENDS))})$")


@dataclass(frozen=True)
class Column:
    """One recognised column: its position, attribute, header as written, and unit text as written."""

    at: int
    attribute: str
    written: str
    unit_text: str


@dataclass(frozen=True)
class Header:
    """Where the header ends and what it names. `first` is the index of the first data row of the grid."""

    first: int
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    row: int
    width: int
    units_seen: int
    above: tuple[str, ...]
    depth: int

    @property
    def attributes(self) -> frozenset[str]:
        """Return the attributes that were recognised."""
        return frozenset(column.attribute for column in self.columns)


@cache
def data_columns(schema: type[dy.Schema]) -> dict[str, dy.Column]:
    """Return the columns a file brings, without those that trace where a row came from."""
    return {name: column for name, column in schema.columns().items() if name not in Traced.columns()}


def accepted_headers(column: dy.Column, attribute: str) -> tuple[str, ...]:
    """Return every header that names a column, the official Chinese one first."""
    head = column.metadata or {}
    short = NAME_UNITS.sub("", attribute)
    return tuple(dict.fromkeys((head["zh"], *head["synonyms"], attribute, short)))


@lru_cache(4096)
def normal(text: str) -> str:
    """Return a header as it is compared: half-width, lower case, without spaces, breaks and underscores."""
    return NOISE.sub("", text.translate(WIDTHS)).lower()


@cache
def names_of(table: str) -> dict[str, str]:
    """Return normalised header -> attribute for one table."""
    return {
        normal(header): attribute
        for attribute, column in data_columns(TABLES[table]).items()
        for header in accepted_headers(column, attribute)
    }


def find_header(grid: Grid, table: str) -> Header | None:
    """Return the best header among the first rows, or None when fewer than two columns are recognised.

    Ties go to the header that names more units, then to fewer header rows, then to the higher row.
    """
    head = grid.head(SEARCHED_ROWS + DEEPEST_HEADER)
    candidates = [
        _header(grid, table, head, top, depth)
        for top in range(min(SEARCHED_ROWS, len(head)))
        for depth in range(1, min(DEEPEST_HEADER, len(head) - top) + 1)
    ]
    best = max(candidates, key=_strength, default=None)
    return best if best and len(best.attributes) >= 2 else None


def _strength(header: Header) -> tuple[int, int, int, int]:
    return (len(header.attributes), header.units_seen, -header.depth, -header.first)


def _header(grid: Grid, table: str, head: Sequence[tuple[str, ...]], top: int, depth: int) -> Header:
    rows = _spread(grid, head, top, depth)
    columns, ignored = [], []
    for at, parts in enumerate(zip(*rows, strict=True)):
        written = " ".join(dict.fromkeys(part.strip() for part in parts if part.strip()))
        match = _match([part for part in parts if part.strip()], names_of(table))
        if match:
            columns.append(Column(at, match[0], written, match[1]))
        elif written:
            ignored.append(written)
    filled = [at for row in head[top : top + depth] for at, cell in enumerate(row) if cell.strip()]
    return Header(
        first=top + depth,
        columns=tuple(columns),
        ignored=tuple(ignored),
        row=int(grid.cells[ROW][top + depth - 1]),
        width=max(filled, default=-1) + 1,
        units_seen=sum(bool(column.unit_text) for column in columns),
        above=tuple(cell for row in head[:top] for cell in row if cell.strip()),
        depth=depth,
    )


def _spread(grid: Grid, head: Sequence[tuple[str, ...]], top: int, depth: int) -> list[tuple[str, ...]]:
    """Return the header rows with each group heading written over the leaves below it; a title heads nothing."""
    rows = list(head[top : top + depth])
    for level in range(depth - 1):
        if _is_title(rows[level], rows[-1]):
            rows[level] = ("",) * len(rows[level])
        else:
            ends = _merge_ends(grid, int(grid.cells[ROW][top + level]))
            rows[level] = _spread_level(rows[level], rows[level + 1], ends)
    return rows


def _is_title(row: tuple[str, ...], leaves: tuple[str, ...]) -> bool:
    filled = [at for at, cell in enumerate(row) if cell.strip()]
    return len(filled) == 1 and filled[0] <= next((at for at, leaf in enumerate(leaves) if leaf.strip()), 0)


def _merge_ends(grid: Grid, row: int) -> dict[int, int]:
    """Return first position -> last position of the merges across columns that start in a row."""
    return {left: right for (top, left), (_, right) in grid.merges if top == row and right > left}


def _spread_level(above: tuple[str, ...], below: tuple[str, ...], ends: Mapping[int, int]) -> tuple[str, ...]:
    """Return one header row with its groups spread: to the end of their merge, or, unmerged, to the next heading."""
    group, last = "", len(above)
    spread = []
    for at, (cell, leaf) in enumerate(zip(above, below, strict=True)):
        if cell.strip():
            group, last = (cell if leaf.strip() else ""), ends.get(at, len(above))
        covers = leaf.strip() and at <= last
        spread.append(cell if cell.strip() or not covers else group)
    return tuple(spread)


def _match(parts: list[str], names: dict[str, str]) -> tuple[str, str] | None:
    """Return (attribute, unit text) for the header cells above one column, group first and leaf last."""
    whole = [normal(part) for part in parts]
    split = [_split_unit(text) for text in whole]
    bases = [base for base, _ in split if base]
    units = ["", *(unit for _, unit in split if unit)]
    if whole and "".join(whole) in names:
        return names["".join(whole)], ""
    if whole and whole[-1] in names:
        return names[whole[-1]], next((unit for _, unit in reversed(split[:-1]) if unit), "")
    for text in ("".join(bases), "".join(reversed(bases)), *bases[-1:]):
        if text in names:
            return names[text], units[-1]
    return None


@lru_cache(4096)
def _split_unit(text: str) -> tuple[str, str]:
    """Return (name, unit) of a normalised header; a bracket that holds no unit is a remark and is left out."""
    if text in WORDS:
        return "", text
    inside = [found["inside"] for found in BRACKET.finditer(text)]
    units = [word for word in inside if word in WORDS or UNIT_LIKE.search(word)]
    bare = BRACKET.sub("", text)
    if units:
        return bare, units[-1]
    if ended := WITH_UNIT.match(bare):
        return ended["base"], ended["unit"].lstrip("/")
    return bare, ""


def unit_in_title(header: Header, contracts: Mapping[str, str]) -> str:
    """Return the unit a line above the header names while an amount has none of its own, else ""."""
    unsure = [column for column in header.columns if contracts[column.attribute] in ADDITIVE and not column.unit_text]
    named = [TITLE_UNIT.search(normal(cell)) for cell in header.above]
    units = [found["unit"] for found in named if found and any(word in found["unit"] for word in TITLE_WORDS)]
    return units[0] if unsure and units else ""


def unit_of(column: dy.Column, unit_text: str) -> Unit | None:
    """Return the unit in which a recognised column counts; None when its header names a foreign one."""
    contract = str((column.metadata or {})["unit"])
    if contract not in UNITS or not unit_text:
        return contract_unit(contract)
    return header_unit(contract, unit_text)


def doubled(header: Header) -> dict[str, list[Column]]:
    """Return the attributes that several columns claim, with those columns."""
    counts = Counter(column.attribute for column in header.columns)
    return {
        attribute: [column for column in header.columns if column.attribute == attribute]
        for attribute, count in counts.items()
        if count > 1
    }
