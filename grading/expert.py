"""Run the expert cases of a rule pack through the product's own grading; `lantian rules check` shows the answer.

Every value of every indicator case becomes one enterprise whose only evidence it is, so the whole pack is graded at
once; every ladder case is looked up as a plan would look it up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from grading.assess import grade
from grading.case.model import Case
from grading.case.schemas import TABLES
from grading.case.settings import CaseSettings, City, LawChoice, Society
from grading.law import resolve_law
from grading.law.cases import Found, Rung, read_cases
from grading.law.files import pack_folder
from grading.law.model import Law
from grading.scale import SCHEMES

NUMERIC = ("le", "lt", "ge", "gt")
NO_CHOICE = "none_of_these"
ASKS_NOTHING = ("-", "-")
Cells = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Missed:
    """One expectation that does not hold."""

    file: str
    line: int
    name: str
    asked: str
    expected: str
    got: str
    clause: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line} {self.name} [{self.asked}]"
        return f"{place}: expected {self.expected}, got {self.got}; law: {self.clause}"


@dataclass(frozen=True)
class Tried:
    """One value of one indicator case, as it is graded."""

    key: str
    found: Found
    value: str
    cells: Cells
    scheme: tuple[str, ...]


def check_cases(pack: str, case_folder: Path | None = None) -> tuple[int, list[Missed]]:
    """Return how many expectations the pack's cases hold, and those that do not hold."""
    cases = read_cases(pack_folder(pack, case_folder))
    total, missed = 0, []
    for on in sorted({found.case.on for found in cases}):
        law = resolve_law(LawChoice(pack=pack, on=on), case_folder)
        of_day = [found for found in cases if found.case.on == on]
        missed += [*_indicator_misses(of_day, law, pack, on), *_ladder_misses(of_day, law)]
        total += sum(len(found.case.values) + len(found.case.ladder) for found in of_day)
    return total, sorted(missed, key=lambda miss: (miss.file, miss.line, miss.asked))


def _indicator_misses(cases: list[Found], law: Law, pack: str, on: date) -> Iterator[Missed]:
    tried = list(_tried(cases, law))
    if not tried:
        return
    answered = pl.DataFrame(
        {"enterprise_id": [t.key for t in tried], "indicator": [t.found.case.indicator for t in tried]}
    )
    judged = grade(_case(tried, law, pack, on), law).indicators.join(answered, on=["enterprise_id", "indicator"])
    applies = pl.col("verdict") != "not_applicable"
    silent = judged.filter(~applies & pl.col("condition_zh").is_not_null())["enterprise_id"]
    rows = judged.filter(applies).iter_rows(named=True)
    got = dict.fromkeys(silent, ASKS_NOTHING) | {
        row["enterprise_id"]: (row["grade_best"], row["grade_worst"]) for row in rows
    }
    for one in tried:
        wanted, found = expected_interval(one), got.get(one.key, ("?", "?"))
        if wanted != found:
            yield _miss(one.found, one.value, "-".join(wanted), "-".join(found))


def _miss(found: Found, asked: str, expected: str, got: str) -> Missed:
    return Missed(found.file, found.line, found.case.name, asked, expected, got, found.case.clause)


def expected_interval(one: Tried) -> tuple[str, str]:
    """Return the best and the worst grade that the expert's answer leaves open.

    A better grade never allows a weaker number, so an unknown one falls with a worse one that is missed.
    """
    answer, scheme = one.found.case.values[one.value], one.scheme
    if not answer.applies:
        return ASKS_NOTHING
    sure = {*answer.met, scheme[-1], *(name for name in scheme if name not in one.cells)}
    numeric = [name for name, cell in one.cells.items() if cell["operator"] in NUMERIC]
    missed = [scheme.index(name) for name in numeric if name not in sure and name not in answer.unknown]
    still_open = {name for name in answer.unknown if scheme.index(name) > max(missed, default=-1)}
    best = next(name for name in scheme if name in sure | still_open)
    return best, next(name for name in scheme if name in sure)


