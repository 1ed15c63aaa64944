"""The oracles of the NC study, against trying everything."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lantian import cost_oracles as oracles
from tests.lantian.cost_oracles import Option

TWO_SOURCES: dict[str, list[Option]] = {
    "a": [(10.0, 100.0, "a1"), (15.0, 300.0, "a2"), (9.0, 120.0, "a3")],
    "b": [(4.0, 20.0, "b1"), (8.0, 160.0, "b2")],
}
amounts = st.integers(1, 12).map(float)
options = st.lists(st.tuples(amounts, amounts, st.sampled_from("xyz")), min_size=1, max_size=3)
cities = st.lists(options, min_size=1, max_size=4).map(lambda found: {str(at): one for at, one in enumerate(found)})


def _try_everything(sources: dict[str, list[Option]], target: float) -> float:
    menus = [[(0.0, 0.0, ""), *menu] for menu in sources.values()]
    plans = (plan for plan in product(*menus) if sum(option[0] for option in plan) >= target)
    return min(sum(option[1] for option in plan) for plan in plans)


def test_a_dominated_measure_is_dropped() -> None:
    assert [option[2] for option in oracles.undominated(TWO_SOURCES["a"])] == ["a1", "a2"]


@pytest.mark.parametrize(
    ("target", "removed", "cost"),
    # By average cost: b1 at 5, a1 at 10, then a2 and b2 both at 20, the higher removal first; each replaces its own.
    [(4.0, 4.0, 20.0), (5.0, 14.0, 120.0), (15.0, 19.0, 320.0), (20.0, 23.0, 460.0)],
)
def test_greedy_walks_down_by_average_cost(target: float, removed: float, cost: float) -> None:
    assert oracles.greedy(TWO_SOURCES, target) == oracles.Choice(removed, cost)


def test_the_linear_bound_splits_the_last_step() -> None:
    # b1 whole (4 for 20), then half of a1 (5 for 50)
    assert oracles.linear_bound(TWO_SOURCES, 9.0) == pytest.approx(70.0)


@given(sources=cities, share=st.floats(0.05, 1.0))
@settings(max_examples=60, deadline=None)
def test_exact_is_the_best_of_all_plans_and_the_bound_lies_below(
    sources: dict[str, list[Option]], share: float
) -> None:
    target = share * sum(max(option[0] for option in menu) for menu in sources.values())
    best = _try_everything(sources, target)
    greedy = oracles.greedy(sources, target)

    assert oracles.exact(sources, target, greedy.cost) == pytest.approx(best)
    assert oracles.linear_bound(sources, target) <= best * (1 + 1e-9)
    assert greedy.removed >= target * (1 - 1e-12)
    assert greedy.cost >= best * (1 - 1e-9)
