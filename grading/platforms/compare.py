"""What the sources say about one quantity, side by side, and every disagreement as a row with its consequence."""

from collections.abc import Sequence
from datetime import date

import dataframely as dy
import polars as pl

from grading.assess.evidence import plain, plain_unit
from grading.assess.oxygen import at_reference_o2
from grading.case.model import Case
from grading.checked import checked
from grading.factors import Factored
from grading.law.model import Law
from grading.monitoring.agreement import load_source_rules
from grading.monitoring.credit import credit_disagreements
from grading.monitoring.quantities import FAMILIES, from_monitoring, from_outlets, from_units
from grading.monitoring.rollup import roll_up
from grading.platforms.inputs import PlatformInput
from grading.platforms.monitors import Heard, warm_up_days

CONSEQUENCES: tuple[str, ...] = (
    "emission_lower", "emission_higher", "capacity_lower", "capacity_higher", "limit_lower", "limit_higher",
    "concentration_lower", "concentration_higher", "missing_in_case", "missing_in_register", "repair_differs",
)  # fmt: skip
UNIT_OF = {"emission": "kg/d", "capacity": "t/d", "limit": "mg/m3"}
NUMBER = r"^([+-]?\d+(?:\.\d+)?)$"
OXYGEN = r"@(\d+(?:\.\d+)?)%?o2$"


class Disagreements(dy.Schema):
    """One row per quantity on which two sources differ; the shape of `disagreements.csv`.

    `difference` and `difference_share` are other minus used, in `unit` and as a share of the used value; null for
    penalties, which have days instead. `consequence` is a code; its sentence is in the reports.
    """

    subject_id = dy.String()
    enterprise_id = dy.String(nullable=True)
    quantity = dy.String()
    unit = dy.String(nullable=True)
    used_source = dy.String()
    used_value = dy.Float64(nullable=True)
    other_source = dy.String()
    other_value = dy.Float64(nullable=True)
    difference = dy.Float64(nullable=True)
    difference_share = dy.Float64(nullable=True)
    decided_on = dy.Date(nullable=True)
    used_repaired_on = dy.Date(nullable=True)
    other_repaired_on = dy.Date(nullable=True)
    consequence = dy.Enum(CONSEQUENCES)
    other_document = dy.String(nullable=True)
    other_file = dy.String(nullable=True)
    other_row = dy.Int64(nullable=True)


def quantities_of(case: Case, read: PlatformInput, factored: Factored, heard: Heard | None) -> pl.DataFrame:
    """Return every stated quantity of every source. Shape: `Quantities`."""
    stated = [from_units(case.units), from_outlets(read.outlets), read.statements, factored.quantities]
    if heard is not None:
        by_unit = roll_up(heard.monitored.mass, heard.monitored.channels, "unit_id")
        stated.append(from_monitoring(by_unit, warm_up_days(heard.rules)))
    return pl.concat(stated)


