"""Random laws and cases for the grading properties: few names, many edges, gaps and wrong units."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from grading.case.model import Case
from grading.law.model import Law
from grading.scale import SCHEMES
from tests.grading.assess.factory import ON, Row, cells, industry, make_case, make_law

PAIRS: dict[tuple[str, str | None], str] = {
    ("cement", "clinker"): "ABCD",
    ("cement", "grinding"): "leading",
    ("steel", None): "ABBmCD",
    ("metal", None): "ABC",
}
PROCESSES = [(i, p) for i in ("cement", "steel", "metal") for p in ("kiln", "mill")]
INDICATORS = ("i1", "i2", "i3", "i4")
THRESHOLDS = (0.3, 10, 20, 50, 100)
WORDS = ("gas", "electric", "coalgas")
VALUES = ("0.3", "0.30000000001", "10", "10.0001", "19.99", "50", "30%", "100", "n/a", "gas", "gas|electric", "coalgas",
          "peat", "gas|peat", "none", "是", "no")  # fmt: skip


@st.composite
def indicator_rows(draw: st.DrawFn, name: str) -> list[Row]:
    (where, subtype), scheme = draw(st.sampled_from(sorted(PAIRS.items(), key=str)))
    operator = draw(st.sampled_from(["le", "lt", "ge", "gt", "one_of", "all_of", "is_true"]))
    contents: dict[str, Any] = {}
    for grade in SCHEMES[scheme][:-1]:
        is_listed, is_known = draw(st.booleans() | st.just(value=True)), draw(st.booleans() | st.just(value=True))
        if is_listed:
            contents[grade] = draw(content_of(operator)) if is_known else None
    scope = draw(st.sampled_from(["enterprise", "unit"]))
    process = draw(st.sampled_from([None, "kiln", "mill"])) if scope == "unit" else None
    unit = draw(st.sampled_from([None, "mg/m3", "%", "1"]))
    place: Row = {"industry": where, "subtype": subtype, "scope": scope, "process": process, "unit": unit}
    return cells(name, contents, operator=operator, **place)


def content_of(operator: str) -> st.SearchStrategy[Any]:
    if operator == "is_true":
        return st.just("")
    if operator in ("one_of", "all_of"):
        return st.sets(st.sampled_from(WORDS), min_size=1).map(lambda words: "|".join(sorted(words)))
    return st.sampled_from(THRESHOLDS)


@st.composite
def laws(draw: st.DrawFn) -> Law:
    rows = [row for name in INDICATORS for row in draw(indicator_rows(name))]
    return make_law(rows, [industry(i, s, scheme) for (i, s), scheme in PAIRS.items()], PROCESSES)


@st.composite
def evidence_rows(draw: st.DrawFn, subjects: tuple[str, ...]) -> Row:
    name = draw(st.sampled_from(INDICATORS))
    return {
        "subject_id": draw(st.sampled_from(subjects)),
        "indicator": draw(st.sampled_from([name, f"指标{name}", f"Indicator {name}"])),
        "value": draw(st.sampled_from(VALUES)),
        "unit": draw(st.sampled_from([None, "mg/m3", "%", "1"])),
        "source": draw(st.sampled_from(["monitoring", "permit", "credit", "self_report"])),
        "observed_on": draw(st.sampled_from([None, ON, ON - timedelta(days=30), ON + timedelta(days=1)])),
    }


@st.composite
def cases(draw: st.DrawFn) -> Case:
    enterprises, units = [], []
    for number in range(draw(st.integers(1, 3))):
        where, subtype = draw(st.sampled_from(sorted(PAIRS, key=str)))
        enterprise_id = f"E{number}"
        enterprises.append({"enterprise_id": enterprise_id, "industry": where, "subtype": subtype})
        for line in range(draw(st.integers(0, 3))):
            line_industry, line_subtype = draw(st.sampled_from([(where, subtype), *sorted(PAIRS, key=str)]))
            units.append({
                "unit_id": f"{enterprise_id}-{line}", "enterprise_id": enterprise_id,
                "industry": line_industry, "subtype": line_subtype,
                "process": draw(st.sampled_from(["kiln", "mill", "strange"])),
                "status": draw(st.sampled_from(["operating", "operating", "idle"])),
            })  # fmt: skip
    subjects = tuple(str(row["enterprise_id"]) for row in enterprises) + tuple(str(row["unit_id"]) for row in units)
    evidence = draw(st.lists(evidence_rows(subjects), max_size=14))
    return make_case(enterprises=enterprises, units=units, evidence=evidence)


def days_before(days: int) -> date:
    """Return the day `days` before the law's day."""
    return ON - timedelta(days=days)
