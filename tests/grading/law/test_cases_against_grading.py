"""The expert cases again, this time through the product's own grading: one enterprise per value."""

from collections.abc import Iterator
from importlib.resources import files

import polars as pl

from grading.assess import grade
from grading.law.cases import Found, read_cases
from grading.law.model import Law
from grading.scale import SCHEMES
from tests.grading.law.conftest import law_of, table_of
from tests.grading.law.oracle import Row
from tests.grading.law.smallcase import case_of, firm, unit

PACK, ON = "cn-2020-340", "2026-11-20"
NUMERIC = ("le", "lt", "ge", "gt")
Interval = tuple[str, str]


def tried() -> Iterator[tuple[str, Found, str]]:
    """Every value of every case with an id of its own."""
    for found in read_cases(files("grading").joinpath("packs").joinpath(PACK)):
        for value in found.case.values:
            yield f"{found.file}:{found.line}:{value}", found, value


def scheme_of(law: Law, found: Found) -> tuple[str, ...]:
    rows = law.industries.filter(industry=found.industry).to_dicts()
    return SCHEMES[next(row["scheme"] for row in rows if row["subtype"] == found.case.subtype)]


def expected(found: Found, value: str, cells: list[Row], scheme: tuple[str, ...]) -> Interval:
    """The best and the worst grade the expert's answer leaves open.

    A better grade never allows a weaker number, so an unknown one falls with a worse one that is missed.
    """
    answer, by_grade = found.case.values[value], {row["grade"]: row for row in cells}
    free = {grade for grade in scheme[:-1] if grade not in by_grade} | {scheme[-1]}
    sure = free | set(answer.met)
    missed = [
        i
        for i, grade in enumerate(scheme)
        if grade in by_grade
        and grade not in sure
        and grade not in answer.unknown
        and by_grade[grade]["operator"] in NUMERIC
    ]
    falls = max(missed, default=-1)
    open_ = sure | {grade for grade in answer.unknown if scheme.index(grade) > falls}
    return next(g for g in scheme if g in open_), next(g for g in scheme if g in sure)


def test_grading_answers_every_expert_case() -> None:
    law, tables = law_of(PACK, ON), table_of(PACK, ON)
    wanted: dict[str, Interval] = {}
    firms, units, evidence = [], [], []
    for number, (name, found, value) in enumerate(tried()):
        cells = tables[found.industry, found.case.subtype, str(found.case.indicator)]
        row = cells[0]
        wanted[name] = expected(found, value, cells, scheme_of(law, found))
        subject = f"u{number}" if row["scope"] == "unit" else f"e{number}"
        firms.append(firm(f"e{number}", found.industry, found.case.subtype) | {"contact": name})
        units.append(unit(f"u{number}", f"e{number}", row["process"] or "x"))
        said = "none" if value == "none_of_these" else value
        evidence.append({
            "subject_id": subject, "indicator": row["indicator"], "value": said, "unit": row["unit"], "source": "permit"
        })  # fmt: skip

    indicators = grade(case_of(enterprises=firms, units=units, evidence=evidence), law).indicators

    names = pl.DataFrame({"enterprise_id": [row["enterprise_id"] for row in firms], "name": list(wanted)})
    answered = pl.DataFrame({"name": list(wanted), "indicator": [found.case.indicator for _, found, _ in tried()]})
    asked = indicators.filter(pl.col("verdict") != "not_applicable")  # rows of parts of a process nobody runs
    got = asked.join(names, on="enterprise_id").join(answered, on=["name", "indicator"])
    intervals = {row["name"]: (row["grade_best"], row["grade_worst"]) for row in got.iter_rows(named=True)}
    wrong = {name: (wanted[name], intervals.get(name)) for name in wanted if intervals.get(name) != wanted[name]}
    assert wrong == {}