def disagreements_of(case: Case, quantities: pl.DataFrame, others: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return all disagreements: emissions, capacities and limits beside the `others`. Shape: `Disagreements`."""
    every = pl.concat([_of_quantities(quantities, case), *others], how="diagonal_relaxed")
    columns = Disagreements.column_names()
    full = pl.concat([Disagreements.create_empty(), every], how="diagonal_relaxed").select(columns)
    keys = ["subject_id", "quantity", "decided_on", "other_source", "other_file", "other_row"]
    return checked(Disagreements, full.sort(keys, nulls_last=True))


def other_disagreements(case: Case, law: Law, read: PlatformInput, heard: Heard | None) -> tuple[pl.DataFrame, ...]:
    """Return the disagreements on what is no quantity of a line: concentrations, penalties."""
    concentrations = _of_concentrations(case, law, heard)
    if "credit" not in read.found:
        return (concentrations,)
    return (concentrations, _of_penalties(credit_disagreements(read.credit, case.penalties)))


def _owners(case: Case) -> pl.DataFrame:
    return case.units.select("enterprise_id", subject_id="unit_id")


def _of_quantities(rows: pl.DataFrame, case: Case) -> pl.DataFrame:
    family = pl.col("quantity").cast(pl.String).replace_strict(FAMILIES, return_dtype=pl.String)
    side = pl.col("consequence").cast(pl.String).str.strip_prefix("other_")
    named = rows.with_columns(
        unit=family.replace_strict(UNIT_OF, return_dtype=pl.String),
        difference=pl.col("other_value") - pl.col("used_value"),
        consequence=pl.concat_str(family, side, separator="_"),
    )
    joined = named.join(_owners(case), on="subject_id", how="left")
    return joined.with_columns(pl.col("quantity", "used_source", "other_source").cast(pl.String))


def _of_concentrations(case: Case, law: Law, heard: Heard | None) -> pl.DataFrame:
    """Return evidence about a monitored indicator that differs from what the monitor says."""
    if heard is None:
        return pl.DataFrame()
    tolerance = load_source_rules(date.fromisoformat(law.on))["concentration"].tolerance
    called = pl.concat(
        law.requirements.select("indicator", called=plain(pl.col(name))).unique()
        for name in ("indicator", "title_zh", "title_en")
    ).unique()
    monitored = heard.evidence.rows.select("subject_id", "indicator", *_numbers("used"))
    others = case.evidence.select(
        "subject_id", "source", "document", "source_file", "source_row", *_numbers("other"),
        called=plain(pl.col("indicator").cast(pl.String)),
    )  # fmt: skip
    every = others.join(called, on="called").join(monitored, on=["subject_id", "indicator"]).sort("indicator")
    # One title may stand over several rows, which part one demand: the same two numbers, told apart once.
    paired = every.unique(["subject_id", "source_file", "source_row"], keep="first", maintain_order=True)
    value = (
        pl.when(pl.col("other_o2").is_null())
        .then("other_number")
        .otherwise(at_reference_o2(pl.col("other_number"), pl.col("other_o2"), pl.col("used_o2")))
    )
    comparable = paired.with_columns(other_value=value.round_sig_figs(9), used_value="used_number").filter(
        pl.col("other_unit") == pl.col("used_unit")
    )
    gap = (pl.col("other_value") - pl.col("used_value")).abs()
    apart = comparable.filter(~tolerance.holds(gap, scale=pl.col("used_value")))
    side = pl.when(pl.col("other_value") < pl.col("used_value")).then(pl.lit("lower")).otherwise(pl.lit("higher"))
    difference = pl.col("other_value") - pl.col("used_value")
    return apart.join(_owners(case), on="subject_id", how="left").select(
        "subject_id", "enterprise_id", "used_value", "other_value", quantity="indicator",
        unit=pl.lit("mg/m3"), used_source=pl.lit("monitoring"), other_source=pl.col("source").cast(pl.String),
        difference=difference,
        difference_share=pl.when(pl.col("used_value") > 0).then(difference / pl.col("used_value")),
        consequence=pl.concat_str(pl.lit("concentration_"), side), other_document="document",
        other_file="source_file", other_row=pl.col("source_row").cast(pl.Int64),
    )  # fmt: skip


def _numbers(name: str) -> list[pl.Expr]:
    """Return the number, the oxygen content it is stated at, and the bare unit of an evidence row."""
    unit = plain_unit(pl.col("unit").cast(pl.String))
    return [
        plain(pl.col("value").cast(pl.String)).str.extract(NUMBER).cast(pl.Float64).alias(f"{name}_number"),
        unit.str.extract(OXYGEN).cast(pl.Float64).alias(f"{name}_o2"),
        unit.str.replace(OXYGEN, "").alias(f"{name}_unit"),
    ]


def _of_penalties(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "decided_on", "enterprise_id", subject_id="enterprise_id", quantity=pl.lit("penalty"),
        used_source=pl.lit("bureau"), other_source=pl.lit("credit"), used_repaired_on="repaired_on_case",
        other_repaired_on="repaired_on_register", consequence=pl.col("kind").cast(pl.String),
    )  # fmt: skip
