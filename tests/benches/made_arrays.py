"""A city straight into arrays: heavy-tailed emissions, three levels, five measures, twelve targets; seeded."""

import numpy as np

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Floats
from optimizer.decompose.arrays import FORBIDDEN, Block, Instance, block_bounds, group_count
from optimizer.decompose.factors import Counted
from optimizer.decompose.rows import Rows, spread_of
from optimizer.requirements import Requirement

MEASURES = 5
SHARES = np.array([0.0, 0.15, 0.35, 0.6, 1.0])
DAYS = np.array([12.0, 6.0, 2.0])
ASK = (0.25, 0.45, 0.65)
EMPTY = np.zeros(0, dtype=np.int64)


def made_instance(units: int, seed: int = 7) -> Instance:
    """Return a city whose targets are shares of what its units can bring at most."""
    rng = np.random.default_rng(seed)
    blocks, reach = [], np.zeros((len(LEVELS), len(POLLUTANTS)))
    for bounds in block_bounds(units):
        block, most = _block(rng, bounds.group, bounds.start, bounds.stop - bounds.start)
        blocks.append(block)
        reach += most
    targets = []
    for level, ask in enumerate(ASK):
        for place, name in enumerate(POLLUTANTS):
            required = float(ask * reach[level, place])
            per_kg = tuple(1 / required if other == place else 0.0 for other in range(len(POLLUTANTS)))
            targets.append(Requirement(level, name, per_kg, 1.0, required))
    rows = Rows(tuple(targets), (), (), (), spread_of(tuple(targets)), np.ones(len(targets)), None)
    return Instance(tuple(blocks), group_count(units), MEASURES, rows, 0.0)


def _block(rng: np.random.Generator, group: int, start: int, units: int) -> tuple[Block, Floats]:
    size = rng.pareto(1.15, units) + 0.02
    emission = 30 * size * rng.lognormal(0, 1.2, (len(POLLUTANTS), units))
    pull = SHARES[:, None, None] ** rng.uniform(0.6, 1.3, (len(POLLUTANTS), units))
    removed = np.ascontiguousarray(emission * pull)
    worth = 4000 * size * rng.lognormal(0, 1.0, units)
    bend = rng.uniform(0.8, 1.6, units)
    per_day = worth * SHARES[:, None] ** bend
    restart = np.where(SHARES[:, None] == 1.0, worth * rng.uniform(0, 0.4, units), 0.0)
    spread = np.array([0.5, 0.3, 0.2])
    cost = (per_day[:, None] + restart[:, None] * spread[:, None]) * DAYS[:, None]
    ceiling = np.where(rng.random(units) < 0.15, rng.integers(1, MEASURES, units), MEASURES - 1)
    floor = np.where(rng.random(units) < 0.3, np.minimum(1, ceiling), 0)
    k = np.arange(MEASURES)[:, None]
    allowed = (k <= ceiling) & (k >= floor)
    reach = np.where(k <= ceiling, np.arange(MEASURES)[:, None], -1).max(axis=0)
    most = removed[reach, :, np.arange(units)].sum(axis=0)
    cost = np.where(allowed[:, None], cost, FORBIDDEN)
    counted = Counted(EMPTY, EMPTY, EMPTY, EMPTY, np.zeros(0))
    return Block(group, start, np.ascontiguousarray(cost), removed, (), counted), np.tile(most, (len(LEVELS), 1))
