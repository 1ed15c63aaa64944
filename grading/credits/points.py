"""Credit points on a day: a start value less what still counts. A kind the system does not state leaves them open."""

from datetime import date
from functools import cache
from importlib.resources import files

import dataframely as dy
import polars as pl
from pydantic import Field

from grading.checked import checked
from grading.faults import InputError
from grading.law import strictyaml
from grading.law.pack import Evidence, Id, InForce, Source, Strict, Title


class Deduction(Strict):
    """Points that one kind of decision takes, and for how long."""

    kind: Id
    """Kind of decision."""
    title: Title
    """Its name."""
    points: float = Field(gt=0)
    """Points it takes."""
    valid_months: int = Field(gt=0)
    """Calendar months for which it counts; the day so many months later is the last one."""


class Colour(Strict):
    """A stretch of points that is known to have a colour, both ends included."""

    colour: Id
    """Id of the colour."""
    lowest: float = Field(alias="from")
    """Least points of the stretch."""
    highest: float = Field(alias="to")
    """Most points of the stretch."""


class PointSystem(InForce):
    """`grading/credits/rules/<id>.yaml`."""

    id: Id
    """Id of the system; the name of its file."""
    title: Title
    """Full title."""
    document: str
    """Document."""
    clause: str
    """Where the points stand."""
    evidence: Evidence
    """Evidence of every number."""
    sources: dict[Id, Source]
    """Every source that the evidence may name."""
    note: str = ""
    """Remark for the reader."""
    deductions: tuple[Deduction, ...]
    """What takes points."""
    colours: tuple[Colour, ...] = ()
    """Which points are known to have which colour."""


class CreditPoints(dy.Schema):
    """One row per enterprise: its points on the day, and their colour where it is known.

    `points` is null where a decision of a kind that the system does not state may still count; `open_kinds` names them.
    """

    enterprise_id = dy.String(primary_key=True)
    points = dy.Float64(nullable=True)
    colour = dy.String(nullable=True)
    open_kinds = dy.String(nullable=True)
    clause = dy.String()


@cache
def point_system(name: str) -> PointSystem:
    """Return a packaged point system; raise an InputError with all faults of its file."""
    document = strictyaml.parse(f"{name}.yaml", files("grading.credits").joinpath("rules", f"{name}.yaml").read_bytes())
    system = strictyaml.validate(document, PointSystem)
    strictyaml.raise_all([document])
    if system is None:
        raise InputError(document.faults)
    return system


def points_on(day: date, start: pl.DataFrame, decisions: pl.DataFrame, system: PointSystem) -> pl.DataFrame:
    """Return the points of each enterprise on a day, as `CreditPoints`.

    `start`: one row per enterprise: enterprise_id, points. `decisions`: enterprise_id, kind, decided_on; a decision
    counts from its own day on.
    """
    rules = pl.DataFrame(
        [(rule.kind, rule.points, rule.valid_months) for rule in system.deductions],
        schema={"kind": pl.String, "taken": pl.Float64, "months": pl.Int64},
        orient="row",
    )
    last_day = pl.col("decided_on").dt.offset_by(pl.format("{}mo", "months"))
    named = decisions.join(rules, on="kind", how="left").filter(pl.col("decided_on") <= day)
    counting = named.filter(pl.col("months").is_null() | (last_day >= day))
    taken = counting.group_by("enterprise_id").agg(
        pl.col("taken").sum(), pl.col("kind").filter(pl.col("taken").is_null()).unique().sort().alias("open")
    )
    left = start.join(taken, on="enterprise_id", how="left").with_columns(
        pl.col("open").list.join(";").replace("", None)
    )
    points = pl.when(pl.col("open").is_null()).then(pl.col("points") - pl.col("taken").fill_null(0))
    told = left.with_columns(points.alias("points"), clause=pl.lit(system.clause)).rename({"open": "open_kinds"})
    return checked(
        CreditPoints,
        told.with_columns(_colour(system).alias("colour")).select(CreditPoints.column_names()).sort("enterprise_id"),
    )


def _colour(system: PointSystem) -> pl.Expr:
    known = [
        pl.when(pl.col("points").is_between(one.lowest, one.highest)).then(pl.lit(one.colour)) for one in system.colours
    ]
    return pl.coalesce(*known, pl.lit(None, dtype=pl.String))
