"""A real inventory that nobody here wrote: EPA's 1996 North Carolina points under EPA's control measures v5.3.

One target on one pollutant has exact answers outside the planner: the linear relaxation by hulls, the whole-measure
optimum by a Pareto front. `python tests/lantian/test_nc_inventory.py` prints the table.
"""

import sys
import tempfile
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from grading.assess import grade
from grading.case import read_case
from grading.case.settings import LawChoice
from grading.law import name_case, resolve_law
from grading.law.model import Law
from optimizer import plan_city
from optimizer.city import build_city
from optimizer.result import Plan
from tests.lantian import cost_oracles as oracles
from tests.lantian import nc_inventory as nc

SHARES = (0.3, 0.5, 0.7, 0.9)
RUNS = [(pollutant, share) for pollutant in nc.COLUMNS for share in SHARES]
CLOSE = 1e-6

pytestmark = [
    pytest.mark.skipif(
        nc.shared_data() is None, reason="the public NC data are absent: set LANTIAN_SHARED_DATA to their folder"
    ),
]


@cache
def _pairs(pollutant: str) -> pl.DataFrame:
    folder = nc.shared_data()
    assert folder is not None
    return nc.applicable(folder).filter(pl.col("pollutant") == pollutant)


@cache
def _options(pollutant: str) -> dict[str, list[oracles.Option]]:
    by_source = _pairs(pollutant).group_by("source", maintain_order=True)
    return {str(key[0]): list(rows.select("removed_tons", "usd", "measure").iter_rows()) for key, rows in by_source}


@cache
def _law(choice: LawChoice) -> Law:
    return resolve_law(choice, nc.ROOT)


@cache
def _plan(pollutant: str, share: float) -> Plan:
    folder = nc.shared_data()
    assert folder is not None
    sources = nc.read_sources(folder).filter(pl.col("pollutant") == pollutant)
    with tempfile.TemporaryDirectory() as made:
        nc.write_case(Path(made), sources, _pairs(pollutant), share)
        read = read_case(Path(made))
        law = _law(read.settings.law)
    assert not read.faults
    case = name_case(read, law)
    return plan_city(build_city(case, grade(case, law), law))


def _target_tons(pollutant: str, share: float) -> float:
    return share * nc.attainable_tons(_pairs(pollutant))


def _cost_usd(plan: Plan) -> float:
    red = plan.orders.filter(pl.col("level") == "red")
    return float(red["loss_cny_per_day"].sum()) * nc.DAYS


def _removed_tons(plan: Plan, pollutant: str) -> float:
    column = f"{nc.COLUMNS[pollutant]}_removed_kg_per_day"
    red = plan.orders.filter(pl.col("level") == "red")
    return float(red[column].sum()) * nc.DAYS / nc.KG_PER_SHORT_TON


def _bound_usd(plan: Plan) -> float:
    assert plan.status.lp_loss_bound_cny_per_season is not None
    return plan.status.lp_loss_bound_cny_per_season * nc.DAYS


def test_every_source_is_read_once_and_with_its_tons() -> None:
    # Arrange
    folder = nc.shared_data()
    assert folder is not None

    # Act
    sources = nc.read_sources(folder)

    # Assert: the values as printed in the file's first line
    first = sources.filter(pl.col("source") == "0010-001-001-01").sort("pollutant")
    assert sources.height == 35 * len(nc.COLUMNS)
    assert dict(first.select("pollutant", "tons").iter_rows()) == {"NOX": 21.98, "PM10": 16.74, "SO2": 1.54}


@pytest.mark.parametrize(("pollutant", "share"), RUNS)
def test_the_target_is_met_by_a_verified_plan(pollutant: str, share: float) -> None:
    plan = _plan(pollutant, share)

    assert plan.verification.holds
    assert _removed_tons(plan, pollutant) >= _target_tons(pollutant, share) * (1 - CLOSE)
    assert plan.orders.group_by("unit_id", "level").len()["len"].max() == 1


@pytest.mark.parametrize(("pollutant", "share"), RUNS)
def test_the_plan_is_no_dearer_than_greedy(pollutant: str, share: float) -> None:
    greedy = oracles.greedy(_options(pollutant), _target_tons(pollutant, share))

    assert _cost_usd(_plan(pollutant, share)) <= greedy.cost * (1 + CLOSE)


@pytest.mark.parametrize(("pollutant", "share"), RUNS)
def test_the_linear_bound_is_the_one_found_by_hulls(pollutant: str, share: float) -> None:
    bound = oracles.linear_bound(_options(pollutant), _target_tons(pollutant, share))

    assert _bound_usd(_plan(pollutant, share)) == pytest.approx(bound, rel=CLOSE)


