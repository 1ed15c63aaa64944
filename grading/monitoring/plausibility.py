"""Hours that contradict something else: oxygen, flow, marks, electricity, and gaps where an exceedance would be."""

from collections.abc import Iterator

import polars as pl

from grading.monitoring.findings import as_findings, runs
from grading.monitoring.screening import Screening
from grading.monitoring.states import KEY
from grading.monitoring.tables import Electricity

GAP_STATES = ("missing", "no_value", "fault", "comms_error", "maintenance", "calibration", "manual", "invalid_minutes")
IN_OPERATION = ("valid", "o2_guard")


def near_air_o2(hours: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Return runs of hours with nearly the oxygen of air while the stack carries gas as usual."""
    flows = screening["flowing_share"].holds(_of_normal("flow_m3_per_h"))
    near_air = screening["near_air_o2_percent"].holds(pl.col("o2_percent"))
    holds = pl.col("state").is_in(IN_OPERATION) & near_air & flows
    found = runs(_with_normal(_once(hours)), holds, pl.col("o2_percent").mean().round(1))
    return as_findings("near_air_o2", found.filter(_lasts(screening, "near_air_hours")))


def contradictions(
    hours: pl.DataFrame, screening: Screening, electricity: pl.DataFrame | None
) -> Iterator[pl.DataFrame]:
    """Yield runs of hours in which the marks, the flow and the meter cannot all be true."""
    metered = _metered(_once(hours), electricity)
    stopped, flow, power = pl.col("state") == "source_stopped", _of_normal("flow_m3_per_h"), _of_normal("kwh")
    powered = screening["powered_share"].holds(power)
    off = screening["treatment_off_share"].holds(_of_normal("treatment_kwh"))
    # Without a meter of production the flow says whether the line runs.
    runs_on = pl.coalesce(powered, screening["flowing_share"].holds(flow))
    cases = {
        "stopped_but_flowing": (stopped & screening["flowing_share"].holds(flow), flow),
        "stopped_but_powered": (stopped & powered, power),
        "powered_without_flow": (~stopped & powered & screening["still_share"].holds(flow), power),
        "treatment_off": (~stopped & runs_on & off, _of_normal("treatment_kwh")),
    }
    for kind, (holds, share) in cases.items():
        found = runs(metered, holds, share.mean())
        yield as_findings(kind, found.filter(_lasts(screening, "contradiction_hours")))


def gaps_at_exceedances(hours: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Return months whose gaps touch hours over the limit far more often than chance would have it.

    Maths: with a share p of valid hours over the limit, a gap touches one on either side by chance with
    c = 1 - (1 - p)**2; of n gaps n c do, give or take sqrt(n c (1 - c)).
    """
    over = (~pl.col("is_within_limit")).fill_null(value=False)
    marked = hours.with_columns(
        _gap=pl.col("state").is_in(GAP_STATES),
        _over=over,
        _touches=(over.shift(1) | over.shift(-1)).over(KEY).fill_null(value=False),
        month=pl.col("started_at").dt.date().dt.truncate("1mo"),
    ).with_columns(_run=pl.col("_gap").rle_id().over(KEY))
    gaps = (
        marked.filter("_gap")
        .group_by(*KEY, "month", "_run", maintain_order=True)
        .agg(pl.col("started_at"), touches=pl.col("_touches").any())
    )
    months = gaps.group_by(*KEY, "month", maintain_order=True).agg(
        pl.col("started_at").filter("touches").explode(empty_as_null=False),
        gaps=pl.len(),
        touching=pl.col("touches").sum(),
        observed=pl.col("touches").mean(),
    )
    usual = marked.filter(pl.col("state") == "valid").group_by(*KEY, "month").agg(share=pl.col("_over").mean())
    rated = months.join(usual, on=[*KEY, "month"]).with_columns(chance=1 - (1 - pl.col("share")).pow(2))
    by_chance = pl.col("gaps") * pl.col("chance")
    often = screening["hugging_gaps"].holds(pl.col("touching"))
    spread = (by_chance * (1 - pl.col("chance"))).sqrt()
    beyond = screening["hugging_spreads"].holds(pl.col("touching") - by_chance, scale=spread)
    return as_findings("gaps_at_exceedances", rated.filter(often & beyond).sort(*KEY, "month"))


def _once(hours: pl.DataFrame) -> pl.DataFrame:
    """Return each outlet once: oxygen, flow and meter are the same for all its pollutants."""
    return hours.filter(pl.col("pollutant") == pl.col("pollutant").min().over("outlet_id"))


def _metered(hours: pl.DataFrame, electricity: pl.DataFrame | None) -> pl.DataFrame:
    metered = Electricity.create_empty() if electricity is None else electricity
    joined = hours.join(metered, on=["outlet_id", "started_at"], how="left", maintain_order="left")
    return _with_normal(joined)


def _with_normal(hours: pl.DataFrame) -> pl.DataFrame:
    """Add what is normal for each channel: the median over its hours in operation."""
    runs_normally = pl.col("state").is_in(IN_OPERATION)
    normal = [
        pl.col(name).filter(runs_normally).median().over(KEY).alias(f"normal_{name}")
        for name in ("flow_m3_per_h", "kwh", "treatment_kwh")
        if name in hours.columns
    ]
    return hours.with_columns(normal)


def _of_normal(name: str) -> pl.Expr:
    """Return the share of what is normal; where nothing is normal, nothing is all of it that can be lacking."""
    normal, value = pl.col(f"normal_{name}"), pl.col(name)
    if name != "treatment_kwh":
        return pl.when(normal > 0).then(value / normal)
    return pl.when(normal > 0).then(value / normal).when(value == 0).then(pl.lit(0.0))


def _lasts(screening: Screening, name: str) -> pl.Expr:
    return screening[name].holds(pl.col("started_at").list.len())
