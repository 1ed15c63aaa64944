"""The demo city: made by its script, counted as its README promises, calibrated so that red needs discretion."""

import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from grading.assess import grade
from grading.assess.model import Graded
from grading.case import read_case
from grading.case.model import Case
from grading.case.platforms import Platforms
from grading.case.settings import Pollutant
from grading.law import name_case, resolve_law
from grading.monitoring.tables import STATES
from grading.platforms import hear_platforms
from optimizer import plan_city
from optimizer.attain import attainability
from optimizer.city import build_city
from optimizer.result import City, Plan

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "fixtures" / "cases"
TABLES = ("enterprises", "units", "evidence", "penalties", "registers", "overrides")
EXEMPT = ("grade_exempt", "register_exempt", "register_quota", "small_micro")


@cache
def _case(name: str) -> Case:
    return read_case(CASES / name)


@cache
def _graded(name: str) -> tuple[Case, Graded, City]:
    law = resolve_law(_case(name).settings.law, CASES / name)
    case = hear_platforms(name_case(_case(name), law), law)
    graded = grade(case, law)
    return case, graded, build_city(case, graded, law)


@cache
def _plan(name: str) -> Plan:
    return plan_city(_graded(name)[2])


def _contents(folder: Path) -> dict[str, object]:
    """Return file -> what counts: the bytes of text, the parts of a workbook (their packing is the zip library's)."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*.*")):
        name = str(path.relative_to(folder))
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found[name] = {(part.filename, part.CRC, part.date_time) for part in book.infolist()}
        elif path.suffix in (".csv", ".toml"):
            found[name] = path.read_bytes()
    return found


def _grade_count(*grades: str) -> int:
    return _graded("demo")[1].grades.filter(pl.col("planned_grade").cast(pl.String).is_in(grades)).height


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every city, made again by the script."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, "-B", str(ROOT / "fixtures" / "make_demo"), str(folder)], check=True, cwd=ROOT)
    return folder


@pytest.mark.parametrize("name", ["demo", "demo-excel", "unreachable"])
def test_the_script_makes_the_committed_files_again(name: str, made: Path) -> None:
    assert _contents(made / name) == _contents(CASES / name)


def test_the_files_stay_small() -> None:
    sizes = {path: path.stat().st_size for name in ("demo", "demo-excel") for path in (CASES / name).rglob("*.*")}

    assert sum(sizes.values()) < 2_700_000
    assert sum(size for path, size in sizes.items() if path.parent.name == "cems") < 500_000


@pytest.mark.parametrize("name", ["demo", "demo-excel"])
def test_exactly_the_rows_that_are_wrong_on_purpose_are_rejected(name: str) -> None:
    assert sorted(fault.rule for fault in _graded(name)[0].faults) == [
        "credit_code_check",
        "duplicate_key",
        "duplicate_key",
        "not_a_date",
        "orphan",
        "parent_rejected",
    ]


def test_published_totals_of_chifeng() -> None:
    case, graded, _ = _graded("demo")
    treated = graded.grades["treatment"].cast(pl.String)

    assert case.enterprises.height == 1254
    assert graded.grades["is_key_industry"].sum() == 292
    # One of the 248 loses its A, and with it the exemption, to its own stack monitor.
    assert treated.is_in(EXEMPT).sum() == 248 - 1
    assert 2000 <= case.units.height <= 3000


def test_published_grade_shares_of_taiyuan() -> None:
    total = _graded("demo")[1].grades.height

    # One of the six approved at A loses it to its monitor, so the share of planned A is a firm lower.
    approved = _graded("demo")[1].grades["approved_grade"].cast(pl.String)
    assert (approved == "A").sum() / total == pytest.approx(0.005, abs=0.001)
    assert _grade_count("A") == 5
    assert _grade_count("B", "B-") / total == pytest.approx(0.021, abs=0.002)
    assert _grade_count("leading") / total == pytest.approx(0.037, abs=0.001)
    assert 0.4 < _grade_count("D") / _grade_count("C", "non_leading", "D") < 0.6


def test_shares_of_small_and_of_idle_enterprises() -> None:
    firms = _case("demo").enterprises

    assert 0.25 <= firms["is_small_micro"].sum() / firms.height <= 0.35
    assert (firms["status"] == "long_idle").sum() / firms.height == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize(
    ("pollutant", "least", "most"),
    [("so2", 12_000, 25_000), ("nox", 40_000, 70_000), ("pm", 40_000, 80_000), ("vocs", 35_000, 60_000)],
)
def test_whole_society_emissions_lie_in_the_proposed_range(pollutant: Pollutant, least: float, most: float) -> None:
    society = _case("demo").settings.society

    assert society.unit == "t/a"
    assert least <= sum(float(dict(sector)[pollutant]) for sector in society.sectors.values()) <= most


def test_nox_shares_by_sector_are_like_sichuan_2015() -> None:
    sectors = _case("demo").settings.society.sectors
    total = sum(sector["nox"] for sector in sectors.values())

    mobile = sectors["道路移动源"]["nox"] + sectors["非道路移动源"]["nox"]
    assert mobile / total == pytest.approx(0.54, abs=0.05)
    assert sectors["工业(含电力热力)"]["nox"] / total == pytest.approx(0.43, abs=0.12)


def test_nothing_points_at_a_real_enterprise_or_person() -> None:
    firms = _case("demo").enterprises

    assert firms["enterprise_id"].str.contains(r"^911599").all()
    assert firms["name"].str.starts_with("朔岭").all()
    assert firms["name"].is_unique().all()
    assert firms["phone"].str.starts_with("0000-").all()


def test_one_enterprise_works_in_two_industries() -> None:
    several = _graded("demo")[1].grades.filter(pl.col("industries").str.contains(";"))

    assert several["industries"].to_list() == ["brick/fired;cement/clinker"]


def test_one_grade_is_lost_to_a_veto_and_older_penalties_are_not_counted() -> None:
    graded = _graded("demo")[1].grades
    lost = graded.filter(
        pl.col("reason_code").cast(pl.String) == "approved_but_capped", pl.col("veto_kind").is_not_null()
    )
    fined = _case("demo").penalties["enterprise_id"]
    kept = graded.filter(pl.col("enterprise_id").is_in(fined.implode()), pl.col("planned_grade") == "B")

    assert lost.select("approved_grade", "planned_grade", "veto_kind").rows() == [("B", "C", "excess_emission")]
    assert kept.height == 2


def test_a_register_may_have_expired_or_be_refused() -> None:
    case, graded, _ = _graded("demo")
    registers = case.registers.with_columns(pl.col("register").cast(pl.String))
    expired = registers.filter(pl.col("valid_to") < case.settings.law.on)["enterprise_id"]
    treated = graded.grades.filter(pl.col("enterprise_id").is_in(expired.implode()))

    assert treated["treatment"].cast(pl.String).to_list() == ["none"]
    assert graded.grades["exemption_refused"].drop_nulls().to_list() == ["protected:grade_d"]


def test_every_evidence_row_answers_a_question_of_the_pack() -> None:
    case, graded, _ = _graded("demo")
    answered = graded.indicators.filter(pl.col("value").is_not_null())
    facts = graded.reasons.facts_of(case.enterprises["enterprise_id"].to_list())

    rows = [answered.select("subject_id", indicator=name) for name in ("title_zh", "indicator")]
    asked = pl.concat([*rows, facts.select("subject_id", indicator="asks_zh")])
    assert case.evidence.height > 4000
    assert case.evidence.join(asked, on=["subject_id", "indicator"], how="anti").is_empty()
    assert set(answered["missing"].drop_nulls()) <= {"requirement", "readings", "capture"}


def test_evidence_has_gaps_that_leave_an_interval() -> None:
    graded = _graded("demo")[1]

    assert (graded.indicators["missing"] == "evidence").sum() > 100
    assert (graded.grades["reason_code"].cast(pl.String) == "interval_worse_end").sum() >= 3
    assert (graded.grades["reason_code"].cast(pl.String) == "not_graded").sum() >= 3


def test_a_few_emissions_are_unknown_and_counted() -> None:
    notes = dict(_graded("demo")[2].notes)

    assert 3 <= notes["emission_unknown_nox"] <= 30


def _headroom() -> pl.DataFrame:
    """Return level, target, and how far the most that can be removed and the legal minimum lie from the requirement."""
    found = attainability(_graded("demo")[2])
    table = found[0] if isinstance(found, tuple) else found
    required = pl.col("required_kg_per_day")
    floor = pl.col("legal_floor_kg_per_day") + pl.col("other_lists_kg_per_day")
    return table.with_columns(pl.col("level").cast(pl.String)).select(
        "level",
        "pollutant",
        slack=pl.col("most_removable_kg_per_day") / required - 1,
        floor_slack=floor / required - 1,
    )


def test_yellow_and_orange_hold_comfortably() -> None:
    # SO2 and NOx are traded, so their joint row counts.
    rows = _headroom().filter(pl.col("level") != "red", pl.col("pollutant").is_in(["so2+nox", "pm", "vocs"]))

    assert rows.height == 6
    assert float(rows["slack"].min()) > 0.2  # type: ignore[arg-type]
    assert float(rows["floor_slack"].min()) > 0.05  # type: ignore[arg-type]


def test_red_is_just_attainable_and_only_beyond_the_legal_minimum() -> None:
    rows = _headroom().filter(pl.col("level") == "red", pl.col("pollutant").is_in(["so2+nox", "pm", "vocs"]))

    assert 0.03 <= float(rows["slack"].min()) <= 0.10  # type: ignore[arg-type]
    assert float(rows["floor_slack"].min()) < -0.01  # type: ignore[arg-type]


def test_the_plan_meets_every_target_and_needs_discretion_at_red_only() -> None:
    plan = _plan("demo")
    needed = plan.orders.filter(pl.col("reason_code").cast(pl.String) == "needed_for_target")

    assert plan.verification.holds
    assert set(plan.targets["state"].cast(pl.String)) == {"met"}
    assert set(needed["level"].cast(pl.String)) == {"red"}
    assert 3 <= needed.height <= 200


def test_every_override_is_respected() -> None:
    states = _plan("demo").overrides["state"].cast(pl.String)

    assert _case("demo").overrides.height == 4
    assert set(states) <= {"applied", "extended"}
    assert (states == "applied").sum() >= 4


def test_every_order_names_a_way_of_checking() -> None:
    assert _plan("demo").orders["verification"].null_count() == 0


@pytest.mark.parametrize("table", TABLES)
def test_the_workbooks_hold_the_same_tables(table: str) -> None:
    csv, excel = (getattr(_case(name), table).drop("^source_.*$") for name in ("demo", "demo-excel"))

    assert csv.height > 0
    assert_frame_equal(csv, excel, check_exact=True)


@pytest.mark.parametrize("table", ["units", "menu", "legal", "line_counts", "targets", "overrides"])
def test_the_workbooks_give_the_same_planning_problem(table: str) -> None:
    """The same problem gives the same plan: tests/optimizer/test_solve_same_bytes.py."""
    csv, excel = (getattr(_graded(name)[2], table) for name in ("demo", "demo-excel"))

    assert_frame_equal(csv.drop("^source_.*$"), excel.drop("^source_.*$"), check_exact=True)


def _platforms(name: str) -> Platforms:
    found = _graded(name)[0].platforms
    assert found is not None
    return found


def _of_outlet(outlet: str) -> tuple[dict[str, object], dict[str, object]]:
    """Return the grade of an outlet's enterprise, and its month of NOx."""
    month = _platforms("demo").months.row(
        by_predicate=(pl.col("outlet_id") == outlet) & (pl.col("pollutant") == "nox"), named=True
    )
    grades = _graded("demo")[1].grades
    return grades.row(by_predicate=pl.col("enterprise_id") == month["enterprise_id"], named=True), month


