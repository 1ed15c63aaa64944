"""Stretches of hours as Hypothesis draws them: every mark, gaps, blanks and numbers on the edges."""

from typing import Any

from hypothesis import strategies as st

from grading.monitoring.tables import FLAGS, SOURCE_STATES

Row = dict[str, Any]
EDGES = st.sampled_from([0.0, 10.0, 40.0, 49.9999, 50.0, 50.1, 60.0])
ONE_HOUR = st.fixed_dictionaries(
    {
        "measured_mg_m3": st.one_of(EDGES, st.floats(0, 200), st.sampled_from([None, -9.0])),
        "o2_percent": st.one_of(st.sampled_from([16.0, 17.0, 20.9, 21.0, 21.5, -1.0, None]), st.floats(5, 20)),
        "flow_m3_per_h": st.sampled_from([100_000.0, 120_000.0, None]),
        "valid_minutes": st.sampled_from([60.0, 45.0, 44.0, None]),
        "flag": st.sampled_from([*FLAGS, None, "N", "N", "N", "N", "N", "N"]),
        "source_state": st.sampled_from([*SOURCE_STATES, None, None, None, None]),
        "is_in_conflict": st.sampled_from([False] * 9 + [True]),
    }
)


@st.composite
def stretches(draw: st.DrawFn, hours: int) -> list[Row | None]:
    """Return `hours` hours in runs of equal ones; None is an hour that nobody reported."""
    runs = draw(st.lists(st.tuples(st.one_of(st.none(), ONE_HOUR), st.integers(1, 60)), min_size=1, max_size=40))
    rows = [row for row, length in runs for _ in range(length)]
    return (rows * (hours // len(rows) + 1))[:hours]
