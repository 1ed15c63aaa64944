"""What a better grade is worth, on a city that is built anew for each grade."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import polars as pl
import pytest

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.answers.basis import basis_of
from optimizer.answers.curve import season_loss
from optimizer.answers.upgrade import Regrade, upgrade_values
from optimizer.result import City
from tests.optimizer.small_city import SETTINGS, Row, rungs, small_city

LADDER = (
    rungs("A", "none", "none", "none") + rungs("B", "none", "load_cut 0.2", "load_cut 0.3")
    + rungs("C", "load_cut 0.2", "load_cut 0.5", "stop")
)  # fmt: skip
FIRMS: tuple[Row, ...] = ({"enterprise_id": "E1"}, {"enterprise_id": "E2"}, {"enterprise_id": "E3"})
UNITS: tuple[Row, ...] = tuple({"unit_id": f"U{n}", "enterprise_id": f"E{n}", "min_load": None} for n in (1, 2, 3))
GRADES = {"E1": "C", "E2": "B", "E3": "C"}


def regraded(changes: Mapping[str, str], nox: float = 0.1) -> City:
    planned = GRADES | dict(changes)
    grades: list[Row] = [
        {"enterprise_id": firm, "planned_grade": grade, "treatment": "grade_exempt" if grade == "A" else "none"}
        for firm, grade in planned.items()
    ]
    policy = {"joint_so2_nox": False, "protect_grades": False}
    settings = {**SETTINGS, "policy": policy, "targets": {"red": {"nox": nox}}}
    return small_city(units=UNITS, enterprises=FIRMS, grades=grades, ladder=LADDER, settings=settings)


def test_rising_saves_the_firm_what_the_ladder_no_longer_asks() -> None:
    # 10,000 CNY a stopped day. C pays 10 * 0.2 + 6 * 0.5 + 2 * 1 = 7 days, B 6 * 0.2 + 2 * 0.3 = 1.8, A none.
    city = regraded({})
    values = upgrade_values(city, plan_city(city), regraded, top=3)

    rows = {row["enterprise_id"]: row for row in values.to_dicts()}
    assert {(row["grade_from"], row["grade_to"]) for row in rows.values()} == {("C", "B"), ("B", "A")}
    assert rows["E1"]["firm_loss_cny_per_season"] == pytest.approx(70_000)
    assert rows["E1"]["firm_saves_cny_per_season"] == pytest.approx(52_000)
    assert rows["E2"]["firm_saves_cny_per_season"] == pytest.approx(18_000)
    # Nothing else need be cut for 200 of 2,000 kg/d, so the city gains as much.
    assert rows["E1"]["city_gains_cny_per_season"] == pytest.approx(52_000)
    assert rows["E1"]["city_gains_estimate_cny_per_season"] == pytest.approx(52_000)
    for row in rows.values():
        low, high = row["city_gains_low_cny_per_season"], row["city_gains_high_cny_per_season"]
        assert low - 1e-6 <= row["city_gains_cny_per_season"] <= high + 1e-6
        assert row["state"] == "confirmed"


def test_only_the_best_by_estimate_are_planned_again() -> None:
    city = regraded({})
    values = upgrade_values(city, plan_city(city), regraded, top=1)

    assert values["state"].to_list() == ["confirmed", "estimate", "estimate"]
    assert values["enterprise_id"].to_list() == ["E1", "E3", "E2"]
    assert values["firm_saves_cny_per_season"].null_count() == 2


def test_an_upgrade_that_costs_the_city_its_target_is_named() -> None:
    # 500 of 2,000 kg/d are asked: both C stopped bring 400, B half of its 200 the rest. With B exempt nobody can.
    def asked(changes: Mapping[str, str]) -> City:
        return regraded(changes, nox=0.25)

    city = asked({})
    values = upgrade_values(city, plan_city(city), asked, top=3).filter(enterprise_id="E2").row(0, named=True)

    assert values["state"] == "targets_change"
    assert (values["missed_before"], values["missed_after"]) == ("", "red nox")
    assert values["city_gains_cny_per_season"] is None
    assert values["firm_saves_cny_per_season"] > 0


def test_a_city_in_which_nobody_can_rise_has_no_values() -> None:
    city = regraded(dict.fromkeys(GRADES, "A"), nox=0.0)

    assert upgrade_values(city, plan_city(city), regraded).is_empty()


def drawn(seed: int) -> Regrade:
    """Return a city of four lines at C or B, of uneven worth and emission, whose red NOx asks for more than floors."""
    rng = np.random.default_rng(seed)
    names = [f"E{place}" for place in range(4)]
    firms: list[Row] = [
        {"enterprise_id": name, "value_added_wan": float(rng.integers(100, 3000))} for name in names
    ]  # fmt: skip
    units: list[Row] = [
        {"unit_id": f"U{name}", "enterprise_id": name, "min_load": None, "nox_kg_per_day": float(rng.integers(50, 400))}
        for name in names
    ]
    grades = {name: str(rng.choice(["B", "C"])) for name in names}
    asked = float(rng.uniform(0.3, 0.6)) * sum(float(unit["nox_kg_per_day"]) for unit in units) / 2000

    def city(changes: Mapping[str, str]) -> City:
        planned: list[Row] = [
            {"enterprise_id": name, "planned_grade": grade, "treatment": "grade_exempt" if grade == "A" else "none"}
            for name, grade in (grades | dict(changes)).items()
        ]
        policy = {"joint_so2_nox": False, "protect_grades": False}
        settings = {**SETTINGS, "policy": policy, "targets": {"red": {"nox": asked}}}
        return small_city(units=units, enterprises=firms, grades=planned, ladder=LADDER, settings=settings)

    return city


def least(city: City) -> tuple[float, float]:
    """Return the missing kilograms of red NOx and the loss of the best of all whole plans, listed one by one."""
    of_unit: dict[str, dict[int, tuple[float, float]]] = {}
    for unit in city.units.to_dicts():
        menu = {row["k"]: row for row in city.menu.to_dicts() if row["unit_id"] == unit["unit_id"]}
        best: dict[int, tuple[float, float]] = {}
        for chain in product(*(range(unit[f"floor_k_{lv}"], unit[f"ceil_k_{lv}"] + 1) for lv in LEVELS)):
            if list(chain) == sorted(chain):
                days = city.days_per_season
                loss = sum(menu[k][f"loss_{lv}_cny_per_day"] * days[lv] for k, lv in zip(chain, LEVELS, strict=True))
                red = menu[chain[2]]
                brought = red["nox_removed_kg_per_day"] * red["credit_red"]
                best[chain[2]] = min(best.get(chain[2], (brought, np.inf)), (brought, loss))
        of_unit[unit["unit_id"]] = best
    asked = city.targets.filter(level="red", pollutant="nox")["required_kg_per_day"].item()
    plans = product(*(best.values() for best in of_unit.values()))
    told = ((sum(b for b, _ in plan), sum(loss for _, loss in plan)) for plan in plans)
    return min((round(max(asked - brought, 0.0), 6), loss) for brought, loss in told)


@pytest.mark.parametrize("seed", range(4))
def test_what_the_city_gains_is_what_all_whole_plans_of_both_cities_say(seed: int) -> None:
    city = drawn(seed)
    before = city({})
    plan = plan_city(before)
    values = upgrade_values(before, plan, city, top=2).filter(pl.col("state") != "estimate")
    missing, loss = least(before)

    assert values.height == 2
    for row in values.to_dicts():
        missing_after, loss_after = least(city({row["enterprise_id"]: row["grade_to"]}))
        assert (row["missed_before"] == "", row["missed_after"] == "") == (missing == 0, missing_after == 0)
        assert row["state"] == ("confirmed" if missing == missing_after == 0 else "targets_change")
        if row["state"] == "confirmed":
            gains, room = loss - loss_after, before.mip_gap * (loss + loss_after)
            low, high = row["city_gains_low_cny_per_season"], row["city_gains_high_cny_per_season"]
            assert low - 1e-6 * loss <= gains <= high + 1e-6 * loss
            assert row["city_gains_cny_per_season"] == pytest.approx(gains, abs=room)


COUNTED = (
    rungs("A", "none", "none", "none") + rungs("B", "none", "none", "stop_share_by_line 0.5")
    + rungs("D", "none", "none", "none")
)  # fmt: skip


def counted(changes: Mapping[str, str]) -> City:
    """E1 (B) must stop one of its two lines at red; the cheap E2 (B) is spared by its grade, so dear D lines stop."""
    grades = {"E1": "B", "E2": "B", "E3": "D", "E4": "D"} | dict(changes)
    lines = (("U1", "E1"), ("U1b", "E1"), ("U2", "E2"), ("U3", "E3"), ("U4", "E4"))
    return small_city(
        units=[{"unit_id": unit, "enterprise_id": firm, "min_load": None} for unit, firm in lines],
        enterprises=[
            {"enterprise_id": firm, "value_added_wan": 3300.0 if firm in ("E3", "E4") else 330.0} for firm in grades
        ],
        grades=[
            {"enterprise_id": firm, "planned_grade": grade, "treatment": "grade_exempt" if grade == "A" else "none"}
            for firm, grade in grades.items()
        ],
        ladder=COUNTED,
        settings={**SETTINGS, "policy": {"joint_so2_nox": False}, "targets": {"red": {"nox": 0.175}}},
    )


def test_a_firm_with_counted_lines_leaves_no_room_for_cutting_others_of_its_grade() -> None:
    """By hand: E1 saves a stopped line of two days; its 200 kg/d come from D lines at ten times the value of a line."""
    city = counted({})
    plan = plan_city(city)
    basis = basis_of(city, plan)
    assert basis.least.duals["stage_cap(protect_B)"] < 0

    values = upgrade_values(city, plan, counted, top=0, next_grade={"B": "A"}, basis=basis)
    row = {row["enterprise_id"]: row for row in values.to_dicts()}["E1"]
    saved, dearer = 2 * 10_000 / 2, 2 * 100_000.0
    assert row["firm_saves_estimate_cny_per_season"] == pytest.approx(saved)
    assert row["city_gains_estimate_cny_per_season"] == pytest.approx(saved - dearer)
    losses = [season_loss(each) or 0.0 for each in (plan, plan_city(counted({"E1": "A"})))]
    assert losses[0] - losses[1] == pytest.approx(saved - dearer, rel=1e-6)
