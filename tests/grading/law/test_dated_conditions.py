"""Conditions and facts hold on their days, as rows do: the day picks the version, and both ends belong to it."""

from datetime import date
from pathlib import Path

import pytest

from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.law.annex.layout import sheets_of
from grading.law.model import Law
from grading.law.resolve import load_pack
from tests.grading.law.oracle import rows
from tests.grading.law.smallpack import write_pack

SEEN = "evidence: {status: reported, confidence: high, source: seen}"
HEAT = "{id: heat, title: {zh: %s, en: %s}, scope: unit, unit: C%s}"
HOT = "{id: hot, title: {zh: 高温, en: %s}, asks: heat, operator: ge, number: %d, clause: c, " + SEEN + "%s}"
OLD, NEW = ", in_force_to: 2022-12-31", ", in_force_from: 2023-01-01"


def write(folder: Path, facts: list[str], conditions: list[str]) -> None:
    entries = [f"  - {text}\n" for text in facts], [f"  - {text}\n" for text in conditions]
    declared = f"facts:\n{''.join(entries[0])}conditions:\n{''.join(entries[1])}"
    row = "indicators:\n  - id: dust\n"
    write_pack(folder, "industries/kilns.yaml", row, f"{declared}{row}    applies_when: [hot]\n")


def dated(folder: Path) -> None:
    """A kiln is hot from 1700 until the end of 2022, from 1750 afterwards; the fact is called anew that day too."""
    facts = [HEAT % ("温度", "Heat", OLD), HEAT % ("烧成温度", "Firing heat", NEW)]
    write(folder, facts, [HOT % ("it is hot", 1700, OLD), HOT % ("it is very hot", 1750, NEW)])


def law_of(folder: Path, on: date, pack: str = "small") -> Law:
    return resolve_law(LawChoice(pack=pack, on=on), folder)


@pytest.mark.parametrize(
    ("on", "edge", "asks", "says"),
    [
        (date(2020, 7, 1), 1700, "温度", "only where it is hot"),
        (date(2022, 12, 31), 1700, "温度", "only where it is hot"),
        (date(2023, 1, 1), 1750, "烧成温度", "only where it is very hot"),
        (date(2026, 12, 31), 1750, "烧成温度", "only where it is very hot"),
    ],
)
def test_the_day_picks_the_version(tmp_path: Path, on: date, edge: float, asks: str, says: str) -> None:
    dated(tmp_path)

    law = law_of(tmp_path, on)

    assert rows(law.conditions, "threshold", "asks_zh", condition="hot") == [(edge, asks)]
    assert rows(law.requirements, "applies_when", "condition_en", indicator="dust", grade="A") == [("hot", says)]


def test_an_undated_condition_may_ask_versions_of_a_fact(tmp_path: Path) -> None:
    facts = [HEAT % ("温度", "Heat", OLD), HEAT % ("烧成温度", "Firing heat", NEW)]
    write(tmp_path, facts, [HOT % ("it is hot", 1700, "")])

    asked = [rows(law_of(tmp_path, day).conditions, "asks_en") for day in (date(2022, 12, 31), date(2023, 1, 1))]

    assert asked == [[("Heat",)], [("Firing heat",)]]


def test_an_overlay_writes_all_versions_of_a_condition_anew(tmp_path: Path) -> None:
    dated(tmp_path)
    header = "id: county\ntitle: {zh: 县, en: County}\ndocument: d\nauthority: a\nparent: small\n"
    table = f"industry: kilns\nconditions:\n  - {HOT % ('it glows', 1500, '')}\n"
    for name, text in {
        "pack.yaml": f"{header}sources: {{seen: {{title: Seen, kind: secondary}}}}\n",
        "industries/kilns.yaml": table,
    }.items():
        (tmp_path / "county" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "county" / name).write_text(text, "utf-8")

    days = (date(2022, 1, 1), date(2024, 1, 1))
    found = [rows(law_of(tmp_path, day, "county").conditions, "threshold") for day in days]

    assert found == [[(1500.0,)], [(1500.0,)]]


def test_the_annex_says_the_days_of_each_version(tmp_path: Path) -> None:
    dated(tmp_path)
    pack = load_pack("small", tmp_path)

    lines = [line for sheet in sheets_of(pack, "en") for block in sheet.blocks for line in block.lines]

    said = next(line.conditions for line in lines if line.conditions)
    assert [text.split(" (reported")[0] for text in said] == [
        "Condition (until 2022-12-31): it is hot: Heat ≥ 1700 C",
        "Condition (from 2023-01-01 on): it is very hot: Firing heat ≥ 1750 C",
    ]
