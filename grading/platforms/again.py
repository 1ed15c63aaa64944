"""The platforms of a case that differs little from one they were heard for: only what a changed row bears on is anew.

Files are not read again unless a line or an enterprise is named, placed or classed otherwise; sources are compared only
for lines that state other quantities. The result is that of `hear` (tests/grading/platforms/test_again.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from grading.case.model import Case
from grading.case.parts import apart, changed_keys, inserted
from grading.case.platforms import Platforms
from grading.checked import shaped
from grading.factors import Factored
from grading.factors.apply import factored_again, factored_beside
from grading.law.alike import is_alike
from grading.law.model import Law
from grading.monitoring import agree, load_source_rules
from grading.monitoring.agreement import Agreement, baselines
from grading.monitoring.quantities import from_units
from grading.platforms.compare import disagreements_of, other_disagreements
from grading.platforms.join import Hearing, capacities_of, hear, told, with_monitored
from grading.scale import POLLUTANTS

CLASS = ("industry", "subtype")
LISTS = {"enterprises": ("enterprise_id",), "units": ("unit_id", "enterprise_id", "operating_days_per_year")}
"""Columns that files of platforms are read by."""
MONITORS = {"enterprises": (*LISTS["enterprises"], *CLASS), "units": (*LISTS["units"], *CLASS, "process")}
"""Columns that they are read, and indicators of monitors chosen, by."""
FACTORED = (*MONITORS["units"], "product", "output_last_year_t_per_day")
"""Columns of a line that emission factors are chosen by."""
STATED = (*(f"{p}_kg_per_day" for p in POLLUTANTS), "capacity_permit_t_per_day", "source_file", "source_row")
"""Columns of a line that are compared with what platforms state."""


def hear_again(case: Case, law: Law, before: Hearing) -> Hearing:
    """Return the named case with its platforms; raises as `hear_platforms`.

    Under another law of the same day the files say the same, and the indicators of monitors are chosen anew.
    """
    if not is_alike(law, before.law):
        is_read = law.on == before.law.on and _reads_alike(case, before, LISTS)
        return hear(case, law, before.listened if is_read else None)
    if not _reads_alike(case, before, MONITORS):
        return hear(case, law)
    factored = _factored(case, law, before)
    lines = changed_keys(before.own.units, case.units, "unit_id", STATED)
    lines |= changed_keys(before.factored.quantities, factored.quantities, "subject_id")
    stated, agreement = _believed(case, law, before, factored, lines) if lines else (before.stated, before.agreement)
    others = _others(case, law, before)
    platforms = _platforms(case, before, agreement, others, lines)
    if platforms is not None and not factored.emissions.equals(platforms.factored):
        platforms = replace(platforms, factored=factored.emissions)
    is_same = _is_same(case, before.own, "evidence")
    evidence = before.named.evidence if is_same else with_monitored(case.evidence, before.listened.heard)
    named = told(case, evidence, before.listened, factored, platforms)
    return Hearing(case, law, named, before.listened, factored, stated, agreement, others)


def _is_same(case: Case, other: Case, table: str) -> bool:
    one, two = getattr(case, table), getattr(other, table)
    return one is two or bool(one.equals(two))


def _reads_alike(case: Case, before: Hearing, columns: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether the files say the same; rows may come where every row of the files was of somebody known."""
    own, settings = before.own, case.settings
    if case.folder != own.folder or settings.monitoring != own.settings.monitoring:
        return False
    if settings.industries != own.settings.industries:
        return False
    may_come = not before.listened.read.faults and not before.listened.faults
    return all(
        _only_more(getattr(own, table), getattr(case, table), names, may_come=may_come)
        for table, names in columns.items()
    )


def _only_more(old: pl.DataFrame, new: pl.DataFrame, names: Sequence[str], *, may_come: bool) -> bool:
    """Return whether two tables have the same rows as far as `names` say, or, where rows may come, some beside them."""
    gone, come = (rows[list(names)] for rows in apart(old, new, names[0]))
    if gone.equals(come):
        return True
    return may_come and gone.join(come, on=gone.columns, how="anti", nulls_equal=True).is_empty()


