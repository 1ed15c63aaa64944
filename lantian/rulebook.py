"""The rules as sheets a person reads: one line per indicator or process, one column per grade or level."""

import polars as pl

from grading.assess.explain import in_words
from grading.assess.rules import edges_text
from grading.faults import Fault, InputError
from grading.law.annex import words
from grading.law.files import packaged_ids
from grading.law.model import Law
from grading.law.resolve import load_pack
from grading.scale import GRADES, LEVELS, STATUSES
from grading.words import Language, mark, say
from reports.rulebook.coverage import DIMENSIONS, LADDER, OF_THEM, TWO_READINGS

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


def pack_sheet(language: Language) -> pl.DataFrame:
    """Return one row per packaged pack: id, parent, the days it is in force, document, title."""
    headers = [load_pack(pack, None).header.model for pack in packaged_ids()]
    return pl.DataFrame(
        {
            "pack": [header.id for header in headers],
            "parent": [header.parent for header in headers],
            "from": [header.in_force_from for header in headers],
            "to": [header.in_force_to for header in headers],
            "document": [header.document for header in headers],
            "title": [header.title.zh if language == "zh" else header.title.en for header in headers],
        },
        schema_overrides={"parent": pl.String, "from": pl.Date, "to": pl.Date},
    )


def requirement_sheet(law: Law, industry: str, language: Language) -> pl.DataFrame:
    """Return one row per indicator of `industry`: what each grade demands, then clause and weakest status."""
    title, condition = f"title_{language}", f"condition_{language}"
    rows = law.requirements.filter(pl.col("industry") == industry)
    place = ["subtype", "dimension", "process", "indicator"]
    sheet = (
        rows.with_columns(cell=requirement_text())
        .pivot("grade", index=[*place, title, condition, "unit"], values="cell", aggregate_function="first")
        .join(rows.group_by(place).agg(pl.col("status").max(), pl.col("clause").first()), on=place, nulls_equal=True)
    )
    grades = [grade for grade in GRADES if grade in sheet.columns]
    return sheet.select("subtype", "process", title, condition, "unit", *grades, "status", "clause").sort(
        "subtype", "process", title, nulls_last=True
    )


def requirement_text() -> pl.Expr:
    """Return a cell as the annex would print it; an unknown cell says so."""
    sign = pl.col("operator").cast(pl.String).replace_strict(OPERATOR_SIGNS)
    number = sign + edges_text()
    return (
        pl.when(pl.col("status") == "unknown")
        .then(pl.lit("unknown"))
        .otherwise(pl.coalesce(number, sign + pl.col("choices"), sign))
    )


def basis_text() -> pl.Expr:
    """Return what a number is measured in: unit, reference oxygen, averaging; null for choices and unknown cells."""
    oxygen = pl.format("@{}% O2", pl.col("reference_o2_percent").cast(pl.String).str.strip_suffix(".0"))
    basis = pl.concat_str("unit", oxygen, "averaging", separator=" ", ignore_nulls=True)
    return pl.when(pl.col("threshold").is_not_null() & (pl.col("status") != "unknown")).then(basis)


def requirement_words(law: Law, language: Language) -> pl.Expr:
    """Return a cell as it is read aloud: a number with its unit and basis, choices by name, or that nobody knows."""
    gap = "" if language == "zh" else " "
    sign = pl.col("operator").cast(pl.String).replace_strict(OPERATOR_SIGNS)
    units = {unit: say(language, word) for unit, word in words.UNITS.items()}
    averaging = {name: say(language, word) for name, word in words.AVERAGING.items()}
    number = edges_text()
    oxygen = say(language, mark("at {o2} % oxygen"), o2="{}")
    basis = pl.concat_str(
        pl.concat_str(sign, number, pl.format(gap + "{}", pl.col("unit").replace(units)), ignore_nulls=True),
        pl.format(oxygen, pl.col("reference_o2_percent").cast(pl.String).str.strip_suffix(".0")),
        pl.col("averaging").replace(averaging),
        separator="，" if language == "zh" else ", ", ignore_nulls=True,
    )  # fmt: skip
    all_of = pl.format(say(language, mark("all of these: {choices}"), choices="{}"), in_words(law, "choices", language))
    one_of = in_words(law, "choices", language)
    open_between = say(language, words.OPEN_BETWEEN, demand="{}")
    return (
        pl.when(pl.col("status") == "unknown")
        .then(pl.lit(say(language, words.UNKNOWN)))
        .when(pl.col("threshold").is_not_null())
        .then(pl.when(pl.col("may_threshold").is_null()).then(basis).otherwise(pl.format(open_between, basis)))
        .when(pl.col("operator").cast(pl.String) == "all_of")
        .then(all_of)
        .otherwise(pl.coalesce(one_of, pl.lit(say(language, words.REQUIRED))))
    )


