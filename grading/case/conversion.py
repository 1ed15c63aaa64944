"""Units a bureau writes, and the factor to the unit the contract asks for.

Units: the contract unit of a column is the `unit` of its metadata in `grading.case.schemas`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MASS_WORDS: dict[str, tuple[str, ...]] = {
    "t": ("t", "吨", "ton", "tons", "tonne", "tonnes"),
    "kg": ("kg", "千克", "公斤"),
    "g": ("g", "克"),
    "万t": ("万t", "万吨"),
}
DAY_WORDS = ("d", "天", "日", "day")
YEAR_WORDS = ("a", "年", "yr", "year")


@dataclass(frozen=True)
class Unit:
    """Factor to the contract unit; a yearly amount is divided by the operating days as well."""

    name: str
    factor: float
    is_yearly: bool = False


def _rates(kg_of_contract: float) -> dict[str, Unit]:
    """Return every spelling of a mass per day or per year, for a contract unit of that many kg a day."""
    kg = {"t": 1000.0, "kg": 1.0, "g": 0.001, "万t": 1e7}
    known: dict[str, Unit] = {}
    for mass, words in MASS_WORDS.items():
        for time_words, short, is_yearly in ((DAY_WORDS, "d", False), (YEAR_WORDS, "a", True)):
            unit = Unit(f"{mass}/{short}", kg[mass] / kg_of_contract, is_yearly)
            known |= {f"{word}/{time}": unit for word in words for time in time_words}
    return known


def _plain(**spellings: tuple[float, str]) -> dict[str, Unit]:
    return {word: Unit(name, factor) for name, (factor, words) in spellings.items() for word in words.split()}


def _money() -> dict[str, Unit]:
    words = {"万元": 1.0, "元": 1e-4, "千元": 0.1, "百万元": 100.0, "亿元": 1e4}
    ends = ("", *(f"/{year}" for year in YEAR_WORDS))
    return {word + end: Unit(word, factor) for word, factor in words.items() for end in ends}


UNITS: dict[str, Mapping[str, Unit]] = {
    "kg/d": _rates(1.0),
    "t/d": _rates(1000.0),
    "万元": _money(),
    "元/d": {
        f"{word}/{day}": Unit(f"{word}/d", factor)
        for word, factor in {"元": 1.0, "千元": 1e3, "万元": 1e4}.items()
        for day in DAY_WORDS
    },
    "1": {"%": Unit("%", 0.01), "1": Unit("1", 1.0), "无量纲": Unit("1", 1.0)},
    "h": _plain(h=(1.0, "h 小时 时 hour hours"), d=(24.0, "d 天 日"), min=(1 / 60, "min 分钟")),
    "m": _plain(m=(1.0, "m 米"), cm=(0.01, "cm 厘米"), mm=(0.001, "mm 毫米")),
    "deg": _plain(deg=(1.0, "deg ° 度")),
    "人": _plain(人=(1.0, "人 名")),
    "d/a": _plain(d=(1.0, "d/a 天/年 d 天 日 days")),
}
ADDITIVE = frozenset({"kg/d", "t/d", "万元", "元/d", "人"})


def header_unit(contract: str, text: str) -> Unit | None:
    """Return the unit a header names, or None when the column does not know it."""
    return UNITS[contract].get(text)


def cell_units(contract: str, header: Unit) -> dict[str, Unit]:
    """Return the units a cell of the column may carry; a bare mass takes the header's day or year."""
    known = dict(UNITS[contract])
    if contract in ("kg/d", "t/d"):
        time = "a" if header.is_yearly else "d"
        known |= {word: known[f"{word}/{time}"] for words in MASS_WORDS.values() for word in words}
    return known


def contract_unit(contract: str) -> Unit:
    """Return the unit a column has when its header names none."""
    return next(
        (unit for unit in UNITS.get(contract, {}).values() if unit.factor == 1.0 and not unit.is_yearly),
        Unit(contract, 1.0),
    )


def names(contract: str) -> str:
    """Return the known units of a column for an error message."""
    return ", ".join(dict.fromkeys(unit.name for unit in UNITS[contract].values()))
