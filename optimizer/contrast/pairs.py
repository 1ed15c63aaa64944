"""Orders of two plans laid side by side; wide rows are made only of those that differ or are asked for."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from grading.scale import LEVEL_DTYPE, POLLUTANTS
from optimizer.result import City, Plan

IDENTITY = ("enterprise_id", "name", "unit_name", "county", "industry", "process")
REMOVED = tuple(f"{pollutant}_removed_kg_per_day" for pollutant in POLLUTANTS)
SIDES = ("grade", "treatment", "measure_id", "measure_name", "kind", "k", "cut_share", *REMOVED,
         "loss_cny_per_day", "loss_cny_per_season")  # fmt: skip
TOLD = ("grade", "treatment", "measure_id", "cut_share")
KEY = ("unit_id", "level")
ROUNDING = 1e-6
Side = tuple[City, Plan]


@dataclass(frozen=True)
class Pair:
    """Two plans' orders (`KEY`, `IDENTITY`, `SIDES`): `old` and `new` row by row of the same line and level.

    `gone` and `come`: the rows of lines that only the one or the other plan has.
    """

    old: pl.DataFrame
    new: pl.DataFrame
    gone: pl.DataFrame
    come: pl.DataFrame

    def beside(self, asked: Collection[str]) -> pl.DataFrame:
        """Return the rows that differ, or are of the units asked for, in order: `*_before` and `*_after`."""
        told = [*TOLD, *REMOVED, "loss_cny_per_day"]
        sides = [frame.select(pl.col(told).name.suffix(f"_{side}"))
                 for frame, side in ((self.old, "before"), (self.new, "after"))]  # fmt: skip
        is_other = pl.concat(sides, how="horizontal").select(differs()).to_series()
        is_shown = is_other | self.new["unit_id"].is_in(list(asked)) if asked else is_other
        old, new = (frame.filter(is_shown) for frame in (self.old, self.new))
        parts = [pl.concat([old, _as_after(new.drop(KEY))], how="horizontal")]
        parts += [frame for frame in (self.gone, _as_after(self.come)) if frame.height]
        joined = pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0]
        return joined.select(
            *KEY,
            *(pl.coalesce(f"{name}_after", name).alias(name) for name in IDENTITY),
            *(pl.col(found).alias(f"{name}_{side}") for name in SIDES
              for found, side in ((name, "before"), (f"{name}_after", "after"))),
        ).sort(KEY)  # fmt: skip

    @property
    def season_losses(self) -> tuple[float, float]:
        """Return the losses of both plans (CNY/season); lines that both have are added up in the same order."""
        kept, single = (self.old, self.new), (self.gone, self.come)
        before, after = (
            float(both["loss_cny_per_season"].sum()) + float(own["loss_cny_per_season"].sum())
            for both, own in zip(kept, single, strict=True)
        )
        return before, after

    def losses(self) -> pl.DataFrame:
        """Return every row's enterprise, county, industry and grade as they are now, and its losses (CNY/season).

        Shape: one row per unit and level of either plan: enterprise_id, county, industry, grade, before, after.
        """
        names, loss = ["enterprise_id", "county", "industry", "grade"], pl.col("loss_cny_per_season")
        same = self.new.select(*names, self.old["loss_cny_per_season"].alias("before"), loss.alias("after"))
        gone = self.gone.select(*names, loss.alias("before"), pl.lit(0.0).alias("after"))
        come = self.come.select(*names, pl.lit(0.0).alias("before"), loss.alias("after"))
        return pl.concat([same, *(part for part in (gone, come) if part.height)])


def paired(before: Side, after: Side) -> Pair:
    """Return two plans' orders as pairs: by line and level both are sorted, and a line has the same levels in both."""
    old, new = (_side(*side) for side in (before, after))
    if old["unit_id"].equals(new["unit_id"]) and old["level"].equals(new["level"]):
        return Pair(old, new, old.clear(), new.clear())  # the same lines in the same order: nothing to look up
    was_there, stays = new["unit_id"].is_in(old["unit_id"].implode()), old["unit_id"].is_in(new["unit_id"].implode())
    kept = [frame.filter(mask) for frame, mask in ((old, stays), (new, was_there))]
    if not kept[0].select(KEY).equals(kept[1].select(KEY)):
        raise ValueError("a line is ordered at other levels than before")
    return Pair(kept[0], kept[1], old.filter(~stays), new.filter(~was_there))


def differs() -> pl.Expr:
    """Say whether an order, a grade, a treatment, a cut or a loss differs."""
    told = [pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in TOLD]
    moved = [
        (pl.col(f"{name}_before") - pl.col(f"{name}_after")).abs() > ROUNDING for name in (*REMOVED, "loss_cny_per_day")
    ]
    return pl.any_horizontal(*told, *(each.fill_null(value=False) for each in moved))


def season_loss_of(city: City) -> pl.Expr:
    """Return the loss of an order over a season (CNY)."""
    days = pl.lit(0.0)
    for level, of_level in city.days_per_season.items():
        days = pl.when(pl.col("level").cast(LEVEL_DTYPE) == level).then(of_level).otherwise(days)
    return pl.col("loss_cny_per_day") * days


def _side(city: City, plan: Plan) -> pl.DataFrame:
    seasoned = plan.orders.with_columns(pl.col("level").cast(LEVEL_DTYPE), loss_cny_per_season=season_loss_of(city))
    return seasoned.select(*KEY, *IDENTITY, *SIDES)


def _as_after(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename({name: f"{name}_after" for name in (*IDENTITY, *SIDES)})
