"""Every nested chain of every unit, listed one by one: the slow way to price, bound and mix."""

from itertools import pairwise, product

import highspy
import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Floats
from optimizer.model import Problem

Chains = list[list[tuple[int, ...]]]
"""Per unit, the chains as places of choices, one per level."""


def chains_of(problem: Problem) -> Chains:
    choices = problem.choices
    rows: dict[tuple[int, int], list[int]] = {}
    for row, (unit, level) in enumerate(zip(choices.unit.tolist(), choices.level.tolist(), strict=True)):
        rows.setdefault((unit, level), []).append(row)
    k = choices.k.tolist()
    return [
        [
            chain
            for chain in product(*(rows[unit, level] for level in range(len(LEVELS))))
            if all(k[milder] <= k[harder] for milder, harder in pairwise(chain))
        ]
        for unit in range(len(choices.unit_ids))
    ]


def coupling(problem: Problem) -> tuple[Floats, Floats]:
    """Return coefficients (rows, choices) and right-hand sides of all coupling rows, each as at-least."""
    rows = [row.coefficients(problem.choices) for row in problem.requirements]
    rhs = [row.rhs for row in problem.requirements]
    for line in problem.line_counts:
        rows.append(np.isin(np.arange(len(problem.choices.k)), line.rows).astype(np.float64))
        rhs.append(float(line.stop_at_least))
    for side in problem.couplings:
        rows.append(np.bincount(side.rows, weights=side.values, minlength=len(problem.choices.k)).astype(np.float64))
        rhs.append(side.rhs)
    for cap in problem.caps:
        rows.append(-cap.per_choice / cap.scale)
        rhs.append(-cap.at_most / cap.scale)
    return np.array(rows), np.array(rhs)


def bound_of(problem: Problem, duals: dict[str, float]) -> float:
    """Return the lower bound that duals prove, chain by chain; an at-most row has a dual below zero."""
    matrix, rhs = coupling(problem)
    labels = [row.label for row in problem.requirements] + [row.label for row in problem.line_counts]
    labels += [row.label for row in problem.couplings]
    prices = np.array([duals[label] for label in labels] + [-duals[cap.label] for cap in problem.caps])
    assert (prices >= 0).all()
    if problem.is_elastic:
        assert (prices[: len(problem.requirements)] <= problem.scale * (1 + 1e-12)).all()
    reduced = problem.objective - prices @ matrix
    cheapest = [min(sum(reduced[row] for row in chain) for chain in of_unit) for of_unit in chains_of(problem)]
    return float(sum(cheapest) + prices @ rhs)


def mixed_by_hand(problem: Problem) -> float | None:
    """Return the least value over all mixtures of listed chains, or None if the rows cannot hold."""
    matrix, rhs = coupling(problem)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    listed = [(unit, list(chain)) for unit, of_unit in enumerate(chains_of(problem)) for chain in of_unit]
    for _, chain in listed:
        solver.addVar(0.0, highspy.kHighsInf)
        solver.changeColCost(solver.getNumCol() - 1, float(problem.objective[chain].sum()))
    slacks = len(problem.requirements) if problem.is_elastic else 0
    for _ in range(slacks):
        solver.addVar(0.0, highspy.kHighsInf)
        solver.changeColCost(solver.getNumCol() - 1, problem.scale)
    for place, least in enumerate(rhs.tolist()):
        values = [float(matrix[place, chain].sum()) for _, chain in listed]
        extra = [len(listed) + place] if place < slacks else []
        columns = [*range(len(listed)), *extra]
        solver.addRow(least, highspy.kHighsInf, len(columns), columns, values + [1.0] * len(extra))
    for unit in range(len(problem.choices.unit_ids)):
        members = [place for place, (owner, _) in enumerate(listed) if owner == unit]
        solver.addRow(1.0, 1.0, len(members), members, [1.0] * len(members))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return float(solver.getInfo().objective_function_value)
