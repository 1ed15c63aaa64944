"""First prices: dear where a target is missed, cheap where it is exceeded, before any master program.

The rounds would find the size of the prices too, but each round costs a master program; here a step costs one
pricing, of a sample first and of all units last. Nothing is proven here, so nothing depends on it but time.
"""

from dataclasses import replace

import numpy as np

from optimizer.choices import Floats, Ints
from optimizer.decompose.arrays import FORBIDDEN, Block, Counted, Instance
from optimizer.decompose.pricing import Priced, price

SAMPLE = 4_000
"""Units of the sample: half of them the largest, half drawn evenly from the others, which then count for many."""
STEPS = 30
STIFFNESS = 2.5
"""By how many per cent a price moves when its target is missed by one: what is brought follows prices slowly."""
EMPTY = np.zeros(0, dtype=np.int64)


def sample_prices(instance: Instance, hardest: Priced) -> Floats:
    """Return prices at which a sample of the units about holds the targets; other rows are priced zero.

    `hardest` is the whole city priced beyond any optimum.
    """
    targets = len(instance.rows.targets)
    sample = _sampled(instance)
    rhs = sample.rows.rhs
    dearest = hardest.prices[:targets]
    spent = float(price(sample, dearest).cost[0] - price(sample, np.zeros(targets)).cost[0])
    reachable = hardest.activity[:, :targets].sum(axis=0) > 0
    prices = np.where((rhs > 0) & reachable, max(spent, 0.0) / np.maximum(targets * rhs, 1e-12), 0.0)
    for step in range(STEPS):
        prices = stepped(prices, rhs, price(sample, prices).activity[0], step)
    found = np.zeros(instance.rows.count)
    found[:targets] = np.minimum(prices, dearest)
    return found


def stepped(prices: Floats, rhs: Floats, brought: Floats, step: int) -> Floats:
    """Return prices moved towards what is asked, by less with every step: rows of one level pull at each other."""
    ratio = np.clip(rhs / np.maximum(brought, 1e-12), 0.5, 2.0)
    moved: Floats = prices * ratio ** (STIFFNESS / (1 + step / 8))
    return moved


def _sampled(instance: Instance) -> Instance:
    size = np.concatenate([block.removed.max(axis=0) for block in instance.blocks], axis=-1)
    share = (size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300)).max(axis=0)
    order = np.argsort(-share, kind="stable")
    large, small = order[: SAMPLE // 2], order[SAMPLE // 2 :]
    stride = max(len(small) // (SAMPLE // 2), 1)
    units = np.sort(np.concatenate([large, small[::stride]]))
    weight = np.where(share[units] >= share[large].min(), 1.0, float(stride))
    cost, removed = _taken(instance, units)
    targets = len(instance.rows.targets)
    rows = replace(instance.rows, lines=(), couplings=(), caps=(), rhs=instance.rows.rhs[:targets])
    weighted = np.where(cost < FORBIDDEN, cost * weight, FORBIDDEN)
    block = Block(0, 0, weighted, removed * weight, (), Counted(EMPTY, EMPTY, EMPTY, EMPTY, np.zeros(0)))
    return replace(instance, blocks=(block,), groups=1, rows=rows)


def _taken(instance: Instance, units: Ints) -> tuple[Floats, Floats]:
    inside = np.searchsorted(units, [[block.start, block.stop] for block in instance.blocks]).tolist()
    local = [units[a:b] - block.start for block, (a, b) in zip(instance.blocks, inside, strict=True)]
    cost = [block.cost[..., some] for block, some in zip(instance.blocks, local, strict=True)]
    removed = [block.removed[..., some] for block, some in zip(instance.blocks, local, strict=True)]
    return np.concatenate(cost, axis=-1), np.concatenate(removed, axis=-1)
