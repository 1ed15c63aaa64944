"""Several sources of one quantity: who is believed, and what a disagreement looks like."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.faults import InputError
from grading.monitoring.agreement import agree, baselines, load_source_rules
from grading.monitoring.quantities import FAMILIES, SOURCES, Quantities, from_monitoring, from_units
from grading.monitoring.rollup import COUNTS
from grading.monitoring.statements import read_statements
from grading.monitoring.tables import DayMass
from tests.grading.assess.factory import table

RULES = load_source_rules(date(2026, 6, 30))
UNITS = table("units", [{"unit_id": "U1", "enterprise_id": "E1", "nox_kg_per_day": 90.0, "source_file": "units.csv"}])


def quantities(*rows: tuple[str, str, float]) -> pl.DataFrame:
    full = [
        {"subject_id": "U1", "quantity": quantity, "source": source, "value": value, "source_file": f"{source}.csv",
         "source_row": 2}
        for quantity, source, value in rows
    ]  # fmt: skip
    return pl.DataFrame(full, schema=Quantities.create_empty().schema)


def days(*kg: float | None) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {"subject_id": "U1", "pollutant": "nox", "day": date(2026, 6, at), "mass_kg_per_day": value,
         "known_kg": value or 0.0, **dict.fromkeys(COUNTS, 0), "hours_measured": 24}
        for at, value in enumerate(kg, 1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=DayMass.create_empty().schema)


@settings(max_examples=60, deadline=None)
@given(
    stated=st.dictionaries(st.sampled_from(SOURCES), st.sampled_from([50.0, 80.0, 100.0, 120.0, 121.0]), min_size=1),
    quantity=st.sampled_from(sorted(FAMILIES)),
)
def test_the_most_believed_source_is_used_and_every_other_beyond_tolerance_is_a_row(
    stated: dict[str, float], quantity: str
) -> None:
    rule = RULES[FAMILIES[quantity]]
    known = [source for source in rule.order if source in stated]

    found = agree(quantities(*((quantity, source, value) for source, value in stated.items())), RULES)

    if not known:
        assert found.used.is_empty()
        return
    believed = stated[known[0]]
    wanted = {s for s in known[1:] if abs(stated[s] - believed) > rule.tolerance.value * believed + 1e-9}
    assert found.used.select(pl.col("source").cast(pl.String), "value").row(0) == (known[0], believed)
    assert set(found.disagreements["other_source"]) == wanted


def test_a_declaration_below_the_measured_mass_says_by_how_much() -> None:
    row = agree(quantities(("nox_kg_per_day", "monitoring", 120.0), ("nox_kg_per_day", "disclosure", 60.0)), RULES)
    found = row.disagreements.row(0, named=True)
    assert (found["used_source"], found["other_source"]) == ("monitoring", "disclosure")
    assert (found["difference_share"], found["consequence"], found["other_file"]) == (
        -0.5, "other_lower", "disclosure.csv",
    )  # fmt: skip


def test_a_monitored_mass_needs_every_day() -> None:
    assert from_monitoring(days(100.0, 140.0))["value"].to_list() == [120.0]
    assert from_monitoring(days(100.0, None)).is_empty()


@pytest.mark.parametrize(("kg", "method", "value"), [((100.0, 140.0), "monitoring", 120.0), ((None,), "bureau", 90.0)])
def test_baselines_name_their_method(kg: tuple[float | None, ...], method: str, value: float) -> None:
    stated = pl.concat([from_units(UNITS), from_monitoring(days(*kg))])

    found = baselines(agree(stated, RULES).used, UNITS)

    rows = {row["pollutant"]: (row["kg_per_day"], row["method"]) for row in found.iter_rows(named=True)}
    assert rows == {"nox": (value, method), "so2": (None, None), "pm": (None, None), "vocs": (None, None)}


PERMITS = """许可证编号,生产线编号,有效期起,有效期止,许可产能(t/d),NOx许可年排放量(t/a),NOx许可限值(mg/m3)
P1,U1,2024-01-01,2028-12-31,1000,36.5,50
"""
STATED = table("units", [{"unit_id": "U1", "enterprise_id": "E1", "operating_days_per_year": 365.0}])
ON = pl.lit(date(2026, 6, 30))


def test_a_permit_list_states_quantities_per_operating_day(tmp_path: Path) -> None:
    (tmp_path / "permits.csv").write_text(PERMITS, encoding="utf-8")

    found, faults = read_statements(tmp_path / "permits.csv", "permit", STATED, ON)

    values = dict(found.select(pl.col("quantity").cast(pl.String), "value").iter_rows())
    assert faults == []
    assert values == {"nox_kg_per_day": 100.0, "capacity_t_per_day": 1000.0, "nox_limit_mg_m3": 50.0}
    assert found["document"].unique().to_list() == ["P1"]


@pytest.mark.parametrize(
    ("old", "new"), [("年排放量(t/a),", "年排放量(kg/a),"), ("36.5", "36500"), ("年排放量(t/a)", "日排放量(t/d)")]
)
def test_units_of_the_header_count(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "permits.csv").write_text(PERMITS.replace(old, new), encoding="utf-8")
    found, _ = read_statements(tmp_path / "permits.csv", "permit", STATED, ON)
    value = found.filter(pl.col("quantity") == "nox_kg_per_day")["value"].item()
    assert value == pytest.approx({"36.5": 100_000.0, "年排放量(t/a),": 0.1, "年排放量(t/a)": 36_500.0}[old])


def test_a_foreign_unit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "permits.csv").write_text(PERMITS.replace("t/a", "kg/h"), encoding="utf-8")
    with pytest.raises(InputError, match="kg/h"):
        read_statements(tmp_path / "permits.csv", "permit", STATED, ON)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("2028-12-31", "2026-06-29", "not_valid_on_the_day"),
        ("2028-12-31", "长期", "not_a_day"),
        ("U1", "U9", "unknown_unit_id"),
        ("36.5", "many", "not_a_number"),
        ("P1,U1", "P1,U1,2024-01-01,2028-12-31,900,36.5,50\nP1,U1", "stated_twice"),
    ],
)
def test_what_a_permit_list_cannot_state_is_a_fault(tmp_path: Path, old: str, new: str, rule: str) -> None:
    (tmp_path / "permits.csv").write_text(PERMITS.replace(old, new), encoding="utf-8")
    _, faults = read_statements(tmp_path / "permits.csv", "permit", STATED, ON)
    assert {fault.rule for fault in faults} == {rule}


def test_a_yearly_amount_without_operating_days_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "permits.csv").write_text(PERMITS, encoding="utf-8")
    _, faults = read_statements(tmp_path / "permits.csv", "permit", UNITS, ON)
    assert [fault.rule for fault in faults] == ["needs_days"]