def _factored(case: Case, law: Law, before: Hearing) -> Factored:
    old = before.own.units
    if before.listened.read.factors.is_empty():
        return before.factored
    lines = changed_keys(old, case.units, "unit_id", FACTORED[1:])
    factored = factored_beside(before.factored, case, lines, law) if lines else before.factored
    runs = changed_keys(old, case.units, "unit_id", ("status",))
    is_chosen = factored.chosen["unit_id"].is_in(pl.Series(sorted(runs - lines), dtype=pl.String).implode())
    return factored_again(factored, case.units) if is_chosen.any() else factored


def _stated(case: Case, before: Hearing, factored: Factored, lines: frozenset[str]) -> pl.DataFrame:
    """Return what every source states of some lines. Shape: `Quantities`."""
    names = pl.Series(sorted(lines), dtype=pl.String).implode()
    is_other = ~pl.col("source").cast(pl.String).is_in(["bureau", "factor"])
    bureau = from_units(case.units.filter(pl.col("unit_id").is_in(names)), shaped)
    parts = (factored.quantities, before.stated.filter(is_other))
    return pl.concat([bureau, *(part.filter(pl.col("subject_id").is_in(names)) for part in parts)])


def _believed(
    case: Case, law: Law, before: Hearing, factored: Factored, lines: frozenset[str]
) -> tuple[pl.DataFrame, Agreement]:
    """Return what the sources state, and what of it is believed, anew for some lines."""
    is_stated = pl.col("subject_id").is_in(pl.Series(sorted(lines), dtype=pl.String).implode())
    few = _stated(case, before, factored, lines)
    return pl.concat([before.stated.filter(~is_stated), few]), _agreed(law, before.agreement, few, is_stated)


def _agreed(law: Law, old: Agreement, few: pl.DataFrame, is_stated: pl.Expr) -> Agreement:
    """Return what is believed, the sources of some lines compared anew."""
    anew = agree(few, load_source_rules(date.fromisoformat(law.on)), shaped)
    pairs = ((old.used, anew.used), (old.disagreements, anew.disagreements))
    return Agreement(*(inserted(kept.filter(~is_stated), new, "subject_id") for kept, new in pairs))


def _others(case: Case, law: Law, before: Hearing) -> tuple[pl.DataFrame, ...]:
    """Return the disagreements that no line's quantity bears on."""
    is_same = all(_is_same(case, before.own, name) for name in ("evidence", "penalties"))
    if is_same or before.named.platforms is None:
        return before.others
    return other_disagreements(case, law, before.listened.read, before.listened.heard)


def _platforms(
    case: Case, before: Hearing, agreement: Agreement, others: tuple[pl.DataFrame, ...], lines: frozenset[str]
) -> Platforms | None:
    platforms = before.named.platforms
    if platforms is None or (not lines and others is before.others):
        return platforms
    is_same = others is before.others and agreement.disagreements.equals(before.agreement.disagreements)
    compared = platforms if is_same else replace(
        platforms, disagreements=disagreements_of(case, agreement.disagreements, others)
    )  # fmt: skip
    return _rebased(compared, case, agreement, lines) if lines else compared


def _rebased(platforms: Platforms, case: Case, agreement: Agreement, lines: frozenset[str]) -> Platforms:
    """Return the platforms with baselines and capacities of some lines as they are believed now."""
    names = pl.Series(sorted(lines), dtype=pl.String).implode()
    is_one = pl.col("unit_id").is_in(names)
    few = Agreement(agreement.used.filter(pl.col("subject_id").is_in(names)), agreement.disagreements.clear())
    believed = baselines(few.used, case.units.filter(is_one), shaped)
    return replace(
        platforms,
        baselines=inserted(platforms.baselines.filter(~is_one), believed, "unit_id"),
        capacities=inserted(platforms.capacities.filter(~is_one), capacities_of(few), "unit_id"),
    )
