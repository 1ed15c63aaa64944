"""Changes to the tables of a case: each function gives the case with one change made, for the rows a selector hit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from grading.assess.evidence import plain
from grading.case.model import Case
from grading.case.parts import inserted
from grading.case.schemas import TABLES
from grading.checked import shaped
from grading.law.model import Law
from grading.scale import POLLUTANTS
from lantian.whatif.scenario import EvidenceChange, GradeChange, PenaltyChange, RegisterChange, Retrofit, Value
from lantian.whatif.scenario_file import Written

EMISSIONS = {pollutant: f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS}


def in_order(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a table in the order in which a read case has them.

    What a scenario puts into them its own model has held to the same bounds (`lantian.whatif.scenario`); a new row is
    held to the declaration of its table cell by cell (`lantian.whatif.newcomers`).
    """
    schema = TABLES[table]
    data = [name for name in rows.columns if not name.startswith("source_")]
    by = [*schema.primary_key(), *data, "source_file", "source_row"]
    return held(table, rows.sort(*by, nulls_last=True, maintain_order=True))


def held(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a table in its kinds, in order as it was, of which no column of its key was changed."""
    return shaped(TABLES[table], rows)


def added(case: Case, table: str, rows: Sequence[Mapping[str, object]], written: Written) -> Case:
    """Return the case with more rows in a table; they come from the scenario, and say so."""
    old: pl.DataFrame = getattr(case, table)
    origin = {"source_file": written.file, "source_sheet": "", "source_row": 1}
    fresh = pl.DataFrame([{**row, **origin} for row in rows], schema=old.schema, orient="row")
    keys = TABLES[table].primary_key()
    if len(keys) == 1 and _is_between(old[keys[0]], fresh[keys[0]]):
        return replace(case, **{table: inserted(old, in_order(table, fresh), keys[0])})  # type: ignore[arg-type]
    return with_table(case, table, pl.concat([old, fresh]))


def _is_between(old: pl.Series, fresh: pl.Series) -> bool:
    """Return whether fresh keys have their places between old ones, none of them met twice."""
    return old.is_sorted() and not fresh.is_in(old.implode()).any()


def with_table(case: Case, table: str, rows: pl.DataFrame) -> Case:
    """Return the case with other rows in one table, in order."""
    changed: dict[str, Any] = {table: in_order(table, rows)}
    return replace(case, **changed)


def approved(case: Case, ids: Sequence[str], change: GradeChange, written: Written) -> Case:
    """Return the case in which an authority decided a grade on the day of the law."""
    is_hit = pl.col("enterprise_id").is_in(ids)
    decided = {
        "approved_grade": pl.lit(change.grade),
        "approved_on": pl.lit(case.settings.law.on),
        "approved_by": pl.lit(written.scenario.author),
    }
    firms = case.enterprises.with_columns(
        pl.when(is_hit).then(value).otherwise(name).alias(name) for name, value in decided.items()
    )
    return replace(case, enterprises=held("enterprises", firms))


def with_evidence(case: Case, ids: Sequence[str], change: EvidenceChange, law: Law, written: Written) -> Case:
    """Return the case in which one fact stands in place of all that was said of its indicator."""
    asked = ["indicator", "title_zh", "title_en"]
    facts = law.conditions.select(indicator="asks", title_zh="asks_zh", title_en="asks_en")
    titles = pl.concat([law.requirements.select(asked), facts]).filter(
        pl.any_horizontal(pl.col(asked) == change.indicator)
    )
    names = {change.indicator, *titles["indicator"], *titles["title_zh"], *titles["title_en"]} - {None}
    spelled = pl.DataFrame({"name": sorted(names)}).select(plain(pl.col("name"))).to_series().to_list()
    is_told = pl.col("subject_id").is_in(ids) & plain(pl.col("indicator")).is_in(spelled)
    kept = replace(case, evidence=case.evidence.filter(~is_told))
    if change.value is None:
        return kept
    fact = {
        "indicator": change.indicator, "value": spoken_value(change.value), "unit": change.unit,
        "source": change.source, "observed_on": change.observed_on or case.settings.law.on,
        "document": written.scenario.reason,
    }  # fmt: skip
    return added(kept, "evidence", [{"subject_id": subject, **fact} for subject in ids], written)


def spoken_value(value: Value) -> str:
    """Return a TOML value as the text of an evidence cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def with_register(case: Case, ids: Sequence[str], change: RegisterChange, written: Written) -> Case:
    """Return the case with a register entry made or struck; one of the same register is replaced."""
    same = pl.col("enterprise_id").is_in(ids) & (pl.col("register").cast(pl.String) == change.register_name)
    kept = replace(case, registers=case.registers.filter(~same))
    if change.action == "remove":
        return kept
    entry = change.model_dump(include={"scope", "quota_share", "valid_from", "valid_to"})
    entry |= {"register": change.register_name, "basis": change.basis or written.scenario.reason}
    return added(kept, "registers", [{"enterprise_id": firm, **entry} for firm in ids], written)


def repaired(case: Case, ids: Sequence[str], change: PenaltyChange) -> Case:
    """Return the case in which penalties are repaired; a rectification without a day is dated alike."""
    is_hit = pl.col("enterprise_id").is_in(ids)
    if change.kind is not None:
        is_hit &= pl.col("kind") == change.kind
    day = pl.lit(change.repaired_on)
    penalties = case.penalties.with_columns(
        credit_repaired_on=pl.when(is_hit).then(day).otherwise("credit_repaired_on"),
        rectified_on=pl.when(is_hit).then(pl.coalesce("rectified_on", day)).otherwise("rectified_on"),
    )
    return replace(case, penalties=in_order("penalties", penalties))


def pinned(case: Case, unit_ids: Sequence[str], measure: str, level: str, written: Written) -> Case:
    """Return the case with one pin on each unit; earlier pins of the same unit at these levels give way."""
    at_level = pl.lit(value=True) if level == "all" else pl.col("level").cast(pl.String) == level
    kept = replace(case, overrides=case.overrides.filter(~(pl.col("unit_id").is_in(unit_ids) & at_level)))
    words = {"level": level, "measure": measure, "reason": written.scenario.reason, "by": written.scenario.author}
    return added(kept, "overrides", [{"unit_id": unit, **words} for unit in unit_ids], written)


def unpinned(case: Case, unit_ids: Sequence[str]) -> Case:
    """Return the case without the pins of some units."""
    return replace(case, overrides=case.overrides.filter(~pl.col("unit_id").is_in(unit_ids)))


def idle(case: Case, unit_ids: Sequence[str]) -> Case:
    """Return the case in which some lines are down."""
    status = pl.when(pl.col("unit_id").is_in(unit_ids)).then(pl.lit("idle")).otherwise(pl.col("status").cast(pl.String))
    return replace(case, units=held("units", case.units.with_columns(status=status)))


def retrofitted(case: Case, unit_ids: Sequence[str], change: Retrofit) -> Case:
    """Return the case in which some lines emit or run otherwise."""
    is_hit = pl.col("unit_id").is_in(unit_ids)
    columns: dict[str, pl.Expr] = {}
    for pollutant, column in EMISSIONS.items():
        share, amount = (getattr(change, f"{pollutant}_removed_share"), getattr(change, column))
        if amount is not None:
            columns[column] = pl.lit(amount)
        elif share is not None:
            columns[column] = pl.col(column) * (1.0 - share)
    columns |= {name: pl.lit(getattr(change, name)) for name in ("min_load", "can_stop")
                if getattr(change, name) is not None}  # fmt: skip
    units = case.units.with_columns(
        pl.when(is_hit).then(value).otherwise(name).alias(name) for name, value in columns.items()
    )
    return replace(case, units=held("units", units))
