"""Meters and out-of-control periods of a case: what they change, held against slow ways of saying the same."""

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grading.case.model import Case
from grading.case.platforms import Platforms
from grading.checked import checked
from grading.monitoring.meters import read_meters
from grading.monitoring.power import full_hours, of_outlets, read_power
from grading.monitoring.tables import Meters, Outlets
from lantian.journal import Journal
from lantian.pipeline import grade_case
from lantian.run import Options
from tests.grading.platforms.folder import OUTLETS, hours_of, write_case

JUNE = datetime(2026, 6, 1)
METERS = "电表编号,生产线编号,用途\nM1,U1,生产\nM2,U1,治理\n"
HOURS = 4
Row = tuple[str, datetime, float | None]
STOPPED = "N" * 400 + "F" * 48 + "N" * 272


def power_of(kwh: list[float | None], minutes: int = 15, first: datetime = JUNE) -> str:
    """Return intervals by their ends, one value each; None is not reported."""
    ends = [(first + timedelta(minutes=minutes * (at + 1)), value) for at, value in enumerate(kwh)]
    lines = [
        f"{end - timedelta(days=1):%Y-%m-%d} 24:00,{value}" if end.hour == end.minute == 0 else f"{end},{value}"
        for end, value in ends
        if value is not None
    ]
    return "\n".join(["结束时间,用电量(kWh)", *lines]) + "\n"


def heard(folder: Path) -> tuple[Case, Platforms]:
    case = grade_case(folder, Options(out=Path(), journal=Journal(echo=lambda _: None))).case
    assert case.platforms is not None
    return case, case.platforms


def kinds(platforms: Platforms) -> list[tuple[str, int]]:
    metered = platforms.findings.filter(pl.col("kind").cast(pl.String).str.contains("powered"))
    return metered.select(pl.col("kind").cast(pl.String), "hours").rows()