def rung_words(language: Language) -> pl.Expr:
    """Return a measure as it is read aloud: what is cut, by how much, and what lorries may do."""
    kinds = {kind: say(language, word) for kind, word in words.KINDS.items()}
    bans = {ban: say(language, word) for ban, word in words.TRANSPORTS.items() if word}
    percent = (pl.col("share") * 100).round(6).cast(pl.String).str.strip_suffix(".0")
    ban = pl.col("transport").cast(pl.String).replace_strict(bans, default=None)
    parts = (
        pl.col("kind").cast(pl.String).replace_strict(kinds),
        pl.format("{}%", percent),
        pl.format("{}h", pl.col("hours").cast(pl.String).str.strip_suffix(".0")),
        pl.format("+ {}", ban),
    )
    return pl.concat_str(*parts, separator=" ", ignore_nulls=True)


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


def coverage_cube(law: Law) -> pl.DataFrame:
    """Return how many cells stand at each evidence status; a cell is known no better than what it depends on.

    Shape: one row per industry, dimension and grade; the measures are the dimension `ladder`, and the general
    measures have no industry. A cell that counts for several subtypes or parts of a process counts once.
    `two_readings`: how many of them hold a number that can be read in two ways.
    """
    known = as_known(law).with_columns(pl.col("may_threshold").is_not_null().alias(TWO_READINGS))
    demanded = known.select("industry", "dimension", "grade", "indicator", "status", TWO_READINGS, "clause").unique()
    rungs = law.ladder.select(
        "industry",
        pl.lit(LADDER).alias("dimension"),
        "grade",
        pl.concat_str("subtype", "process", "level", separator=" ", ignore_nulls=True).alias("indicator"),
        "status",
        pl.lit(value=False).alias(TWO_READINGS),
        "clause",
    )
    cells = pl.concat([demanded.cast({"grade": pl.String}), rungs.cast({"grade": pl.String})])
    counts = [(pl.col("status").cast(pl.String) == status).sum().alias(status) for status in STATUSES]
    counts.append(pl.col(TWO_READINGS).sum())
    dimension = pl.Enum([*DIMENSIONS])
    return (
        cells.group_by("industry", "dimension", "grade")
        .agg(counts)
        .with_columns(pl.col("dimension").cast(dimension), pl.col("grade").cast(pl.Enum(GRADES)))
        .sort("industry", "dimension", "grade", nulls_last=True)
    )


def as_known(law: Law) -> pl.DataFrame:
    """Return the requirements, each with the weakest status among its own and those of its conditions."""
    statuses = law.conditions.select("industry", "condition", pl.col("status").alias("of_condition"))
    numbered = law.requirements.with_row_index("row")
    names = pl.concat_str("applies_when", "applies_unless", separator="|", ignore_nulls=True).str.split("|")
    linked = numbered.select("row", "industry", names.alias("condition")).explode("condition")
    weakest = linked.join(statuses, on=["industry", "condition"]).group_by("row").agg(pl.col("of_condition").max())
    both = numbered.join(weakest, on="row", how="left", maintain_order="left")
    return both.with_columns(pl.max_horizontal("status", "of_condition").alias("status")).drop("row", "of_condition")


def coverage_sheet(law: Law, language: Language) -> pl.DataFrame:
    """Return one row per industry: how many requirement and ladder cells stand at each evidence status.

    `two_readings`: how many of them are open between two numbers.
    """
    own, name = f"industry_{language}", f"name_{language}"
    counted = coverage_cube(law).group_by("industry").agg(pl.col(*STATUSES, TWO_READINGS).sum())
    listed = law.industries.sort("number", nulls_last=True, maintain_order=True)
    industries = listed.group_by("industry", maintain_order=True).agg(
        pl.col("number").first(), pl.col(own).first().alias(name)
    )
    return industries.join(counted, on="industry", how="left", maintain_order="left").with_columns(
        pl.col(*STATUSES, TWO_READINGS).fill_null(0)
    )


def coverage_of(cube: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row per dimension and one column per grade: the counts of each status, in words."""
    spelled = [
        pl.when(pl.col(status) > 0).then(pl.format("{} {}", pl.lit(say(language, word)), pl.col(status)))
        for status, word in words.STATUSES.items()
    ]
    open_between = pl.format(say(language, OF_THEM, n="{}"), pl.when(pl.col(TWO_READINGS) > 0).then(TWO_READINGS))
    counts = cube.group_by("dimension", "grade").agg(pl.col(*STATUSES, TWO_READINGS).sum())
    cells = counts.sort("dimension", "grade")
    texts = cells.with_columns(cell=pl.concat_str(*spelled, open_between, separator=", ", ignore_nulls=True))
    sheet = texts.pivot("grade", index="dimension", values="cell", aggregate_function="first")
    names = {dimension: say(language, word) for dimension, word in DIMENSIONS.items()}
    grades = [grade for grade in GRADES if grade in sheet.columns]
    return sheet.select(pl.col("dimension").cast(pl.String).replace(names), *grades)
