"""Results depend neither on how hours are partitioned, nor on the order of rows, nor on the size of chunks."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from grading.monitoring import (
    capture,
    compliance,
    day_mass,
    day_states,
    hour_mass,
    hour_states,
    monitored_values,
    one_per_hour,
)
from tests.grading.monitoring.factory import JUNE, make_channels, make_hours, rules
from tests.grading.monitoring.strategies import stretches

CHANNELS = make_channels({"pollutants": "nox|pm"}, {"outlet_id": "O2", "reference_o2_percent": None})
PLACES = (("O1", "nox"), ("O1", "pm"), ("O2", "nox"))


def everything(hours: pl.LazyFrame) -> list[pl.DataFrame]:
    """Return every result there is, from the lazy hours."""
    days = day_states(hours, CHANNELS, JUNE, rules())
    states = hour_states(hours, CHANNELS, JUNE, rules())
    quarters = capture(days, JUNE, rules())
    values = monitored_values(states, quarters, CHANNELS, rules())
    masses = hour_mass(states.collect(), quarters, rules())
    return [days, quarters, compliance(days, CHANNELS, JUNE, rules()), values, masses, day_mass(masses, CHANNELS)]


def partitioned(hours: pl.DataFrame, parts: int, folder: Path, seed: int) -> pl.LazyFrame:
    """Return a scan of the rows, shuffled and dealt out to files."""
    shuffled = hours.sample(fraction=1.0, shuffle=True, seed=seed).with_row_index("at")
    for part in range(parts):
        some = shuffled.filter(pl.col("at") % parts == part).drop("at")
        some.write_parquet(folder / f"{part}.parquet", row_group_size=50)
    return pl.scan_parquet(folder / "*.parquet")


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    stretch=st.tuples(stretches(720), stretches(400), stretches(720)),
    parts=st.integers(1, 7),
    seed=st.integers(0, 99),
    chunk=st.sampled_from([7, 1000, 100_000]),
)
def test_partitions_order_and_chunks_change_nothing(
    stretch: tuple[list[dict[str, Any] | None], ...], parts: int, seed: int, chunk: int
) -> None:
    hours = pl.concat(
        make_hours([(row or {"flag": None}) | {"outlet_id": outlet, "pollutant": pollutant} for row in rows])
        for (outlet, pollutant), rows in zip(PLACES, stretch, strict=True)
    )
    expected = everything(hours.lazy())

    with TemporaryDirectory() as folder, pl.Config(streaming_chunk_size=chunk):
        found = everything(partitioned(hours, parts, Path(folder), seed))

    for one, other in zip(expected, found, strict=True):
        assert_frame_equal(one, other, check_exact=True)


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_copies_are_settled_whatever_their_order(seed: int) -> None:
    rows = make_hours([{}, {}, {}])
    copies = pl.concat([rows, rows.head(2), rows.head(1).with_columns(measured_mg_m3=pl.lit(41.0))])

    settled = one_per_hour(copies.sample(fraction=1.0, shuffle=True, seed=seed).lazy()).sort("started_at").collect()

    assert settled["is_in_conflict"].to_list() == [True, False, False]
    assert settled["measured_mg_m3"].to_list() == [None, 40.0, 40.0]
