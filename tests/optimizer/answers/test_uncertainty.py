"""Odds of targets against closed forms, and the safer plan against a slow count of its own."""

from dataclasses import replace
from math import erf, sqrt

import polars as pl
import pytest

from grading.case.uncertainty import Execution, InventoryError, Uncertainty
from optimizer import plan_city
from optimizer.answers import draws
from optimizer.answers.basis import basis_of
from optimizer.answers.draws import draw_factors, margins, removed_by
from optimizer.answers.odds import target_odds, wilson
from optimizer.answers.safe import safe_plan
from optimizer.requirements import requirements_of
from optimizer.result import City, Plan
from tests.optimizer.made_city import made_city, made_menu, made_unit, random_city

EMISSION = {"so2": 100.0, "nox": 100.0, "pm": 100.0, "vocs": 100.0}
CERTAIN = InventoryError(shared=0, own=0)


def stated(nox: InventoryError = CERTAIN, samples: int = 20_000, **more: object) -> Uncertainty:
    errors = {"so2": CERTAIN, "nox": nox, "pm": CERTAIN, "vocs": CERTAIN}
    return Uncertainty.model_validate({"basis": "test", "inventory": errors, "samples": samples} | more)


def stopped(lines: int, required: float, **changed: object) -> tuple[City, Plan]:
    """Return a city of equal lines that the law stops at red, and its plan: 100 kg/d of NOx each."""
    floors = {f"floor_k_{level}": 2 for level in ("yellow", "orange", "red")}
    units = [made_unit(f"U{place}", "C", **floors) for place in range(lines)]
    menus = [row for place in range(lines) for row in made_menu(f"U{place}", [0.0, 0.5, 1.0], EMISSION, 1e3)]
    city = made_city(units, menus, {("red", "nox"): required}, **changed)  # type: ignore[arg-type]
    return city, plan_city(city)


def held_share(city: City, plan: Plan, errors: Uncertainty) -> float:
    odds = target_odds(city, plan.orders, errors)
    return float(odds.filter(pl.col("level") == "red", pl.col("target") == "nox")["held_share"].item())


def normal(z: float) -> float:
    return 0.5 * (1 + erf(z / sqrt(2)))


def near(share: float, samples: int = 20_000) -> object:
    return pytest.approx(share, abs=4 * sqrt(max(share * (1 - share), 1e-4) / samples))


def test_errors_of_their_own_add_up_as_squares() -> None:
    city, plan = stopped(9, 850.0)  # 900 planned; sd 10 kg a line, 30 kg in all

    assert held_share(city, plan, stated(InventoryError(shared=0, own=0.1))) == near(normal(50 / 30))


def test_a_shared_error_adds_up_as_it_is() -> None:
    city, plan = stopped(9, 850.0)  # 90 kg in all

    assert held_share(city, plan, stated(InventoryError(shared=0.1, own=0))) == near(normal(50 / 90))


def test_both_together_and_by_industry_before_the_general_one() -> None:
    city, plan = stopped(9, 850.0)
    both = InventoryError(shared=0.1, own=0.1)

    share = near(normal(50 / sqrt(90**2 + 30**2)))
    assert held_share(city, plan, stated(both)) == share
    assert held_share(city, plan, stated(CERTAIN, by_industry={"cement": {"nox": both.model_dump()}})) == share


def test_one_line_that_brings_between_half_and_all_of_it() -> None:
    city, plan = stopped(1, 80.0)

    done = stated(execution=Execution(least=0.5, most=1.0).model_dump())

    assert held_share(city, plan, done) == near(0.4)  # even on [50, 100]; 80 or more


def test_other_lists_err_by_pollutant() -> None:
    city, plan = stopped(1, 290.0)
    more = city.targets.with_columns(other_lists_kg_per_day=pl.lit(200.0))  # 300 in all, sd 20

    assert held_share(replace(city, targets=more), plan, stated(other_lists={"nox": 0.1})) == near(normal(10 / 20))


