"""Near ties: what a column says, that the small program is exact inside its box, and where it leads beyond it."""

import numpy as np
import pytest

from optimizer.decompose import ties as ties_module
from optimizer.decompose.answer import solve_instance
from optimizer.decompose.arrays import Instance, instance_of
from optimizer.decompose.pricing import decode, evaluate, price
from optimizer.decompose.tie_program import Edges, answered, response_of, solve_ties
from optimizer.decompose.ties import WINDOWS, Ties, lacking_chains, reach_of, ties_of
from optimizer.model import SumRow, build_sums
from optimizer.solve import Limits, Sparse, run_sparse, run_sums
from tests.optimizer.decompose.made_problems import made_problem


def solved(seed: int, units: int = 80) -> tuple[Instance, np.ndarray]:
    instance = instance_of(made_problem(seed, units, tightness=0.7, has_couplings=seed % 2 == 0)).instance
    return instance, solve_instance(instance, Limits(60.0)).prices


def ties_at(instance: Instance, prices: np.ndarray, window: float) -> Ties:
    priced = price(instance, prices)
    return ties_of(instance, priced, reach_of(instance, priced), window)


@pytest.mark.parametrize("seed", range(4))
def test_a_tie_adds_what_its_other_chain_brings(seed: int) -> None:
    instance, prices = solved(seed)
    held = price(instance, prices).codes
    ties = ties_at(instance, prices, 0.3)
    every = np.ones(instance.units, dtype=np.bool_)
    cost, activity = evaluate(instance, held, every)
    assert ties.count > 10
    for place in range(0, ties.count, 7):
        other = held.copy()
        other[ties.unit[place]] = ties.codes[place]
        new_cost, new_activity = evaluate(instance, other, every)
        added = ties.dense[:, place].copy()
        np.add.at(added, ties.row[ties.column == place], ties.value[ties.column == place])
        assert new_cost - cost == pytest.approx(ties.cost[place], rel=1e-9, abs=1e-6 * abs(cost))
        assert new_activity - activity == pytest.approx(added, abs=1e-9)


def test_no_chain_inside_the_window_is_left_out() -> None:
    """Prices moved at random inside the window change no unit but those among the ties (no lines: each alone)."""
    instance = instance_of(made_problem(5, 120, tightness=0.7, has_lines=False, has_caps=False)).instance
    prices = solve_instance(instance, Limits(60.0)).prices
    held = price(instance, prices).codes
    known = set(ties_at(instance, prices, WINDOWS[0]).unit.tolist())
    rng = np.random.default_rng(1)
    moved: set[int] = set()
    for _ in range(200):
        near = prices * (1 + rng.uniform(-WINDOWS[0], WINDOWS[0], len(prices)))
        moved |= set(np.flatnonzero(price(instance, near).codes != held).tolist())
    assert moved
    assert moved <= known


@pytest.mark.parametrize("seed", range(4))
def test_the_program_of_ties_stays_in_its_box_and_its_plan_holds(seed: int) -> None:
    instance, prices = solved(seed)
    priced = price(instance, prices)
    ties = ties_at(instance, prices, 0.05)
    dear = np.full(instance.rows.count, 1e9)
    step = 0.05 * np.maximum(prices, 0.1 * prices.max())
    edges = Edges.around(prices, step, dear, np.ones(len(dear), dtype=np.bool_))
    found = solve_ties(instance, priced, ties, edges, 60.0)

    assert found is not None
    room = 0.05 * np.maximum(prices, 0.1 * prices.max()) * (1 + 1e-6)
    assert (found.vertex.prices <= prices + room).all()
    assert (found.vertex.prices >= prices - room).all()
    assert found.is_plan
    shares = found.vertex.shares
    brought = priced.activity.sum(axis=0) + ties.dense @ shares
    np.add.at(brought, ties.row, ties.value * shares[ties.column])
    assert (brought >= instance.rows.rhs - 1e-7).all()
    assert np.bincount(ties.unit, weights=shares).max() <= 1 + 1e-9
    for block in instance.blocks:
        if block.lines is not None:
            assert (stopped(instance, block.start, ties, shares, priced.codes) >= block.lines.need - 1e-7).all()


