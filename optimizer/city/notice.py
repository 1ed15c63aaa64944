"""Which lines cannot be ready when a level begins, because they need more notice than the case gives."""

from collections.abc import Mapping

import polars as pl

from grading.case.model import Case
from grading.law.model import Law
from grading.scale import LEVEL_DTYPE, LEVELS
from optimizer.city.asked import TOLERANCE
from optimizer.city.roster import EMISSIONS, known_physics, with_physics
from optimizer.result import City


def notice_given(notice_h: Mapping[str, float]) -> dict[str, float]:
    """Return the hours between order and start that lines can count on per level; one nobody speaks of is left out.

    A unit is never treated more gently at a higher level, so what cannot be ready at red may not be asked at yellow:
    the least stated notice of this level and all higher ones counts.
    """
    stated = {level: [notice_h[later] for later in LEVELS[place:] if later in notice_h]
              for place, level in enumerate(LEVELS)}  # fmt: skip
    return {level: min(hours) for level, hours in stated.items() if hours}


def is_late(level: str, notice_h: Mapping[str, float]) -> pl.Expr:
    """Return whether a line needs more hours (`notice_h`) than a level gives; False where either is unknown."""
    given = notice_given(notice_h).get(level)
    return pl.lit(False) if given is None else (pl.col("notice_h") > given + TOLERANCE).fill_null(False)


def late_lines(units: pl.DataFrame, menu: pl.DataFrame, notice_h: Mapping[str, float]) -> pl.DataFrame:
    """Return unit_id and level of every running line that cannot be ready in time.

    A bureau's own measures are not concerned: what they ask of the line, and when, is the bureau's to know.
    """
    own = menu.filter(pl.col("kind").cast(pl.String) == "bureau")["unit_id"].implode()
    running = units.filter(~pl.col("is_idle") & ~pl.col("unit_id").is_in(own))
    by_level = running.select("unit_id", **{level: is_late(level, notice_h) for level in LEVELS})
    long = by_level.unpivot(index="unit_id", variable_name="level", value_name="is_late")
    return long.filter("is_late").select("unit_id", pl.col("level").cast(LEVEL_DTYPE))


def capped_by_notice(ceilings: pl.DataFrame, late: pl.DataFrame) -> pl.DataFrame:
    """Return the ceilings with 0 where a line is late; `treated_k` keeps what treatment alone allows."""
    marked = late.with_columns(is_late=True)
    return ceilings.join(marked, on=["unit_id", "level"], how="left", maintain_order="left").select(
        "unit_id",
        "level",
        ceil_k=pl.when(pl.col("is_late")).then(0).otherwise("ceil_k").cast(pl.Int64),
        treated_k="ceil_k",
    )


def unexamined_notice(city: City) -> pl.DataFrame:
    """Return what was planned without asking whether it can be ready in time.

    Shape: one row per level and state with at least one line: level, state (`not_stated`: the case gives no notice
    though the line needs some; `not_known`: it does, but what the line needs is not known), lines, and what these
    lines emit. Units: kg/d. Lines with the bureau's own measures are `not_known`.
    """
    given = notice_given(city.notice_h)
    own = city.menu.filter(pl.col("kind").cast(pl.String) == "bureau").select("unit_id").unique()
    lines = city.units.join(own.with_columns(is_bureau=True), on="unit_id", how="left")
    return pl.concat(_unasked(lines.filter(pl.col(f"ceil_k_{level}") > 0), level, level in given) for level in LEVELS)


def unstated_notice(case: Case, law: Law) -> pl.DataFrame:
    """Return the lines of a case, before it is graded, that need notice at levels for which it states none.

    Shape as `unexamined_notice`; emissions are those of the bureau's table.
    """
    firms = case.enterprises.select("enterprise_id", of_firm="industry")
    units = case.units.join(firms, on="enterprise_id", how="left").filter(pl.col("status") == "operating")
    of_industry = units.with_columns(industry=pl.coalesce("industry", "of_firm"))
    lines = with_physics(of_industry, known_physics(of_industry, law.physics))
    given = notice_given({str(level): hours for level, hours in case.settings.episode.notice_h.items()})
    by_pack = lines.with_columns(is_bureau=False)
    return pl.concat(_unasked(by_pack if level not in given else by_pack.clear(), level, False) for level in LEVELS)


def _unasked(lines: pl.DataFrame, level: str, is_given: bool) -> pl.DataFrame:
    is_own = pl.col("is_bureau").fill_null(False)
    unasked = pl.col("notice_h").is_null() | is_own if is_given else (pl.col("notice_h") > 0) & ~is_own
    return (
        lines.filter(unasked)
        .select(
            level=pl.lit(level, dtype=LEVEL_DTYPE),
            state=pl.lit("not_known" if is_given else "not_stated"),
            lines=pl.len().cast(pl.Int64),
            **{emission: pl.col(emission).fill_null(0.0).sum() for emission in EMISSIONS},
        )
        .filter(pl.col("lines") > 0)
        .head(1)
    )
