"""Three ways to plan without a program: each returns its cuts per unit and level, and the rows it misses."""

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Bools, Choices, Floats, Ints
from optimizer.city.credit import removed_at
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
    share, parts, missed = 0.0, [], []
    for place, level in enumerate(LEVELS):
        steps = _steps(city, level)
        start, end = steps["start"].to_numpy(), steps["cut_share"].to_numpy()
        gained = np.stack([steps[f"{p}_removed_kg_per_day"].to_numpy() for p in POLLUTANTS])
        rows = [row for row in requirements if row.level == place]
        brought = [np.asarray(row.per_kg) @ gained for row in rows]
        asked = [row.rhs - REACHED for row in rows]
        # A stricter level never asks a smaller share.
        share = max(share, _least_share((start, end), brought, asked))
        along = _along(start, end, share)
        missed += [
            row for row, each, rhs in zip(rows, brought, asked, strict=True) if float((each * along).sum()) < rhs
        ]
        cuts = steps.with_columns(along=pl.Series(along)).group_by("unit_id", maintain_order=True)
        loss = (pl.col("loss_cny_per_day") * pl.col("along")).sum()
        parts.append(cuts.agg(pl.lit(level).alias("level"), loss=loss, is_cut=(pl.col("along") > 0).any()))
    return pl.concat(parts), missed


def _steps(city: City, level: str) -> pl.DataFrame:
    """Return what each step of a running line's menu adds at a level: `start`, `cut_share`, gains and loss.

    A line with nothing on its menu, as some exempt lines, is cut pro rata to its whole emission and loss.
    """
    values = [*(f"{p}_removed_kg_per_day" for p in POLLUTANTS), "loss_cny_per_day"]
    whole = city.units.filter(~pl.col("is_idle")).select(
        "unit_id",
        *(pl.col(f"{p}_kg_per_day").fill_null(0.0).alias(f"{p}_removed_kg_per_day") for p in POLLUTANTS),
        loss_cny_per_day="full_loss_cny_per_day",
        k=pl.lit(1, dtype=pl.Int64),
        cut_share=pl.lit(1.0),
    )
    has_menu = city.menu.filter(pl.col("k") > 0).select("unit_id").unique()
    at_level = city.menu.with_columns(*removed_at(level), loss_cny_per_day=f"loss_{level}_cny_per_day")
    menu = at_level.join(whole.select("unit_id"), on="unit_id", how="semi").select(whole.columns)
    return (
        pl.concat([menu, whole.join(has_menu, on="unit_id", how="anti")])
        .sort("unit_id", "cut_share", "k")
        .with_columns(
            *(pl.col(name) - pl.col(name).shift(1, fill_value=0.0).over("unit_id") for name in values),
            start=pl.col("cut_share").shift(1, fill_value=0.0).over("unit_id"),
        )
    )


def _along(start: Floats, end: Floats, share: float) -> Floats:
    """Return how far along each step a production cut of `share` goes, from 0 to 1."""
    width = end - start
    part = np.divide(share - start, width, out=np.where((share >= end) & (share > 0), 1.0, 0.0), where=width > 0)
    clipped: Floats = np.clip(part, 0.0, 1.0)
    return clipped


def _least_share(steps: tuple[Floats, Floats], brought: list[Floats], asked: list[float]) -> float:
    """Return the least common share that meets the rows; 1 when even that does not."""

    def reaches(share: float) -> bool:
        along = _along(*steps, share)
        return all(float((each * along).sum()) >= rhs for each, rhs in zip(brought, asked, strict=True))

    if reaches(0.0):
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def grade_only(city: City, choices: Choices, requirements: tuple[Requirement, ...]) -> Outcome:
    """Return the legal ladder, counted lines included, with whole grades escalated until the targets hold."""
    hardest = np.flatnonzero(np.append(np.diff(choices.slot) > 0, True)).reshape(-1, len(LEVELS))
    grade = choices.table["grade"].cast(pl.String)
    picked = np.full(len(choices.unit_ids), -1, dtype=np.int64)
    chosen, missed, step = np.zeros(len(choices.k), dtype=np.bool_), [], 0
    for level in range(len(LEVELS)):
        ladder = _start(city, choices, np.flatnonzero(choices.level == level), picked)
        rows = [row for row in requirements if row.level == level]
        while True:
            grades = [name for group in ESCALATION[: step + 1] for name in group]
            picked = np.where(grade.is_in(grades).to_numpy()[ladder], hardest[:, level], ladder)
            short = [row for row in rows if float(row.coefficients(choices)[picked].sum()) < row.rhs - REACHED]
            if not short or step == len(ESCALATION) - 1:
                break
            step += 1
        chosen[picked] = True
        missed += short
    return _cuts(choices, chosen), missed


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


def _cuts(choices: Choices, chosen: Bools) -> pl.DataFrame:
    return choices.table.filter(pl.Series(chosen)).select(
        "unit_id", "level", loss="loss_cny_per_day", is_cut=pl.col("k") > 0
    )


def _average_cost(extra_loss: Floats, extra: Floats) -> Floats:
    cost: Floats = np.divide(extra_loss, extra, out=np.full(len(extra), np.inf), where=extra > 0)
    return cost
