"""The difference of two plans, against plain loops over their orders, and its reasons on cities made by hand."""

from functools import partial

import pytest

from optimizer import plan_city
from optimizer.answers.variants import with_required_shares
from optimizer.contrast import Contrast, contrast
from optimizer.contrast.factors import with_loss_factors
from optimizer.contrast.model import REASONS
from optimizer.contrast.worth import worth_of
from optimizer.result import City, Plan
from tests.optimizer.made_city import DAYS, random_city, two_kilns

Side = tuple[City, Plan]


def planned(city: City, base: Plan | None = None) -> Side:
    return city, plan_city(city, base)


def season_loss(plan: Plan) -> dict[tuple[str, str], float]:
    """Return the season's loss of every unit and level, by a plain loop."""
    return {
        (row["unit_id"], str(row["level"])): row["loss_cny_per_day"] * DAYS[str(row["level"])]
        for row in plan.orders.iter_rows(named=True)
    }


def told(before: Side, after: Side, direct: frozenset[str] = frozenset()) -> Contrast:
    return contrast(before, after, direct, partial(worth_of, *after))


def test_a_plan_does_not_differ_from_itself() -> None:
    side = planned(two_kilns())
    found = told(side, side)
    assert found.orders.is_empty()
    assert found.enterprises.is_empty()
    assert found.exempt.is_empty()
    assert found.losses.change == 0.0
    assert (found.cost["loss_change_cny_per_season"] == 0.0).all()


@pytest.mark.parametrize("seed", [3, 11])
def test_sums_are_those_of_a_plain_loop(seed: int) -> None:
    city = random_city(seed, 12, protect=True)
    before = planned(city)
    after = planned(with_loss_factors(city, {"U00003": 4.0, "U00005": 0.2}), before[1])
    found = told(before, after, frozenset({"U00003", "U00005"}))
    old, new = season_loss(before[1]), season_loss(after[1])
    moved = {key: new[key] - old[key] for key in old if abs(new[key] - old[key]) > 1e-6 * 20}
    by_row = {
        (row["unit_id"], row["level"]): row["loss_cny_per_season_after"] - row["loss_cny_per_season_before"]
        for row in found.orders.iter_rows(named=True)
    }
    assert {key: value for key, value in by_row.items() if key in moved} == pytest.approx(moved)
    assert found.losses.change == pytest.approx(sum(new.values()) - sum(old.values()))
    for group in ("county", "industry", "grade"):
        rows = found.cost.filter(group=group)
        assert rows["loss_change_cny_per_season"].sum() == pytest.approx(found.losses.change)
    assert found.enterprises["loss_change_cny_per_season"].sum() == pytest.approx(found.losses.change, abs=1e-3)
    assert set(found.orders["reason"]) <= set(REASONS)


def test_the_changed_line_is_direct_and_the_other_follows_the_price() -> None:
    """Made dearer, the cheap kiln gives its cut to the other one."""
    city = two_kilns()
    before = planned(city)
    after = planned(with_loss_factors(city, {"U2": 10.0}), before[1])
    found = told(before, after, frozenset({"U2"}))
    reasons = dict(found.orders.group_by("unit_id").agg("reason").iter_rows())
    assert set(reasons["U2"]) == {"direct"}
    assert set(reasons["U1"]) & {"needed_by_price", "whole_orders"}


def test_a_looser_target_frees_by_price() -> None:
    city = two_kilns()
    before = planned(city)
    after = planned(with_required_shares(city, {("red", "nox"): 0.125}), before[1])
    found = told(before, after)
    assert found.losses.change < 0
    freed = found.orders.filter(level="red")
    assert freed.height > 0
    assert set(freed["reason"]) <= {"freed_by_price", "whole_orders", "tie"}


def test_who_keeps_his_orders_is_told_why() -> None:
    city = two_kilns()
    before = planned(city)
    after = planned(with_loss_factors(city, {"U1": 1.01}), before[1])
    found = told(before, after, frozenset({"U1", "U2"}))
    assert set(found.stayed["why"]) <= {"at_ceiling", "needed", "legal_minimum", "uncut"}
    assert found.stayed.height > 0
    assert not set(found.stayed["enterprise_id"]) & set(
        found.orders.filter(found.orders["k_before"] != found.orders["k_after"])["enterprise_id"]
    )
