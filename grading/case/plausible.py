"""Rules of common sense: no decision in the future, no line that emits more than the city or than it produces."""

import polars as pl

from grading.case.parse import FAULTS, Parsed
from grading.case.settings import CaseSettings, Society
from grading.scale import POLLUTANTS

PAST_ONLY: dict[str, tuple[str, ...]] = {
    "enterprises": ("approved_on",),
    "units": ("approved_on",),
    "evidence": ("observed_on",),
    "penalties": ("decided_on", "rectified_on", "credit_repaired_on"),
}
DAYS_PER_YEAR = 365
KG_PER_T = 1000.0
# A day taken for a year is a factor of about 300 to 365, a kilogram taken for a tonne one of 1,000.
MIX_UP_FACTOR = 250.0


def plausibility_faults(parsed: Parsed, settings: CaseSettings | None) -> pl.DataFrame:
    """Return the faults of one table against common sense; without settings only what needs none."""
    found = [pl.DataFrame(schema=FAULTS)]
    if settings:
        found += [_future(parsed, column, settings) for column in PAST_ONLY.get(parsed.table, ())]
    if parsed.table == "registers":
        found.append(_ends_before_start(parsed))
    if parsed.table == "units":
        found += [_above_output(parsed, pollutant) for pollutant in POLLUTANTS]
        found.append(_capacity_mix_up(parsed))
        if settings:
            found += [_above_society(parsed, pollutant, settings.society) for pollutant in POLLUTANTS]
    return pl.concat(found)


def _fault_rows(rows: pl.DataFrame, column: str, value: pl.Expr, rule: str, expected: pl.Expr) -> pl.DataFrame:
    return rows.select(
        pl.col("source_row").alias("row"),
        pl.lit(column).alias("column"),
        value.cast(pl.String).alias("value"),
        pl.lit(rule).alias("rule"),
        expected.cast(pl.String).alias("expected"),
    )


def _future(parsed: Parsed, column: str, settings: CaseSettings) -> pl.DataFrame:
    rows = parsed.frame.filter(pl.col(column) > settings.law.on)
    return _fault_rows(rows, parsed.name(column), pl.col(column), "future_date", pl.lit(settings.law.on))


def _ends_before_start(parsed: Parsed) -> pl.DataFrame:
    rows = parsed.frame.filter(pl.col("valid_to") < pl.col("valid_from"))
    return _fault_rows(rows, parsed.name("valid_to"), pl.col("valid_to"), "ends_before_start", pl.col("valid_from"))


def society_kg_per_day(society: Society, pollutant: str) -> float | None:
    """Return the whole-society emission of a pollutant, None unless every sector states it. Units: kg/d."""
    stated = [known[name] for known in society.sectors.values() for name in known if name == pollutant]
    if not stated or len(stated) < len(society.sectors):
        return None
    return sum(stated) * (KG_PER_T / DAYS_PER_YEAR if society.unit == "t/a" else 1.0)


def _above_society(parsed: Parsed, pollutant: str, society: Society) -> pl.DataFrame:
    column = f"{pollutant}_kg_per_day"
    total = society_kg_per_day(society, pollutant)
    rows = parsed.frame.filter(pl.col(column) > total) if total is not None else parsed.frame.clear()
    expected = pl.lit(f"{total or 0:.0f}")
    return _fault_rows(rows, parsed.name(column), pl.col(column), "emission_above_society", expected)


def _above_output(parsed: Parsed, pollutant: str) -> pl.DataFrame:
    """Return lines that would emit more mass than they can make: true of no process, so units are mixed up."""
    column = f"{pollutant}_kg_per_day"
    most = pl.max_horizontal("capacity_eia_t_per_day", "capacity_permit_t_per_day", "output_last_year_t_per_day")
    rows = parsed.frame.filter((most > 0) & (pl.col(column) > most * KG_PER_T))
    return _fault_rows(rows, parsed.name(column), pl.col(column), "emission_above_output", most)


def _capacity_mix_up(parsed: Parsed) -> pl.DataFrame:
    """Return lines whose two capacities, or whose output and capacity, lie a unit apart; a low output is possible."""
    eia, permit = pl.col("capacity_eia_t_per_day"), pl.col("capacity_permit_t_per_day")
    output, capacity = pl.col("output_last_year_t_per_day"), pl.max_horizontal(eia, permit)
    apart = (eia > 0) & (permit > 0) & ((eia > permit * MIX_UP_FACTOR) | (permit > eia * MIX_UP_FACTOR))
    above = (capacity > 0) & (output > capacity * MIX_UP_FACTOR)
    rows = parsed.frame.filter(apart.fill_null(False) | above.fill_null(False))
    column = parsed.name("capacity_permit_t_per_day")
    return _fault_rows(rows, column, permit, "capacity_mix_up", pl.lit(f"{MIX_UP_FACTOR:.0f}")).with_columns(
        pl.col("value").fill_null("")
    )
