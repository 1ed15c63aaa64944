"""Three ways to plan without a program: each returns its cuts per unit and level, and the rows it misses."""

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Bools, Choices, Floats, Ints
from optimizer.requirements import Requirement
from optimizer.result import City

REACHED = 1e-9
"""Share of a requirement that rounding may leave open."""
BISECTIONS = 50
ESCALATION: tuple[tuple[str, ...], ...] = ((), ("D",), ("C", "non_leading"), ("B", "B-"))
"""Grades sent to their hardest measure, one group after the other; the first step is the ladder alone."""

Outcome = tuple[pl.DataFrame, list[Requirement]]


def uniform(city: City, _choices: Choices, requirements: tuple[Requirement, ...]) -> Outcome:
    """Return every running line cut by one share a level: unit_id, level, loss, is_cut, and the rows missed."""
    menu = _running_menu(city)
    share, parts, missed = 0.0, [], []
    for place, level in enumerate(LEVELS):
        rows = [row for row in requirements if row.level == place]
        # A stricter level never asks a smaller share.
        share = max(share, _least_share(menu, rows))
        at_share = _interpolated(menu, share, f"loss_{level}_cny_per_day")
        missed += [row for row in rows if _brought(row, at_share) < row.rhs - REACHED]
        parts.append(at_share.select("unit_id", level=pl.lit(level), loss="loss", is_cut=pl.col("cut") > 0))
    return pl.concat(parts), missed


def _running_menu(city: City) -> pl.DataFrame:
    """Return the measures of running lines by production cut; an exempt line without any can be cut pro rata."""
    running = city.units.filter(~pl.col("is_idle")).select(
        "unit_id", "full_loss_cny_per_day", *(f"{p}_kg_per_day" for p in POLLUTANTS)
    )
    menu = running.join(city.menu, on="unit_id").with_columns(steps=pl.len().over("unit_id"))
    losses = [f"loss_{level}_cny_per_day" for level in LEVELS]
    pro_rata = menu.filter(pl.col("steps") == 1).with_columns(
        pl.lit(1.0).alias("cut_share"),
        *(pl.col(f"{p}_kg_per_day").fill_null(0.0).alias(f"{p}_removed_kg_per_day") for p in POLLUTANTS),
        *(pl.col("full_loss_cny_per_day").alias(name) for name in losses),
    )
    return pl.concat([menu, pro_rata]).sort("unit_id", "cut_share", "k")


def _least_share(menu: pl.DataFrame, rows: list[Requirement]) -> float:
    """Return the least common share that meets the rows; 1 when even that does not."""
    if all(_brought(row, _interpolated(menu, 0.0)) >= row.rhs - REACHED for row in rows):
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        at_middle = _interpolated(menu, middle)
        reached = all(_brought(row, at_middle) >= row.rhs - REACHED for row in rows)
        low, high = (low, middle) if reached else (middle, high)
    return high


def _brought(row: Requirement, removed: pl.DataFrame) -> float:
    sums = removed.select(POLLUTANTS).sum().row(0)
    return float(np.dot(row.per_kg, sums))


def _interpolated(menu: pl.DataFrame, share: float, loss: str = "loss_red_cny_per_day") -> pl.DataFrame:
    """Return each line at a production cut of `share`, read between its own measures and no deeper than the last."""
    values = {p: f"{p}_removed_kg_per_day" for p in POLLUTANTS} | {"loss": loss}
    beside = menu.select(
        "unit_id",
        "cut_share",
        *(pl.col(column).alias(name) for name, column in values.items()),
        before=pl.col("cut_share").shift(1).over("unit_id"),
        **{f"{name}_before": pl.col(column).shift(1).over("unit_id") for name, column in values.items()},
    )
    # The last step that starts below the share, gone along as far as the share or the step's end.
    wanted = beside.filter((pl.col("before") < share) | pl.col("before").is_null()).unique(
        "unit_id", keep="last", maintain_order=True
    )
    width = pl.col("cut_share") - pl.col("before")
    part = pl.when(width > 0).then(((share - pl.col("before")) / width).clip(0, 1)).otherwise(1.0).fill_null(1.0)
    along = {
        name: pl.col(f"{name}_before").fill_null(pl.col(name)) * (1 - part) + pl.col(name) * part for name in values
    }
    return wanted.select("unit_id", cut=pl.min_horizontal(pl.col("cut_share"), pl.lit(share)), **along)


def grade_only(_city: City, choices: Choices, requirements: tuple[Requirement, ...]) -> Outcome:
    """Return the legal ladder with whole grades escalated until the targets hold."""
    first, last = _ends(choices)
    grade = choices.table["grade"].cast(pl.String)
    chosen, missed, step = np.zeros(len(choices.k)), [], 0
    for level in range(len(LEVELS)):
        rows = [row for row in requirements if row.level == level]
        at_level = choices.level == level
        while True:
            harder = grade.is_in([name for group in ESCALATION[: step + 1] for name in group]).to_numpy()
            x = np.where(np.where(harder, last, first) & at_level, 1.0, 0.0)
            short = [row for row in rows if float(row.coefficients(choices) @ x) < row.rhs - REACHED]
            if not short or step == len(ESCALATION) - 1:
                break
            step += 1
        chosen += x
        missed += short
    return _cuts(choices, chosen > 0.5), missed