def test_an_a_is_lost_for_939_percent_of_the_hours() -> None:
    row, month = _of_outlet("DA001")

    assert (month["judged_hours"], month["hours_over_limit"], month["verdict"]) == (660, 40, "fail")
    assert round(float(str(month["share_within_limit"])), 3) == 0.939
    assert (row["approved_grade"], row["planned_grade"], row["deciding_indicator"]) == ("A", "B", "kiln_tail_nox")


def test_an_a_is_not_reached_with_a_low_capture_rate() -> None:
    row, month = _of_outlet("DA003")
    law = resolve_law(_case("demo").settings.law, CASES / "demo")
    without = grade(name_case(_case("demo"), law), law).grades

    assert (month["verdict"], round(float(str(month["quarter_capture_share"])), 2)) == ("capture_too_low", 0.7)
    assert (row["computed_best"], row["planned_grade"], row["reason_code"]) == ("A", "D", "interval_worse_end")
    own = without.row(by_predicate=pl.col("enterprise_id") == str(row["enterprise_id"]), named=True)
    assert own["planned_grade"] == "A"


def test_the_seeded_oddities_are_found_and_nothing_else() -> None:
    found = _platforms("demo").findings.select(pl.col("kind").cast(pl.String), "outlet_id")

    assert set(found.rows()) == {
        ("constant", "DA004"),
        ("stopped_but_powered", "DA004"),
        ("stopped_but_flowing", "DA005"),
        ("step_after_calibration", "DA006"),
        ("near_air_o2", "DA007"),
    }


