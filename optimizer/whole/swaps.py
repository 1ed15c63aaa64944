"""Equally cheap swaps: which two orders could change places with others at the same loss, every row still kept.

A plan of least loss is seldom the only one. Where one line could be spared if another took its part, for no more loss
than rounding, the planner may choose by what no table knows.
"""

import numpy as np
import polars as pl

from optimizer.choices import Floats, Ints, total
from optimizer.model import Problem
from optimizer.whole.descent import is_nested, is_too_large, rows_of

NEAREST = 200
"""Moves that are paired with each other: those of the smallest regret."""
MOST_SHOWN = 50
ALIKE = 1e-4
"""Share of the season's loss by which a swap may cost more or less and still count as equally cheap."""
COLUMNS = {
    "eased_unit_id": pl.String, "eased_level": pl.String, "eased_from": pl.String, "eased_to": pl.String,
    "hardened_unit_id": pl.String, "hardened_level": pl.String, "hardened_from": pl.String, "hardened_to": pl.String,
    "extra_loss_cny_per_season": pl.Float64,
}  # fmt: skip


def swaps_of(problem: Problem, x: Floats, regret: Floats) -> pl.DataFrame:
    """Return pairs of orders that may change for no more than `ALIKE` of the loss, the nearest to none first.

    One line goes to a gentler measure and another to a harder one, at any levels; both moves keep nesting, and together
    they keep every row of the problem. Units: CNY/season. Shape: one row per pair, at most `MOST_SHOWN`.
    """
    moves, here = _moves(problem, x, regret)
    if not len(moves) or is_too_large(problem):
        return pl.DataFrame(schema=COLUMNS)
    table, room = rows_of(problem, x)
    shift = table[:, moves] - table[:, here]
    cost = problem.objective[moves] - problem.objective[here]
    eased = np.flatnonzero(problem.choices.k[moves] < problem.choices.k[here])
    hardened = np.flatnonzero(problem.choices.k[moves] > problem.choices.k[here])
    extra = cost[eased][:, None] + cost[hardened][None, :]
    alike = np.abs(extra) <= ALIKE * abs(total(problem.objective, x))
    unit = problem.choices.unit
    alike &= unit[moves[eased]][:, None] != unit[moves[hardened]][None, :]
    for row in range(len(room)):
        alike &= shift[row, eased][:, None] + shift[row, hardened][None, :] >= -room[row]
    left, right = np.nonzero(alike)
    order = np.lexsort((right, left, np.abs(extra[left, right])))[:MOST_SHOWN]
    pairs = [(eased[left[order]], "eased"), (hardened[right[order]], "hardened")]
    words = [_named(problem, here[some], moves[some], side) for some, side in pairs]
    found = pl.concat(words, how="horizontal").with_columns(
        extra_loss_cny_per_season=pl.Series(extra[left[order], right[order]], dtype=pl.Float64)
    )
    return found.select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def _moves(problem: Problem, x: Floats, regret: Floats) -> tuple[Ints, Ints]:
    """Return the nearest choices that one unit could take alone without breaking nesting, and what each takes now.

    A unit that must be treated like others takes nothing alone.
    """
    choices = problem.choices
    chosen = np.flatnonzero(x > 0.5)
    is_open = (x < 0.5) & choices.is_free & (choices.counts == 1)[choices.unit] & np.isfinite(regret)
    order = np.argsort(np.where(is_open, regret, np.inf), kind="stable")[: 2 * NEAREST]
    order = order[is_open[order]]
    kept = [place for place in order.tolist() if is_nested(choices.k, chosen, int(choices.slot[place]), place)]
    moves = np.array(kept[:NEAREST], dtype=np.int64)
    return moves, chosen[choices.slot[moves]]


def _named(problem: Problem, before: Ints, after: Ints, side: str) -> pl.DataFrame:
    table = problem.choices.table
    return table[before].select(
        pl.col("unit_id").alias(f"{side}_unit_id"),
        pl.col("level").cast(pl.String).alias(f"{side}_level"),
        pl.col("measure_id").alias(f"{side}_from"),
        table[after]["measure_id"].alias(f"{side}_to"),
    )
