"""What differs between two packs, and which enterprises of a case change grade because of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from grading.assess import grade
from grading.assess.explain import in_words
from grading.assess.model import Graded
from grading.case import read_case
from grading.case.model import Case
from grading.case.settings import LawChoice
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.words import Language
from lantian.rulebook import basis_text, requirement_text, requirement_words, rung_words

CELL = ["industry", "subtype", "process", "indicator", "grade", "level"]
FIRM = ["enterprise_id", "name"]


@dataclass(frozen=True)
class Difference:
    """Cells that differ, and with a case the enterprises whose grade differs.

    `cells`: as `changed_cells` says; the columns old_said and new_said hold the same in words.
    `names`: what an id of a cell is called: (industry, id) -> name; an industry itself under its own id.
    """

    cells: pl.DataFrame
    enterprises: pl.DataFrame | None
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)


def difference(old: str, new: str, on: date | None, case_folder: Path | None, language: Language) -> Difference:
    """Return what differs on one day: the case's own day, else `on`, else today."""
    case = read_case(case_folder) if case_folder is not None else None
    day = on or (case.settings.law.on if case is not None else date.today())
    laws = [resolve_law(LawChoice(pack=pack, on=day), Path.cwd()) for pack in (old, new)]
    cells = changed_cells(laws[0], laws[1], language)
    names = names_of(laws[0], language) | names_of(laws[1], language)
    return Difference(cells, None if case is None else changed_grades(case, laws[0], laws[1], language), names)


def names_of(law: Law, language: Language) -> dict[tuple[str, str], str]:
    """Return what industries, subtypes, processes and indicators are called."""
    name, own = f"name_{language}", f"industry_{language}"
    frames = (
        law.processes.select("industry", "process", name),
        law.requirements.select("industry", "indicator", f"title_{language}"),
        law.conditions.select("industry", "condition", f"title_{language}"),
        law.industries.drop_nulls("subtype").select("industry", "subtype", name),
        law.industries.select("industry", pl.col("industry").alias("id"), own),
    )
    return {(industry, part): called for frame in frames for industry, part, called in frame.iter_rows()}


def changed_cells(old: Law, new: Law, language: Language) -> pl.DataFrame:
    """Return one row per cell that one pack lacks or that says something else, or is known otherwise.

    Shape: the place (industry, subtype, process, indicator, grade, level), then text, words and status, old and new.
    """
    both = cells_of(old, language).join(
        cells_of(new, language), on=CELL, how="full", coalesce=True, nulls_equal=True, suffix="_new",
        maintain_order="left_right",
    )  # fmt: skip
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in ("text", "status"))
    told = {"text": "old", "text_new": "new", "said": "old_said", "said_new": "new_said"}
    told |= {"status": "old_status", "status_new": "new_status"}
    return both.filter(differs).select(*CELL, *told).rename(told).sort(CELL, nulls_last=False, maintain_order=True)


def cells_of(law: Law, language: Language) -> pl.DataFrame:
    """Return every cell of both kinds as text and in words: what a grade demands, and what a level asks."""
    known = pl.when(pl.col("status") == "unknown").then(pl.lit("unknown"))
    status = known.otherwise(pl.format("{} ({})", pl.col("status").cast(pl.String), "confidence")).alias("status")
    condition = pl.format(" ({})", f"condition_{language}")
    rows = law.requirements.select(
        "industry", "subtype", "process", "indicator", pl.col("grade").cast(pl.String),
        pl.lit(None, dtype=pl.String).alias("level"),
        pl.concat_str(requirement_text(), basis_text(), *_links(), separator=" ", ignore_nulls=True).alias("text"),
        pl.concat_str(requirement_words(law, language), condition, ignore_nulls=True).alias("said"), status,
    )  # fmt: skip
    rungs = law.ladder.select(
        "industry", "subtype", "process", pl.lit(None, dtype=pl.String).alias("indicator"),
        pl.col("grade").cast(pl.String), pl.col("level").cast(pl.String), rung_text().alias("text"),
        rung_words(language).alias("said"), status,
    )  # fmt: skip
    nothing = pl.lit(None, dtype=pl.String)
    conditions = law.conditions.select(
        "industry", nothing.alias("subtype"), nothing.alias("process"), pl.col("condition").alias("indicator"),
        nothing.alias("grade"), nothing.alias("level"), condition_text().alias("text"),
        pl.format("{}: {}", f"title_{language}", condition_text()).alias("said"), status,
    )  # fmt: skip
    return pl.concat([rows, rungs, conditions])


def _links() -> list[pl.Expr]:
    return [pl.format("[{} {}]", pl.lit(name), name) for name in ("applies_when", "applies_unless")]


def condition_text() -> pl.Expr:
    """Return a condition as text: what it asks, how it compares, and where it may hold."""
    surely, maybe = (
        pl.coalesce(pl.col("threshold").cast(pl.String), _listed("choices")),
        pl.coalesce(pl.col("may_threshold").cast(pl.String), _listed("may_choices")),
    )
    parts = ("asks", pl.col("operator").cast(pl.String), surely, pl.format("(may {})", maybe))
    return pl.concat_str(*parts, separator=" ", ignore_nulls=True)


def _listed(name: str) -> pl.Expr:
    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join("|"))


def rung_text() -> pl.Expr:
    """Return a measure as text: kind, share or hours, lorries."""
    transport = pl.when(pl.col("transport").cast(pl.String) != "none").then(
        pl.format("+ {}", pl.col("transport").cast(pl.String))
    )
    parts = (pl.col("kind"), pl.format("{}", "share"), pl.format("{} h", "hours"), transport)
    return pl.concat_str(*parts, separator=" ", ignore_nulls=True)


def changed_grades(case: Case, old: Law, new: Law, language: Language) -> pl.DataFrame:
    """Return one row per enterprise whose planned grade or interval differs, with what decides in each pack."""
    before, after = (decided(grade(name_case(case, law), law), law, language) for law in (old, new))
    both = before.join(after, on=FIRM, how="full", coalesce=True, suffix="_new", maintain_order="left_right")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in ("grade", "interval"))
    told = ("grade", "interval", "decides", "value", "demand", "clause")
    renamed = {name: f"old_{name}" for name in told} | {f"{name}_new": f"new_{name}" for name in told}
    return both.filter(differs).rename(renamed).sort("enterprise_id")


def decided(graded: Graded, law: Law, language: Language) -> pl.DataFrame:
    """Return one row per enterprise: grade, interval, and the indicator that decides with its demand and clause."""
    title = "title_zh" if language == "zh" else "title_en"
    deciding = (
        graded.indicators.sort(["grade_worst", "subject_id"], descending=[True, False], maintain_order=True)
        .group_by("enterprise_id", "indicator", maintain_order=True)
        .agg(pl.col(title, "value", "requirement", "clause").first())
        .rename({title: "decides", "requirement": "demand"})
        .with_columns(in_words(law, name, language) for name in ("value", "demand"))
    )
    interval = pl.format("{}–{}", pl.col("computed_best").cast(pl.String), pl.col("computed_worst").cast(pl.String))
    return (
        graded.grades.select(
            *FIRM,
            pl.col("planned_grade").cast(pl.String).alias("grade"),
            interval.alias("interval"),
            pl.col("deciding_indicator").alias("indicator"),
        )
        .join(deciding, on=["enterprise_id", "indicator"], how="left", maintain_order="left")
        .drop("indicator")
    )
