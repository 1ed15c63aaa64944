"""Of plans that are equally good, the one nearest to an earlier plan: nobody's order changes without a gain.

Units go back to their earlier order as long as every row holds and no stage of the objective gets worse. Lines that
the law counts together go back together. The result is never worse than the plan it starts from, in any stage, so
whatever was proven of that plan holds of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from optimizer.choices import PROTECTED_GROUPS, Bools, Choices, Floats, Ints
from optimizer.integer import ROW_TOLERANCE
from optimizer.lexicographic import DISTURBED, LOSS, Staged

SLACK = 1e-9
"""Relative room of a stage: rounding, not policy."""
PASSES = 3
MOST_MOVES = 2000


@dataclass
class _Walk:
    """A whole plan on its way to an earlier one. `chosen` is the row of each slot; sums follow every move."""

    chosen: Ints
    rows: Floats
    values: Floats
    stops: Floats


@dataclass(frozen=True)
class _Rules:
    """What may not get worse: one line of coefficients per row, per stage and per counted group of lines."""

    rows: Floats
    least: Floats
    stages: Floats
    at_most: Floats
    counts: Floats
    stop_at_least: Floats


def nearest(staged: Staged, orders: pl.DataFrame) -> Staged:
    """Return the plan of `staged` moved towards `orders` (unit_id, level, k, cut_share), as good in every stage."""
    choices = staged.choices
    earlier = _earlier(choices, orders)
    chosen = np.flatnonzero(staged.x > 0.5)
    if (earlier < 0).all() or (earlier == chosen).all():
        return staged
    rules = _rules(staged)
    walk = _Walk(chosen.copy(), *(part[:, chosen].sum(axis=1) for part in (rules.rows, rules.stages, rules.counts)))
    bundles = list(_bundles(choices, walk.chosen, earlier))[:MOST_MOVES]
    everything = np.concatenate(bundles) if bundles else np.empty(0, dtype=np.int64)
    if not _move(walk, rules, everything, earlier):
        for _ in range(PASSES):
            if not any([_move(walk, rules, bundle, earlier) for bundle in bundles]):
                break
    x = np.zeros(len(staged.x))
    x[walk.chosen] = 1.0
    return _as_reached(staged, x)


def _earlier(choices: Choices, orders: pl.DataFrame) -> Ints:
    """Return the row of each slot that orders the same cut as before; -1 where a unit lacks it at any level."""
    asked = orders.select("unit_id", pl.col("level").cast(pl.String), "measure_id", cut=pl.col("cut_share").round(9))
    named = choices.table.with_row_index("row").with_columns(cut=pl.col("cut_share").round(9))
    found = named.join(asked, on=["unit_id", "level", "measure_id", "cut"], how="inner").unique(
        ["unit", "level_index"], keep="first", maintain_order=True
    )
    earlier = np.full(len(choices.sizes), -1, dtype=np.int64)
    earlier[(found["unit"] * 3 + found["level_index"]).to_numpy()] = found["row"].to_numpy()
    whole = (earlier.reshape(-1, 3) >= 0).all(axis=1)
    return np.where(np.repeat(whole, 3), earlier, -1)


def _rules(staged: Staged) -> _Rules:
    choices = staged.choices
    rows = np.array([row.coefficients(choices) for row in staged.requirements]).reshape(-1, len(choices.k))
    reached = {stage.name for stage in staged.stages}
    stages = [choices.extra_cut(grades) for name, grades in PROTECTED_GROUPS if f"protect_{name}" in reached]
    stages += [choices.season_loss] if LOSS in reached else []
    stages += [choices.is_disturbing * choices.weight] if DISTURBED in reached else []
    stages_of = np.array(stages).reshape(-1, len(choices.k))
    counts = np.zeros((len(staged.line_counts), len(choices.k)))
    for place, line in enumerate(staged.line_counts):
        counts[place, line.rows] = 1.0
    values = stages_of @ staged.x
    return _Rules(
        rows,
        np.minimum(np.array([row.rhs for row in staged.requirements]) - ROW_TOLERANCE, rows @ staged.x),
        stages_of,
        values + SLACK * np.maximum(np.abs(values), 1.0),
        counts,
        np.array([line.stop_at_least - 0.5 for line in staged.line_counts]),
    )


def _bundles(choices: Choices, chosen: Ints, earlier: Ints) -> Iterator[Ints]:
    """Give the slots that may go back together: a unit's three levels, or all lines counted together."""
    differs = ((earlier >= 0) & (earlier != chosen)).reshape(-1, 3).any(axis=1)
    units = choices.table.unique("unit", keep="first", maintain_order=True).select("unit", "line_group")
    moved = units.filter(pl.Series(differs))
    together = pl.coalesce("line_group", pl.format("unit {}", "unit"))
    for unit in moved.group_by(together.alias("bundle"), maintain_order=True).agg("unit")["unit"]:
        yield (np.asarray(unit.to_list())[:, None] * 3 + np.arange(3)).ravel()


def _move(walk: _Walk, rules: _Rules, slots: Ints, earlier: Ints) -> bool:
    """Move slots back when nothing gets worse; return whether anything moved."""
    slots = slots[(earlier[slots] >= 0) & (earlier[slots] != walk.chosen[slots])]
    if not len(slots):
        return False
    new, old = earlier[slots], walk.chosen[slots]
    rows, values, stops = (
        sums + part[:, new].sum(axis=1) - part[:, old].sum(axis=1)
        for sums, part in ((walk.rows, rules.rows), (walk.values, rules.stages), (walk.stops, rules.counts))
    )
    is_fine: Bools = np.array(
        [(rows >= rules.least).all(), (values <= rules.at_most).all(), (stops >= rules.stop_at_least).all()]
    )
    if not is_fine.all():
        return False
    walk.chosen[slots] = new
    walk.rows, walk.values, walk.stops = rows, values, stops
    return True


def _as_reached(staged: Staged, x: Floats) -> Staged:
    objectives = {f"protect_{name}": staged.choices.extra_cut(grades) for name, grades in PROTECTED_GROUPS}
    objectives |= {
        LOSS: staged.choices.season_loss,
        DISTURBED: staged.choices.is_disturbing * staged.choices.weight,
    }
    loss = float(staged.choices.season_loss @ x)
    stages = tuple(
        replace(stage, reached=float(objectives[stage.name] @ x) if stage.name in objectives else stage.reached)
        for stage in staged.stages
    )
    return replace(staged, x=x, stages=tuple(replace(s, reached=loss) if "loss" in s.name else s for s in stages))
