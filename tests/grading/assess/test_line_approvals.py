"""Grades approved for single lines: the industry takes the worst of its lines, the enterprise the worst industry."""

from datetime import date
from itertools import product

import pytest

from grading.assess import grade
from grading.assess.model import Graded
from tests.grading.assess.factory import Row, cells, industry, make_case, make_law

LIMITS = {"A": 10, "B": 20, "C": 30}
VALUE_OF = {"A": "10", "B": "20", "C": "30", "D": "31"}
ORDER = "ABCD"
ON_RECORD = {"approved_on": date(2026, 5, 1), "approved_by": "省厅"}
CAP_C: Row = {
    "kind": "excess", "synonyms": [], "cap": "C", "look_back_days": 365,
    "minor_and_rectified_is_spared": False, "clause": "v1", "status": "verified",
}  # fmt: skip

LAW = make_law(
    [*cells("cement_pm", LIMITS, industry="cement"), *cells("glass_pm", LIMITS, industry="glass")],
    [industry(subtype=None), industry(industry="glass", subtype=None)],
    vetoes=[CAP_C],
)


def graded(lines: list[Row], evidence: dict[str, str] | None = None, **firm: object) -> Graded:
    """Return the grading of E1 with cement and glass; `evidence`: grade that each industry's evidence shows."""
    rows = [
        {"subject_id": "E1", "indicator": f"{name}_pm", "value": VALUE_OF[shown]}
        for name, shown in (evidence or {}).items()
    ]
    penalties = firm.pop("penalties", [])
    return grade(
        make_case(
            enterprises=[{"enterprise_id": "E1", "subtype": None, **firm}],
            units=[{"unit_id": f"U{n}", "enterprise_id": "E1", **line} for n, line in enumerate(lines)],
            evidence=rows,
            penalties=penalties,  # type: ignore[arg-type]
        ),
        LAW,
    )


def worse(*grades: str | None) -> str:
    return max((one for one in grades if one), key=ORDER.index)


def expected(evidence: dict[str, str], approvals: dict[str, tuple[str | None, ...]], firm: str | None) -> str:
    """The slow reference: one industry after another."""
    of_industry = {}
    for name, shown in evidence.items():
        given = worse(*approvals[name]) if all(approvals[name]) else None
        of_industry[name] = (worse(given, shown) if given else shown, given)
    approved = [given for _, given in of_industry.values() if given]
    if firm or len(approved) == 2:
        return worse(firm, *approved, *evidence.values())
    return worse(*(end for end, _ in of_industry.values()))


def test_every_mix_of_approvals_against_the_slow_reference() -> None:
    given = (None, "A", "B", "C")
    shown = ({"cement": "A", "glass": "C"}, {"cement": "B", "glass": "A"})
    mixes = list(product((None, "A", "C"), given, given, (None, "B"), shown))
    wanted, firms, lines, evidence = {}, [], [], []
    for n, (firm, cement, glass, second, proven) in enumerate(mixes):
        name = f"E{n:03d}"
        wanted[name] = expected(proven, {"cement": (cement,), "glass": (glass, second)}, firm)
        firms.append({"enterprise_id": name, "subtype": None, "approved_grade": firm})
        for line, of, text in ((1, "cement", cement), (2, "glass", glass), (3, "glass", second)):
            approval = {"approved_grade": text, **ON_RECORD}
            lines.append({"unit_id": f"{name}-{line}", "enterprise_id": name, "industry": of, **approval})
        for of, best in proven.items():
            evidence.append({"subject_id": name, "indicator": f"{of}_pm", "value": VALUE_OF[best]})

    grades = grade(make_case(enterprises=firms, units=lines, evidence=evidence), LAW).grades

    assert dict(grades.select("enterprise_id", "planned_grade").iter_rows()) == wanted


def test_an_approved_industry_needs_no_evidence_and_the_other_decides() -> None:
    lines: list[Row] = [{"industry": "cement", "approved_grade": "B", **ON_RECORD}, {"industry": "glass"}]

    row = graded(lines, {"glass": "C"}).grades.row(0, named=True)

    assert (row["computed_worst"], row["planned_grade"], row["reason_code"]) == ("D", "C", "approved_in_part")
    assert row["approved_grade"] is None


@pytest.mark.parametrize(
    ("until", "planned", "unused"), [(date(2026, 10, 1), "B", None), (date(2026, 9, 30), "D", "B级")]
)
def test_a_line_approval_holds_to_its_last_day(until: date, planned: str, unused: str | None) -> None:
    lines: list[Row] = [{"industry": "cement", "approved_grade": "B级", "approved_until": until, **ON_RECORD}]

    row = graded(lines).grades.row(0, named=True)

    assert (row["planned_grade"], row["approved_text_unused"]) == (planned, unused)


def test_a_sure_cap_lowers_what_lines_were_given() -> None:
    lines: list[Row] = [{"industry": "cement", "approved_grade": "A", **ON_RECORD}]
    penalty = {"enterprise_id": "E1", "kind": "excess", "decided_on": date(2026, 9, 1)}

    row = graded(lines, {"cement": "A"}, penalties=[penalty]).grades.row(0, named=True)

    assert (row["approved_grade"], row["planned_grade"], row["reason_code"]) == ("A", "C", "approved_but_capped")


def test_line_sets_show_their_own_approval() -> None:
    lines: list[Row] = [
        {"industry": "cement", "process": "kiln", "approved_grade": "A", **ON_RECORD},
        {"industry": "cement", "process": "kiln", "approved_grade": "C"},
        {"industry": "cement", "process": "mill", "approved_grade": "引领性"},
        {"industry": "cement", "process": "yard"},
    ]

    told = graded(lines).line_set_grades.select("process", "approved_grade").rows()

    assert told == [("kiln", "C"), ("mill", "A"), ("yard", None)]
