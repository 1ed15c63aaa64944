"""Every screening of the hours of stack monitors; a finding is a question to the operator, not a violation."""

import polars as pl

from grading.monitoring.findings import ORDER, Findings
from grading.monitoring.patterns import constant, drift, just_under_limit, step_after_calibration, stuck_at_limit
from grading.monitoring.plausibility import contradictions, gaps_at_exceedances, near_air_o2
from grading.monitoring.screening import Screening
from grading.monitoring.states import KEY
from grading.monitoring.tables import HourStates


def anomalies(states: pl.DataFrame, screening: Screening, electricity: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return everything the hours give reason to ask about.

    Shape: `Findings`, sorted. `states` is `HourStates`; `electricity` is `Electricity`, the meters
    of the line behind each outlet, and without it flow is held against the marks alone.
    """
    hours = HourStates.validate(states).sort(*KEY, "started_at")
    valid = hours.filter(pl.col("state") == "valid")
    found = [
        constant(valid, screening),
        stuck_at_limit(valid, screening),
        just_under_limit(valid, screening),
        step_after_calibration(hours, screening),
        drift(valid, screening),
        near_air_o2(hours, screening),
        gaps_at_exceedances(hours, screening),
        *contradictions(hours, screening, electricity),
    ]
    return Findings.validate(pl.concat(found).sort(ORDER))
