"""One year of generated stack hours, and three ways to work on it; each is run in a process of its own.

Run as `python -m tests.benches.monitoring_work <ours|bare|duckdb> <folder>`: prints seconds and peak memory as
JSON and writes the answer beside the data.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from grading.monitoring import Period, capture, channels_of, compliance, day_states, load_rules
from grading.monitoring.tables import FLAGS, Hours, Outlets
from grading.scale import POLLUTANT_DTYPE, POLLUTANTS
from tests.benches.memory import peak_mb

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
LIMIT, REFERENCE_O2 = 50.0, 16.0
CHANNELS_PER_FILE = 120
ANSWER = ["outlet_id", "pollutant", "month", "judged_hours", "hours_over_limit", "open_hours", "invalid", "outage"]


def outlets(channels: int) -> pl.DataFrame:
    """Return one outlet per four channels, all with the same limit."""
    names = [f"DA{at:06d}" for at in range(-(-channels // len(POLLUTANTS)))]
    blank = dict.fromkeys(Outlets.column_names())
    known = {"unit_id": "U", "enterprise_id": "E", "reference_o2_percent": REFERENCE_O2}
    limits = {f"{pollutant}_limit_mg_m3": LIMIT for pollutant in POLLUTANTS}
    rows = [blank | known | limits | {"outlet_id": name} for name in names]
    return pl.DataFrame(rows, schema=Outlets.create_empty().schema)


def generate(folder: Path, rows: int, seed: int) -> int:
    """Write at least `rows` hours in partitions of some channels each and return how many were written."""
    channels = -(-rows // YEAR.hours)
    channels += -channels % len(POLLUTANTS)
    listed = channels_of(outlets(channels))
    hours = YEAR.all_hours().collect()["started_at"]
    written = 0
    for part, first in enumerate(range(0, channels, CHANNELS_PER_FILE)):
        some = listed.slice(first, CHANNELS_PER_FILE).select("outlet_id", "pollutant")
        frame = _year_of(some, hours, np.random.default_rng([seed, part]))
        frame.write_parquet(folder / f"part-{part:05d}.parquet")
        written += frame.height
    outlets(channels).write_parquet(folder / "outlets.pq")
    return written


def _year_of(channels: pl.DataFrame, hours: pl.Series, draw: np.random.Generator) -> pl.DataFrame:
    grid = channels.join(hours.to_frame(), how="cross")
    count = grid.height
    flags = draw.choice(FLAGS, count, p=[0.94, 0.02, 0.002, 0.01, 0.01, 0.01, 0.004, 0.004])
    measured = draw.gamma(16.0, 2.0, count).round(2)
    drawn = grid.with_columns(
        measured_mg_m3=pl.Series(measured),
        o2_percent=pl.Series(draw.normal(16.0, 0.8, count).round(2)),
        flow_m3_per_h=pl.Series(draw.normal(1e5, 1e4, count).round(0)),
        valid_minutes=pl.Series(draw.integers(40, 61, count).astype(float)),
        flag=pl.Series(flags.astype(str)).cast(pl.Enum(FLAGS)),
        source_state=pl.lit(None, dtype=Hours.create_empty().schema["source_state"]),
        is_in_conflict=pl.lit(value=False),
    )
    kept = drawn.filter(pl.Series(draw.random(count) > 0.005))
    return kept.select(Hours.column_names()).with_columns(pl.col("pollutant").cast(POLLUTANT_DTYPE))


def ours(folder: Path) -> pl.DataFrame:
    """Return the month's verdict numbers by the product's own functions."""
    rules = load_rules(YEAR.last)
    channels = channels_of(pl.read_parquet(folder / "outlets.pq"))
    days = day_states(pl.scan_parquet(folder / "*.parquet"), channels, YEAR, rules)
    verdicts = compliance(days, channels, YEAR, rules)
    months = capture(days, YEAR, rules, span="month").rename(
        {"period": "month", "invalid_hours": "invalid", "outage_hours": "outage"}
    )
    return verdicts.join(months, on=["outlet_id", "pollutant", "month"]).select(ANSWER)


def bare(folder: Path) -> pl.DataFrame:
    """Return sums of the same columns by outlet, pollutant and day: a scan and a group-by, no rule at all."""
    columns = ["measured_mg_m3", "o2_percent", "valid_minutes"]
    marks = ["flag", "source_state", "is_in_conflict"]
    hours = pl.scan_parquet(folder / "*.parquet")
    return (
        hours.group_by("outlet_id", "pollutant", pl.col("started_at").dt.date().alias("day"))
        .agg(pl.col(columns).sum(), pl.col(marks).count(), pl.len())
        .collect(engine="streaming")
    )


SQL = """
WITH hours AS (
  SELECT outlet_id, pollutant::VARCHAR AS pollutant, date_trunc('month', started_at)::DATE AS month,
    measured_mg_m3 * (21 - {o2}) / (21 - o2_percent) <= {limit} * (1 + 1e-9) AS within,
    CASE WHEN is_in_conflict THEN 'invalid'
      WHEN flag = 'F' AND coalesce(source_state::VARCHAR, 'stopped') <> 'stopped' THEN 'invalid'
      WHEN flag = 'D' AND source_state = 'stopped' THEN 'invalid'
      WHEN flag = 'F' OR source_state = 'stopped' THEN 'outage'
      WHEN flag IS NULL OR flag <> 'N' THEN 'invalid'
      WHEN valid_minutes < 45 THEN 'invalid'
      WHEN measured_mg_m3 IS NULL OR measured_mg_m3 < 0 THEN 'invalid'
      WHEN o2_percent IS NULL OR o2_percent < 0 OR o2_percent >= 21 THEN 'invalid'
      WHEN source_state IN ('start_up', 'shutdown', 'malfunction') THEN 'open'
      ELSE 'valid' END AS state
  FROM read_parquet('{folder}/*.parquet')
), months AS (
  SELECT outlet_id, pollutant, month, count(*) AS reported,
    count(*) FILTER (state = 'valid') AS judged_hours,
    count(*) FILTER (state = 'valid' AND NOT within) AS hours_over_limit,
    count(*) FILTER (state = 'open') AS open_hours,
    count(*) FILTER (state = 'invalid') AS bad,
    count(*) FILTER (state = 'outage') AS outage
  FROM hours GROUP BY ALL
)
SELECT outlet_id, pollutant, month, judged_hours, hours_over_limit, open_hours,
  bad + 24 * date_diff('day', month, month + INTERVAL 1 MONTH) - reported AS invalid, outage
FROM months
"""


def duckdb_work(folder: Path) -> pl.DataFrame:
    """Return the same numbers from one SQL statement, written from the rules and not from the code."""
    import duckdb  # noqa: PLC0415 - only this contender needs it

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    found = folder / "found.duckdb_answer"
    question = SQL.format(folder=folder, limit=LIMIT, o2=REFERENCE_O2)
    connection.execute(f"COPY ({question}) TO '{found}' (FORMAT parquet)")
    return pl.read_parquet(found)


WORK = {"ours": ours, "bare": bare, "duckdb": duckdb_work}


def main(which: str, folder: Path) -> None:
    """Run one contender and print what it took."""
    started, cpu_started = time.perf_counter(), time.process_time()
    answer = WORK[which](folder)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    answer.write_parquet(folder / f"{which}.answer")
    print(json.dumps({"seconds": round(seconds, 2), "cpu_seconds": round(cpu_seconds, 2), "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