@pytest.mark.parametrize(("pollutant", "share"), RUNS)
def test_the_certified_gap_holds_against_the_true_optimum(pollutant: str, share: float) -> None:
    target = _target_tons(pollutant, share)
    greedy = oracles.greedy(_options(pollutant), target)
    best = oracles.exact(_options(pollutant), target, greedy.cost)
    plan = _plan(pollutant, share)

    assert plan.status.relative_gap is not None
    assert plan.status.relative_gap <= 0.001
    assert best * (1 - CLOSE) <= _cost_usd(plan) <= best * (1 + plan.status.relative_gap + CLOSE)


def _proven_gap_percent(plan: Plan) -> float | None:
    gap = plan.status.relative_gap
    return None if gap is None else round(100 * gap, 3)


def table() -> pl.DataFrame:
    """Return the twelve rows of the study: dollars a year and tons a year."""
    rows = []
    for pollutant, share in RUNS:
        plan, options, target = _plan(pollutant, share), _options(pollutant), _target_tons(pollutant, share)
        greedy = oracles.greedy(options, target)
        best = oracles.exact(options, target, greedy.cost)
        rows.append(
            {
                "pollutant": pollutant,
                "share": share,
                "target_t": round(target, 3),
                "removed_t": round(_removed_tons(plan, pollutant), 3),
                "greedy_removed_t": round(greedy.removed, 3),
                "greedy_usd": round(greedy.cost),
                "plan_usd": round(_cost_usd(plan)),
                "lp_bound_usd": round(_bound_usd(plan)),
                "exact_usd": round(best),
                "above_lp_percent": round(100 * (_cost_usd(plan) / _bound_usd(plan) - 1), 2),
                "proven_gap_percent": _proven_gap_percent(plan),
                "saving_percent": round(100 * (1 - _cost_usd(plan) / greedy.cost), 2),
                "is_exact": abs(_cost_usd(plan) / best - 1) < CLOSE,
            }
        )
    return pl.DataFrame(rows)


@cache
def _traded(share: float) -> tuple[Plan, dict[str, float]]:
    folder = nc.shared_data()
    assert folder is not None
    sources = nc.read_sources(folder)
    pairs = pl.concat([_pairs("SO2"), _pairs("NOX")])
    with tempfile.TemporaryDirectory() as made:
        whole = nc.write_traded_case(Path(made), sources, pairs, share)
        read = read_case(Path(made))
        law = _law(read.settings.law)
    assert not read.faults
    case = name_case(read, law)
    return plan_city(build_city(case, grade(case, law), law)), whole


def _in_shares(whole: dict[str, float]) -> dict[str, list[oracles.Option]]:
    """Return every line's options with what they remove as a share of its pollutant's whole emission."""
    return {
        f"{source}/{name}": [(removed / whole[name], cost, measure) for removed, cost, measure in options]
        for name in whole
        for source, options in _options(name).items()
    }


def _asked_share(share: float, whole: dict[str, float]) -> float:
    return sum(_target_tons(name, share) / whole[name] for name in whole)


@pytest.mark.parametrize("share", SHARES)
def test_traded_targets_reach_the_sum_at_the_bound_found_by_hulls(share: float) -> None:
    plan, whole = _traded(share)
    removed = sum(_removed_tons(plan, name) / whole[name] for name in whole)

    assert plan.verification.holds
    assert removed >= _asked_share(share, whole) * (1 - CLOSE)
    bound = oracles.linear_bound(_in_shares(whole), _asked_share(share, whole))
    assert _bound_usd(plan) == pytest.approx(bound, rel=CLOSE)


@pytest.mark.parametrize("share", SHARES)
def test_trading_is_no_dearer_than_one_greedy_run_per_pollutant(share: float) -> None:
    plan, whole = _traded(share)

    assert _cost_usd(plan) <= _two_greedy_runs(share, whole) * (1 + CLOSE)


def _two_greedy_runs(share: float, whole: dict[str, float]) -> float:
    return sum(oracles.greedy(_options(name), _target_tons(name, share)).cost for name in whole)


def traded_table() -> pl.DataFrame:
    """Return the study of both pollutants at once: a target that a list sorted for one pollutant cannot state."""
    rows = []
    for share in SHARES:
        plan, whole = _traded(share)
        cost, apart = _cost_usd(plan), _two_greedy_runs(share, whole)
        rows.append(
            {
                "share": share,
                "so2_share": round(_removed_tons(plan, "SO2") / whole["SO2"], 4),
                "nox_share": round(_removed_tons(plan, "NOX") / whole["NOX"], 4),
                "sum_asked": round(_asked_share(share, whole), 4),
                "two_greedy_runs_usd": round(apart),
                "plan_usd": round(cost),
                "lp_bound_usd": round(_bound_usd(plan)),
                "above_lp_percent": round(100 * (cost / _bound_usd(plan) - 1), 2),
                "proven_gap_percent": _proven_gap_percent(plan),
                "saving_percent": round(100 * (1 - cost / apart), 2),
            }
        )
    return pl.DataFrame(rows)


if __name__ == "__main__":
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200):
        sys.stdout.write(f"{table()}\n{traded_table()}\n")