def _tried(cases: list[Found], law: Law) -> Iterator[Tried]:
    tables = _tables(law)
    schemes = {
        (row["industry"], row["subtype"]): SCHEMES[row["scheme"]] for row in law.industries.iter_rows(named=True)
    }
    for case_number, found in enumerate(cases):
        place = (found.industry, found.case.subtype, found.case.indicator)
        for value_number, value in enumerate(found.case.values):
            key = f"c{case_number}.{value_number}"
            yield Tried(key, found, value, tables.get(place, {}), schemes.get(place[:2], ("D",)))


def _tables(law: Law) -> dict[tuple[str, str | None, str | None], Cells]:
    tables: dict[tuple[str, str | None, str | None], Cells] = {}
    for row in law.requirements.iter_rows(named=True):
        place = (row["industry"], row["subtype"], row["indicator"])
        tables.setdefault(place, {}).setdefault(row["grade"], row)
    return tables


def _case(tried: list[Tried], law: Law, pack: str, on: date) -> Case:
    asked = {(row["industry"], row["asks"]): row for row in law.conditions.iter_rows(named=True)}
    rows: dict[str, list[dict[str, object]]] = {"enterprises": [], "units": [], "evidence": []}
    for one in tried:
        cell = next(iter(one.cells.values()), {})
        unit = f"u{one.key}"
        is_unit = cell.get("scope") == "unit"
        case = one.found.case
        named: dict[str, object] = {"industry": one.found.industry, "subtype": case.subtype, "status": "operating"}
        rows["enterprises"].append({"enterprise_id": one.key, "name": case.name, "county": ""} | named)
        process = cell.get("process") or "any"
        rows["units"].append({"unit_id": unit, "enterprise_id": one.key, "process": process} | named)
        said = "none" if one.value == NO_CHOICE else one.value
        fact = {"indicator": case.indicator, "value": said, "unit": cell.get("unit"), "source": "permit"}
        rows["evidence"].append({"subject_id": unit if is_unit else one.key} | fact)
        for name, value in case.given.items():
            known = asked.get((one.found.industry, name), {})
            subject = unit if known.get("scope") == "unit" else one.key
            told = {"indicator": name, "value": value, "unit": known.get("unit"), "source": "permit"}
            rows["evidence"].append({"subject_id": subject} | told)
    society = Society(unit="t/a", sectors={})
    settings = CaseSettings(city=City(name="", season=""), law=LawChoice(pack=pack, on=on), society=society, targets={})
    frames = {name: _frame(name, rows.get(name, [])) for name in TABLES}
    return Case(folder=Path(), settings=settings, absent_tables=(), faults=(), inputs=(), **frames)  # type: ignore[arg-type]


def _frame(table: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = TABLES[table].create_empty().schema
    place = {"source_file": table, "source_sheet": ""}
    full = [dict.fromkeys(schema) | place | {"source_row": line} | row for line, row in enumerate(rows, start=1)]
    return pl.DataFrame(full, schema=schema)


def _ladder_misses(cases: list[Found], law: Law) -> Iterator[Missed]:
    for found in cases:
        for level, wanted in found.case.ladder.items():
            got = _rung(law, found, level)
            if got != wanted:
                yield _miss(found, level, _shown(wanted), _shown(got) if got else "?")


def _shown(rung: Rung) -> str:
    return ", ".join(f"{name} {value}" for name, value in rung.model_dump(exclude_defaults=True).items())


def _rung(law: Law, found: Found, level: str) -> Rung | None:
    """Return the most specific rung: industry counts more than subtype, subtype more than process."""
    case = found.case
    place = {"industry": found.industry, "subtype": case.subtype, "process": case.process}
    fits = [pl.col(key).is_null() | (pl.col(key) == pl.lit(value, dtype=pl.String)) for key, value in place.items()]
    weight = sum(pl.col(key).is_not_null().cast(pl.Int8) * power for key, power in zip(place, (4, 2, 1), strict=True))
    rows = law.ladder.filter(*fits, pl.col("grade") == str(case.grade), pl.col("level") == level)
    best = rows.sort(weight, descending=True, maintain_order=True).select(*Rung.model_fields).to_dicts()
    return Rung.model_validate(best[0]) if best else None
