"""An overlay changes what it names and nothing else."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from grading.case.settings import LawChoice
from grading.faults import InputError
from grading.law import resolve_law
from grading.law.frames import TABLES
from grading.law.model import Law
from tests.grading.law.oracle import rows, verdict
from tests.grading.law.smallpack import write_pack

HEADER = """\
id: {name}
title: {{zh: 地方补充, en: Overlay}}
document: 补充〔2022〕1号
authority: 测试
in_force_from: 2022-01-01
parent: {parent}
sources:
  annex: {{title: The annex read in the bureau, kind: official}}
"""
CHANGE = """\
industry: {industry}
changes:
  - indicator: {indicator}
    grade: {grade}
    cell: {{number: {number}, evidence: {{status: verified, confidence: high, source: annex}}}}
    by: 张三
    on: 2022-02-01
"""


def write(folder: Path, name: str, parent: str = "small", **files: str) -> None:
    root = folder / name
    texts = {"pack.yaml": HEADER.format(name=name, parent=parent)} | files
    for file, text in texts.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")


def law_of(folder: Path | None, pack: str, on: date = date(2024, 1, 1)) -> Law:
    return resolve_law(LawChoice(pack=pack, on=on), folder)


def test_one_cell_is_changed_and_all_else_stays(tmp_path: Path) -> None:
    write_pack(tmp_path)
    change = CHANGE.format(industry="kilns", indicator="dust", grade="C", number=25)
    write(tmp_path, "county", **{"industries/kilns.yaml": change})

    law, parent = law_of(tmp_path, "county"), law_of(tmp_path, "small")

    assert rows(law.requirements, "threshold", "status", indicator="dust", grade="C") == [(25.0, "verified")]
    others = (pl.col("indicator") != "dust") | (pl.col("grade") != "C")
    assert law.requirements.filter(others).equals(parent.requirements.filter(others))
    assert all(getattr(law, name).equals(getattr(parent, name)) for name in TABLES if name != "requirements")
    assert law.content_sha256 != parent.content_sha256
    assert (law.pack_id, parent.pack_id) == ("county", "small")


def test_an_overlay_that_says_nothing_is_its_parent_under_another_name(tmp_path: Path) -> None:
    write_pack(tmp_path)
    write(tmp_path, "county")

    law, parent = law_of(tmp_path, "county"), law_of(tmp_path, "small")

    assert all(getattr(law, name).equals(getattr(parent, name)) for name in TABLES)


def test_overlays_stack(tmp_path: Path) -> None:
    write_pack(tmp_path)
    lower = CHANGE.format(industry="kilns", indicator="dust", grade="A", number=8)
    upper = CHANGE.format(industry="kilns", indicator="dust", grade="B", number=16)
    write(tmp_path, "province", **{"industries/kilns.yaml": lower})
    write(tmp_path, "city", parent="province", **{"industries/kilns.yaml": upper})

    found = rows(law_of(tmp_path, "city").requirements, "grade", "threshold", indicator="dust")

    assert found == [("A", 8.0), ("B", 16.0), ("C", None)]


def test_a_row_a_rung_and_a_veto_are_replaced_whole(tmp_path: Path) -> None:
    root = write_pack(tmp_path)
    table = (root / "industries" / "kilns.yaml").read_text("utf-8")
    row = table.split("indicators:\n")[1].split("ladder:")[0].replace("source: seen", "source: annex")
    row = row.replace("number: 20", "number: 18").replace("mg/m3", "g/m3")
    ladder = table.split("ladder:\n")[1].replace("source: seen", "source: annex").replace("0.2", "0.4")
    veto = (root / "vetoes.yaml").read_text("utf-8").replace("365", "730")
    text = f"industry: kilns\nindicators:\n{row}ladder:\n{ladder}"
    write(tmp_path, "county", **{"industries/kilns.yaml": text, "vetoes.yaml": veto})

    law = law_of(tmp_path, "county")

    assert rows(law.requirements, "threshold", "unit", indicator="dust", grade="B") == [(18.0, "g/m3")]
    assert rows(law.ladder, "share", industry="kilns", level="orange") == [(0.4,)]
    assert rows(law.vetoes, "look_back_days") == [(730,)]
    assert rows(law.requirements, "grade", indicator="archive") == [("A",), ("B",), ("C",)]


def test_the_draft_cement_standard_would_let_6_mg_of_ammonia_pass_as_a(tmp_path: Path) -> None:
    """Published pair: 5 mg/m3 in the 2020 guide, 8 in the draft that is to follow it."""
    change = CHANGE.format(industry="cement", indicator="kiln_tail_nh3", grade="A", number=8)
    write(tmp_path, "cement-draft", parent="cn-2020-340", **{"industries/cement.yaml": change})

    def answer(law: Law) -> str:
        cells = law.requirements.filter(indicator="kiln_tail_nh3", grade="A", subtype="clinker").to_dicts()
        return verdict(cells[0], "6")

    assert answer(law_of(tmp_path, "cn-2020-340")) == "not_met"
    assert answer(law_of(tmp_path, "cement-draft")) == "met"


def test_the_2026_opinion_stands_on_the_2020_tables() -> None:
    law, base = law_of(None, "cn-2026-2", date(2026, 11, 20)), law_of(None, "cn-2020-340", date(2026, 11, 20))

    assert law.requirements.equals(base.requirements)
    assert law.content_sha256 != base.content_sha256
    with pytest.raises(InputError, match="from 2026-01-13"):
        law_of(None, "cn-2026-2", date(2025, 12, 31))


@pytest.mark.parametrize(("pack", "industry"), [("cn-henan-2021", "generic_voc"), ("cn-sichuan-2023", "electronics")])
def test_a_provincial_overlay_adds_industries_to_the_39(pack: str, industry: str) -> None:
    law = law_of(None, pack, date(2026, 11, 20))

    added = law.industries.filter(industry=industry)
    assert added.select("is_key_industry", "has_table").rows() == [(True, True)]
    numbers = law.requirements.filter(industry=industry).drop_nulls("threshold")
    assert set(numbers["status"].cast(pl.String)) == {"unverified"}
    assert law.industries.filter("is_key_industry")["industry"].n_unique() > 39


@pytest.mark.parametrize(
    ("files", "phrase"),
    [
        (
            {"industries/kilns.yaml": CHANGE.format(industry="kilns", indicator="dusk", grade="A", number=1)},
            "kilns.yaml:3:changes.0.indicator The parent pack has no row dusk",
        ),
        (
            {"industries/mills.yaml": CHANGE.format(industry="mills", indicator="dust", grade="A", number=1)},
            "no row dust to change",
        ),
        (
            {"industries/kilns.yaml": "industry: kilns\nchanges:\n  - {indicator: dust, grade: A, cell: 9}\n"},
            "The key evidence is missing",
        ),
        (
            {"industries/kilns.yaml": CHANGE.format(industry="kilns", indicator="dust", grade="B-", number=1)},
            "cell for grade B-, which its schemes do not have",
        ),
    ],
)
def test_a_change_of_nothing_is_refused(tmp_path: Path, files: dict[str, str], phrase: str) -> None:
    write_pack(tmp_path)
    write(tmp_path, "county", **files)

    with pytest.raises(InputError) as caught:
        law_of(tmp_path, "county")

    assert phrase in str(caught.value)


def test_a_change_without_a_parent_is_refused(tmp_path: Path) -> None:
    change = CHANGE.format(industry="kilns", indicator="dust", grade="A", number=9).split("changes:")[1]
    write_pack(tmp_path, "industries/kilns.yaml", "ladder:\n", f"changes:{change}ladder:\n".replace("annex", "seen"))

    with pytest.raises(InputError, match="dust A is changed, but the pack has no parent"):
        law_of(tmp_path, "small")


def test_parents_that_lead_in_a_circle_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "one", parent="two")
    write(tmp_path, "two", parent="one")

    with pytest.raises(InputError, match="lead back to one"):
        law_of(tmp_path, "one")


def test_a_missing_parent_is_named(tmp_path: Path) -> None:
    write(tmp_path, "county", parent="nowhere")

    with pytest.raises(InputError, match="no rule pack nowhere"):
        law_of(tmp_path, "county")
