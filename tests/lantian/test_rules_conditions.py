"""What readers of the rules see of the conditions on which rows depend."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from grading.law.model import Law
from grading.law.resolve import load_pack
from grading.scale import STATUS_DTYPE
from grading.words import Language
from lantian.rulebook import as_known, coverage_cube
from lantian.rules_diff import changed_cells
from lantian.rules_show import industry_lines
from tests.grading.law.conftest import law_of

ON = date(2026, 11, 20)


def law() -> Law:
    return law_of("cn-2020-340", ON.isoformat())


@pytest.mark.parametrize(
    ("language", "phrases"),
    [
        ("zh", ("烧成温度达到1750℃的除外", "烧成温度 ≥ 1750 ℃，≥ 1700 ℃时尚不清楚", "各来源分别写1700和1750")),
        ("en", ("not where it is fired at 1,750 °C or more", "not known at ≥ 1700 ℃", "unverified")),
    ],
)
def test_show_says_where_a_row_applies_and_how_far_that_is_known(language: Language, phrases: tuple[str, ...]) -> None:
    told = "\n".join(industry_lines(load_pack("cn-2020-340", None), "refractory", ON, language))

    assert [phrase for phrase in phrases if phrase not in told] == []


def test_a_cell_counts_no_better_than_what_it_depends_on() -> None:
    verified = pl.lit("verified").cast(STATUS_DTYPE).alias("status")
    read = replace(law(), requirements=law().requirements.with_columns(verified))
    depends = pl.col("condition_zh").is_not_null()
    counts = coverage_cube(read).filter(pl.col("dimension").cast(pl.String) != "ladder")

    assert set(as_known(read).filter(~depends)["status"].cast(pl.String)) == {"verified"}
    assert set(as_known(read).filter(depends)["status"].cast(pl.String)) == {"reported", "unverified"}
    assert counts["unverified"].sum() > 0
    unknown = [(rows["status"] == "unknown").sum() for rows in (as_known(law()), law().requirements)]
    assert unknown[0] == unknown[1] > 300


def test_a_changed_condition_and_a_changed_dependence_are_differences() -> None:
    is_hot = pl.col("condition") == "ultra_high_temperature"
    edge = pl.when(is_hot).then(1800.0).otherwise("threshold").alias("threshold")
    hotter = replace(law(), conditions=law().conditions.with_columns(edge))
    free = pl.when(pl.col("indicator") == "vent_removal").then(None).otherwise("applies_unless").alias("applies_unless")
    asked = replace(law(), requirements=law().requirements.with_columns(free))

    assert changed_cells(law(), law(), "zh").is_empty()
    assert changed_cells(law(), hotter, "zh")["indicator"].to_list() == ["ultra_high_temperature"]
    assert set(changed_cells(law(), asked, "zh")["indicator"]) == {"vent_removal"}
