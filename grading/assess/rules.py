"""The requirement tables laid out for judging: one row per rule, one group of columns per grade step.

Step 0 is the best grade of the scheme. The lowest grade asks nothing, so it has no columns. A grade that
a table leaves out asks nothing if every listed grade is better; otherwise its cell is unknown: a better
grade cannot ask less than a worse one that is listed.
"""

from operator import ge, gt, le, lt

import polars as pl

from grading.assess.schemes import MAX_STEPS, STEPS, weakness
from grading.assess.subjects import PAIR
from grading.law.model import Law

CELL_STEPS = range(MAX_STEPS - 1)
SIDES = {"le": le, "lt": lt, "ge": ge, "gt": gt}
NUMERIC = list(SIDES)
SIGNS = {"le": "≤", "lt": "<", "ge": "≥", "gt": ">"}
RANGE = "–"
"""Between the two readings of a number."""
KEY = [*PAIR, "indicator", "process"]
HEAD = ["dimension", "title_zh", "title_en", "scope", "quantity", "unit", "reference_o2_percent", "condition_zh",
        "condition_en"]  # fmt: skip
DEPENDS = ["applies_when", "applies_unless"]


# What judging reads of a cell; what is only said about it follows by `facts_of`.
JUDGED = ["operator", "threshold", "may_threshold", "words", "is_known", "is_free"]
CELL_COLUMNS = [f"{field}_{step}" for field in JUDGED for step in CELL_STEPS]


def _applicable(law: Law, rules_of_pair: pl.DataFrame) -> pl.DataFrame:
    """Return the requirement rows of each pair; rows of the subtype replace those for any subtype."""
    table = law.requirements.rename({"subtype": "asked_of"})
    joined = rules_of_pair.join(table, on="industry", how="inner")
    fits = pl.col("asked_of").is_null() | (pl.col("asked_of") == pl.col("subtype")).fill_null(value=False)
    is_specific = pl.col("asked_of").is_not_null()
    kept = joined.filter(fits)
    return kept.filter(is_specific == is_specific.any().over([*PAIR, "indicator"]))


def edges_text() -> pl.Expr:
    """Return the number of a cell as text, null for none; of two readings both, the smaller first."""
    edges = pl.col("threshold"), pl.col("may_threshold")
    both = pl.concat_str(*map(_digits, (pl.min_horizontal(edges), pl.max_horizontal(edges))), separator=RANGE)
    return pl.when(edges[1].is_null()).then(_digits(edges[0])).otherwise(both)


