"""What readers of the rules see of numbers with two readings."""

from datetime import date

import pytest

from grading.law.resolve import load_pack
from grading.words import Language
from lantian.rulebook import requirement_sheet, requirement_words
from lantian.rules_show import industry_lines
from tests.grading.law.conftest import law_of

ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        (
            "zh",
            "A：≤150–200（两种读法，其间不能判定）（未核实·低）；B：≤200–300（两种读法，其间不能判定）（未核实·低）；C：未知",
        ),
        ("en", "A: ≤150–200 (two readings, open between them) (unverified·unsure); B: ≤200–300 (two readings"),
    ],
)
def test_show_prints_both_readings_and_that_they_leave_it_open(language: Language, phrase: str) -> None:
    told = "\n".join(industry_lines(load_pack("cn-2020-340", None), "refractory", ON, language))

    assert phrase in told


def test_a_cell_with_two_readings_is_told_with_both_in_its_unit() -> None:
    law = law_of("cn-2020-340", ON.isoformat())
    hot = law.requirements.filter(indicator="uht_kiln_nox", grade="A")
    sheet = requirement_sheet(law, "refractory", "zh").filter(title_zh="窑炉氮氧化物")

    assert (
        hot.select(requirement_words(law, "zh")).item()
        == "≤150–200mg/m3，基准氧含量18%，小时均值（两种读法，其间不能判定）"
    )
    assert "≤150–200" in sheet["A"].to_list()
