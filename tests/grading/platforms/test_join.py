"""The platforms join a case: monitored values grade like any evidence; a broken monitor makes no grade better."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from grading.assess.explain import value_text
from grading.case.model import Case
from grading.faults import InputError
from grading.monitoring.evidence import VALUES_FILE
from grading.platforms.inputs import TABLES
from lantian.journal import Journal
from lantian.pipeline import grade_case
from lantian.run import GradedCase, Options
from optimizer.city.emissions import with_emissions
from reports.sections.quality import ABSENT_WORDS
from tests.grading.platforms.folder import EVIDENCE, OUTLETS, hours_of, write_case

FAILING, BROKEN = "F" * 24 + "D" * 12 + "N" * 660 + "D" * 24, "N" * 500 + "B" * 100


JULY = datetime(2026, 7, 1)


def graded(folder: Path) -> GradedCase:
    return grade_case(folder, Options(out=Path(), journal=Journal(echo=lambda _: None)))


def nox(found: GradedCase, unit: str) -> dict[str, object]:
    asked = (pl.col("subject_id") == unit) & (pl.col("indicator") == "sinter_head_nox")
    return found.graded.indicators.filter(asked).row(0, named=True)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> GradedCase:
    folder = tmp_path_factory.mktemp("case") / "case"
    files = {
        "outlets": OUTLETS,
        "evidence": EVIDENCE,
        "cems_DA001": hours_of(FAILING, 40),
        "cems_DA002": hours_of(BROKEN),
    }
    return graded(write_case(folder, **files))


def platforms_of(case: Case) -> pl.DataFrame:
    assert case.platforms is not None
    return case.platforms.months


def test_a_monitored_value_goes_before_a_self_report(found: GradedCase) -> None:
    row = nox(found, "U1")

    assert (row["value"], row["number"], row["source"], row["source_file"]) == ("60.0", 60.0, "monitoring", VALUES_FILE)
    assert row["verdict"] == "not_met"


def test_the_line_that_evidence_names_is_the_month_of_the_outlet(found: GradedCase) -> None:
    line = nox(found, "U1")["source_row"]
    assert isinstance(line, int)

    month = platforms_of(found.case).row(line - 2, named=True)  # the header is line 1

    assert (month["outlet_id"], month["verdict"], month["share_within_limit"]) == ("DA001", "fail", 620 / 660)


def test_the_states_of_a_month_add_up(found: GradedCase) -> None:
    months = platforms_of(found.case)

    total = months.select(pl.sum_horizontal("^hours_.*$") - pl.col("hours_over_limit") - pl.col("hours_without_mass"))
    assert total.to_series().to_list() == months["month_hours"].to_list() == [720, 720]


def test_the_hours_behind_a_row_can_be_drawn_up(found: GradedCase) -> None:
    assert found.case.platforms is not None
    assert found.case.platforms.hours is not None
    behind = found.case.platforms.hours.filter(pl.col("outlet_id") == "DA001").collect()

    assert behind.height == 720
    assert (behind["corrected_mg_m3"] > 50).sum() == 40


def test_a_broken_monitor_does_not_let_a_self_report_decide(found: GradedCase) -> None:
    row = nox(found, "U2")

    assert (row["value"], row["verdict"], row["missing"]) == ("capture_too_low", "unknown", "capture")


@pytest.mark.parametrize(("over", "best"), [(0, "A"), (600, "C")])
def test_what_the_good_months_prove_stays_proven(over: int, best: str, tmp_path: Path) -> None:
    """Over the limit in the second quarter, broken in the third: the third must not wash out the second."""
    second, third = hours_of("N" * 720, over), hours_of("N" * 100 + " " * 619 + "N", first=JULY)
    files = {"outlets": OUTLETS, "evidence": EVIDENCE, "cems_DA001": second, "cems_DA002": hours_of("N" * 720)}
    folder = write_case(tmp_path / "case", on="2026-08-10", **files)
    (folder / "cems" / "july").mkdir()
    (folder / "cems" / "july" / "DA001.csv").write_text(third, encoding="utf-8")

    row = nox(graded(folder), "U1")

    assert row["value"] == f"capture_too_low>={60.0 if over else 44.0}"
    assert (row["grade_best"], row["grade_worst"], row["missing"]) == (best, "D", "capture")


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("58.6", "58.6", "58.6"),
        ("capture_too_low", "捕集率不足，不予采信", "withheld, the capture rate is too low"),
        (
            "capture_too_low>=60.0",
            "捕集率不足，不予采信（至少60.0）",
            "withheld, the capture rate is too low; at least 60.0",
        ),
    ],
)
def test_a_withheld_number_is_said_in_words(value: str, zh: str, en: str) -> None:
    assert (value_text(value, "zh"), value_text(value, "en")) == (zh, en)


def test_monitored_mass_is_the_baseline_and_names_its_method(found: GradedCase) -> None:
    units = with_emissions(found.case).select("unit_id", "nox_kg_per_day", pl.col("nox_method").cast(pl.String))

    methods = dict(units.select("unit_id", "nox_method").iter_rows())
    assert methods == {"U1": "monitoring", "U2": "bureau"}
    # 40 to 44 mg/m3 and 100,000 m3/h make about 100 kg a day, where the bureau's table says 200.
    assert 96 < units.row(0)[1] < 115
    assert units.row(1)[1] == 200.0


def test_disagreements_are_rows_with_a_consequence(found: GradedCase) -> None:
    assert found.case.platforms is not None
    rows = found.case.platforms.disagreements.select(
        "subject_id", "quantity", "used_source", "other_source", "consequence"
    )

    assert rows.rows() == [
        ("U1", "nox_kg_per_day", "monitoring", "bureau", "emission_higher"),
        ("U1", "sinter_head_nox", "monitoring", "self_report", "concentration_lower"),
    ]


def test_a_monitor_speaks_to_the_row_of_the_device_and_differs_from_a_report_once(tmp_path: Path) -> None:
    """40 to 44 mg/m3 at 16 % oxygen are stored at 18 %, the outlet's content; a shaft furnace is asked at 16 %."""
    units = "生产线编号,企业编号,工序,状态,NOx(kg/d),许可产能(t/d),年运行天数\nU1,E1,球团,运行,200,1000,330\n"
    told = "U1,球团焙烧氮氧化物,15,mg/m3@18%O2,企业自报,2026-06-20\nU1,球团焙烧设备,竖炉,,现场核查,2026-06-20\n"
    outlets = OUTLETS.splitlines()[0] + "\nDA001,U1,E1,球团焙烧,18,50\n"
    hours = hours_of("F" * 24 + "D" * 36 + "N" * 660)
    files = {"units": units, "evidence": EVIDENCE.splitlines()[0] + "\n" + told, "outlets": outlets}

    found = graded(write_case(tmp_path / "case", **files, cems_DA001=hours))

    rows = found.graded.indicators.filter(pl.col("subject_id") == "U1", pl.col("indicator").str.ends_with("_nox"))
    said = {
        name: (verdict, round(number)) for name, verdict, number in rows.select("indicator", "verdict", "number").rows()
    }
    assert said == {"pellet_kiln_nox": ("not_applicable", 26), "pellet_shaft_nox": ("met", 44)}
    assert found.case.platforms is not None
    differing = found.case.platforms.disagreements.select("subject_id", "quantity", "other_row", "consequence")
    assert differing.rows()[-1] == ("U1", "pellet_kiln_nox", 2, "concentration_lower")
    assert "pellet_shaft_nox" not in differing["quantity"].to_list()


