"""Sums by county, industry and grade, against a plain loop."""

from collections import defaultdict

import polars as pl
import pytest

from reports.context import ReportContext
from reports.tally import cost_by, grade_mix
from tests.reports.sample import sample_graded
from tests.reports.sample_plan import WEIGHT, sample_orders


@pytest.mark.parametrize("key", ["county", "industry", "grade"])
def test_cost_agrees_with_a_plain_loop(context: ReportContext, key: str) -> None:
    loss: dict[str, float] = defaultdict(float)
    cut: dict[str, set[str]] = defaultdict(set)
    for row in sample_orders().iter_rows(named=True):
        loss[row[key]] += row["loss_cny_per_day"] * WEIGHT[row["level"]]
        if row["k"] > 0:
            cut[row[key]].add(row["unit_id"])
    frame = cost_by(context.orders, key)
    assert {row[key]: row["loss_cny_per_season"] for row in frame.iter_rows(named=True)} == pytest.approx(dict(loss))
    assert {row[key]: row["units_cut"] for row in frame.iter_rows(named=True)} == {k: len(cut[k]) for k in loss}
    assert frame["loss_share"].sum() == pytest.approx(1.0)
    assert frame["loss_cny_per_season"].is_sorted(descending=True)


def test_a_free_plan_has_no_shares() -> None:
    free = sample_orders().with_columns(loss_cny_per_season=pl.lit(0.0))
    assert cost_by(free, "county")["loss_share"].is_null().all()


def test_counties_carry_their_share_of_output(context: ReportContext) -> None:
    shares = dict(context.cost_by_county.select("county", "output_share").iter_rows())
    assert shares == pytest.approx({"澜岗区": 3 / 21, "平嶂县": 7 / 21, "阳平县": 11 / 21})


def test_the_season_s_loss_is_the_sum_over_levels(context: ReportContext) -> None:
    slow = sum(row["loss_cny_per_day"] * WEIGHT[row["level"]] for row in sample_orders().iter_rows(named=True))
    assert context.loss_cny_per_season == pytest.approx(slow)


def test_grade_mix_counts_every_enterprise() -> None:
    mix = grade_mix(sample_graded().grades)
    assert mix["enterprises"].sum() == 6
    assert mix.filter(pl.col("industry") == "brick")["enterprises"].to_list() == [2]


def test_other_lists_keep_names_levels_and_kilograms(context: ReportContext) -> None:
    rows = context.other_lists.filter(pl.col("list") == "=dust").rows()
    assert rows == [("=dust", "red", "pm", 12.0)]
