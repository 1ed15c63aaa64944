"""Whom a scenario can be about: enterprises and lines in the law's words and the bureau's, with texts as texts."""

from dataclasses import dataclass

import polars as pl

from grading.case.model import Case
from grading.scale import POLLUTANTS

EMISSIONS = tuple(f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS)


@dataclass(frozen=True)
class People:
    """Whom a selector can choose from.

    `firms`: one row per enterprise. `lines`: one row per unit, with the columns of its enterprise.
    """

    firms: pl.DataFrame
    lines: pl.DataFrame


def people_of(raw: Case, named: Case, grades: pl.DataFrame) -> People:
    """Return whom to choose from in a case as the bureau tells it, in the law's names, and as it is graded."""
    facts = named.enterprises.select(
        "enterprise_id", "name", "county", "park", "industry", "subtype", "status", "employees",
        "annual_output_value_wan", "value_added_wan", "is_small_micro",
    )  # fmt: skip
    words = raw.enterprises.select("enterprise_id", industry_word="industry")
    graded = grades.select("enterprise_id", "treatment", grade="planned_grade")
    firms = _plain(facts.join(words, on="enterprise_id", how="left").join(graded, on="enterprise_id"))
    own = named.units.select(
        "unit_id", "enterprise_id", "process", "product", unit_status="status", unit_name="name",
        **{name: name for name in (*EMISSIONS, "can_stop", "min_load", "output_last_year_t_per_day")},
    )  # fmt: skip
    said = raw.units.select("unit_id", process_word="process")
    lines = _plain(own.join(said, on="unit_id", how="left")).join(firms, on="enterprise_id")
    sums = own.group_by("enterprise_id").agg(pl.col(EMISSIONS).sum(), units=pl.len())
    together = firms.join(sums, on="enterprise_id", how="left")
    return People(together.sort("enterprise_id"), lines.sort("unit_id"))


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind == pl.Enum)