def stopped(instance: Instance, start: int, ties: Ties, shares: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the lines that stand still, (levels, groups), unit by unit."""
    block = next(block for block in instance.blocks if block.start == start)
    assert block.lines is not None
    count = np.zeros((3, block.lines.groups))
    for unit in range(block.start, block.stop):
        group, stop = (unit - start) % block.lines.groups, block.lines.stop[unit - start]
        own = np.flatnonzero(ties.unit == unit)
        chains = [(codes[unit : unit + 1], 1 - shares[own].sum())] + [(ties.codes[[j]], shares[j]) for j in own]
        for code, share in chains:
            count[:, group] += share * (decode(code, instance.measures)[:, 0] == stop)
    return count


def test_a_newton_step_brings_about_what_was_asked() -> None:
    # A step is right on the average of many ties; alike credits keep the few there are from being lumps.
    problem = made_problem(5, 2_000, tightness=0.6, has_lines=False, has_caps=False, has_credits=False)
    instance = instance_of(problem).instance
    state = solve_instance(instance, Limits(60.0))
    row = int(np.argmax(state.prices))
    before = price(instance, state.prices).activity.sum(axis=0)
    ties = ties_at(instance, state.prices, 0.05)
    bought = np.zeros(len(before))
    bought[row] = 0.02

    step = answered(response_of(ties), bought, state.prices)

    after = price(instance, np.maximum(state.prices + step, 0.0)).activity.sum(axis=0)
    assert 0.3 * bought[row] < after[row] - before[row] < 3 * bought[row]


def test_arrays_and_pulp_solve_the_same_program() -> None:
    rng = np.random.default_rng(2)
    columns, rows = 30, 6
    costs, matrix = rng.uniform(1, 9, columns), rng.uniform(0, 1, (rows, columns)) * (rng.random((rows, columns)) < 0.6)
    rhs = 0.4 * matrix.sum(axis=1)
    row, column = np.nonzero(matrix)
    order = rng.permutation(len(row))
    row, column = row[order], column[order]
    program = Sparse(costs, np.ones(columns), row, column, matrix[row, column], rhs, np.full(rows, np.inf))

    found = run_sparse(program, 60.0)

    at_most = [SumRow(f"most{place}", [(place, -1.0)], -1.0) for place in range(columns)]
    asked = [SumRow(f"row{r}", [(c, float(matrix[r, c])) for c in np.flatnonzero(matrix[r]).tolist()], float(rhs[r]))
             for r in range(rows)]  # fmt: skip
    straight = run_sums(build_sums(costs.tolist(), asked + at_most), 60.0)
    assert found is not None
    assert straight is not None
    assert float(costs @ found.values) == pytest.approx(float(costs @ straight.values), rel=1e-9)
    assert found.duals[:rows] == pytest.approx(straight.duals[:rows], abs=1e-7)


def test_an_impossible_or_unfinished_program_has_no_values() -> None:
    one = np.ones(1)
    place = np.zeros(1, dtype=np.int64)
    impossible = Sparse(one, one, place, place, one, 2 * one, 3 * one)
    assert run_sparse(impossible, 60.0) is None
    assert run_sparse(Sparse(one, one, place, place, one, one, one), 60.0) is not None


def test_without_prices_there_are_no_ties_and_no_window_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A numpy warning is an error here: an endless window times nothing paid would be one."""
    monkeypatch.setattr(ties_module, "MOST_UNITS", 5)
    instance = instance_of(made_problem(1, 40, tightness=0.7)).instance
    ties = ties_at(instance, np.zeros(instance.rows.count), WINDOWS[0])
    assert ties.count == 0
    assert ties.window == WINDOWS[0]


@pytest.mark.parametrize("seed", [0, 2])
def test_a_counted_row_without_a_price_finds_who_can_bring_it(seed: int) -> None:
    """Of every unit counted in a row that lacks something: the cheapest chain that counts, and no other unit."""
    instance, prices = solved(seed, 60)
    prices = np.where(instance.rows.is_target, prices, 0.0)
    priced = price(instance, prices)
    units, codes = lacking_chains(instance, priced, reach_of(instance, priced))
    lacks = instance.rows.rhs - priced.activity.sum(axis=0) > 1e-9
    asked = {
        (block.start + int(unit), int(row))
        for block in instance.blocks
        for row, unit, value in zip(block.counted.row, block.counted.unit, block.counted.value, strict=True)
        if lacks[row] and prices[row] == 0 and value > 0
    }
    assert asked
    assert {unit for unit, _ in asked} == set(units.tolist())
    every = np.ones(instance.units, dtype=np.bool_)
    brought = evaluate(instance, priced.codes, every)[1]
    for unit, code in zip(units.tolist(), codes.tolist(), strict=True):
        other = priced.codes.copy()
        other[unit] = code
        more = evaluate(instance, other, every)[1] - brought
        own = [row for place, row in asked if place == unit]
        assert code == priced.codes[unit] or more[own].max() > 0
