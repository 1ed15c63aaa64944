"""First prices, from a sample of the units: dear where a target is missed, cheap where it is exceeded.

The rounds would find the size of the prices too, but each round costs a master program; here a step costs one
pricing of a few thousand units. Nothing is proven here, so nothing depends on it but time.
"""

from dataclasses import replace

import numpy as np

from optimizer.choices import Floats
from optimizer.decompose.arrays import Block, Counted, Instance
from optimizer.decompose.pricing import Priced, price

SAMPLE = 2_000
STEPS = 25
STIFFNESS = 2.5
"""By how many per cent a price moves when its target is missed by one: what is brought follows prices slowly."""
EMPTY = np.zeros(0, dtype=np.int64)


def first_prices(instance: Instance, hardest: Priced) -> Floats:
    """Return prices at which a sample of the units about holds the targets; other rows are priced zero.

    `hardest` is the whole city priced beyond any optimum.
    """
    targets = len(instance.rows.targets)
    sample = _sampled(instance)
    own = price(sample, hardest.prices[:targets])
    reach = hardest.activity[:, :targets].sum(axis=0)
    rhs = instance.rows.rhs[:targets] * own.activity[0] / np.where(reach > 0, reach, 1.0)
    spent = float(own.cost[0]) - float(price(sample, np.zeros(targets)).cost[0])
    prices = np.where((rhs > 0) & (reach > 0), max(spent, 0.0) / np.maximum(targets * rhs, 1e-12), 0.0)
    for step in range(STEPS):
        brought = price(sample, prices).activity[0]
        ratio = np.clip(rhs / np.maximum(brought, 1e-12), 0.5, 2.0)
        # A level trades its own rows against each other; ever smaller steps keep them from swinging.
        prices = prices * ratio ** (STIFFNESS / (1 + step / 8))
    found = np.zeros(instance.rows.count)
    found[:targets] = np.minimum(prices, hardest.prices[:targets])
    return found


def _sampled(instance: Instance) -> Instance:
    stride = max(instance.units // SAMPLE, 1)
    cost = np.concatenate([block.cost[..., ::stride] for block in instance.blocks], axis=-1)
    removed = np.concatenate([block.removed[..., ::stride] for block in instance.blocks], axis=-1)
    targets = len(instance.rows.targets)
    rows = replace(instance.rows, lines=(), caps=(), rhs=instance.rows.rhs[:targets])
    block = Block(0, 0, cost, removed, (), Counted(EMPTY, EMPTY, EMPTY, EMPTY))
    return replace(instance, blocks=(block,), groups=1, rows=rows)
