"""The credit register against the penalties of the case."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from grading.faults import InputError
from grading.monitoring.credit import credit_disagreements, read_credit
from tests.grading.assess.factory import table

REGISTER = """统一社会信用代码,信用等级,得分,处罚日期,修复日期
E1,蓝,9,2026-01-10,2026-07-10
E1,蓝,9,2026-02-01,
E2,绿,12,,
"""
FIRMS = table("enterprises", [{"enterprise_id": "E1"}, {"enterprise_id": "E2"}])


def register(folder: Path, text: str = REGISTER) -> Path:
    (folder / "credit.csv").write_text(text, encoding="utf-8")
    return folder / "credit.csv"


def test_each_difference_from_the_penalties_is_a_row(tmp_path: Path) -> None:
    penalties = table(
        "penalties",
        [
            {"enterprise_id": "E1", "decided_on": date(2026, 1, 10), "kind": "x"},
            {"enterprise_id": "E2", "decided_on": date(2026, 3, 1), "kind": "x"},
        ],
    )
    credit, faults = read_credit(register(tmp_path), FIRMS)

    found = credit_disagreements(credit, penalties)

    assert faults == []
    assert credit.select("enterprise_id", "level", "score").row(2) == ("E2", "绿", 12.0)
    assert found.with_columns(pl.col("kind").cast(pl.String)).rows() == [
        ("E1", date(2026, 1, 10), "repair_differs", date(2026, 7, 10), None),
        ("E1", date(2026, 2, 1), "missing_in_case", None, None),
        ("E2", date(2026, 3, 1), "missing_in_register", None, None),
    ]


def test_agreement_is_no_row(tmp_path: Path) -> None:
    rows = [
        {"enterprise_id": "E1", "decided_on": date(2026, 1, 10), "kind": "x", "credit_repaired_on": date(2026, 7, 10)},
        {"enterprise_id": "E1", "decided_on": date(2026, 2, 1), "kind": "x"},
    ]
    credit, _ = read_credit(register(tmp_path), FIRMS)
    assert credit_disagreements(credit, table("penalties", rows)).is_empty()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("E2,绿", "E9,绿", "unknown_enterprise"),
        ("2026-07-10", "已修复", "not_a_day"),
        ("绿,12", "绿,很高", "not_a_number"),
    ],
)
def test_what_cannot_be_read_is_told_and_not_used(tmp_path: Path, old: str, new: str, rule: str) -> None:
    credit, faults = read_credit(register(tmp_path, REGISTER.replace(old, new)), FIRMS)
    assert [fault.rule for fault in faults] == [rule]
    assert credit.height == 2


def test_a_register_without_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_credit(register(tmp_path, REGISTER.replace("统一社会信用代码", "某列")), FIRMS)
