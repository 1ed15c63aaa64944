"""Whether the sources agree: the more authoritative is used by a stated order, and each disagreement is a row.

The order and the tolerances are data (`rules/sources.yaml`). Emission baselines name the method they rest on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import dataframely as dy
import polars as pl
from pydantic import model_validator

from grading.checked import Held, checked
from grading.law.pack import Evidence, Id, InForce, Source, Strict, Title
from grading.law.strictyaml import parse, raise_all, validate
from grading.monitoring.law import Parameter, check_names
from grading.monitoring.quantities import FAMILIES, SOURCES, Disagreements, Quantities
from grading.scale import POLLUTANT_DTYPE, POLLUTANTS

WHAT = ["subject_id", "quantity"]


class FamilyRule(Strict):
    """How one family of quantities is settled."""

    unit: str
    """Unit of the family."""
    order: list[str]
    """Sources, the most believed first; one that is not named is never used."""
    tolerance: Parameter
    """Largest difference, as a share of the believed value, that is still agreement."""

    @model_validator(mode="after")
    def _sources_are_known(self) -> "FamilyRule":
        if unknown := sorted(set(self.order) - set(SOURCES)):
            raise ValueError(f"unknown sources: {', '.join(unknown)}")
        return self


class SourceRules(InForce):
    """The whole file of source rules."""

    id: Id
    """Id of the file; its name without the ending."""
    title: Title
    """Full title."""
    document: str
    """Document it rests on, if any."""
    in_force_evidence: Evidence
    """How far its dates can be relied on."""
    sources: dict[Id, Source]
    """Every source that a statement may name."""
    families: dict[Id, FamilyRule]
    """The rules by family: emission, capacity, limit, concentration."""


class Baselines(dy.Schema):
    """One row per unit and pollutant: emission on an operating day, and the source it was taken from.

    `kg_per_day` and `method` are null where no source states it.
    """

    unit_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    kg_per_day = dy.Float64(nullable=True, min=0)
    method = dy.Enum(SOURCES, nullable=True)
    document = dy.String(nullable=True)


@dataclass(frozen=True)
class Agreement:
    """What the sources say together: the believed quantities, and every disagreement with them."""

    used: pl.DataFrame
    disagreements: pl.DataFrame


@cache
def load_source_rules(on: date) -> Mapping[str, FamilyRule]:
    """Return the packaged order and tolerance of each family.

    Raises:
        InputError: the file is broken or incomplete.
    """
    name = "sources.yaml"
    document = parse(name, files("grading.monitoring").joinpath("rules", name).read_bytes())
    model = validate(document, SourceRules) if not document.faults else None
    found = model.families if model is not None and model.applies(on) else {}
    check_names(document, "families", set(found), {*FAMILIES.values(), "concentration"})
    raise_all([document])
    return found


def agree(quantities: pl.DataFrame, rules: Mapping[str, FamilyRule], held: Held = checked) -> Agreement:
    """Return the believed value of each quantity, and the sources that differ from it.

    `held`: how tables are held to their schema.
    """
    stated = held(Quantities, quantities)
    ranked = stated.with_columns(
        family=pl.col("quantity").cast(pl.String).replace_strict(FAMILIES), place=_place(rules)
    ).filter(pl.col("place").is_not_null())
    ordered = ranked.sort(*WHAT, "place", maintain_order=True)
    used = ordered.unique(WHAT, keep="first", maintain_order=True)
    others = ordered.join(used.select(*WHAT, "source"), on=[*WHAT, "source"], how="anti")
    paired = others.join(used, on=WHAT, suffix="_used")
    return Agreement(used.select(Quantities.column_names()), held(Disagreements, _disagreements(paired, rules)))


def _place(rules: Mapping[str, FamilyRule]) -> pl.Expr:
    """Return the place of a source in the order of its family; null where the family does not use it."""
    family = pl.col("quantity").cast(pl.String).replace_strict(FAMILIES)
    source = pl.col("source").cast(pl.String)
    places = [
        pl.when((family == name) & (source == known)).then(place)
        for name, rule in rules.items()
        for place, known in enumerate(rule.order)
    ]
    return pl.coalesce(places)


def _disagreements(paired: pl.DataFrame, rules: Mapping[str, FamilyRule]) -> pl.DataFrame:
    gap = (pl.col("value") - pl.col("value_used")).abs()
    agrees = pl.coalesce(
        pl.when(pl.col("family") == name).then(rule.tolerance.holds(gap, scale=pl.col("value_used")))
        for name, rule in rules.items()
    )
    apart = paired.filter(~agrees & (pl.col("value") != pl.col("value_used")))
    is_lower = pl.col("value") < pl.col("value_used")
    rows = apart.select(
        *WHAT,
        used_source="source_used",
        used_value="value_used",
        other_source="source",
        other_value="value",
        difference_share=pl.when(pl.col("value_used") > 0).then(pl.col("value") / pl.col("value_used") - 1),
        consequence=pl.when(is_lower).then(pl.lit("other_lower")).otherwise(pl.lit("other_higher")),
        other_document="document",
        other_file="source_file",
        other_row="source_row",
    )
    return rows.sort(*WHAT, "other_source", maintain_order=True)


def baselines(used: pl.DataFrame, units: pl.DataFrame, held: Held = checked) -> pl.DataFrame:
    """Return the emission baseline of every unit and pollutant with the method it rests on.

    Shape: `Baselines`: a quantity that no source states is a named blank, not nought. `held`: how it is held to that.
    """
    grid = units.select("unit_id").join(
        pl.DataFrame({"pollutant": POLLUTANTS}, schema={"pollutant": POLLUTANT_DTYPE}), how="cross"
    )
    emission = used.filter(pl.col("quantity").cast(pl.String).str.ends_with("_kg_per_day")).select(
        pl.col("quantity").cast(pl.String).str.strip_suffix("_kg_per_day").cast(POLLUTANT_DTYPE).alias("pollutant"),
        "document",
        unit_id="subject_id",
        kg_per_day="value",
        method="source",
    )
    joined = grid.join(emission, on=["unit_id", "pollutant"], how="left")
    return held(Baselines, joined.select(Baselines.column_names()).sort("unit_id", "pollutant"))
