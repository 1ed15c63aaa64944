"""Enterprises, units, evidence and a law of thirty indicators straight into frames: seeded, sorted as a case is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from grading.case.model import Case
from grading.case.schemas import TABLES
from grading.law.model import Law
from tests.grading.assess.factory import ON, Row, cells, industry, make_case, make_law

INDICATORS = 30
Ints = npt.NDArray[np.int64]
SCHEMES = {"coking": "ABCD", "cement": "ABCD", "steel": "ABBmCD", "glass": "ABC", "brick": "ABCD", "foundry": "leading"}
BETTER_THAN_LAST = {
    "ABCD": ("A", "B", "C"),
    "ABBmCD": ("A", "B", "B-", "C"),
    "ABC": ("A", "B"),
    "leading": ("leading",),
}
CHOICES = ("electric", "gas", "coke-oven gas", "biomass", "coal")
SHARE_UNITS = ("%", "1", None)
SOURCES = ("monitoring", "permit", "disclosure", "self_report")
DAYS = 730
TABLES_READ = ("enterprises", "units", "evidence")


def kind_of(number: int) -> str:
    """Return what the indicator of this number asks: concentration, share, statement or choice."""
    return "concentration" if number < 14 else "share" if number < 18 else "statement" if number < 24 else "choice"


def made_law(seed: int) -> Law:
    """Return six industries with thirty indicators each.

    About one cell in fifty is unknown, and one limit in twenty has a second reading.
    """
    draw = np.random.default_rng([seed, 1])
    rows = [
        row
        for name, scheme in SCHEMES.items()
        for number in range(INDICATORS)
        for row in _indicator(draw, name, BETTER_THAN_LAST[scheme], number)
    ]
    industries = [industry(name, None, scheme) for name, scheme in SCHEMES.items()]
    return make_law(rows, industries, tuple((name, "kiln") for name in SCHEMES))


def _indicator(draw: np.random.Generator, name: str, grades: tuple[str, ...], number: int) -> list[Row]:
    common: dict[str, Any] = {"industry": name}
    kind = kind_of(number)
    if kind == "concentration":
        limits = np.sort(draw.integers(20, 60, len(grades))).tolist()
        common |= {"operator": "le" if number % 2 else "lt", "unit": "mg/m3"}
        common |= {"scope": "unit", "process": "kiln"} if number < 10 else {}
    elif kind == "share":
        limits = np.sort(draw.integers(5, 60, len(grades)))[::-1].tolist()
        common |= {"operator": "ge", "unit": "%"}
    elif kind == "statement":
        limits = [""] * len(grades)
        common |= {"operator": "is_true"}
    else:
        widths = np.sort(draw.integers(2, len(CHOICES), len(grades)))
        limits = ["|".join(CHOICES[:width]) for width in widths]
        common |= {"operator": "one_of"}
    by_grade = {grade: None if draw.random() < 0.02 else limit for grade, limit in zip(grades, limits, strict=True)}
    if kind == "concentration":
        other = np.random.default_rng([number, len(name)])
        by_grade = {g: (x, x + 5) if x is not None and other.random() < 0.05 else x for g, x in by_grade.items()}
    return cells(f"i{number:02d}", by_grade, **common)


def made_case(enterprises: int, seed: int) -> Case:
    """Return enterprises with one unit each and about one evidence row per question, sorted by subject and indicator.

    Three questions in a hundred have no evidence, five have a second row; one row in twenty about a line names the
    enterprise instead, one in ten calls the indicator by its title, one in a hundred is of a day yet to come, and
    one in a hundred cannot be read or has another unit.
    """
    draw = np.random.default_rng([seed, 2])
    ids = pl.select(pl.format("9137{}", pl.int_range(enterprises).cast(pl.String).str.zfill(14)).alias("enterprise_id"))
    owners = ids.with_columns(
        name=pl.format("厂{}", pl.int_range(enterprises)),
        county=pl.lit("东县"),
        industry=pl.Series(np.array(list(SCHEMES))[draw.integers(0, len(SCHEMES), enterprises)]),
        status=pl.lit("operating"),
        permit_no=pl.lit("P"),
    )
    lines = ids.select(
        pl.format("{}-1", "enterprise_id").alias("unit_id"),
        "enterprise_id",
        pl.lit("kiln").alias("process"),
        pl.lit("operating").alias("status"),
    )
    facts = _facts(draw, ids["enterprise_id"], lines["unit_id"])
    return replace(
        make_case(),
        enterprises=_traced("enterprises", owners),
        units=_traced("units", lines),
        evidence=_traced("evidence", facts),
    )


def _facts(draw: np.random.Generator, owners: pl.Series, lines: pl.Series) -> pl.DataFrame:
    asked = np.arange(len(owners) * INDICATORS, dtype=np.int64)
    times = 1 + (draw.random(len(asked)) < 0.05) - (draw.random(len(asked)) < 0.03)
    question = np.repeat(asked, times)
    owner, number = np.divmod(question, INDICATORS)
    of_line = number < 10
    called = number + np.where(draw.random(len(number)) < 0.1, INDICATORS, 0)
    about_line = of_line & (draw.random(len(number)) >= 0.05)
    # Ids sort as "…", "…-1": what is said of an enterprise comes before what is said of its unit.
    order = np.argsort((owner * 2 + about_line) * 2 * INDICATORS + called, kind="stable")
    owner, number, about_line, called = owner[order], number[order], about_line[order], called[order]
    texts, units = _texts()
    text = _drawn_texts(draw, number)
    title = pl.Series([*(f"i{at:02d}" for at in range(INDICATORS)), *(f"指标i{at:02d}" for at in range(INDICATORS))])
    days = pl.Series([ON - timedelta(days=int(day)) for day in range(DAYS)] + [ON + timedelta(days=1)])
    day = np.where(draw.random(len(number)) < 0.01, DAYS, draw.integers(0, DAYS, len(number)))
    subjects = pl.concat([owners, lines])
    return pl.DataFrame(
        {
            "subject_id": subjects.gather(owner + np.where(about_line, len(owners), 0)),
            "indicator": title.gather(called),
            "value": texts.gather(text),
            "unit": units.gather(text),
            "source": pl.Series(SOURCES).gather(draw.integers(0, len(SOURCES), len(number))),
            "observed_on": days.gather(day),
        }
    )


def _texts() -> tuple[pl.Series, pl.Series]:
    """Return every text a fact may state, and its unit: 600 concentrations, 600 shares, statements, choices, junk."""
    tenths = [f"{at / 10:.1f}" for at in range(600)]
    shares = [
        f"{at / 10:.1f}%" if at % 3 == 2 else f"{at / 1000:.3f}" if at % 3 else f"{at / 10:.1f}" for at in range(600)
    ]
    share_units = [SHARE_UNITS[at % 3] for at in range(600)]
    words = ["是", "yes", "否", *CHOICES, "electric|gas", "peat"]
    junk = [("about 20", "mg/m3"), ("20", "kg/h"), ("20", "mg/Nm3"), ("n/a", None)]
    values = [*tenths, *shares, *words, *(value for value, _ in junk)]
    units = [*["mg/m3"] * 600, *share_units, *[None] * len(words), *(unit for _, unit in junk)]
    return pl.Series(values, dtype=pl.String), pl.Series(units, dtype=pl.String)


def _drawn_texts(draw: np.random.Generator, number: Ints) -> Ints:
    """Return the place in `_texts` of every fact; most meet the requirement, as in a graded city."""
    count = len(number)
    level = (600 * draw.beta(1.0, 4.0, count)).astype(np.int64)
    statement = 1200 + (draw.random(count) < 0.03) * 2
    choice = 1203 + np.minimum(draw.geometric(0.7, count) - 1, len(CHOICES) + 1)
    junk = 1210 + draw.integers(0, 4, count)
    text = np.select([number < 14, number < 18, number < 24], [level, 1199 - level, statement], choice)
    return np.where(draw.random(count) < 0.01, junk, text)


def _traced(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with every column of its schema, and the file and row each row stands for."""
    traced = frame.with_columns(
        source_file=pl.lit(f"{name}.csv"), source_sheet=pl.lit(""), source_row=pl.int_range(2, frame.height + 2)
    )
    columns = {column: spec.dtype for column, spec in TABLES[name].columns().items()}
    return traced.select(
        (pl.col(column) if column in traced.columns else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in columns.items()
    )


def write(case: Case, folder: Path) -> None:
    """Write the tables that grading by indicators reads."""
    for name in TABLES_READ:
        getattr(case, name).write_parquet(folder / f"{name}.parquet")


def stored(folder: Path) -> Case:
    """Return the case that `write` wrote."""
    enterprises, units, evidence = (pl.read_parquet(folder / f"{name}.parquet") for name in TABLES_READ)
    return replace(make_case(), enterprises=enterprises, units=units, evidence=evidence)