def test_a_case_without_platforms_is_as_before_and_says_what_is_absent(tmp_path: Path) -> None:
    case = graded(write_case(tmp_path / "case", evidence=EVIDENCE)).case

    assert case.platforms is None
    assert case.absent_tables[-10:] == (
        "outlets", "out_of_control", "meters", "permits", "permit_reports", "disclosures", "factors", "credit", "cems",
        "power",
    )  # fmt: skip


def test_every_table_of_the_platforms_has_words_for_its_absence() -> None:
    assert set(TABLES) <= set(ABSENT_WORDS)


def test_faults_of_platforms_stand_with_the_others_and_fatal_ones_end_the_run(tmp_path: Path) -> None:
    wrong = OUTLETS + "DA003,U9,E1,,16,50\nDA004,U1,E2,,25,-3\nDA004,U1,E1,,16,50\n"
    files = {"outlets": wrong, "cems_DA001": hours_of("N" * 720), "cems_DA009": hours_of("N" * 24)}
    case = graded(write_case(tmp_path / "rows", **files)).case
    told = {(f.file, f.row, f.column, f.rule) for f in case.faults}
    assert told == {
        ("outlets.csv", 4, "unit_id", "unknown_unit_id"),
        ("outlets.csv", 5, "enterprise_id", "other_enterprise"),
        ("outlets.csv", 5, "reference_o2_percent", "outlet_number"),
        ("outlets.csv", 5, "nox_limit_mg_m3", "outlet_number"),
        ("outlets.csv", 5, "outlet_id", "outlet_twice"),
        ("outlets.csv", 6, "outlet_id", "outlet_twice"),
        ("cems/DA009.csv", 2, "outlet_id", "unknown_outlet"),
    }

    broken = {"outlets": OUTLETS, "cems_DA001": "结束时间,NOx折算浓度\n2026-06-01 01:00,3\n", "permits": "a,b\n1,2\n"}
    with pytest.raises(InputError) as refused:
        graded(write_case(tmp_path / "fatal", **broken))
    assert {f.rule for f in refused.value.faults} == {"only_converted", "no_header"}
