"""A weighted sample of a city's units that stands for all, and what its optimum says of the whole city's prices.

Nothing is proven here, so nothing depends on it but time.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.arrays import BLOCK, FORBIDDEN, Block, Instance, Less
from optimizer.decompose.boxed import Guess, close, near_chains
from optimizer.decompose.exact import take
from optimizer.decompose.pricing import price
from optimizer.decompose.rounds import State, add_priced

LEAST_SAMPLE, PART = 2_000, 10
"""A sample is the tenth part of a city, but no less units: half of them the largest, half drawn evenly from the others,
which then count for many."""
WORTH_IT = 2
"""Times the least sample from which a city is first solved by one."""
LEAST_COUNTED = 200
"""Choices that a row must touch for a sample to say anything of it."""
GAPS, BOXES = (1e-2, 1e-2, 1e-3), (0.3, 0.05, 0.02)
"""Relative gap and first box of each solve of the sample; between them it is corrected by what the city says."""
MOST_ROUNDS = 20


def is_worth_sampling(instance: Instance) -> bool:
    """Return whether a city is large enough to be solved by a sample first."""
    return instance.units >= WORTH_IT * LEAST_SAMPLE


def sampled(instance: Instance) -> Instance:
    """Return the sample as blocks of one group; rows of few choices and counted lines are left out."""
    size = max(LEAST_SAMPLE, instance.units // PART)
    share = _shares(instance)
    order = np.argsort(-share, kind="stable")
    large, small = order[: size // 2], order[size // 2 :]
    drawn = small[:: max(len(small) // (size // 2), 1)]
    weight = np.ones(instance.units)
    weight[drawn] = len(small) / max(len(drawn), 1)
    units = np.sort(np.concatenate([large, drawn]))
    wide = is_wide(instance)
    bounds = np.linspace(0, len(units), -(-len(units) // BLOCK) + 1).astype(int).tolist()
    blocks = tuple(_weighted(instance, units[a:b], weight, a, wide) for a, b in pairwise(bounds))
    return replace(instance, blocks=blocks, groups=1)


def _weighted(instance: Instance, units: Ints, weights: Floats, start: int, wide: Bools) -> Block:
    taken, weight = take(instance, units), weights[units]
    counted, less = taken.counted.of(wide[taken.counted.row]), taken.less
    return Block(
        0,
        start,
        np.where(taken.cost < FORBIDDEN, taken.cost * weight, FORBIDDEN),
        taken.removed * weight,
        tuple(cap * weight for cap in taken.caps),
        replace(counted, value=counted.value * weight[counted.unit]),
        less=Less(less.k, less.level, less.unit, less.kg * weight[less.unit]),
        factors=tuple(replace(factor, amount=factor.amount * weight) for factor in taken.factors),
    )


def is_wide(instance: Instance) -> Bools:
    """Return which rows a sample can speak of: targets, caps, and rows that touch many choices."""
    rows = instance.rows
    touched = np.zeros(rows.count)
    for block in instance.blocks:
        touched += np.bincount(block.counted.row, minlength=rows.count)
        for factor in block.factors:
            touched[factor.rows] = LEAST_COUNTED
    wide: Bools = (touched >= LEAST_COUNTED) | rows.is_target | rows.is_cap
    return wide


def prices_by_sample(state: State, sample: Instance, first: Callable[[State], Guess]) -> Guess:
    """Return prices at which the sample holds its rows at least cost, corrected by what all units bring.

    `first` finds the sample's own first prices. Maths: the sample's right-hand sides are moved so that at the prices so
    far it lacks what the city lacks; its optimum is then the next guess. The differences of two pricings are alike
    long before their sums are.
    """
    wide, rhs = is_wide(state.instance), state.instance.rows.rhs
    inner = _alike(state, replace(sample, rows=replace(sample.rows, rhs=np.where(wide, rhs, -1.0))))
    guess = first(inner)
    prices = before = np.where(wide, guess.prices, 0.0)
    held = price(sample, prices)
    ties = near_chains(inner, held)
    for gap, box in zip(GAPS, BOXES, strict=True):
        whole = add_priced(state, prices).activity.sum(axis=0)
        own = price(sample, prices).activity.sum(axis=0)
        asked = np.where(wide, rhs + own - whole, -1.0)
        inner = _alike(state, replace(sample, rows=replace(sample.rows, rhs=asked)))
        add_priced(inner, prices)
        ties = close(inner, held, ties, gap, Guess(prices, guess.off).step(ties, box), MOST_ROUNDS)
        before, prices = prices, inner.prices if inner.polished is None else inner.polished.prices
    return Guess(prices, np.abs(prices - before))


def _alike(state: State, sample: Instance) -> State:
    return State(sample, state.slack_prices, state.must_hold, state.unit, state.deadline)


def _shares(instance: Instance) -> Floats:
    """Return each unit's largest share in what all could remove at most of any pollutant, or lose."""
    size = np.concatenate([block.removed.max(axis=0) for block in instance.blocks], axis=-1)
    cost = [np.where(block.cost < FORBIDDEN, block.cost, 0.0).max(axis=0).sum(axis=0) for block in instance.blocks]
    size = np.concatenate([size, np.concatenate(cost)[None]])
    shares: Floats = (size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300)).max(axis=0)
    return shares