def greedy(city: City, choices: Choices, requirements: tuple[Requirement, ...]) -> Outcome:
    """Return the greedy plan: level by level, cheapest average cost per unit of the row furthest from its target."""
    picked = np.full(len(choices.unit_ids), -1, dtype=np.int64)
    chosen, missed = np.zeros(len(choices.k), dtype=np.bool_), []
    for level in range(len(LEVELS)):
        at_level = np.flatnonzero(choices.level == level)
        picked = _start(city, choices, at_level, picked)
        rows = [row for row in requirements if row.level == level]
        picked, short = _walk(choices, at_level, picked, rows)
        chosen[picked] = True
        missed += short
    return _cuts(choices, chosen), missed


def _start(city: City, choices: Choices, at_level: Ints, before: Ints) -> Ints:
    """Return each unit at its floor or what the level before asks, and the lines the law counts stopped."""
    least = np.where(before >= 0, choices.k[before], 0)
    allowed = at_level[choices.k[at_level] >= least[choices.unit[at_level]]]
    picked = allowed[np.unique(choices.unit[allowed], return_index=True)[1]]
    level = LEVELS[int(choices.level[at_level[0]])]
    for group, asked in _asked(city, level):
        picked = _stop_lines(choices, allowed, picked, (group, asked))
    return picked


def _stop_lines(choices: Choices, allowed: Ints, picked: Ints, asked: tuple[str, int]) -> Ints:
    """Return the picks with the cheapest lines of one group stopped, as many as the law counts."""
    group, stop_at_least = asked
    is_member = (choices.table["line_group"] == group).fill_null(False).to_numpy()
    missing = stop_at_least - int((is_member & choices.is_stop)[picked].sum())
    stops = allowed[is_member[allowed] & choices.is_stop[allowed]]
    standing = stops[~choices.is_stop[picked[choices.unit[stops]]]]
    extra = choices.loss[standing] - choices.loss[picked[choices.unit[standing]]]
    cheapest = standing[np.argsort(extra, kind="stable")][: max(missing, 0)]
    picked = picked.copy()
    picked[choices.unit[cheapest]] = cheapest
    return picked


def _walk(choices: Choices, at_level: Ints, picked: Ints, rows: list[Requirement]) -> tuple[Ints, list[Requirement]]:
    """Return the picks after walking the cost list of the row furthest from its target, until all hold or none can."""
    brings = {row.name: row.coefficients(choices) for row in rows}
    stuck: set[str] = set()
    while True:
        short = {row.name: row.rhs - float(brings[row.name][picked].sum()) for row in rows}
        open_rows = [row for row in rows if short[row.name] > REACHED and row.name not in stuck]
        if not open_rows:
            return picked, [row for row in rows if short[row.name] > REACHED]
        scarcest = max(open_rows, key=lambda row: short[row.name])
        picked = _take_cheapest(choices, at_level, picked, brings[scarcest.name], short[scarcest.name])
        stuck.add(scarcest.name)


def _take_cheapest(choices: Choices, at_level: Ints, picked: Ints, brings: Floats, short: float) -> Ints:
    """Return the picks after taking measures by average cost until the row is met; a harder one replaces."""
    now = picked[choices.unit[at_level]]
    extra, loss = brings[at_level] - brings[now], choices.loss[at_level] - choices.loss[now]
    harder = (choices.k[at_level] > choices.k[now]) & (extra > 0)
    offers = pl.DataFrame(
        {"row": at_level[harder], "unit": choices.unit[at_level[harder]], "extra": extra[harder],
         "cost": _average_cost(loss[harder], extra[harder])}
    )  # fmt: skip
    taken = (
        offers.sort("cost", "row")
        # Dominance: dearer per unit and no more removed than what the unit already took.
        .with_columns(had=pl.col("extra").cum_max().shift(1, fill_value=0.0).over("unit"))
        .filter(pl.col("extra") > pl.col("had"))
        .with_columns(so_far=(pl.col("extra") - pl.col("had")).cum_sum())
        .filter(pl.col("so_far").shift(1, fill_value=0.0) < short)
        .unique("unit", keep="last", maintain_order=True)
    )
    picked = picked.copy()
    picked[taken["unit"].to_numpy()] = taken["row"].to_numpy()
    return picked


def _asked(city: City, level: str) -> list[tuple[str, int]]:
    of_level = city.line_counts.filter(pl.col("level").cast(pl.String) == level, pl.col("stop_at_least") > 0)
    return of_level.select("line_group", "stop_at_least").sort("line_group").rows()


def _ends(choices: Choices) -> tuple[Bools, Bools]:
    steps = np.diff(choices.slot) > 0
    return np.insert(steps, 0, True), np.append(steps, True)


def _cuts(choices: Choices, chosen: Bools) -> pl.DataFrame:
    return choices.table.filter(pl.Series(chosen)).select(
        "unit_id", "level", loss="loss_cny_per_day", is_cut=pl.col("k") > 0
    )


def _average_cost(extra_loss: Floats, extra: Floats) -> Floats:
    return np.divide(extra_loss, extra, out=np.full(len(extra), np.inf), where=extra > 0)
