"""First prices: dear where a target is missed, cheap where it is exceeded, before any program.

A step costs one pricing, of a sample where the city is large. Nothing is proven here: it only costs or saves time.
"""

from dataclasses import replace

import numpy as np

from optimizer.choices import Floats
from optimizer.decompose.arrays import Instance
from optimizer.decompose.boxed import Guess
from optimizer.decompose.pricing import price
from optimizer.decompose.rounds import State
from optimizer.decompose.sample import is_worth_sampling, prices_by_sample, sampled

STEPS = 30
STIFFNESS = 2.5
"""By how many per cent a price moves when its target is missed by one: what is brought follows prices slowly."""


def first_prices(state: State) -> Guess:
    """Return prices at which a city about holds its targets, and, if it is large, the other rows of many units."""
    if is_worth_sampling(state.instance):
        return prices_by_sample(state, sampled(state.instance), first_prices)
    return Guess(target_prices(state))


def target_prices(state: State) -> Floats:
    """Return prices at which a city about holds its targets; other rows are priced zero."""
    instance, rows = _without_options(state.instance), state.instance.rows
    targets = len(rows.targets)
    rhs = rows.rhs[:targets]
    cheapest, hardest = (price(instance, prices) for prices in (np.zeros(rows.count), state.slack_prices))
    spent = float((hardest.cost - cheapest.cost).sum())
    reachable = hardest.activity[:, :targets].sum(axis=0) > 0
    prices = np.zeros(rows.count)
    prices[:targets] = np.where((rhs > 0) & reachable, max(spent, 0.0) / np.maximum(targets * rhs, 1e-12), 0.0)
    for step in range(STEPS):
        brought = price(instance, prices).activity[:, :targets].sum(axis=0)
        prices[:targets] = stepped(prices[:targets], rhs, brought, step)
    return np.minimum(prices, state.slack_prices)


def _without_options(instance: Instance) -> Instance:
    """Return an instance whose optional rows and line counts bring nothing: they cost nothing yet either."""
    blocks = tuple(replace(block, factors=(), counted=block.counted.of(slice(0))) for block in instance.blocks)
    return replace(instance, blocks=blocks)


def stepped(prices: Floats, rhs: Floats, brought: Floats, step: int) -> Floats:
    """Return prices moved towards what is asked, by less with every step: rows of one level pull at each other."""
    ratio = np.clip(rhs / np.maximum(brought, 1e-12), 0.5, 2.0)
    moved: Floats = prices * ratio ** (STIFFNESS / (1 + step / 8))
    return moved
