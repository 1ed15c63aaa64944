"""A city beside its base: boxes that prove what they say, the answer as from nothing, and a guard if they do not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.choices import Floats
from optimizer.decompose import answer, beside
from optimizer.decompose.answer import plan_of, solve_instance
from optimizer.decompose.arrays import Instance, instance_of
from optimizer.decompose.beside import Base, base_of, beside_of, narrowed
from optimizer.decompose.margins import BOXES, boxes_of
from optimizer.decompose.pricing import bound_at, price
from optimizer.decompose.residual import TOLERANCE, worst_residual
from optimizer.decompose.rounds import State
from optimizer.decompose.sift import sift
from optimizer.model import Problem
from optimizer.solve import Limits
from tests.benches.made_arrays import made_instance
from tests.benches.run_plan_case import CHANGES, other_units
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)
KINDS = 8


def problem_of(seed: int, units: int, kind: int) -> Problem:
    """Return a random problem: caps, optional rows and counted lines in all combinations."""
    return made_problem(seed, units, tightness=0.7, has_caps=kind % 2 == 0, has_couplings=kind // 2 % 2 == 0,
                        has_lines=kind // 4 % 2 == 0)  # fmt: skip


def based(problem: Problem) -> tuple[Instance, Base]:
    instance = instance_of(problem).instance
    return instance, base_of(solve_instance(instance, LIMITS))


def with_costs(problem: Problem, rng: np.random.Generator, share: float = 0.02) -> Problem:
    units = len(problem.choices.unit_ids)
    factor = np.where(rng.random(units) < share, rng.uniform(0.5, 2.0, units), 1.0)
    return replace(problem, objective=problem.objective * factor[problem.choices.unit])


def with_target(problem: Problem, rng: np.random.Generator, grown: float) -> Problem:
    place = int(rng.integers(0, len(problem.requirements)))
    rows = [replace(row, rhs=row.rhs * grown) if at == place else row for at, row in enumerate(problem.requirements)]
    return replace(problem, requirements=tuple(rows))


def with_size(problem: Problem, grown: float) -> Problem:
    """Return the problem with a target of another size: a kilogram counts less of it."""
    row = problem.requirements[0]
    larger = replace(row, scale=row.scale * grown, per_kg=tuple(share / grown for share in row.per_kg))
    return replace(problem, requirements=(larger, *problem.requirements[1:]))


@pytest.mark.parametrize("kind", range(4, KINDS))
def test_outside_its_boxes_a_unit_keeps_its_chain(kind: int) -> None:
    """At corners of every box and at random prices in it, no unit that the box leaves alone has a cheaper chain."""
    instance, base = based(problem_of(kind, 150, kind))
    boxes = boxes_of(instance, base.priced, base.size)
    rng = np.random.default_rng(kind)
    moved = 0
    for place in range(0, len(BOXES), 3):
        for draw in range(12):
            way = rng.choice([-1.0, 1.0], instance.rows.count) if draw % 2 else rng.uniform(-1, 1, instance.rows.count)
            prices = np.maximum(base.priced.prices + BOXES[place] * way * base.size, 0.0)
            codes = price(instance, prices).codes
            moved += int((codes != base.priced.codes).sum())
            assert (codes == base.priced.codes)[boxes > place].all()
    assert moved > 0


@pytest.mark.parametrize("kind", range(KINDS))
def test_few_units_prove_the_bound_of_all(kind: int) -> None:
    problem = problem_of(kind, 150, kind)
    _, base = based(problem)
    rng = np.random.default_rng(kind)
    changed = instance_of(with_size(with_costs(problem, rng), 1.01)).instance
    found = beside_of(base, changed)
    assert found is not None
    step = 0.01 * found.size
    few = narrowed(found, found.prices, step)
    assert few is not None
    assert 0 < few.instance.units < changed.units
    for _ in range(5):
        prices = np.maximum(found.prices + rng.uniform(-1, 1, len(step)) * step, 0.0)
        whole = price(changed, prices)
        own = price(few.instance, prices)
        assert own.bound == pytest.approx(whole.bound, rel=1e-11)
        assert bound_at(changed, prices) == pytest.approx(whole.bound, rel=1e-12)
        asked, left = changed.rows.rhs - whole.activity.sum(axis=0), few.instance.rows.rhs - own.activity.sum(axis=0)
        assert left == pytest.approx(asked, abs=1e-9)


@given(
    seed=st.integers(0, 10_000),
    units=st.integers(60, 160),
    kind=st.integers(0, KINDS - 1),
    grown=st.sampled_from([0.7, 0.97, 1.0, 1.01, 1.25]),
)
@settings(max_examples=12, deadline=None)
def test_beside_a_base_the_answer_is_that_from_nothing(seed: int, units: int, kind: int, grown: float) -> None:
    """Costs of some units and a target changed, some so far that prices leave every box."""
    problem = problem_of(seed, units, kind)
    _, base = based(problem)
    rng = np.random.default_rng(seed)
    changed = with_target(with_costs(problem, rng), rng, grown)
    framed = instance_of(changed)

    warm = solve_instance(framed.instance, LIMITS, begun=base)
    cold = solve_instance(framed.instance, LIMITS)

    assert np.isfinite(warm.upper) == np.isfinite(cold.upper)
    if np.isfinite(cold.upper):
        assert warm.upper == pytest.approx(cold.upper, rel=1e-6)
        assert warm.lower <= cold.upper * (1 + 1e-9)
        assert warm.gap <= 1e-6
        x = plan_of(changed, framed, warm)
        assert worst_residual(changed, x) <= TOLERANCE
        assert float(changed.objective @ x) == pytest.approx(warm.upper, rel=1e-6)


def with_higher_sides(instance: Instance, factor: float) -> Instance:
    return replace(instance, rows=replace(instance.rows, rhs=factor * instance.rows.rhs))


def counted_sifts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows with every pass over all units beside the last bound."""
    seen: list[int] = []

    def noted(state: State, prices: Floats, gap: float) -> None:
        seen.append(1)
        sift(state, prices, gap)

    monkeypatch.setattr(answer, "sift", noted)
    return seen


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("seed", range(2))
def test_few_units_are_enough(seed: int, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = made_instance(1_500, seed)
    changed = CHANGES[name](instance)
    base, cold = base_of(solve_instance(instance, LIMITS)), solve_instance(changed, LIMITS)
    sifts = counted_sifts(monkeypatch)
    warm = solve_instance(changed, LIMITS, begun=base)
    assert warm.upper == pytest.approx(cold.upper, rel=1e-6)
    assert not sifts


def test_prices_beyond_every_box_are_found_over_all_units(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, base = based(made_problem(3, 150, tightness=0.5, has_lines=False, has_caps=False))
    far = with_higher_sides(instance, 1.5)
    cold = solve_instance(far, LIMITS)
    sifts = counted_sifts(monkeypatch)
    assert solve_instance(far, LIMITS, begun=base).upper == pytest.approx(cold.upper, rel=1e-6)
    assert sifts


def test_wrong_margins_are_seen_by_the_bound_of_all_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """If units were held that should move, the few would close their gap on a value that is too high."""
    instance = made_instance(1_500)
    changed = other_units(instance)
    base, cold = base_of(solve_instance(instance, LIMITS)), solve_instance(changed, LIMITS)
    right = beside._may_move
    sifts = counted_sifts(monkeypatch)

    def too_few(*words: object) -> np.ndarray:
        found = right(*words)  # type: ignore[arg-type]
        found[::2] = False
        return found

    monkeypatch.setattr(beside, "_may_move", too_few)
    warm = solve_instance(changed, LIMITS, begun=base)
    assert sifts
    assert warm.upper == pytest.approx(cold.upper, rel=1e-6)
    assert warm.gap <= 1e-6


def test_what_differs_in_its_rows_stands_beside_no_base() -> None:
    problem = made_problem(2, 80, tightness=0.6)
    instance, base = based(problem)
    assert beside_of(base, instance) is not None
    fewer = instance_of(replace(problem, requirements=problem.requirements[1:])).instance
    assert beside_of(base, fewer) is None
    others = instance_of(with_costs(problem, np.random.default_rng(0), share=0.9)).instance
    assert beside_of(base, others) is None
    assert solve_instance(fewer, LIMITS, begun=base).upper == pytest.approx(
        solve_instance(fewer, LIMITS).upper, rel=1e-6
    )
