"""What reports call things: an industry by its own name, a way of checking in the reader's language."""

import polars as pl
import pytest

from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.words import LANGUAGES, Language
from reports.names import Names, glossed, names_of


@pytest.fixture(scope="module")
def names() -> Names:
    return names_of(resolve_law(LawChoice.model_validate({"pack": "cn-2020-340", "on": "2026-11-20"})))


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("foundry", "铸造", "Foundry"),
        ("brick", "砖瓦窑", "Brick and tile kilns"),
        ("cement", "水泥", "Cement"),
        ("packaging_printing", "包装印刷", "Packaging printing"),
        ("不认识的行业", "不认识的行业", "不认识的行业"),
    ],
)
def test_an_industry_is_called_by_its_own_name(names: Names, code: str, zh: str, en: str) -> None:
    said = pl.DataFrame({"industry": [code]}).select(
        zh=names.industry("zh", pl.col("industry")), en=names.industry("en", pl.col("industry"))
    )

    assert said.row(0) == (zh, en)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_industry_is_called_by_a_subtype(language: Language) -> None:
    law = resolve_law(LawChoice.model_validate({"pack": "cn-2020-340", "on": "2026-11-20"}))
    divided = law.industries.drop_nulls("subtype")

    said = divided.select(names_of(law).industry(language, pl.col("industry")))["industry"]

    assert divided.height > 10
    assert not set(said) & set(divided[f"name_{language}"])


def test_a_way_of_checking_is_told_in_the_readers_language(names: Names) -> None:
    told = pl.DataFrame({"verification": ["投料量与拉引量", "听厂长说", None]}).select(
        zh=names.way_of_checking("zh", pl.col("verification")), en=names.way_of_checking("en", pl.col("verification"))
    )

    assert told.rows() == [("投料量与拉引量", "feed and pull"), ("听厂长说", "听厂长说"), (None, None)]


def test_a_penalty_is_called_by_words_never_by_its_code(names: Names) -> None:
    kinds = names.penalties.select("kind")
    for language in LANGUAGES:
        called = kinds.select(names.penalty(language, pl.col("kind"))).to_series()
        assert not [word for word in called if "_" in word]
    assert kinds.filter(kind="excess_emission").select(names.penalty("zh", pl.col("kind"))).item() == "超标排放"


def test_a_law_keeps_its_name_and_english_says_what_it_means() -> None:
    assert glossed("技术指南", "Technical guide", "en") == "技术指南 (Technical guide)"
    assert glossed("技术指南", "Technical guide", "zh") == "技术指南"
    assert glossed("技术指南", "", "en") == "技术指南"
