"""A large city's report context: the demo city planned once, then stood side by side until it is large enough."""

import dataclasses
import math
from pathlib import Path
from typing import TypeVar

import polars as pl

from grading.case.model import Case
from lantian.manifest import manifest_of
from lantian.pipeline import grade_case
from lantian.run import Options
from optimizer import plan_city
from optimizer.answers import answers_of
from optimizer.city import build_city
from optimizer.result import City, Plan
from reports.context import ReportContext, compose

KEYS = ("enterprise_id", "unit_id", "name")
Holder = TypeVar("Holder")


def made_context(demo: Path, enterprises: int) -> ReportContext:
    """Return the context of a city of at least `enterprises`; numbers per line are the demo's, sums are not planned."""
    graded_case = grade_case(demo, Options(out=Path("unused")))
    case, law, graded = graded_case.case, graded_case.law, graded_case.graded
    city = build_city(case, graded, law)
    plan = plan_city(city)
    answers = answers_of(city, plan, effort="none")
    times = math.ceil(enterprises / graded.grades.height)
    parts = [side_by_side(part, times) for part in (case, graded, city, plan)]
    many_case, many_graded, many_city, many_plan = parts
    assert isinstance(many_case, Case)
    assert isinstance(many_city, City)
    assert isinstance(many_plan, Plan)
    manifest = manifest_of(case, law, graded, plan, {})
    return compose(many_case, law, type(graded)(**vars(many_graded)), many_city, many_plan, answers, manifest)


def side_by_side(holder: Holder, times: int) -> Holder:
    """Return the holder with every frame about enterprises or lines repeated, each copy with names of its own."""
    frames = {name: value for name, value in vars(holder).items() if isinstance(value, pl.DataFrame)}
    repeated = {name: _repeated(frame, times) for name, frame in frames.items()}
    return dataclasses.replace(holder, **repeated)  # type: ignore[type-var]


def _repeated(frame: pl.DataFrame, times: int) -> pl.DataFrame:
    keys = [key for key in KEYS if key in frame.columns]
    if not {"enterprise_id", "unit_id"} & set(keys):
        return frame
    return pl.concat([_copy(frame, keys, copy) for copy in range(times)])


def _copy(frame: pl.DataFrame, keys: list[str], copy: int) -> pl.DataFrame:
    """Return one copy; its enterprises stand a little beside those of the others, as they would on a map."""
    places = [(pl.col(place) + 0.011 * copy).alias(place) for place in ("lon", "lat") if place in frame.columns]
    return frame.with_columns(*((pl.col(key) + f"-{copy}").alias(key) for key in keys), *places)
