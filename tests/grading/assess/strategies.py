"""Random laws and cases for the grading properties: few names, many edges, gaps and wrong units."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from grading.case.model import Case
from grading.law.model import Law
from grading.scale import SCHEMES
from tests.grading.assess.factory import ON, Row, cells, condition, industry, make_case, make_law, table

PAIRS: dict[tuple[str, str | None], str] = {
    ("cement", "clinker"): "ABCD",
    ("cement", "grinding"): "leading",
    ("steel", None): "ABBmCD",
    ("metal", None): "ABC",
}
PROCESSES = [(i, p) for i in ("cement", "steel", "metal") for p in ("kiln", "mill")]
THRESHOLDS = (0.3, 10, 20, 50)
WORDS = ("gas", "electric", "coalgas")
UNITS = (None, "mg/m3", "%", "1")
NUMBERS = ("0.3", "0.30000000001", "0.31", "30%", "10", "10.0001", "9.99", "20", "50", "1000%", "n/a")
TEXTS = ("gas", "gas|electric", "coalgas", "electric|coalgas|gas", "peat", "gas|peat", "none")
FACTS = {"size": NUMBERS, "fuel": TEXTS, "claim": ("是", "no")}
SOURCES = ("monitoring", "permit", "credit", "self_report")
USUALLY = st.sampled_from([True, True, True, False])


@dataclass(frozen=True)
class Situation:
    """A law, and the case it is applied to."""

    case: Case
    law: Law


def contents(operator: str) -> st.SearchStrategy[Any]:
    if operator == "is_true":
        return st.just("")
    if operator in ("one_of", "all_of"):
        return st.sets(st.sampled_from(WORDS), min_size=1).map(lambda words: "|".join(sorted(words)))
    ends = st.lists(st.sampled_from(THRESHOLDS), min_size=2, max_size=2, unique=True)
    readings = ends.map(lambda pair: tuple(sorted(pair, reverse=operator in ("ge", "gt"))))
    return st.sampled_from(THRESHOLDS) | readings


@st.composite
def indicator_rows(draw: st.DrawFn, name: str, industry_id: str) -> list[Row]:
    """One indicator of an industry, for every subtype or with one subtype's own row beside it."""
    operator = draw(st.sampled_from(["le", "le", "lt", "ge", "gt", "one_of", "all_of", "is_true"]))
    scope = draw(st.sampled_from(["enterprise", "unit"]))
    process = draw(st.sampled_from([None, "kiln", "mill"])) if scope == "unit" else None
    common: Row = {"operator": operator, "industry": industry_id, "scope": scope, "process": process}
    common["unit"] = draw(st.sampled_from(UNITS)) if operator in ("le", "lt", "ge", "gt") else None
    common |= draw(dependences(scope))
    grades = ("A", "leading", "B", "B-", "C")
    rows: list[Row] = []
    subtypes: list[list[str | None]] = [[None], [None], [None, "clinker"], ["grinding"]]
    for subtype in draw(st.sampled_from(subtypes)):
        if subtype is not None and industry_id != "cement":
            continue
        by_grade = {g: draw(contents(operator)) if draw(USUALLY) else None for g in grades if draw(USUALLY)}
        rows += cells(name, by_grade, subtype=subtype, **common)
    return rows


def conditions(where: str) -> list[Row]:
    """Conditions of every kind, of which one asks what a row of the table asks too."""
    words: Row = {"operator": "any_of", "vocabulary": [*WORDS]}
    return [
        {**row, "industry": where}
        for row in (
            condition("big", "size", threshold=20, may_threshold=10, unit="mg/m3"),
            condition("small", "size", operator="le", threshold=10, unit="mg/m3"),
            condition("gassy", "fuel", choices=["gas"], may_choices=["coalgas"], scope="enterprise", **words),
            condition("maybe", "fuel", may_choices=["gas", "electric"], **words),
            condition("stated", "claim", operator="is_true", scope="enterprise"),
            condition("never_told", "claim", operator="is_true", status="unknown"),
            condition("low", "i1", operator="lt", threshold=20, asks_zh="指标i1", asks_en="Indicator i1"),
        )
    ]


