"""The expert cases again, this time through the product's own grading."""

from pathlib import Path

import pytest

from grading.expert import check_cases
from tests.grading.law.smallpack import write_pack

CASES = """\
industry: kilns
cases:
  - name: dust at the edge of A
    on: 2024-01-01
    clause: c1
    indicator: dust
    values:
      "10": {dust}
      "20.1": "?C"
  - name: B at orange
    on: 2024-01-01
    clause: own
    process: kiln
    grade: B
    ladder:
      yellow: none
      orange: {{kind: load_cut, share: {share}}}
      red: stop
"""


@pytest.mark.parametrize(("pack", "least"), [("cn-2020-340", 2000), ("cn-henan-2021", 50), ("cn-sichuan-2023", 25)])
def test_grading_answers_every_packaged_case(pack: str, least: int) -> None:
    total, missed = check_cases(pack)

    assert [str(miss) for miss in missed] == []
    assert total > least


@pytest.mark.parametrize(
    ("dust", "share", "expected"),
    [
        ("A B ?C", "0.2", []),
        ("B ?C", "0.2", ["small/cases/kilns.yaml:3 dust at the edge of A [10]: expected B-B, got A-A; law: c1"]),
        (
            "A B ?C",
            "0.3",
            [
                "small/cases/kilns.yaml:10 B at orange [orange]: expected kind load_cut, share 0.3, "
                "got kind load_cut, share 0.2; law: own"
            ],
        ),
    ],
)
def test_a_wrong_expectation_is_told_with_its_place_and_clause(
    tmp_path: Path, dust: str, share: str, expected: list[str]
) -> None:
    cases = write_pack(tmp_path) / "cases" / "kilns.yaml"
    cases.parent.mkdir()
    cases.write_text(CASES.format(dust=dust if " " in dust else f"'{dust}'", share=share), encoding="utf-8")

    total, missed = check_cases("small", tmp_path)

    assert total == 5
    assert [str(miss) for miss in missed] == expected
