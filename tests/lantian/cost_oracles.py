"""Slow, plain answers to "least cost for one target, one measure per source", to hold the planner against."""

from dataclasses import dataclass
from itertools import pairwise

Option = tuple[float, float, str]
"""Removed, cost, measure code."""


@dataclass(frozen=True)
class Choice:
    """What a way of choosing removes and costs."""

    removed: float
    cost: float


def undominated(options: list[Option]) -> list[Option]:
    """Return the options that no other option of the source beats in both removal and cost."""
    return [
        one
        for one in options
        if not any(other[0] >= one[0] and other[1] <= one[1] and other[:2] != one[:2] for other in options)
    ]


def greedy(sources: dict[str, list[Option]], target: float) -> Choice:
    """Return CoST's least-cost walk: all pairs by average cost per ton, replacing a source's weaker measure.

    Ties: higher removal, then lower cost, then measure code.
    """
    pairs = [(source, option) for source, options in sources.items() for option in undominated(options)]
    pairs.sort(key=lambda pair: (pair[1][1] / pair[1][0], -pair[1][0], pair[1][1], pair[1][2], pair[0]))
    taken: dict[str, Option] = {}
    for source, option in pairs:
        if sum(o[0] for o in taken.values()) >= target:
            break
        if source not in taken or option[0] > taken[source][0]:
            taken[source] = option
    return Choice(sum(o[0] for o in taken.values()), sum(o[1] for o in taken.values()))


def hull(options: list[Option]) -> list[tuple[float, float]]:
    """Return the lower convex hull of (removed, cost) from nothing at all to the strongest measure."""
    corners: list[tuple[float, float]] = [(0.0, 0.0)]
    for removed, cost, _ in sorted(undominated(options)):
        while len(corners) > 1 and _is_above(corners[-2], corners[-1], (removed, cost)):
            corners.pop()
        if removed > corners[-1][0]:
            corners.append((removed, cost))
    return corners


def _is_above(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[1] - a[1]) * (c[0] - a[0]) >= (c[1] - a[1]) * (b[0] - a[0])


def linear_bound(sources: dict[str, list[Option]], target: float) -> float:
    """Return the least cost when measures may be split: steps along every source's hull, cheapest slope first.

    Maths: the linear relaxation of the multiple-choice knapsack problem; exact for one target.
    """
    steps = [(b[0] - a[0], b[1] - a[1]) for options in sources.values() for a, b in pairwise(hull(options))]
    left, cost = target, 0.0
    for removed, price in sorted(steps, key=lambda step: step[1] / step[0]):
        part = min(1.0, left / removed)
        cost += part * price
        left -= part * removed
        if left <= 0:
            break
    return cost


def exact(sources: dict[str, list[Option]], target: float, at_most: float) -> float:
    """Return the least cost with whole measures: the Pareto front of all sources, costs above `at_most` dropped."""
    front: list[tuple[float, float]] = [(0.0, 0.0)]
    for options in sources.values():
        grown = sorted(
            ((removed + o[0], cost + o[1]) for removed, cost in front for o in [(0.0, 0.0, ""), *undominated(options)]),
            key=lambda point: (point[1], -point[0]),
        )
        front, best = [], -1.0
        for removed, cost in grown:
            if cost > at_most * (1 + 1e-9):
                break
            if removed > best:
                front.append((removed, cost))
                best = removed
    return min(cost for removed, cost in front if removed >= target * (1 - 1e-12))
