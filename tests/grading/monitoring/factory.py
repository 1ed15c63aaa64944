"""Hours and outlets, written as short lists, for the monitoring tests."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import polars as pl

from grading.monitoring import MonitoringRules, Period, channels_of, load_rules
from grading.monitoring.tables import Hours, Outlets

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
ON = date(2026, 6, 30)


@cache
def rules() -> MonitoringRules:
    return load_rules(ON)


def make_outlets(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return outlets; by default one sinter stack O1 with a NOx limit of 50 at 16 % oxygen."""
    default = {
        "outlet_id": "O1",
        "unit_id": "U1",
        "enterprise_id": "E1",
        "process": "sinter",
        "reference_o2_percent": 16.0,
        "nox_limit_mg_m3": 50.0,
    }
    full = [{name: None for name in Outlets.column_names()} | default | row for row in rows or ({},)]
    return pl.DataFrame(full, schema=Outlets.create_empty().schema)


def make_channels(*rows: dict[str, Any]) -> pl.DataFrame:
    return channels_of(make_outlets(*rows))


def make_hours(rows: Iterable[dict[str, Any]], first: datetime = datetime(2026, 6, 1)) -> pl.DataFrame:
    """Return hours one after the other from `first`; what a row leaves out is a normal hour at 40 and 16 % O2."""
    default = {
        "outlet_id": "O1",
        "pollutant": "nox",
        "measured_mg_m3": 40.0,
        "o2_percent": 16.0,
        "flow_m3_per_h": 100_000.0,
        "valid_minutes": 60.0,
        "flag": "N",
        "source_state": None,
        "is_in_conflict": False,
    }
    full = [default | {"started_at": first + timedelta(hours=at)} | row for at, row in enumerate(rows)]
    return pl.DataFrame(full, schema=Hours.create_empty().schema)
