"""The made city with optional rows of a realistic number: 12 counties, 6 industries, 4 products, 2 receptors; seeded.

Grade order by industry and level (A to B, B to C: 36 rows); a county's loss at most 1.2 times its part of the listed
value (12 rows over all choices); 4 pairs that take the same measure at red (40 rows); output of a product kept
per level (12 rows); a wanted drop at a receptor per level (6 rows). Some bind, most do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Floats, Ints
from optimizer.decompose.arrays import FORBIDDEN, Block, Instance
from optimizer.decompose.factors import Counted, Factor
from optimizer.model import Coupling
from tests.benches.made_arrays import ASK, EMPTY, MEASURES, SHARES

COUNTIES, INDUSTRIES, GRADES, PRODUCTS, RECEPTORS, PAIRS = 12, 6, 3, 4, 2, 4
FACTOR, KEPT, DROP = 1.2, 0.5, 1.02
"""A county's factor, the part of a product's output that stays, and a wanted drop against what the targets ask."""


@dataclass(frozen=True)
class Facts:
    """What the optional rows need of each unit, and over all units."""

    county: Ints
    rank: Ints
    product: Ints
    output: Floats
    per_kg: Floats
    value: Floats


def with_options(instance: Instance, seed: int = 11) -> Instance:
    """Return the same city with its optional rows."""
    facts = _facts(instance, np.random.default_rng(seed))
    first = len(instance.rows.targets)
    kinds = dict(enumerate(_weights(facts)))
    drops = _drops(instance, facts)
    sides = [*_sides(), *(Coupling("equal_treatment", str(place), EMPTY, np.zeros(0), 0.0) for place in range(80))]
    starts = np.cumsum([first, *(rhs for _, rhs in SIZES)])
    free = _free(instance)[: 2 * PAIRS].reshape(-1, 2)
    blocks = []
    for block in instance.blocks:
        own = slice(block.start, block.stop)
        amounts = _amounts(block, facts, own, drops)
        factors = [
            Factor(amount, kind, kinds[place], starts[place] + np.arange(SIZES[place][1]))
            for place, (amount, kind) in enumerate(amounts)
        ]
        blocks.append(replace(block, factors=tuple(factors), counted=_pairs(block, free, int(starts[-1]))))
    sides = sides[: int(starts[-1]) - first + 2 * MEASURES * PAIRS]
    rhs = np.concatenate([instance.rows.rhs, [side.rhs for side in sides]])
    return replace(instance, blocks=tuple(blocks), rows=replace(instance.rows, couplings=tuple(sides), rhs=rhs))


SIZES = (
    ("grade_order", len(LEVELS) * INDUSTRIES * (GRADES - 1)),
    ("county_share", COUNTIES),
    ("quota", len(LEVELS) * PRODUCTS),
    *(("receptor", len(LEVELS)) for _ in range(RECEPTORS)),
)
"""Families of rows, and how many there are."""


def _sides() -> Iterator[Coupling]:
    for place, (family, many) in enumerate(SIZES):
        for row in range(many):
            asked = {"quota": KEPT, "receptor": DROP * ASK[row % len(LEVELS)]}.get(family, 0.0)
            yield Coupling(family, f"{place} {row}", EMPTY, np.zeros(0), asked)


def _facts(instance: Instance, rng: np.random.Generator) -> Facts:
    units = instance.units
    drawn = [rng.integers(0, many, units) for many in (COUNTIES, INDUSTRIES * GRADES, 5 * PRODUCTS)]
    county, rank, product = drawn
    output = np.where(product < PRODUCTS, rng.pareto(1.5, units), 0.0)
    product = np.minimum(product, PRODUCTS)
    output /= np.bincount(product, weights=output, minlength=PRODUCTS + 1).clip(1e-9)[product]
    per_kg = rng.uniform(0.2, 1.0, (RECEPTORS, COUNTIES))[:, county]
    costs = [np.where(block.cost < FORBIDDEN, block.cost, 0.0)[:, 0].max(axis=0) for block in instance.blocks]
    return Facts(county, rank, product, output, per_kg, np.concatenate(costs))


def _weights(facts: Facts) -> Iterator[Floats]:
    """Yield what an amount of one counts, (kinds, levels, rows), in the order of the families."""
    many = np.bincount(facts.rank, minlength=INDUSTRIES * GRADES).clip(1)
    order = np.zeros((INDUSTRIES * GRADES, len(LEVELS), len(LEVELS) * INDUSTRIES * (GRADES - 1)))
    kept = np.zeros((PRODUCTS + 1, len(LEVELS), len(LEVELS) * PRODUCTS))
    for level in range(len(LEVELS)):
        for pair in range(INDUSTRIES * (GRADES - 1)):
            industry, better = divmod(pair, GRADES - 1)
            row, kind = level * INDUSTRIES * (GRADES - 1) + pair, industry * GRADES + better
            order[kind, level, row], order[kind + 1, level, row] = -1 / many[kind], 1 / many[kind + 1]
        for product in range(PRODUCTS):
            kept[product, level, level * PRODUCTS + product] = 1.0
    listed = np.bincount(facts.county, weights=facts.value, minlength=COUNTIES) / facts.value.sum()
    bears = FACTOR * listed - np.eye(COUNTIES)
    yield order
    yield np.repeat(bears[:, None], len(LEVELS), axis=1)
    yield kept
    yield from (np.eye(len(LEVELS))[None] for _ in range(RECEPTORS))


def _drops(instance: Instance, facts: Facts) -> Floats:
    """Return the most each receptor's value could drop, all units at their hardest measure."""
    most = np.zeros(RECEPTORS)
    for block in instance.blocks:
        removed = np.where(block.cost[:, 0] < FORBIDDEN, block.removed[:, 1], 0.0).max(axis=0)
        most += facts.per_kg[:, block.start : block.stop] @ removed
    return most


def _amounts(block: Block, facts: Facts, own: slice, drops: Floats) -> Iterator[tuple[Floats, Ints]]:
    shape = block.cost.shape
    largest = facts.value.max()
    yield np.broadcast_to(SHARES[:, None, None], shape), facts.rank[own]
    yield np.where(block.cost < FORBIDDEN, block.cost / largest, 0.0), facts.county[own]
    yield np.broadcast_to((1 - SHARES)[:, None, None] * facts.output[own], shape), facts.product[own]
    for per_kg, most in zip(facts.per_kg, drops.tolist(), strict=True):
        brings = block.removed[:, 1] * (per_kg[own] / most)
        yield np.broadcast_to(brings[:, None], shape), np.zeros(block.units, dtype=np.int64)


def _free(instance: Instance) -> Ints:
    free = [block.start + np.flatnonzero((block.cost < FORBIDDEN).all(axis=(0, 1))) for block in instance.blocks]
    return np.concatenate(free)


def _pairs(block: Block, pairs: Ints, first: int) -> Counted:
    """Return the entries of the pairs' units in this block: the same share of each measure at red, both ways."""
    entries = [
        (first + (pair * MEASURES + k) * 2 + way, k, len(LEVELS) - 1, unit - block.start, sign * (1 - 2 * way))
        for pair, units in enumerate(pairs.tolist())
        for unit, sign in zip(units, (1.0, -1.0), strict=True)
        for k in range(MEASURES)
        for way in range(2)
        if block.start <= unit < block.stop
    ]
    row, k, level, unit = (np.array([entry[place] for entry in entries], dtype=np.int64) for place in range(4))
    return Counted(row, k, level, unit, np.array([entry[4] for entry in entries], dtype=np.float64)).by_unit()
