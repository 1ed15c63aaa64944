"""From a graded city to a planning problem: the one entrance to everything before the solver."""

from dataclasses import dataclass
from functools import cached_property

import dataframely as dy
import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.case.settings import CaseSettings
from grading.checked import Held, checked
from grading.law.model import Law
from grading.scale import LEVELS
from optimizer.city.asked import asked_measures
from optimizer.city.beside import beside
from optimizer.city.classes import Classes, classes_of
from optimizer.city.floors import bounds_by_law, ceilings_by_treatment
from optimizer.city.lines import count_lines, line_counts, may_stop
from optimizer.city.loss import Worth, worth_of
from optimizer.city.menu import build_menu
from optimizer.city.notes import assumed_of, counted_notes
from optimizer.city.notice import capped_by_notice, late_lines
from optimizer.city.pins import IN_FORCE, apply_pins, name_short_groups, pinned_cuts, read_pins
from optimizer.city.roster import build_roster
from optimizer.city.stated import OfLines, OfPlan, of_lines, of_plan
from optimizer.city.unpinned import Overlaid, Unpinned
from optimizer.result import City
from optimizer.tables import LegalMeasures, LineCounts, Menu, PlanUnits


@dataclass(frozen=True)
class Ground:
    """The lines of a graded city, before anything of the whole city is asked of them.

    `units`, `menu`, `legal`, `line_counts`: as in `City`. `outcome`: `City.overrides` with the number of each pin.
    `assumed`: one row per unit, one column per note code. `worth`: what losses rest on. `classes`: what the law says of
    their classes, and perhaps of more. `unpinned`: what they are before pins.
    """

    units: pl.DataFrame
    menu: pl.DataFrame
    legal: pl.DataFrame
    line_counts: pl.DataFrame
    outcome: pl.DataFrame
    assumed: pl.DataFrame
    worth: Worth
    classes: Classes
    unpinned: Unpinned | Overlaid

    @cached_property
    def notes(self) -> tuple[tuple[str, int], ...]:
        """Return every assumption that was made, and of how many units."""
        return counted_notes(self.assumed)


def build_city(case: Case, graded: Graded, law: Law) -> City:
    """Return the planning problem of a graded city.

    Every unit of the case is in it: with its baseline, its menu of measures, the least and most severe
    measure at each level, and the reason why. Whatever had to be assumed is counted in `notes`.

    Maths: docs/model.md, sections 1 to 5.
    """
    return city_on(ground_of(case, graded, law), case.settings)


def city_on(ground: Ground, settings: CaseSettings, stated: OfPlan | None = None) -> City:
    """Return the planning problem of lines under settings that say to lines what they were built for (`of_lines`).

    `stated`: what these settings say to a plan of these lines, where that is known.
    """
    return City(
        units=ground.units,
        menu=ground.menu,
        legal=ground.legal,
        line_counts=ground.line_counts,
        overrides=ground.outcome.drop("pin"),
        notes=ground.notes,
        **(stated or of_plan(settings, ground.units["industry"])),
    )


def validated(schema: type[dy.Schema], rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in the columns of a schema, every rule of it kept."""
    return checked(schema, rows.select(schema.column_names()))


def ground_of(case: Case, graded: Graded, law: Law) -> Ground:
    """Return the lines of a graded case."""
    classes = classes_of(graded.unit_grades, law)
    roster = build_roster(case, graded, classes.physics)
    return grounded(roster, worth_of(roster), case, classes, read_pins(case.overrides), validated)


def grounded(
    roster: pl.DataFrame, worth: Worth, case: Case, classes: Classes, pins: pl.DataFrame, held: Held
) -> Ground:
    """Return the lines of a roster, each worth what `worth` says, under the pins of these lines."""
    stated = of_lines(case.settings)
    free = before_pins(roster, worth, case, classes, pinned_cuts(pins))
    return under_pins(free, pins, stated, worth, classes, held)


def before_pins(roster: pl.DataFrame, worth: Worth, case: Case, classes: Classes, cuts: pl.DataFrame) -> Unpinned:
    """Return the lines of a roster as no pin has touched them. `cuts`: of `pinned_cuts`, to stand on their menus."""
    stated = of_lines(case.settings)
    valued = roster.join(worth.estimated, on="unit_id", maintain_order="left")
    asked = asked_measures(roster, classes.rungs)
    menu = build_menu(valued, asked, cuts, case.measures, stated.length_days)
    ceilings = capped_by_notice(ceilings_by_treatment(roster, menu), late_lines(roster, menu, stated.notice_h))
    counted = count_lines(asked, menu, ceilings, stated.has_floors)
    return Unpinned(valued, menu, counted, bounds_by_law(counted, menu, ceilings, stated.has_floors))


def under_pins(
    free: Unpinned, pins: pl.DataFrame, stated: OfLines, worth: Worth, classes: Classes, held: Held
) -> Ground:
    """Return lines under the pins of these lines."""
    menu, counted = free.menu, free.counted
    bounds, attempted = apply_pins(free.bounds, pins, free.roster, menu)
    stoppable = may_stop(bounds, menu)
    lines = line_counts(counted, stoppable)
    outcome = name_short_groups(attempted, counted, lines, stoppable)
    return Ground(
        units=held(PlanUnits, _plan_units(free, bounds, outcome)).sort("unit_id"),
        menu=held(Menu, menu).sort("unit_id", "k"),
        legal=held(LegalMeasures, _legal(counted, bounds)).sort("unit_id", "level"),
        line_counts=held(LineCounts, lines),
        outcome=outcome,
        assumed=assumed_of(free.roster, menu, counted, bounds, stated.unstated_lengths),
        worth=worth,
        classes=classes,
        unpinned=free,
    )


def _plan_units(free: Unpinned, bounds: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    by_bureau = free.menu.filter(pl.col("kind") == "bureau")["unit_id"].implode()
    groups = free.counted.group_by("unit_id", maintain_order=True).agg(pl.col("line_group").drop_nulls().first())
    return (
        beside(beside(free.roster, groups, "unit_id"), _wide(bounds), "unit_id")
        .join(_pin_words(overrides), on="unit_id", how="left")
        .with_columns(
            loss_basis=pl.when(pl.col("unit_id").is_in(by_bureau)).then(pl.lit("bureau")).otherwise("loss_basis"),
        )
    )


def _wide(bounds: pl.DataFrame) -> pl.DataFrame:
    """Return one row per unit with `floor_k_<level>` and `ceil_k_<level>`."""
    return bounds.group_by("unit_id", maintain_order=True).agg(
        pl.col(bound).filter(pl.col("level") == level).first().alias(f"{bound}_{level}")
        for bound in ("floor_k", "ceil_k")
        for level in LEVELS
    )


def _pin_words(overrides: pl.DataFrame) -> pl.DataFrame:
    """Return reason and planner of the pins that took effect, one row per unit."""
    effective = overrides.filter(pl.col("state").is_in(IN_FORCE))
    return effective.group_by("unit_id", maintain_order=True).agg(
        override_reason=pl.col("reason").unique(maintain_order=True).str.join("; "),
        override_by=pl.col("by").unique(maintain_order=True).str.join("; "),
    )


def _legal(counted: pl.DataFrame, bounds: pl.DataFrame) -> pl.DataFrame:
    return beside(counted, bounds[["unit_id", "level", "floor_state"]], "unit_id", "level")
