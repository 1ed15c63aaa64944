"""What a factor makes of a line: factor times activity times what is not removed; every other line in a named state.

Of several factors that fit a line the most specific holds: one for the line itself, then for its product, its subtype,
its very process rather than the process it is part of. Two that fit equally well are none.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import dataframely as dy
import polars as pl

from grading.assess.subjects import graded_units
from grading.case.model import Case
from grading.case.rules import Place
from grading.checked import checked
from grading.faults import Fault
from grading.law.model import Law
from grading.law.naming import name_kinds
from grading.law.spelling import key
from grading.monitoring.input_rules import faults_of
from grading.monitoring.quantities import Quantities
from grading.monitoring.tables import ACTIVITIES, EVIDENCE_STATUSES
from grading.scale import POLLUTANTS

STATES: tuple[str, ...] = ("counted", "no_output", "output_in_tonnes", "several_factors")
OUTPUT_UNIT = "t"
LINE = ["unit_id", "pollutant"]
# Each outweighs all that follow.
OF_THE_LINE, OF_THE_PRODUCT, OF_THE_SUBTYPE, OF_THE_VERY_PROCESS = 8, 4, 2, 1


class FactorEmissions(dy.Schema):
    """One row per line and pollutant that a factor fits: kg on an operating day, or the state that it is in instead.

    Maths: kg_per_day = factor_kg_per_activity * activity_per_day * (1 - removal_share); where the factor counts the
    treatment nothing more is removed. The other columns are those of the factor; of several that fit, of the first.
    """

    unit_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    state = dy.Enum(STATES)
    kg_per_day = dy.Float64(nullable=True, min=0)
    factor_kg_per_activity = dy.Float64(min=0)
    activity = dy.Enum(ACTIVITIES)
    activity_unit = dy.String()
    activity_per_day = dy.Float64(nullable=True, min=0)
    removal_share = dy.Float64(nullable=True, min=0, max=1)
    fuel = dy.String(nullable=True)
    document = dy.String()
    clause = dy.String(nullable=True)
    issued_on = dy.Date(nullable=True)
    evidence_status = dy.Enum(EVIDENCE_STATUSES)
    source_file = dy.String()
    source_row = dy.Int64(min=1)


@dataclass(frozen=True)
class Factored:
    """What the factors say: `emissions` (`FactorEmissions`), the same as `Quantities`, and every fault.

    `chosen`: the closest factor of each line and pollutant. `lost`: the faults of factors that fit no industry.
    `named`: the factors that fit one, in the law's words.
    """

    emissions: pl.DataFrame
    quantities: pl.DataFrame
    faults: tuple[Fault, ...]
    chosen: pl.DataFrame
    lost: tuple[Fault, ...]
    named: pl.DataFrame


def factor_emissions(factors: pl.DataFrame, case: Case, law: Law) -> Factored:
    """Return what the factors of a named case make of its lines. `factors` is `Factors`."""
    named = name_kinds(factors, case, law)
    is_told_apart = pl.col("industry").is_in(law.industries["industry"].implode()).fill_null(value=False)
    is_lost = pl.col("unit_id").is_null() & (~is_told_apart | pl.col("subtype_wrong"))
    faults = _faults(named.filter(is_lost), "unknown_industry", "industry", pl.col("industry_word"))
    told = named.filter(~is_lost)
    return _factored(_chosen(_fitting(told, _lines(case), law)), tuple(faults), told)


def _factored(chosen: pl.DataFrame, lost: tuple[Fault, ...], named: pl.DataFrame) -> Factored:
    emissions = checked(FactorEmissions, chosen.select(FactorEmissions.column_names()).sort(LINE))
    return Factored(emissions, _quantities(emissions), (*lost, *_faults_of_lines(chosen)), chosen, lost, named)


def factored_beside(factored: Factored, case: Case, lines: Collection[str], law: Law) -> Factored:
    """Return what the factors say of a case in which only some lines are told otherwise, came or went."""
    is_one = pl.col("unit_id").is_in(pl.Series(sorted(lines), dtype=pl.String).implode())
    few = replace(case, units=case.units.filter(is_one))
    anew = _chosen(_fitting(factored.named, _lines(few), law))
    kept = factored.chosen.filter(~is_one)
    if anew.is_empty() and kept.height == factored.chosen.height:
        return factored
    return _factored(
        pl.concat([kept, anew.select(kept.columns)]).sort("source_row", *LINE), factored.lost, factored.named
    )


def factored_again(factored: Factored, units: pl.DataFrame) -> Factored:
    """Return what the factors say where lines differ in nothing but whether they run (`status`)."""
    runs = units.select("unit_id", line_is_operating=pl.col("status") == "operating")
    chosen = factored.chosen.drop("line_is_operating").join(runs, on="unit_id", how="left", maintain_order="left")
    chosen = chosen.select(factored.chosen.columns)
    return replace(factored, faults=(*factored.lost, *_faults_of_lines(chosen)), chosen=chosen)


def _lines(case: Case) -> pl.DataFrame:
    """Return the lines with what a factor may ask about them; `line_` in front of each."""
    kinds = graded_units(case).select("unit_id", "industry", "subtype", "process", "is_operating")
    own = case.units[["unit_id", "product", "output_last_year_t_per_day"]]
    joined = kinds.join(own, on="unit_id")
    return joined.with_columns(process=key(pl.col("process")), product=key(pl.col("product"))).rename(
        lambda name: name if name == "unit_id" else f"line_{name}"
    )


def _fitting(factors: pl.DataFrame, lines: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return each factor beside each line that it fits, and how closely."""
    keyed = factors.with_columns(process=key(pl.col("process")), product=key(pl.col("product")))
    own = keyed.filter(pl.col("unit_id").is_not_null()).join(lines, on="unit_id")
    wholes = law.processes.drop_nulls("part_of").select(
        line_industry="industry", line_process=key(pl.col("process")), whole=key(pl.col("part_of"))
    )
    very = lines.with_columns(process="line_process", is_very=pl.lit(value=True))
    parts = lines.join(wholes, on=["line_industry", "line_process"])
    placed = pl.concat([very, parts.drop("whole").with_columns(process=parts["whole"], is_very=pl.lit(value=False))])
    of_kind = keyed.filter(pl.col("unit_id").is_null()).drop("unit_id")
    kind = of_kind.join(placed, left_on=["industry", "process"], right_on=["line_industry", "process"])
    fits = [
        (pl.col(name).is_null() | (pl.col(name) == pl.col(f"line_{name}")).fill_null(value=False))
        for name in ("subtype", "product")
    ]
    closeness = (
        pl.col("product").is_not_null().cast(pl.Int8) * OF_THE_PRODUCT
        + pl.col("subtype").is_not_null().cast(pl.Int8) * OF_THE_SUBTYPE
        + pl.col("is_very").cast(pl.Int8) * OF_THE_VERY_PROCESS
    )
    return pl.concat(
        [
            own.with_columns(closeness=pl.lit(OF_THE_LINE, dtype=pl.Int32)),
            kind.filter(pl.all_horizontal(fits)).with_columns(closeness=closeness.cast(pl.Int32)),
        ],
        how="diagonal",
    )