def stopped_case(folder: Path, kwh: list[float | None], minutes: int = 15) -> tuple[Case, Platforms]:
    files = {"outlets": OUTLETS, "cems_DA001": hours_of(STOPPED), "meters": METERS}
    return heard(write_case(folder, **files, power_M1=power_of(kwh, minutes)))


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_stop_that_draws_power_is_found_hour_by_hour(minutes: int, tmp_path: Path) -> None:
    _, platforms = stopped_case(tmp_path / "case", [10.0] * (720 * 60 // minutes), minutes)

    assert kinds(platforms) == [("stopped_but_powered", 48)]


def test_a_stop_without_power_is_no_finding(tmp_path: Path) -> None:
    kwh = [0.2 if 400 <= at // 4 < 448 else 10.0 for at in range(2880)]

    assert kinds(stopped_case(tmp_path / "case", [*kwh])[1]) == []


def test_hours_that_lack_an_interval_are_unknown_and_told(tmp_path: Path) -> None:
    kwh: list[float | None] = [10.0] * 2880
    kwh[4 * 420 + 1] = None

    case, platforms = stopped_case(tmp_path / "case", kwh)

    # The unknown hour breaks the run of 48 hours in two; a zero would too, half of the power would not.
    assert kinds(platforms) == [("stopped_but_powered", 20), ("stopped_but_powered", 27)]
    assert sorted((f.rule, f.value, f.values["expected"]) for f in case.faults) == [
        ("hours_incomplete", "M1", "1"),
        ("meter_without_power", "M2", ""),
    ]


def test_power_without_flow_is_found(tmp_path: Path) -> None:
    still = hours_of("N" * 720).splitlines()
    still[301:311] = [line.replace(",100000,", ",900,") for line in still[301:311]]
    files = {"outlets": OUTLETS, "cems_DA001": "\n".join(still) + "\n", "meters": METERS}

    _, platforms = heard(write_case(tmp_path / "case", **files, power_M1=power_of([40.0] * 720, 60)))

    assert kinds(platforms) == [("powered_without_flow", 10)]


@pytest.mark.parametrize("production", [[40.0] * 720, [None] * 719 + [40.0]], ids=["metered", "told by the flow"])
def test_a_treatment_that_stands_while_the_line_runs_is_found(production: list[float | None], tmp_path: Path) -> None:
    """Hours 200 to 209: the line runs, its treatment does not; hours 400 to 447: both stand, as they may."""
    treatment = [0.5 if 200 <= at < 210 or 400 <= at < 448 else 12.0 for at in range(720)]
    metered: list[float | None] = [0.2 if 400 <= at < 448 and kwh else kwh for at, kwh in enumerate(production)]
    files = {"outlets": OUTLETS, "cems_DA001": hours_of(STOPPED), "meters": METERS}
    power = {"power_M1": power_of(metered, 60), "power_M2": power_of([*treatment], 60)}

    _, platforms = heard(write_case(tmp_path / "case", **files, **power))

    found = platforms.findings.filter(kind="treatment_off").select("hours", "observed", "first_hour")
    assert found.rows() == [(10, round(0.5 / 12, 7), JUNE + timedelta(hours=200))]


def test_a_wide_file_says_the_same_as_one_per_meter(tmp_path: Path) -> None:
    (tmp_path / "wide").mkdir()
    (tmp_path / "long").mkdir()
    ends = [JUNE + timedelta(hours=at + 1) for at in range(5)]
    rows = [f"{end},{at + 1},{'--' if at == 2 else at / 1000}\n" for at, end in enumerate(ends)]
    (tmp_path / "wide" / "all.csv").write_text("结束时间,M-1(kWh),M2(MWh)\n" + "".join(rows))
    long = [f"{end},M-1,{at + 1}\n{end},M2,{'--' if at == 2 else at}\n" for at, end in enumerate(ends)]
    (tmp_path / "long" / "all.csv").write_text("结束时间,电表编号,电量(kWh)\n" + "".join(long))
    meters = meters_of({"M-1": ("U1", "production", None), "M2": ("U1", "treatment", None)})

    wide, same = (read_power([tmp_path / form / "all.csv"], tmp_path, meters, None) for form in ("wide", "long"))

    assert wide[0].equals(same[0])
    assert wide[0].height == 9
    assert [f.rule for f in wide[1]] == [f.rule for f in same[1]] == ["hours_incomplete"]


def test_a_wide_column_of_no_listed_meter_is_told(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text(f"结束时间,M1,M7\n{JUNE + timedelta(hours=1)},1,2\n")

    hours, faults = read_power([tmp_path / "all.csv"], tmp_path, meters_of({"M1": ("U1", "production", None)}), None)

    assert hours["kwh"].to_list() == [1.0]
    assert [(f.rule, f.value, f.row) for f in faults] == [("unknown_meter", "M7", 1)]


def test_a_meter_that_no_check_uses_is_named_with_the_reason(tmp_path: Path) -> None:
    listed = "电表编号,生产线编号,用途\nM1,U1,生产\nM2,U1,总表\nM3,U2,生产\nM4,U1,治理\n"
    files = {"outlets": OUTLETS.replace("DA002,U2,E2,烧结机头,16,50\n", ""), "meters": listed}
    kwh: list[float | None] = [1.0, 2.0]
    power = {f"power_M{at}": power_of(kwh, 60) for at in (1, 2, 3)}

    _, platforms = heard(write_case(tmp_path / "case", **files, cems_DA001=hours_of("N" * 48), **power))

    assert platforms.meters.select("meter_id", "hours", pl.col("use").cast(pl.String)).rows() == [
        ("M1", 2, "production"), ("M2", 2, "total"), ("M3", 2, "no_outlet"), ("M4", 0, "no_hours"),
    ]  # fmt: skip
    assert dict(platforms.accepted) == {"outlets": 1, "meters": 4, "power": 6}


def test_out_of_control_hours_are_a_state_of_their_own_everywhere(tmp_path: Path) -> None:
    periods = "排口编号,监测因子,开始时间,结束时间\nDA001,,2026-06-03 09:30,2026-06-04 24:00\n"
    files = {"outlets": OUTLETS, "cems_DA001": hours_of("N" * 720), "out_of_control": periods}

    _, platforms = heard(write_case(tmp_path / "case", **files))

    # 09:00 of the third to the end of the fourth: a part of an hour is not in control.
    assert platforms.months.filter(outlet_id="DA001")["hours_out_of_control"].to_list() == [15 + 24]
    assert platforms.hours is not None
    marked = platforms.hours.filter(pl.col("state") == "out_of_control").select(
        first=pl.col("started_at").min(), last=pl.col("started_at").max(), hours=pl.len()
    )
    assert marked.collect().row(0) == (datetime(2026, 6, 3, 9), datetime(2026, 6, 4, 23), 39)


def test_the_form_of_the_file_changes_nothing(tmp_path: Path) -> None:
    ends = [JUNE + timedelta(minutes=15 * (at + 1)) for at in range(12)]
    kwh = [float(at) for at in range(12)]
    power = tmp_path / "power"
    power.mkdir()
    (power / "M1.csv").write_text(
        "结束时间,用电量(MWh)\n" + "".join(f"{e},{k / 1000}\n" for e, k in zip(ends, kwh, strict=True))
    )
    pl.DataFrame({"meter_id": "M2", "ended_at": ends, "kWh": kwh}).write_parquet(power / "all.parquet")
    with xlsxwriter.Workbook(power / "book.xlsx") as book:
        sheet = book.add_worksheet("六月")
        for at, row in enumerate(
            [("电表编号", "时间", "电量（度）"), *(("M3", f"{e}", k) for e, k in zip(ends, kwh, strict=True))]
        ):
            sheet.write_row(at, 0, row)
    (power / "M4.csv").write_text(
        "起始时间;电量\n" + "".join(f"{e - timedelta(minutes=15)};{k}\n" for e, k in zip(ends, kwh, strict=True)),
        encoding="gb18030",
    )
    meters = meters_of({f"M{at}": ("U1", "production", None) for at in range(1, 5)})

    hours, faults = read_power(sorted(power.iterdir()), tmp_path, meters, "end")

    assert faults == []
    assert hours["meter_id"].unique_counts().to_list() == [3, 3, 3, 3]
    assert hours["kwh"].round(9).to_list() == [6.0, 22.0, 38.0] * 4
    assert hours["started_at"].to_list() == [JUNE + timedelta(hours=at) for at in range(3)] * 4


def meters_of(rows: dict[str, tuple[str, str, int | None]]) -> pl.DataFrame:
    table = [(meter, *row) for meter, row in rows.items()]
    return checked(Meters, pl.DataFrame(table, schema=Meters.column_names(), orient="row"))


def slow_hours(rows: list[Row], minutes: dict[str, int]) -> dict[str, dict[int, float]]:
    """Return kWh by meter and hour: an hour counts when each of its intervals was said, always alike, and none else."""
    said: dict[tuple[str, datetime], set[float | None]] = defaultdict(set)
    for meter, end, kwh in rows:
        said[meter, end - timedelta(minutes=minutes[meter])].add(kwh)
    hours: dict[str, dict[int, float]] = defaultdict(dict)
    for meter, length in minutes.items():
        for hour in range(HOURS):
            first = JUNE + timedelta(hours=hour)
            due = {first + timedelta(minutes=at) for at in range(0, 60, length)}
            there = {at for name, at in said if name == meter and first <= at < first + timedelta(hours=1)}
            values = [kwh for at in sorted(there) for kwh in said[meter, at]]
            if there == due and len(values) == len(due) and None not in values:
                hours[meter][hour] = sum(kwh for kwh in values if kwh is not None)
    return hours


METER_IDS = ("M1", "M2", "M3")
INTERVAL = st.tuples(st.sampled_from(METER_IDS), st.integers(1, 16), st.sampled_from([None, 0.0, 1.0, 2.0]))
STATED = st.fixed_dictionaries({meter: st.sampled_from([None, 15, 30, 60]) for meter in METER_IDS})
WHOLE = [(meter, at, 1.0) for meter in METER_IDS for at in range(1, 17)]
ROLES = {"M1": ("U1", "production"), "M2": ("U1", "production"), "M3": ("U1", "treatment")}


def intervals_of(rows: list[Row]) -> pl.DataFrame:
    schema: dict[str, Any] = {"meter_id": pl.String, "instant": pl.Datetime("us"), "kwh": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        is_end=pl.lit(value=True), is_told=pl.lit(value=False)
    )


def outlet_of(unit: str) -> pl.DataFrame:
    row = dict.fromkeys(Outlets.column_names()) | {"outlet_id": "D1", "unit_id": unit, "enterprise_id": "E1"}
    return Outlets.cast(pl.DataFrame([row]))


def by_hour(frame: pl.DataFrame) -> dict[tuple[str, int], float]:
    """Return kWh by name and hour of the four hours that are drawn."""
    hours = {(name, (at - JUNE) // timedelta(hours=1)): kwh for name, at, kwh in frame.iter_rows()}
    return {key: kwh for key, kwh in hours.items() if 0 <= key[1] < HOURS}


@settings(max_examples=60, deadline=None)
@given(st.lists(INTERVAL, max_size=8), st.lists(st.sampled_from(WHOLE), max_size=8), STATED, st.integers(1, 4))
@example([("M1", 3, 1.0)], [], {"M1": None, "M2": None, "M3": None}, 1)
def test_hours_and_units_are_as_a_slow_reading_has_them(
    added: list[tuple[str, int, float | None]],
    left_out: list[tuple[str, int, float]],
    stated: dict[str, int | None],
    step: int,
) -> None:
    drawn = [*(row for row in WHOLE if row not in left_out), *added]
    rows = [(meter, JUNE + timedelta(minutes=15 * step * at), kwh) for meter, at, kwh in drawn]
    meters = meters_of({meter: (*ROLES[meter], stated[meter]) for meter in METER_IDS})
    ends = {meter: [end.minute for name, end, _ in rows if name == meter] for meter in METER_IDS}
    finest = {m: 15 if any(at % 30 for at in ends[m]) else 30 if any(ends[m]) else 60 for m in METER_IDS}

    hours, _ = full_hours(intervals_of(rows), meters)
    electricity, _ = of_outlets(hours, meters, outlet_of("U1"))

    expected = slow_hours(rows, {meter: stated[meter] or finest[meter] for meter in METER_IDS})
    assert by_hour(hours) == {(meter, hour): kwh for meter, known in expected.items() for hour, kwh in known.items()}
    both = expected["M1"].keys() & expected["M2"].keys()
    told = {role: electricity.select("outlet_id", "started_at", role).drop_nulls() for role in ("kwh", "treatment_kwh")}
    assert by_hour(told["kwh"]) == {("D1", hour): expected["M1"][hour] + expected["M2"][hour] for hour in both}
    assert by_hour(told["treatment_kwh"]) == {("D1", hour): kwh for hour, kwh in expected["M3"].items()}
    assert full_hours(intervals_of(rows[::-1]), meters)[0].equals(hours)


def test_five_minutes_never_pass_for_fifteen(tmp_path: Path) -> None:
    ends = [JUNE + timedelta(minutes=5 * (at + 1)) for at in range(36)]
    (tmp_path / "M1.csv").write_text("结束时间,电量\n" + "".join(f"{end},1\n" for end in ends))

    hours, faults = read_power([tmp_path / "M1.csv"], tmp_path, meters_of({"M1": ("U1", "production", None)}), None)

    assert hours.is_empty()
    assert {found.rule for found in faults} == {"not_on_the_interval"}


def test_a_list_of_meters_says_all_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "meters.csv").write_text("meter_id,unit_id,role\nA,U1,production\nB,U9,x\n,U1,total\n")

    meters, faults = read_meters(tmp_path / "meters.csv", pl.DataFrame({"unit_id": ["U1"]}))

    assert meters["meter_id"].to_list() == ["A"]
    assert [(f.row, f.rule) for f in sorted(faults)] == [(3, "unknown_role"), (3, "unknown_unit_id"), (4, "blank_cell")]