def _digits(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.strip_suffix(".0")


def _with_unit(number: pl.Expr) -> pl.Expr:
    sign = pl.col("operator").cast(pl.String).replace_strict(SIGNS, default=None)
    unit = pl.col("unit").replace({"percent": "%", "1": None})
    signed = pl.concat_str([sign, number], separator=" ")
    return pl.concat_str([signed, unit], separator=" ", ignore_nulls=True)


def _readable() -> pl.Expr:
    return (
        pl.when(~pl.col("is_known"))
        .then(None)
        .when(pl.col("operator").is_in(NUMERIC))
        .then(_with_unit(edges_text()))
        .when(pl.col("operator") == "is_true")
        .then(pl.lit("✓"))
        .otherwise(pl.col("choices").str.replace_all("|", " | ", literal=True))
    )


def with_content(cells: pl.DataFrame) -> pl.DataFrame:
    """Add whether the content of a cell is known, its choices as a list, and its text.

    `sure`: what surely meets a number with two readings, as text; null for every other cell.
    """
    operator = pl.col("operator")
    has_content = (
        pl.when(operator.is_in(NUMERIC))
        .then(pl.col("threshold").is_not_null())
        .when(operator == "is_true")
        .then(statement=True)
        .otherwise(pl.col("choices").is_not_null())
    )
    words = pl.col("choices").str.normalize("NFKC").str.to_lowercase().str.split("|")
    return cells.with_columns(
        (has_content & (pl.col("status") != "unknown")).alias("is_known"),
        pl.col("threshold", "may_threshold").round_sig_figs(9),
        words.list.eval(pl.element().str.strip_chars()).alias("words"),
    ).with_columns(
        _readable().alias("text"),
        pl.when("is_known", pl.col("may_threshold").is_not_null())
        .then(_with_unit(_digits(pl.col("threshold"))))
        .alias("sure"),
    )


def _step_columns(step: int) -> list[pl.Expr]:
    at_step = pl.col("step") == step
    fields = ["operator", "threshold", "may_threshold", "words", "status", "clause", "text", "effort"]
    picked = [pl.col(field).filter(at_step).first().alias(f"{field}_{step}") for field in fields]
    is_known = pl.col("is_known").filter(at_step).first().fill_null(value=False)
    is_free = pl.lit(step) > pl.col("step").max()
    return [*picked, is_known.alias(f"is_known_{step}"), is_free.alias(f"is_free_{step}")]


def lay_out(law: Law, rules_of_pair: pl.DataFrame, require: str = "unknown") -> pl.DataFrame:
    """Return the wide rule table for the industries and subtypes that occur.

    A cell whose evidence status is weaker than `require` keeps its words but decides nothing.

    Shape: one row per industry, subtype, indicator, process, numbered by `rule`.
    """
    cells = _applicable(law, rules_of_pair).join(STEPS.drop("last_step"), on=["scheme", "grade"], how="inner")
    is_trusted = weakness(pl.col("status")) <= weakness(pl.lit(require))
    cells = with_content(cells.filter(pl.col("step") < pl.col("last_step"))).with_columns(
        pl.col("is_known") & is_trusted
    )
    columns = [column for step in CELL_STEPS for column in _step_columns(step)]
    words = [*PAIR, "title_zh"]
    vocabularies = cells.group_by(words).agg(pl.col("words").drop_nulls().explode().unique().sort().alias("vocabulary"))
    rules = (
        cells.sort(*KEY, "step")
        .group_by([*KEY, "scheme", "last_step"], maintain_order=True)
        .agg(*[pl.col(name).first() for name in [*HEAD, *DEPENDS, "operator"]], *columns)
        .with_row_index("rule")
    )
    # Rows that part one demand by a condition bear one title: what one of them names is no strange word to the others.
    return rules.join(vocabularies, on=words, how="left", nulls_equal=True, maintain_order="left")


def at_step(prefix: str, step: pl.Expr) -> pl.Expr:
    """Return the rule column `prefix` at a step; null outside the listed grades."""
    picked: pl.Expr = pl.coalesce([pl.when(step == i).then(pl.col(f"{prefix}_{i}")) for i in CELL_STEPS])
    return picked


def facts_of(rules: pl.DataFrame) -> pl.DataFrame:
    """Return what is said about a rule, for each step at which its worst end may lie.

    `met_status` belongs to the cell by which the worst end is reached, `failed_status` to the next better one.
    Shape: one row per rule and worst_step: requirement, next_requirement, clause, effort, met_status, failed_status,
    is_rule_known (no cell of the rule is unknown or has two readings).
    """
    worst = pl.col("worst_step")
    ends = pl.DataFrame({"worst_step": range(MAX_STEPS)}, schema={"worst_step": pl.Int8})
    clauses = [f"clause_{step}" for step in CELL_STEPS]
    efforts = [f"effort_{step}" for step in CELL_STEPS]
    return rules.join(ends, how="cross").select(
        "rule",
        "worst_step",
        pl.col("text_0").alias("requirement"),
        at_step("text", worst - 1).alias("next_requirement"),
        pl.coalesce(at_step("clause", worst - 1), at_step("clause", worst), *clauses).alias("clause"),
        pl.coalesce(at_step("effort", worst - 1), *efforts).cast(pl.String).alias("effort"),
        at_step("status", worst).alias("met_status"),
        at_step("status", worst - 1).alias("failed_status"),
        pl.all_horizontal(
            (pl.col(f"is_known_{step}") & pl.col(f"may_threshold_{step}").is_null())
            | pl.col(f"is_free_{step}")
            | (pl.lit(step) >= pl.col("last_step"))
            for step in CELL_STEPS
        ).alias("is_rule_known"),
    )
