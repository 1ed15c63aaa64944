"""What the orders of a plan would bring if the inventory were off and orders not carried out in full: seeded draws.

    brought[l,p] = sum over lines of removed[u,l,p] * (1 + shared[i(u),p] * S[i(u),p] + own[u,p] * O[u,p])+ * D[u]

with S and O standard normal, one S per industry and pollutant, and D even between the stated ends. A draw concerns the
whole season: the same error at every level. Maths: docs/model.md, A.7.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from grading.case.uncertainty import Uncertainty
from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Floats
from optimizer.city.errors import LineErrors, line_errors
from optimizer.requirements import Requirement
from optimizer.result import City

BLOCK = 2048
"""Lines drawn at a time: memory, and nothing else, depends on it being small."""
OTHER = 7
"""Sets the draws of the other lists apart from those of the lines."""
FRESH = 1_000_003
"""Added to the seed for draws that no search has seen."""


KEPT = 40_000_000
"""Drawn factors that are kept in memory (320 MB); more are drawn anew each time, to the same values."""


@dataclass(frozen=True)
class Factors:
    """What really comes of one stated kilogram: blocks of pollutants x lines x samples, and the other lists' errors.

    The same city, errors and seed give the same factors, whatever a plan removes.
    """

    errors: LineErrors
    stated: Uncertainty
    seed: int
    blocks: tuple[Floats, ...] | None

    def each(self) -> Iterator[Floats]:
        """Yield the blocks in order of lines."""
        yield from self._drawn() if self.blocks is None else self.blocks

    def _drawn(self) -> Iterator[Floats]:
        rng = np.random.Generator(np.random.PCG64(self.seed))
        common = rng.standard_normal((self.errors.groups, len(POLLUTANTS), self.stated.samples))
        for start in range(0, len(self.errors.group), BLOCK):
            yield _block(self.errors, slice(start, start + BLOCK), common, self.stated, rng)

    def of_other_lists(self) -> Floats:
        """Return the relative error of what the other lists bring: pollutants x samples."""
        rng = np.random.Generator(np.random.PCG64([self.seed, OTHER]))
        deviation = {str(p): value for p, value in self.stated.other_lists.items()}
        sizes = np.array([deviation.get(p, 0.0) for p in POLLUTANTS])
        return np.asarray(sizes[:, None] * rng.standard_normal((len(POLLUTANTS), self.stated.samples)))


def draw_factors(city: City, stated: Uncertainty, *, is_fresh: bool = False) -> Factors:
    """Return the drawn factors of a city; `is_fresh` are others, that no search has seen."""
    seed = stated.seed + (FRESH if is_fresh else 0)
    drawn = Factors(line_errors(city, stated), stated, seed, None)
    if city.units.height * len(POLLUTANTS) * stated.samples > KEPT:
        return drawn
    return replace(drawn, blocks=tuple(drawn.each()))


def removed_by(city: City, orders: pl.DataFrame) -> Floats:
    """Return what whole orders remove: levels x lines in order of id x pollutants, kg/d."""
    unit_ids = city.units.sort("unit_id").select("unit_id")
    columns = [f"{p}_removed_kg_per_day" for p in POLLUTANTS]
    own = orders.select("unit_id", pl.col("level").cast(pl.String), *columns)
    of_levels = [
        unit_ids.join(own.filter(pl.col("level") == level), on="unit_id", how="left", maintain_order="left")
        .select(pl.col(columns).fill_null(0.0))
        .to_numpy()
        for level in LEVELS
    ]
    return np.stack(of_levels)


def margins(city: City, rows: tuple[Requirement, ...], removed: Floats, factors: Factors) -> Floats:
    """Return by how much each row exceeds its requirement in each draw, as a share of it. Shape: rows x samples.

    `removed`: levels x lines in order of id x pollutants, kg/d.
    """
    other, lists = factors.of_other_lists(), _other_lists(city)
    rhs = np.array([row.rhs for row in rows])[:, None]
    of_lists = [np.asarray(row.per_kg) @ (lists[row.level][:, None] * other) for row in rows]
    return np.asarray(gained(rows, removed, factors) + np.stack(of_lists) - rhs)


def gained(rows: tuple[Requirement, ...], removed: Floats, factors: Factors) -> Floats:
    """Return what removed kilograms, or a difference of them, bring to each row in each draw. Shape: rows x samples.

    Lines that remove nothing are passed over: most differences concern few.
    """
    brought = np.zeros((len(LEVELS), len(POLLUTANTS), factors.stated.samples))
    for place, block in enumerate(factors.each()):
        own = removed[:, place * BLOCK : place * BLOCK + block.shape[1]]
        for level, pollutant in np.ndindex(*brought.shape[:2]):
            kilograms, drawn = own[level, :, pollutant], block[pollutant]
            at = np.flatnonzero(kilograms)
            if len(at) < len(kilograms) / 2:
                kilograms, drawn = kilograms[at], drawn[at]
            brought[level, pollutant] += kilograms @ drawn
    return np.stack([np.asarray(row.per_kg) @ brought[row.level] for row in rows])


def _other_lists(city: City) -> Floats:
    amounts = np.zeros((len(LEVELS), len(POLLUTANTS)))
    for row in city.targets.iter_rows(named=True):
        level, pollutant = LEVELS.index(str(row["level"])), POLLUTANTS.index(str(row["pollutant"]))
        amounts[level, pollutant] = row["other_lists_kg_per_day"]
    return amounts


def _block(errors: LineErrors, lines: slice, common: Floats, stated: Uncertainty, rng: np.random.Generator) -> Floats:
    """Return pollutants x lines x samples: what a line really has of its emission (never below 0) and brings of it."""
    shared = errors.shared[lines].T[:, :, None] * common.transpose(1, 0, 2)[:, errors.group[lines]]
    factor = errors.own[lines].T[:, :, None] * rng.standard_normal(shared.shape)
    factor += shared
    factor += 1.0
    np.maximum(factor, 0.0, out=factor)
    if stated.execution is not None:
        factor *= rng.uniform(stated.execution.least, stated.execution.most, factor.shape[1:])
    return np.asarray(factor)