def test_without_errors_every_met_target_holds() -> None:
    city, plan = stopped(2, 150.0)

    odds = target_odds(city, plan.orders, stated(samples=100))

    assert set(odds["held_share"]) == {1.0}
    assert odds.filter(pl.col("level") == "all").height == 1


def test_draws_are_the_same_again_and_whether_kept_or_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    city = random_city(3, 12)
    errors = stated(InventoryError(shared=0.1, own=0.2), samples=200, seed=5)
    removed = removed_by(city, plan_city(city).orders)
    rows = requirements_of(city)
    kept = margins(city, rows, removed, draw_factors(city, errors))

    monkeypatch.setattr(draws, "KEPT", 0)

    assert (kept == margins(city, rows, removed, draw_factors(city, errors))).all()
    other_seed = draw_factors(city, errors.model_copy(update={"seed": 6}))
    assert not (kept == margins(city, rows, removed, other_seed)).all()


def test_the_interval_is_wilsons() -> None:
    # Agresti and Coull, The American Statistician 52 (1998): 0 of 10 gives [0, 0.278].
    low, high = wilson(0, 10)
    assert low == 0.0
    assert high == pytest.approx(0.2775, abs=1e-3)


@pytest.mark.parametrize("in_whole_orders", [False, True])
def test_the_safer_plan_holds_in_draws_that_the_search_never_saw(in_whole_orders: bool) -> None:
    # Two kinds of kiln at 10 and 30 CNY/kg; 400 of 1,000 kg/d asked, errors of 10 % of each line.
    units = [made_unit(f"U{place}", "C") for place in range(10)]
    menus = [row for place in range(10) for row in made_menu(f"U{place}", [0.0, 0.5, 1.0], EMISSION, 1e3 + 100 * place)]
    city = made_city(units, menus, {("red", "nox"): 400.0})
    plan = plan_city(city)
    errors = stated(InventoryError(shared=0.05, own=0.1), samples=2000)

    told, odds = safe_plan(basis_of(city, plan), plan, errors, in_whole_orders=in_whole_orders)

    row = told.row(0, named=True)
    assert row["state"] == "held"
    assert row["held_share_fresh"] >= 0.95
    assert row["safety_cny_per_season"] > 0
    # Independent of the search: planned kg with sd 5 % shared and 10 % of each of n lines hold with about this chance.
    planned, lines = row["planned_for"], row["planned_for"] / 100
    sd = sqrt((0.05 * planned) ** 2 + lines * 10**2)
    assert normal((planned - 400) / sd) > 0.93
    assert odds.filter(pl.col("target") == "nox")["is_fresh"].all()


def test_where_not_even_the_hardest_plan_holds_often_enough_it_is_said() -> None:
    city, plan = stopped(9, 899.0)

    told, odds = safe_plan(basis_of(city, plan), plan, stated(InventoryError(shared=0.1, own=0), samples=2000))

    assert set(told["state"]) == {"not_reached"}
    assert told["safety_cny_per_season"].null_count() == told.height
    assert told["held_share_fresh"][0] == near(normal(1 / 90), 2000)
    assert set(odds["plan"].cast(pl.String)) == {"hardest"}


def test_a_target_without_a_stated_error_and_an_industry_of_nobody_are_refused() -> None:
    from grading.faults import InputError  # noqa: PLC0415
    from tests.optimizer.small_city import SETTINGS, small_city  # noqa: PLC0415

    half = {"basis": "test", "inventory": {"so2": {"shared": 0.1, "own": 0.1}}, "by_industry": {"nobody": {}}}
    settings = {**SETTINGS, "targets": {"red": {"nox": 0.1}}, "uncertainty": half}

    with pytest.raises(InputError) as caught:
        small_city(settings=settings)

    assert sorted(fault.rule for fault in caught.value.faults) == [
        "uncertainty_incomplete",
        "uncertainty_of_no_industry",
    ]