def test_every_hour_of_the_month_is_in_one_state() -> None:
    months = _platforms("demo").months

    states = [name for name in months.columns if name in {f"hours_{state}" for state in STATES}]
    assert len(states) == len(STATES)
    assert (months.select(pl.sum_horizontal(states)).to_series() == months["month_hours"]).all()
    assert months["month_hours"].unique().to_list() == [720]


def test_one_stack_stands_while_its_meter_runs_and_a_meter_of_no_check_is_named() -> None:
    platforms = _platforms("demo")
    found = platforms.findings.filter(kind="stopped_but_powered").row(0, named=True)

    assert (found["hours"], f"{found['first_hour']:%m-%d %H}") == (24, "09-13 12")
    assert platforms.meters.filter(use="total")["meter_id"].to_list() == ["DB-0029"]
    assert platforms.months.filter(outlet_id="DA003")["hours_out_of_control"].unique().to_list() == [6]


def test_factors_of_monitored_lines_are_compared_and_move_nothing() -> None:
    assert _platforms("demo").factored["state"].cast(pl.String).to_list() == ["counted"] * 2
    assert "factor" not in set(_graded("demo")[2].units["nox_method"].cast(pl.String))
    compared = _platforms("demo").disagreements.filter(other_source="factor")
    assert compared.select("used_source", "consequence").rows() == [("monitoring", "emission_higher")]


def test_emissions_name_their_method_and_the_seeded_differences_are_rows() -> None:
    methods = set(_graded("demo")[2].units["nox_method"].cast(pl.String))
    found = _platforms("demo").disagreements.select("quantity", pl.col("consequence").cast(pl.String))

    assert {"monitoring", "permit_report", "bureau"} <= methods
    assert {consequence for _, consequence in found.rows()} >= {
        "emission_lower", "capacity_lower", "limit_higher", "concentration_lower", "missing_in_case", "repair_differs",
    }  # fmt: skip


@pytest.mark.parametrize("table", ["months", "findings", "baselines", "capacities", "meters"])
def test_the_workbooks_of_the_platforms_say_the_same(table: str) -> None:
    csv, excel = (getattr(_platforms(name), table) for name in ("demo", "demo-excel"))

    assert csv.height > 0
    assert_frame_equal(csv, excel, check_exact=True)
