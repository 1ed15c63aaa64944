"""Array pricing against chains listed one by one."""

import numpy as np
import pytest

from optimizer.decompose import arrays, factors
from optimizer.decompose.arrays import instance_of
from optimizer.decompose.pricing import evaluate, price
from tests.optimizer.decompose.made_problems import made_problem
from tests.optimizer.decompose.slow_chains import chains_of, coupling


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_is_that_of_every_units_cheapest_chain(seed: int) -> None:
    problem = made_problem(seed, 30, has_lines=False)
    matrix, rhs = coupling(problem)
    prices = np.random.default_rng(seed).lognormal(8, 2, len(rhs))
    reduced = problem.objective - prices @ matrix
    by_hand = [min(sum(reduced[row] for row in chain) for chain in chains) for chains in chains_of(problem)]

    found = price(instance_of(problem).instance, prices)

    assert found.bound == pytest.approx(sum(by_hand) + prices @ rhs, rel=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_sums_agree_with_chains(seed: int) -> None:
    problem = made_problem(seed, 100)
    instance = instance_of(problem).instance
    prices = np.random.default_rng(seed).lognormal(8, 2, instance.rows.count)

    found = price(instance, prices)
    cost, activity = evaluate(instance, found.codes, np.ones(instance.units, dtype=np.bool_))

    assert cost == pytest.approx(found.cost.sum(), rel=1e-12)
    assert activity == pytest.approx(found.activity.sum(axis=0), rel=1e-9, abs=1e-9)
    value = found.cost.sum() - prices @ found.activity.sum(axis=0)
    assert value == pytest.approx(found.value.sum(), rel=1e-9)


def test_blocks_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = made_problem(3, 400)
    prices = np.random.default_rng(3).lognormal(8, 2, instance_of(problem).instance.rows.count)
    whole = price(instance_of(problem).instance, prices)

    monkeypatch.setattr(arrays, "BLOCK", 16)
    monkeypatch.setattr("optimizer.decompose.pricing.PARALLEL_FROM", 1)
    cut = price(instance_of(problem).instance, prices)

    assert cut.bound == pytest.approx(whole.bound, rel=1e-12)
    free = [block for block in instance_of(problem).instance.blocks if block.lines is None]
    assert len(free) > 10
    assert (cut.codes[: free[-1].stop] == whole.codes[: free[-1].stop]).all()


def test_rows_of_many_choices_are_priced_like_rows_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = made_problem(4, 60, has_couplings=True, tightness=0.7)
    prices = np.linspace(0.0, 5e4, instance_of(problem).instance.rows.count)
    each = []
    for least, families in ((0, 5), (10**9, 0)):
        monkeypatch.setattr(factors, "LEAST_ENTRIES", least)
        instance = instance_of(problem).instance
        assert len(instance.blocks[0].factors) == families
        each.append(price(instance, prices))
    assert (each[0].codes == each[1].codes).all()
    assert each[0].activity == pytest.approx(each[1].activity)
    assert each[0].bound == pytest.approx(each[1].bound)
    assert np.abs(each[0].activity[:, len(problem.requirements) :]).sum() > 0
