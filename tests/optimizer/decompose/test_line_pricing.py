"""The dynamic program over line groups against every combination of patterns."""

from itertools import product

import numpy as np
import pytest

from optimizer.decompose.lines import PATTERNS, Lines, count_patterns, count_prices, patterns_of


def drawn(seed: int, size: int, groups: int = 7) -> tuple[Lines, np.ndarray]:
    rng = np.random.default_rng(seed)
    need = (
        np.sort(rng.integers(-1, size + 1, (3, groups)), axis=0)
        if seed % 2
        else rng.integers(-1, size + 1, (3, groups))
    )
    cost = rng.normal(0, 10, (PATTERNS, size, groups)).round(1)
    return Lines(size, need, np.zeros(size * groups, dtype=np.int64), ((None, None, None),) * groups), cost


def by_hand(lines: Lines, cost: np.ndarray, group: int) -> float:
    return min(
        float(sum(cost[pattern, line, group] for line, pattern in enumerate(patterns)))
        for patterns in product(range(PATTERNS), repeat=lines.size)
        if all(sum(p <= level for p in patterns) >= lines.need[level, group] for level in range(3))
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_patterns_are_the_cheapest_that_stop_enough(seed: int, size: int) -> None:
    lines, cost = drawn(seed, size)

    counted = count_patterns(lines, cost)
    patterns = patterns_of(lines, counted)

    for group in range(lines.groups):
        chosen = sum(cost[patterns[line, group], line, group] for line in range(size))
        assert chosen == pytest.approx(by_hand(lines, cost, group))
        for level in range(3):
            assert (patterns[:, group] <= level).sum() >= lines.need[level, group]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_prices_make_the_counts_superfluous(seed: int, size: int) -> None:
    lines, cost = drawn(seed, size)
    counted = count_patterns(lines, cost)

    prices = count_prices(lines, counted)

    assert (prices >= 0).all()
    payment = np.array([prices[pattern:].sum(axis=0) for pattern in range(PATTERNS)])
    free = (cost - payment[:, None]).min(axis=0).sum(axis=0)
    best = np.array([by_hand(lines, cost, group) for group in range(lines.groups)])
    assert free + (prices * lines.need).sum(axis=0) == pytest.approx(best)
