"""Same inputs, same bytes; and a price that re-solving confirms."""

from dataclasses import replace

import pytest

from optimizer import plan_city
from optimizer.again.warm import chains_at
from optimizer.lexicographic import plan_stages
from optimizer.model import build
from optimizer.prices import row_prices
from optimizer.result import City, Plan
from optimizer.solve import Limits, run
from optimizer.whole.integer import Effort, settle
from tests.optimizer.made_city import random_city


def shuffled(city: City, seed: int) -> City:
    names = ("units", "menu", "legal", "line_counts", "targets")
    return replace(city, **{name: getattr(city, name).sample(fraction=1, shuffle=True, seed=seed) for name in names})


def written(plan: Plan) -> list[str]:
    frames = (plan.orders, plan.targets, plan.comparison, plan.overrides)
    return [frame.write_csv() for frame in frames] + [repr(plan.status)]


@pytest.mark.parametrize("protect", [False, True])
def test_a_second_run_and_shuffled_rows_give_the_same_bytes(protect: bool) -> None:
    city = random_city(5, 14, protect=protect, joint=True)

    first = written(plan_city(city))

    assert written(plan_city(city)) == first
    assert written(plan_city(shuffled(city, 11))) == first


def test_a_price_lies_between_what_one_kilogram_less_saves_and_one_more_costs() -> None:
    staged = plan_stages(replace(random_city(8, 14), mip_gap=0.05))
    problem, lp = staged.loss_problem, staged.loss.lp
    assert lp is not None
    assert lp.objective is not None
    priced = [(row, price) for row in problem.requirements if (price := row_prices(staged)[row.label]) > 0]
    assert priced

    for row, price in priced:
        step = 1e-4
        sides = []
        for sign in (-1, 1):
            moved = tuple(replace(r, rhs=r.rhs + sign * step) if r is row else r for r in problem.requirements)
            again = run(build(replace(problem, requirements=moved)), Limits(60))
            assert again.objective is not None
            sides.append((again.objective - lp.objective) / (sign * step) / float(staged.choices.days[row.level]))
        assert sides[0] * (1 - 1e-4) - 1e-6 <= price <= sides[1] * (1 + 1e-4) + 1e-6


def test_regret_is_what_forcing_a_choice_costs_at_least() -> None:
    staged = plan_stages(random_city(9, 12))
    problem, lp = staged.loss_problem, staged.loss.lp
    assert lp is not None
    assert lp.objective is not None
    regret = chains_at(problem, lp.duals).regret
    free = [row for row in range(len(regret)) if problem.choices.is_free[row]]

    for row in free[::7]:
        kept = problem.choices.slot != problem.choices.slot[row]
        kept[row] = True
        forced = run(build(problem.restricted(kept)), Limits(60))
        # A nested neighbour may have left no room at all; then nothing is claimed.
        if forced.objective is not None:
            assert forced.objective >= lp.objective + regret[row] - 1e-6 * abs(lp.objective)


def test_settling_never_returns_less_than_the_incumbent() -> None:
    staged = plan_stages(replace(random_city(8, 14), mip_gap=0.05))
    problem = staged.loss_problem

    again = settle(problem, staged.loss.x, Limits(60), Effort(0.0, 2e-2))

    assert again.value <= staged.loss.value
    assert again.bound is not None
    assert again.bound <= again.value + 1e-6
