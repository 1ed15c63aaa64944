"""Selectors: whom a change is about, how many that hits, and what is wrong when it hits nobody."""

import difflib
from collections.abc import Iterator
from typing import Literal

import polars as pl

from grading.faults import Fault, InputError
from grading.scale import POLLUTANTS
from lantian.whatif.expression import NotUnderstoodError, where
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.scenario import Names, Select
from lantian.whatif.supposed import People, Standing

EMISSIONS = tuple(f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS)
SPELLED = {
    "enterprise": ("enterprise_id",), "unit": ("unit_id",), "industry": ("industry", "industry_word"),
    "county": ("county",), "park": ("park",), "grade": ("grade",), "process": ("process", "process_word"),
}  # fmt: skip
"""Condition -> the columns that may hold its values: the rule pack's name, then the bureau's."""
OF_LINES = ("unit", "process")
Kind = Literal["enterprises", "units"]


def people_of(standing: Standing) -> People:
    """Return whom the selectors of a scenario choose from: the parent, as named and graded."""
    raw, named, grades = standing.supposed.case, standing.named, standing.graded.grades
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


def choose(select: Select, people: People, kind: Kind, at: At) -> pl.DataFrame:
    """Return the rows that a selector hits, of enterprises or of lines; raises InputError when it hits none."""
    frame = people.firms if kind == "enterprises" else people.lines
    faults = list(_faults(select, frame, kind, at))
    if faults:
        raise InputError(faults)
    conditions = _conditions(select, frame)
    found = _filtered(frame, pl.all_horizontal(conditions.values()), select, at)
    if found.is_empty():
        alone = ", ".join(f"{name}: {frame.filter(each).height}" for name, each in conditions.items())
        raise InputError([scenario_fault("no_hit", at, said(select), alone)])
    return found


def said(select: Select) -> str:
    """Return a selector as one line of text."""
    parts = [f"{name} = {', '.join(listed(getattr(select, name)))}" for name in SPELLED if getattr(select, name)]
    return "; ".join([*parts, *([select.where] if select.where else [])])


def listed(names: Names) -> tuple[str, ...]:
    """Return one name or several as several."""
    return (names,) if isinstance(names, str) else names


def _faults(select: Select, frame: pl.DataFrame, kind: Kind, at: At) -> Iterator[Fault]:
    if not any(getattr(select, name) for name in (*SPELLED, "where")):
        yield scenario_fault("empty_select", at, "", ", ".join([*SPELLED, "where"]))
    if kind == "enterprises" and any(getattr(select, name) for name in OF_LINES):
        yield scenario_fault("not_of_enterprises", at, said(select))
        return
    for name, columns in SPELLED.items():
        if getattr(select, name):
            known = pl.concat([frame[column] for column in columns]).drop_nulls().unique().to_list()
            for value in sorted(set(listed(getattr(select, name))) - set(known)):
                close = difflib.get_close_matches(value, known, n=3, cutoff=0.4) or sorted(known)[:3]
                yield scenario_fault("unknown_name", At(at.file, at.line, name), value, ", ".join(close))
    try:
        where(select.where or "1 == 1", frame.schema)
    except NotUnderstoodError as wrong:
        yield scenario_fault("where_not_understood", at, str(wrong), ", ".join(frame.columns))


def _conditions(select: Select, frame: pl.DataFrame) -> dict[str, pl.Expr]:
    conditions = {
        name: pl.any_horizontal(pl.col(column).is_in(listed(getattr(select, name))) for column in columns)
        for name, columns in SPELLED.items()
        if getattr(select, name)
    }
    if select.where:
        conditions["where"] = where(select.where, frame.schema)
    return conditions


def _filtered(frame: pl.DataFrame, condition: pl.Expr, select: Select, at: At) -> pl.DataFrame:
    try:
        return frame.filter(condition)
    except pl.exceptions.PolarsError as wrong:  # a text compared with a number, for example
        columns = ", ".join(f"{name} ({kind})" for name, kind in frame.schema.items())
        raise InputError([scenario_fault("where_not_understood", at, select.where, columns)]) from wrong