@st.composite
def dependences(draw: st.DrawFn, scope: str) -> Row:
    """On what a row depends: mostly nothing, else one condition or several, as a rule or as an exception."""
    known = [row["condition"] for row in conditions("") if scope == "unit" or row["scope"] == "enterprise"]
    some = st.one_of(st.none(), st.none(), st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    drawn = {column: draw(some) for column in ("applies_when", "applies_unless")}
    return {column: names and "|".join(names) for column, names in drawn.items()}


@st.composite
def laws(draw: st.DrawFn) -> Law:
    names = {"cement": ("i1", "i2", "i3"), "steel": ("i1", "i4"), "metal": ("i1",)}
    rows = [row for where, ids in names.items() for name in ids for row in draw(indicator_rows(name, where))]
    in_scheme = [row for row in rows if any(_fits(row, pair, scheme) for pair, scheme in PAIRS.items())]
    listed = [industry(i, s, scheme) for (i, s), scheme in PAIRS.items()]
    return make_law(in_scheme, listed, PROCESSES, conditions=[row for where in names for row in conditions(where)])


def _fits(row: Row, pair: tuple[str, str | None], scheme: str) -> bool:
    return row["industry"] == pair[0] and row["subtype"] in (None, pair[1]) and row["grade"] in SCHEMES[scheme]


Asked = dict[str, tuple[list[str], list[str | None]]]


def asked_by(law: Law) -> Asked:
    """Return indicator -> texts that may answer it, and the units it is asked in; read from the law once."""
    columns = law.requirements.select("indicator", "operator", "unit").unique().sort("indicator", "operator", "unit")
    found: Asked = {}
    for name, rows in columns.group_by("indicator", maintain_order=True):
        operators = set(rows["operator"])
        values = ["是", "no"] if "is_true" in operators else []
        values += TEXTS if operators & {"one_of", "all_of"} else []
        values += NUMBERS if operators & {"le", "lt", "ge", "gt"} else []
        found[str(name[0])] = values, [*rows["unit"].unique().sort().to_list()] * 3 + list(UNITS)
    own: list[str | None] = ["mg/m3"] * 3
    return found | {name: ([*values], [*own, *UNITS]) for name, values in FACTS.items()}


@st.composite
def evidence_row(draw: st.DrawFn, subject: str, name: str, values: list[str], units: list[str | None]) -> Row:
    return {
        "subject_id": subject,
        "indicator": draw(st.sampled_from([name, f"事实{name}" if name in FACTS else f"指标{name}"])),
        "value": draw(st.sampled_from(values)),
        "unit": draw(st.sampled_from(units)),
        "source": draw(st.sampled_from(SOURCES)),
        "observed_on": draw(st.sampled_from([None, ON, ON, ON - timedelta(days=30), ON + timedelta(days=1)])),
    }


@st.composite
def holdings(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """A few enterprises and their lines; each is judged by itself, so one call of `grade` tries several at once."""
    pairs = st.sampled_from(sorted(PAIRS, key=str))
    enterprises, units = [], []
    for number in range(draw(st.integers(3, 6))):
        where, subtype = draw(pairs)
        own = f"E{number}"
        enterprises.append({"enterprise_id": own, "industry": where, "subtype": subtype})
        for line in range(draw(st.integers(0, 3))):
            line_industry, line_subtype = draw(st.sampled_from([(where, subtype), (None, None)]) | pairs)
            units.append({
                "unit_id": f"{own}-{line}", "enterprise_id": own, "industry": line_industry, "subtype": line_subtype,
                "process": draw(st.sampled_from(["kiln", "kiln", "mill", "strange"])),
                "status": draw(st.sampled_from(["operating", "operating", "idle"])),
            })  # fmt: skip
    return enterprises, units


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    law = draw(laws())
    enterprises, units = draw(holdings())
    asked = asked_by(law)
    subjects = [str(e["enterprise_id"]) for e in enterprises] + [str(u["unit_id"]) for u in units]
    evidence = [
        draw(evidence_row(subject, name, *answers))
        for subject in subjects
        for name, answers in asked.items()
        for _ in range(draw(st.sampled_from([0, 1, 1] if name in FACTS else [0, 1, 1, 1, 2, 3])))
    ]
    return Situation(make_case(enterprises=enterprises, units=units, evidence=evidence), law)


def with_evidence(case: Case, rows: list[Row]) -> Case:
    """Return the case with exactly these evidence rows."""
    return replace(case, evidence=table("evidence", rows))
