"""A city of several thousand enterprises on the table: the demo stood side by side, each copy of another size."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from grading.assess import grade
from grading.case import read_case
from grading.case.model import Case
from grading.case.settings import CaseSettings
from grading.law import name_case, resolve_law
from grading.platforms.join import hear
from grading.scale import POLLUTANTS
from lantian.run import Options
from lantian.whatif.answering import Room
from lantian.whatif.supposed import Standing, Supposed
from lantian.whatif.tables import in_order

TABLES = ("enterprises", "units", "evidence", "penalties", "registers", "overrides")
KEYS = ("enterprise_id", "unit_id", "subject_id", "name")
SIZES = (0.8, 1.25)
"""An enterprise of a copy is between so many times as large as the demo's: no two copies tie."""
LONG_S = 3600.0
"""Time limit of each solver call: what a plan is must not hang on how busy the machine is."""
EXTENSIVE = {
    "enterprises": ("annual_output_value_wan", "value_added_wan"),
    "units": (
        *(f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS),
        "output_last_year_t_per_day",
        "capacity_eia_t_per_day",
        "capacity_permit_t_per_day",
        "restart_cost_wan",
    ),
}


def made_room(demo: Path, times: int) -> Room:
    """Return the demo city `times` times over, graded and not yet planned; monitors stay with no copy."""
    options = Options(out=Path("unused"), answers="none")
    case = many(read_case(demo), times)
    law = resolve_law(case.settings.law, demo)
    hearing = hear(name_case(case, law), law)
    graded = grade(hearing.named, law, options.require)
    return Room(demo, options, Standing(Supposed(case), law, hearing, hearing.named, graded))


def many(case: Case, times: int) -> Case:
    """Return a case side by side with itself; society and the other lists grow alike."""
    frames = {name: in_order(name, pl.concat([_copy(case, name, copy) for copy in range(times)])) for name in TABLES}
    settings = _grown(case.settings, times)
    return replace(case, **frames, settings=settings, platforms=None, previous=None)  # type: ignore[arg-type]


def _copy(case: Case, table: str, copy: int) -> pl.DataFrame:
    frame: pl.DataFrame = getattr(case, table)
    if copy == 0:
        return frame
    firms = case.enterprises["enterprise_id"]
    drawn = np.random.default_rng([7, copy]).uniform(*SIZES, len(firms))
    factor = pl.col("enterprise_id").replace_strict(dict(zip(firms, drawn, strict=True))) if (
        table in EXTENSIVE) else pl.lit(1.0)  # fmt: skip
    grown = [(pl.col(name) * factor).alias(name) for name in EXTENSIVE.get(table, ())]
    keys = [pl.format(f"{{}}~{copy}", key).alias(key) for key in KEYS if key in frame.columns]
    return frame.with_columns(*grown).with_columns(keys)


def _grown(settings: CaseSettings, times: int) -> CaseSettings:
    stated = settings.model_dump()
    for tree in (stated["society"]["sectors"], *stated["reductions"].values()):
        for amounts in tree.values():
            amounts |= {name: amount * times for name, amount in amounts.items() if amount is not None}
    stated["policy"]["time_limit_s"] = LONG_S
    return CaseSettings.model_validate(stated)