def _chosen(fitting: pl.DataFrame) -> pl.DataFrame:
    """Return the closest factor of each line and pollutant, with its state and, where it counts, the emission."""
    closest = fitting.filter(pl.col("closeness") == pl.col("closeness").max().over(LINE)).sort("source_row", *LINE)
    rows = pl.col("source_row").cast(pl.String).str.join(", ").over(LINE)
    is_output = pl.col("activity_per_day").is_null()
    state = (
        pl.when(pl.len().over(LINE) > 1)
        .then(pl.lit("several_factors"))
        .when(is_output & (pl.col("activity_unit") != OUTPUT_UNIT))
        .then(pl.lit("output_in_tonnes"))
        .when(is_output & pl.col("line_output_last_year_t_per_day").is_null())
        .then(pl.lit("no_output"))
        .otherwise(pl.lit("counted"))
    )
    stated = closest.with_columns(state=state, fitting_rows=rows)
    one = stated.unique(LINE, keep="first", maintain_order=True)
    counts = pl.col("state") == "counted"
    output = pl.when(counts).then(pl.coalesce("activity_per_day", "line_output_last_year_t_per_day"))
    amounted = one.with_columns(activity_per_day=output.otherwise("activity_per_day"))
    left = 1 - pl.col("removal_share").fill_null(0.0)
    kilograms = pl.col("factor_kg_per_activity") * pl.col("activity_per_day") * left
    return amounted.with_columns(kg_per_day=pl.when(counts).then(kilograms))


def _faults_of_lines(chosen: pl.DataFrame) -> list[Fault]:
    """Return a fault per line that a factor is meant for and gives nothing; a line that stands idle needs none."""
    runs = chosen.filter("line_is_operating")
    expected = {"several_factors": "fitting_rows", "output_in_tonnes": "activity_unit", "no_output": "activity"}
    return [
        found
        for state, column in expected.items()
        for found in _faults(
            runs.filter(pl.col("state") == state), state, "unit_id", pl.col("unit_id"), pl.col(column).cast(pl.String)
        )
    ]


def _faults(
    rows: pl.DataFrame,
    rule: str,
    column: str,
    value: pl.Expr,
    expected: pl.Expr = pl.lit(""),  # noqa: B008 - frozen
) -> list[Fault]:
    return [
        found
        for (file, sheet), of_sheet in rows.sort("source_row", maintain_order=True).group_by(
            "source_file", "source_sheet", maintain_order=True
        )
        for found in faults_of(
            of_sheet.select(row="source_row", value=value, expected=expected), Place(file, sheet), rule, column
        )
    ]


def _quantities(emissions: pl.DataFrame) -> pl.DataFrame:
    """Return the emissions that count as what the source `factor` states. Shape: `Quantities`."""
    counted = emissions.filter(pl.col("state") == "counted").select(
        "source_file",
        "source_row",
        subject_id="unit_id",
        quantity=pl.format("{}_kg_per_day", pl.col("pollutant").cast(pl.String)),
        source=pl.lit("factor"),
        value="kg_per_day",
        observed_on="issued_on",
        document=pl.concat_str("document", "clause", separator=" ", ignore_nulls=True),
    )
    return checked(Quantities, counted.select(Quantities.column_names()).sort("subject_id", "quantity"))
