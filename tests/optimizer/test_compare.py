"""The baselines on cities small enough to add up by hand, and never a dearer plan than greedy."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.scale import POLLUTANTS
from optimizer import plan_city
from optimizer.again.alone import plan_alone
from optimizer.compare import comparison_of
from optimizer.result import City
from tests.optimizer.made_city import made_city, made_menu, made_unit, random_city, two_kilns

EMISSION = dict.fromkeys(POLLUTANTS, 100.0)


def loss(city: City, way: str, level: str) -> float:
    rows = plan_city(city).comparison.filter((pl.col("way") == way) & (pl.col("level") == level))
    return float(rows["loss_cny_per_day"].item())


def row_of(frame: pl.DataFrame, way: str, level: str) -> dict[str, object]:
    return frame.filter((pl.col("way") == way) & (pl.col("level") == level)).row(0, named=True)


def test_uniform_is_the_least_common_share() -> None:
    # 200 kg/d in all: 60, 120 and 160 need 30, 60 and 80 % of everybody's 4,000 CNY/d.
    city = two_kilns()

    assert loss(city, "uniform", "yellow") == pytest.approx(1200, rel=1e-6)
    assert loss(city, "uniform", "orange") == pytest.approx(2400, rel=1e-6)
    assert loss(city, "uniform", "red") == pytest.approx(3200, rel=1e-6)
    assert loss(city, "uniform", "season") == pytest.approx(10 * 1200 + 6 * 2400 + 2 * 3200, rel=1e-6)


def test_uniform_cuts_exempt_units_too_and_says_so() -> None:
    exempt = made_unit("X", "A", treatment="grade_exempt", ceil_k_yellow=0, ceil_k_orange=0, ceil_k_red=0,
                       full_loss_cny_per_day=800.0)  # fmt: skip
    menu = made_menu("U", [0.0, 1.0], EMISSION, 400.0) + made_menu("X", [0.0], EMISSION, 0.0)
    unit = made_unit("U", "D", ceil_k_yellow=1, ceil_k_orange=1, ceil_k_red=1)

    plan = plan_city(made_city([unit, exempt], menu, {("red", "nox"): 50.0}))

    uniform = row_of(plan.comparison, "uniform", "red")
    assert uniform["loss_cny_per_day"] == pytest.approx(0.25 * (400 + 800), rel=1e-6)
    assert uniform["exempt_units_cut"] == 1
    assert row_of(plan.comparison, "plan", "red")["exempt_units_cut"] == 0
    # The plan needs a whole stop: 400 CNY/d, 100 more than the common share.
    assert uniform["saving_cny_per_day"] == pytest.approx(300 - 400, rel=1e-6)


def test_grade_only_escalates_whole_grades_from_the_worst() -> None:
    # D alone brings 100: enough at yellow; orange and red take C as well.
    city = two_kilns()

    assert loss(city, "grade_only", "yellow") == pytest.approx(1000)
    assert loss(city, "grade_only", "orange") == pytest.approx(4000)
    assert loss(city, "grade_only", "red") == pytest.approx(4000)


def test_greedy_walks_the_average_cost() -> None:
    # The D kiln costs 10 CNY/kg, the C kiln 30: D is stopped first, then C is cut as far as needed.
    city = two_kilns()

    assert loss(city, "greedy", "yellow") in (pytest.approx(500), pytest.approx(1000))
    assert loss(city, "greedy", "orange") == pytest.approx(1000 + 1500)
    assert loss(city, "greedy", "red") == pytest.approx(1000 + 3000)


def test_a_baseline_that_misses_is_named_and_gives_no_saving() -> None:
    # NOx can only be met by the C unit; grade_only reaches it, uniform cannot cut that deep without it.
    fixed = made_unit("F", "D", ceil_k_yellow=0, ceil_k_orange=0, ceil_k_red=0)
    unit = made_unit("U", "C", ceil_k_yellow=1, ceil_k_orange=1, ceil_k_red=1)
    menu = made_menu("U", [0.0, 0.5], EMISSION, 400.0) + made_menu("F", [0.0], {}, 0.0)

    plan = plan_city(made_city([unit, fixed], menu, {("red", "nox"): 60.0}))

    for way in ("plan", "grade_only", "greedy"):
        assert row_of(plan.comparison, way, "red")["misses"] == "nox"
        assert row_of(plan.comparison, way, "season")["misses"] == "red nox"
    # Uniform also takes what nobody may ask of F, so it meets the target and is compared.
    assert row_of(plan.comparison, "uniform", "red")["misses"] is None


def test_every_baseline_keeps_the_counted_lines() -> None:
    units = [made_unit("U1", "D", line_group="G"), made_unit("U2", "D", line_group="G")]
    menu = made_menu("U1", [0.0, 0.5, 1.0], EMISSION, 3000.0) + made_menu("U2", [0.0, 0.5, 1.0], EMISSION, 1000.0)
    counts: list[dict[str, object]] = [
        {"line_group": "G", "level": level, "lines": 2, "stop_at_least": 1, "clause": "made"}
        for level in ("orange", "red")
    ]
    city = made_city(units, menu, {}, counts)

    for way in ("plan", "grade_only", "greedy"):
        assert loss(city, way, "yellow") == 0
        assert loss(city, way, "orange") == 1000


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), units=st.integers(4, 12), joint=st.booleans(), tightness=st.floats(0.2, 0.6))
def test_the_plan_is_never_dearer_than_greedy(seed: int, units: int, joint: bool, tightness: float) -> None:
    plan = plan_city(random_city(seed, units, joint=joint, tightness=tightness))

    greedy, own = (row_of(plan.comparison, way, "season") for way in ("greedy", "plan"))
    assert plan.verification.holds
    assert greedy["misses"] != own["misses"] or greedy["saving_cny_per_day"] >= -1e-6 * own["loss_cny_per_day"]  # type: ignore[operator]


@pytest.mark.parametrize("asked", [100.0, 190.0])
def test_the_plans_own_rows_are_those_of_the_comparison(asked: float) -> None:
    """With a unit that is cut though it is exempt (nothing is allowed it), and a target out of reach in one case."""
    exempt = made_unit("X", "A", treatment="grade_exempt", ceil_k_yellow=1, ceil_k_orange=1, ceil_k_red=0)
    menu = made_menu("U", [0.0, 0.5, 1.0], EMISSION, 400.0) + made_menu("X", [0.0, 0.6], EMISSION, 80.0)
    required = {("yellow", "nox"): 60.0, ("orange", "nox"): asked, ("orange", "so2"): asked, ("red", "pm"): 70.0}
    city = made_city([made_unit("U", "D"), exempt], menu, required)
    plan = plan_city(city)
    orders = plan.orders.with_columns(k=pl.lit(1))  # every unit cut at every level, allowed or not
    for told in (plan.orders, orders):
        own = comparison_of(city, told).filter(way="plan")
        alone = plan_alone(city, told)
        assert alone.schema == own.schema
        assert alone.equals(own) or alone.drop("loss_cny_per_day").equals(own.drop("loss_cny_per_day"))
        assert alone["loss_cny_per_day"].to_list() == pytest.approx(own["loss_cny_per_day"].to_list(), rel=1e-12)
    assert plan_alone(city, orders)["exempt_units_cut"].to_list() == [0, 0, 1, 1]
    assert (plan_alone(city, plan.orders)["misses"].null_count() < 4) == (asked > 160)
