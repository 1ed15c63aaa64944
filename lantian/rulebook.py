"""The rules as sheets a person reads: one line per indicator or process, one column per grade or level."""

import polars as pl

from grading.faults import Fault, InputError
from grading.law.model import Law
from grading.scale import GRADES, LEVELS, STATUSES
from grading.words import Language, mark

OPERATOR_SIGNS = {"le": "≤", "lt": "<", "ge": "≥", "gt": ">", "one_of": "∈ ", "all_of": "⊇ ", "is_true": "✓"}


def industry_id(law: Law, name: str) -> str:
    """Return the id of an industry given by id, Chinese or English name or synonym; InputError when unknown."""
    known = law.industries.filter(
        (pl.col("industry") == name)
        | (pl.col("name_zh") == name)
        | (pl.col("name_en") == name)
        | pl.col("synonyms").list.contains(name)
    )
    if known.is_empty():
        raise InputError(
            [
                Fault(
                    file=law.pack_id,
                    sheet="",
                    row=0,
                    column="industry",
                    rule="industry_is_known",
                    severity="fatal",
                    value=name,
                    values={"name": name},
                    message=mark("The pack knows no industry {name}."),
                    repair=mark("See `lantian rules list`."),
                )
            ]
        )
    return str(known["industry"][0])


def requirement_sheet(law: Law, industry: str, language: Language) -> pl.DataFrame:
    """Return one row per indicator of `industry`: what each grade demands, then clause and weakest status."""
    title = "title_zh" if language == "zh" else "title_en"
    rows = law.requirements.filter(pl.col("industry") == industry)
    place = ["subtype", "dimension", "process", "indicator"]
    sheet = (
        rows.with_columns(cell=requirement_text())
        .pivot("grade", index=[*place, title, "unit"], values="cell", aggregate_function="first")
        .join(rows.group_by(place).agg(pl.col("status").max(), pl.col("clause").first()), on=place, nulls_equal=True)
    )
    grades = [grade for grade in GRADES if grade in sheet.columns]
    return sheet.select("subtype", "process", title, "unit", *grades, "status", "clause").sort(
        "subtype", "process", title, nulls_last=True
    )


def requirement_text() -> pl.Expr:
    """Return a cell as the annex would print it; an unknown cell says so."""
    sign = pl.col("operator").cast(pl.String).replace_strict(OPERATOR_SIGNS)
    number = sign + pl.col("threshold").cast(pl.String)
    return (
        pl.when(pl.col("status") == "unknown")
        .then(pl.lit("unknown"))
        .otherwise(pl.coalesce(number, sign + pl.col("choices"), sign))
    )


def ladder_sheet(law: Law, industry: str) -> pl.DataFrame:
    """Return one row per process and grade: the least measure at each level; general rows where none is own."""
    own = law.ladder.filter(pl.col("industry") == industry)
    rows = own if own.height else law.ladder.filter(pl.col("industry").is_null())
    measure = pl.concat_str(
        pl.col("kind"), pl.format(" {}", "share"), pl.format(" {}h", "hours"), separator="", ignore_nulls=True
    )
    sheet = rows.with_columns(cell=measure).pivot(
        "level", index=["subtype", "process", "grade"], values="cell", aggregate_function="first"
    )
    return sheet.select("subtype", "process", "grade", *LEVELS).sort("subtype", "process", "grade", nulls_last=True)


def coverage_sheet(law: Law, language: Language) -> pl.DataFrame:
    """Return one row per industry: how many requirement and ladder cells stand at each evidence status."""
    name = "name_zh" if language == "zh" else "name_en"
    cells = pl.concat(
        [law.requirements.select("industry", "status"), law.ladder.select("industry", "status").drop_nulls("industry")]
    )
    counted = cells.group_by("industry", "status").len().pivot("status", index="industry", values="len")
    industries = law.industries.group_by("industry", maintain_order=True).agg(pl.col(name).first())
    known = [status for status in STATUSES if status in counted.columns]
    return industries.join(counted, on="industry", how="left").select("industry", name, pl.col(known).fill_null(0))
