"""A table of measures that might be paid for: retrofits, grades, more from other lists; each becomes a scenario.

One row is one change; the rows of one `candidate` belong together. A row is about a line (new emissions in kg/d, or the
grade of its enterprise), about an enterprise (the grade it rises to), or about another list (so many kg/d more at a
level, at all levels where none is named).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from grading.case.cells import BLANK, half_width
from grading.faults import Fault, InputError
from grading.monitoring.judged import Wrong
from grading.monitoring.sheet import Sheet, open_sheet
from grading.monitoring.vocabulary import LEVEL_WORDS, MEASURE_WORDS, measure_names
from grading.scale import LEVELS, POLLUTANTS
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.scenario import GradeChange, Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Standing
from lantian.whatif.toml import to_toml

EMISSIONS = tuple(f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS)
REQUIRED = ("candidate", "cost_cny_per_season")
NUMBERS = ("cost_cny_per_season", *EMISSIONS)
CASE_IDS = "units.unit_id, enterprises.enterprise_id"
LISTS = ("mobile", "non_road", "dust")
GRADES = tuple(GradeChange.model_fields["grade"].annotation.__args__)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Candidate:
    """One measure: its changes as parts of a scenario, and what it costs a season (CNY).

    `more`: list -> level -> pollutant -> kg a day that another list brings beyond the case.
    """

    key: str
    name: str
    cost_cny_per_season: float
    retrofits: tuple[dict[str, Any], ...]
    grades: tuple[dict[str, Any], ...]
    more: tuple[tuple[str, str, str, float], ...]


def read_candidates(path: Path, standing: Standing) -> tuple[Candidate, ...]:
    """Return the measures of a table in the order of their first rows; raises InputError with every fault."""
    sheet = open_sheet(path.read_bytes(), path.name, measure_names())
    absent = [name for name in REQUIRED if (name, "") not in sheet.columns]
    if absent:
        at = At(path.name, sheet.header_row)
        raise InputError(
            [scenario_fault("candidate_column", at, name, ", ".join(MEASURE_WORDS[name])) for name in absent]
        )
    rows = _typed(sheet)
    faults = [fault for wrong in _wrong(standing) for fault in _faults(rows, wrong, path.name)]
    if faults:
        raise InputError(faults)
    owned = rows.join(
        standing.named.units.select("enterprise_id", subject_id="unit_id"), on="subject_id", how="left",
        maintain_order="left",
    )  # fmt: skip
    return tuple(
        _candidate(str(key), told.to_dicts()) for (key,), told in owned.group_by("candidate", maintain_order=True)
    )


def _typed(sheet: Sheet) -> pl.DataFrame:
    """Return the rows with numbers beside what was written (`<column>_text`); blank cells are null."""
    cells = {name: sheet.cell(name).str.strip_chars(BLANK) for name in MEASURE_WORDS}
    text = sheet.rows.select("row", **{name: pl.when(cell != "").then(cell) for name, cell in cells.items()})
    level = half_width(pl.col("level")).str.to_lowercase()
    return text.filter(pl.any_horizontal(pl.col(*MEASURE_WORDS).is_not_null())).with_columns(
        *(pl.col(name).alias(f"{name}_text") for name in (*NUMBERS, "level")),
        *(
            (half_width(pl.col(name)).cast(pl.Float64, strict=False) * sheet.factor(name)).alias(name)
            for name in NUMBERS
        ),
        level=level.replace_strict(LEVEL_WORDS, default=None, return_dtype=pl.String),
    )


def _wrong(standing: Standing) -> list[Wrong]:
    """Return every way in which a row can be wrong."""
    subject, listed, grade = pl.col("subject_id"), pl.col("list"), pl.col("grade")
    units, firms = (
        ids.implode() for ids in (standing.named.units["unit_id"], standing.named.enterprises["enterprise_id"])
    )
    lists = sorted({*LISTS, *standing.named.settings.reductions})
    emits = pl.any_horizontal(pl.col(f"{name}_text").is_not_null() for name in EMISSIONS)
    is_unit = subject.is_in(units)
    says = (
        pl.when(listed.is_not_null())
        .then(emits & grade.is_null())
        .when(is_unit)
        .then((emits | grade.is_not_null()) & pl.col("level_text").is_null())
        .otherwise(~emits & grade.is_not_null() & pl.col("level_text").is_null())
    )
    is_told = (subject.is_null() & listed.is_in(lists)) | (listed.is_null() & (is_unit | subject.is_in(firms)))
    no_level = pl.col("level_text").is_not_null() & pl.col("level").is_null()
    return [
        Wrong("candidate_blank", "candidate", pl.col("candidate").is_null(), ""),
        Wrong("candidate_blank", "cost_cny_per_season", pl.col("cost_cny_per_season_text").is_null(), ""),
        *(Wrong("candidate_number", name, _is_no_amount(name), f"{name}_text") for name in NUMBERS),
        Wrong("candidate_whom", "subject_id", subject.is_null() == listed.is_null(), ""),
        Wrong("candidate_unknown", "subject_id", ~(is_unit | subject.is_in(firms)), "subject_id", CASE_IDS),
        Wrong("candidate_unknown", "grade", ~grade.is_in(GRADES), "grade", ", ".join(GRADES)),
        Wrong("candidate_unknown", "list", ~listed.is_in(lists), "list", ", ".join(lists)),
        Wrong("candidate_unknown", "level", no_level, "level_text", ", ".join(LEVEL_WORDS)),
        Wrong("candidate_empty", "candidate", is_told & ~says, "candidate"),
    ]  # fmt: skip


def _is_no_amount(name: str) -> pl.Expr:
    is_amount = pl.col(name).is_between(0.0, float("inf"), closed="left").fill_null(value=False)
    return pl.col(f"{name}_text").is_not_null() & ~is_amount


def _faults(rows: pl.DataFrame, wrong: Wrong, file: str) -> Iterator[Fault]:
    value = pl.lit(wrong.value) if wrong.value == "" else pl.col(str(wrong.value))
    broken = rows.filter(wrong.holds).select("row", value=value)
    for row, said in broken.iter_rows():
        yield scenario_fault(wrong.rule, At(file, int(row), wrong.column), str(said or ""), str(wrong.expected))


def _candidate(key: str, rows: Sequence[Mapping[str, Any]]) -> Candidate:
    retrofits, grades, more = [], [], []
    for row in rows:
        stated = {name: row[name] for name in EMISSIONS if row[name] is not None}
        if row["list"] is not None:
            levels = (row["level"],) if row["level"] else LEVELS
            more += [(row["list"], level, name.removesuffix("_kg_per_day"), amount)
                     for level in levels for name, amount in stated.items()]  # fmt: skip
        elif stated:
            retrofits.append({"select": {"unit": row["subject_id"]}, **stated})
        if row["grade"] is not None:
            firm = row["enterprise_id"] or row["subject_id"]
            grades.append({"select": {"enterprise": firm}, "grade": row["grade"]})
    name = next((row["name"] for row in rows if row["name"]), key)
    cost = sum(row["cost_cny_per_season"] for row in rows)
    return Candidate(key, name, cost, tuple(retrofits), tuple(grades), tuple(more))


def scenario_of(chosen: Sequence[Candidate], standing: Standing, parent: str, words: tuple[str, str]) -> Written:
    """Return the scenario in which measures are taken together; `words` are author and reason."""
    reductions = standing.named.settings.model_dump(mode="json")["reductions"]
    for name, level, pollutant, amount in (each for one in chosen for each in one.more):
        at_level = reductions.setdefault(name, {}).setdefault(level, {})
        at_level[pollutant] = at_level.get(pollutant, 0.0) + amount
    is_more = any(one.more for one in chosen)
    key = " + ".join(one.key for one in chosen)
    parts: dict[str, Any] = {
        "parent": parent,
        "author": words[0],
        "reason": words[1],
        "title": ", ".join(one.name for one in chosen),
        "retrofits": [each for one in chosen for each in one.retrofits],
        "grades": [each for one in chosen for each in one.grades],
        **({"reductions": reductions} if is_more else {}),
    }
    scenario = Scenario.model_validate(parts)
    return Written(key, scenario, "--table", to_toml(scenario))
