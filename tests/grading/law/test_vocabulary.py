"""Officers write choices in Chinese; the law knows ids. What is not understood stays as it was written."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from grading.assess import grade
from grading.law import name_case, resolve_law
from grading.law.files import packaged_ids
from grading.law.model import Law
from grading.law.resolve import load_pack
from tests.grading.law.conftest import law_of
from tests.grading.law.smallcase import CHOICE, case_of, firm, unit

Row = dict[str, Any]
FUEL, DENOX = "窑炉、喷雾塔燃料", "窑尾脱硝工艺"
LEDGER, ARCHIVE = "台账记录", "环保档案齐全"


@pytest.fixture(scope="module")
def law() -> Law:
    return resolve_law(CHOICE)


def fact(subject: str, indicator: str, value: str) -> Row:
    return {"subject_id": subject, "indicator": indicator, "value": value, "source": "site_check"}


def said(law: Law, industry: str, process: str, indicator: str, value: str, subtype: str | None = None) -> str:
    """Return how the value of a firm or its one unit reads after naming."""
    rows = law.requirements.filter(pl.col("industry") == industry)
    named = rows.filter(pl.any_horizontal(pl.col("indicator", "title_zh", "title_en") == indicator))
    subject = "u1" if set(named["scope"].cast(pl.String)) == {"unit"} else "1"
    case = case_of(
        enterprises=[firm("1", industry, subtype)],
        units=[unit("u1", "1", process)],
        evidence=[fact(subject, indicator, value)],
    )
    return str(name_case(case, law).evidence["value"].item())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("SCR脱硝", "scr"),
        ("ＳＣＲ", "scr"),
        ("选择性催化还原（SCR）", "scr"),
        ("scr", "scr"),
        ("Staged combustion with SNCR", "staged_sncr"),
        ("分级燃烧+SNCR", "staged_sncr"),
        ("SNCR脱硝、SCR脱硝", "sncr|scr"),
        ("石灰石-石膏法", "石灰石-石膏法"),
        ("其他", "其他"),
        ("", ""),
    ],
)
def test_a_word_becomes_the_choice_it_names(law: Law, value: str, expected: str) -> None:
    assert said(law, "cement", "熟料烧成", DENOX, value, "clinker") == expected


@pytest.mark.parametrize("sign", ["、", ",", "，", ";", "；", "|", "｜", "\n", " 、 ", "。"])
def test_a_list_is_parted_by_every_usual_sign(law: Law, sign: str) -> None:
    written = sign.join(["环评批复", "竣工环保验收", "Management rules"])

    assert said(law, "cement", "熟料烧成", ARCHIVE, written, "clinker") == "eia_approval|acceptance|management_rules"


def test_in_a_list_what_is_not_understood_keeps_its_place(law: Law) -> None:
    value = said(law, "cement", "熟料烧成", LEDGER, "生产台账、好人好事、能源台账、生产台账", "clinker")

    assert value == "production|好人好事|energy"


@pytest.mark.parametrize("indicator", ["kiln_tail_denitrification", DENOX, "Kiln-tail denitrification"])
def test_the_indicator_may_be_called_by_id_or_title(law: Law, indicator: str) -> None:
    titles = law.requirements.filter(indicator="kiln_tail_denitrification")["title_en"].unique().to_list()
    called = titles[0] if indicator.startswith("Kiln") else indicator

    assert said(law, "cement", "熟料烧成", called, "SCR脱硝", "clinker") == "scr"


@pytest.mark.parametrize(
    ("industry", "process", "indicator", "expected"),
    [
        ("ceramics", "辊道窑", FUEL, "natural_gas"),
        ("lime", "石灰窑", "窑用燃料", "gas"),
        ("mineral_wool", "熔化", "能源类型", "gas"),
        ("refractory", "窑", "能源类型", "natural_gas"),
    ],
)
def test_a_narrower_word_counts_as_the_wider_choice_where_only_that_is_known(
    law: Law, industry: str, process: str, indicator: str, expected: str
) -> None:
    assert said(law, industry, process, indicator, "天然气") == expected


def test_numbers_and_statements_are_left_alone(law: Law) -> None:
    assert said(law, "cement", "熟料烧成", "kiln_tail_nox", "50", "clinker") == "50"


def test_words_of_two_industries_that_disagree_stay_as_written(law: Law) -> None:
    case = case_of(
        enterprises=[firm("1", "ceramics")],
        units=[unit("u1", "1", "石灰窑", industry="lime"), unit("u2", "1", "辊道窑")],
        evidence=[fact("1", "fuel", "天然气"), fact("u1", "fuel", "天然气"), fact("u2", "fuel", "天然气")],
    )

    assert name_case(case, law).evidence["value"].to_list() == ["天然气", "gas", "natural_gas"]


def test_order_types_and_other_columns_stay(law: Law) -> None:
    facts = [fact(f"u{n:02}", DENOX, "SCR脱硝" if n % 3 else "没听说过") for n in range(60)]
    case = case_of(
        enterprises=[firm("1", "水泥", "熟料")],
        units=[unit(f"u{n:02}", "1", "熟料烧成") for n in range(60)],
        evidence=facts,
    )

    result = name_case(case, law).evidence

    assert result.schema == case.evidence.schema
    assert result.drop("value").equals(case.evidence.drop("value"))
    assert result["value"].to_list() == ["scr" if n % 3 else "没听说过" for n in range(60)]


@pytest.mark.parametrize("pack", packaged_ids())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_of_every_choice_leads_home(pack: str, language: str) -> None:
    law = law_of(pack, (load_pack(pack, None).header.model.in_force_to or date(2026, 11, 20)).isoformat())
    asked = (
        law.requirements.drop_nulls("choices")
        .select("industry", "indicator", title=f"title_{language}", choice=pl.col("choices").str.split("|"))
        .explode("choice")
    )
    stated = law.conditions.select("industry", indicator="asks", title=f"asks_{language}", choice="vocabulary")
    asked = pl.concat([asked, stated.explode("choice").drop_nulls()]).unique(maintain_order=True)
    words = asked.join(law.vocabulary.select("choice", word="synonyms").explode("word"), on="choice")
    industries = asked["industry"].unique(maintain_order=True)
    case = case_of(
        enterprises=[firm(industry, industry) for industry in industries],
        evidence=[fact(row["industry"], row["title"], row["word"]) for row in words.iter_rows(named=True)],
    )

    assert words.height > 500
    assert name_case(case, law).evidence["value"].to_list() == words["choice"].to_list()


def test_every_declared_choice_is_asked_for_somewhere(law: Law) -> None:
    used = law.requirements["choices"].drop_nulls().str.split("|").explode().unique()
    stated = law.conditions["vocabulary"].explode().drop_nulls()

    assert set(law.vocabulary["choice"]) == {*used, *stated}


@pytest.mark.parametrize(
    ("value", "verdict", "missing"),
    [("SCR脱硝", "met", None), ("SNCR脱硝", "not_met", None), ("神仙脱硝", "unknown", "value")],
)
def test_grading_reads_the_words_and_names_what_it_did_not_understand(
    law: Law, value: str, verdict: str, missing: str | None
) -> None:
    case = case_of(
        enterprises=[firm("1", "水泥", "熟料")],
        units=[unit("u1", "1", "熟料烧成")],
        evidence=[fact("u1", DENOX, value)],
    )

    graded = grade(name_case(case, law), law).indicators.filter(indicator="kiln_tail_denitrification")

    assert graded.select("verdict", "missing").rows() == [(verdict, missing)]
