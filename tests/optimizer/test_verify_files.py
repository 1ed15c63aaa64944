"""The files as written: a sound pair passes, and each cell changed on disk is caught by the right check."""

import csv
from pathlib import Path

import pytest

from grading.safecsv import write_csv
from optimizer import plan_city
from optimizer.result import City, Plan
from optimizer.verify.files import verify_written, with_written
from tests.optimizer.made_city import made_city, made_menu, made_unit
from tests.optimizer.test_options import planned
from tests.optimizer.test_verify import city, plan

CORRUPTIONS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("plan", {"unit_id": "D1", "level": "red"}, "unit_id", "X9", "one_measure"),
    ("plan", {"unit_id": "D1", "level": "red"}, "level", "yellow", "one_measure"),
    ("plan", {"unit_id": "C1", "level": "red"}, "k", "0", "floor_and_ceiling"),
    ("plan", {"unit_id": "B1", "level": "yellow"}, "k", "2", "floor_and_ceiling"),
    ("plan", {"unit_id": "D1", "level": "red"}, "k", "7", "measure_as_in_menu"),
    ("plan", {"unit_id": "D1", "level": "red"}, "measure_id", "m9", "measure_as_in_menu"),
    ("plan", {"unit_id": "D1", "level": "red"}, "nox_removed_kg_per_day", "93.0", "measure_as_in_menu"),
    ("plan", {"unit_id": "D1", "level": "red"}, "pm_removed_kg_per_day", "", "measure_as_in_menu"),
    ("plan", {"unit_id": "D1", "level": "red"}, "cut_share", "0.07", "measure_as_in_menu"),
    ("plan", {"unit_id": "C1", "level": "red"}, "loss_cny_per_day", "1.0", "losses_added_again"),
    ("plan", {"unit_id": "P1", "level": "red"}, "k", "0", "nested"),
    ("plan", {"unit_id": "A1", "level": "red"}, "loss_cny_per_day", "5.0", "exempt_untouched"),
    ("plan", {"unit_id": "I1", "level": "red"}, "nox_removed_kg_per_day", "5.0", "idle_untouched"),
    ("plan", {"unit_id": "P1", "level": "red"}, "override_by", "nobody", "overrides"),
    ("plan", {"unit_id": "D1", "level": "red"}, "allowed_t_per_day", "123.0", "allowed_output"),
    ("plan", {"unit_id": "D1", "level": "red"}, "so2_removed_kg_per_day", "900.0", "removed_within_emission"),
    ("plan", {"unit_id": "D1", "level": "red"}, "grade", "B", "facts_as_in_city"),
    ("plan", {"unit_id": "D1", "level": "red"}, "name", "另一家", "facts_as_in_city"),
    ("plan", {"unit_id": "D1", "level": "red"}, "county", "", "facts_as_in_city"),
    ("plan", {"unit_id": "D1", "level": "red"}, "law_share", "0.9", "law_as_in_city"),
    ("plan", {"unit_id": "D1", "level": "red"}, "law_status", "verified", "law_as_in_city"),
    ("plan", {"unit_id": "A1", "level": "red"}, "reason_code", "override", "reasons"),
    ("targets", {"level": "red", "target": "nox"}, "planned", "999.0", "targets_added_again"),
    ("targets", {"level": "red", "target": "pm"}, "slack", "12.0", "targets_added_again"),
    ("targets", {"level": "red", "target": "pm"}, "required", "1.0", "targets_added_again"),
    ("targets", {"level": "red", "target": "pm"}, "state", "missed", "target_states"),
    ("targets", {"level": "yellow", "target": "pm"}, "state", "met", "target_states"),
]


def written(folder: Path, made: Plan) -> Path:
    write_csv(made.orders, folder / "plan.csv")
    write_csv(made.targets, folder / "targets.csv")
    return folder


def change(path: Path, where: dict[str, str], column: str, value: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.DictReader(read))
    found = [row for row in rows if all(row[name] == wanted for name, wanted in where.items())]
    assert len(found) == 1
    assert found[0][column] != value
    found[0][column] = value
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def violated(folder: Path, of: City, made: Plan) -> set[str]:
    return {check.name for check in verify_written(folder, of, made).checks if check.violations}


def test_a_sound_pair_of_files_passes_every_check(tmp_path: Path) -> None:
    folder = written(tmp_path, plan())

    assert violated(folder, city(), plan()) == set()
    assert with_written(folder, city(), plan()).verification.holds


@pytest.mark.parametrize(("file", "where", "column", "value", "caught_by"), CORRUPTIONS)
def test_a_cell_changed_on_disk_is_caught(
    tmp_path: Path, file: str, where: dict[str, str], column: str, value: str, caught_by: str
) -> None:
    folder = written(tmp_path, plan())

    change(folder / f"{file}.csv", where, column, value)

    assert caught_by in violated(folder, city(), plan())


@pytest.mark.parametrize("option", ["quota", "receptor", "county_share", "equal_treatment", "grade_order"])
def test_a_plan_that_keeps_an_option_keeps_it_on_disk(tmp_path: Path, option: str) -> None:
    of, made = planned(option)
    folder = written(tmp_path, made)

    assert violated(folder, of, made) == set()
    for level in ("yellow", "orange", "red"):
        for unit in ("U1", "U3", "U5", "U7"):
            change(folder / "plan.csv", {"unit_id": unit, "level": level}, "allowed_t_per_day", "0.125")
    assert ("quota" in violated(folder, of, made)) == (option == "quota")


def test_a_file_cut_short_or_gone_is_a_violation(tmp_path: Path) -> None:
    folder = written(tmp_path, plan())
    text = (folder / "plan.csv").read_text(encoding="utf-8-sig").splitlines()
    (folder / "plan.csv").write_text("\n".join(text[:-2]), encoding="utf-8")
    assert "one_measure" in violated(folder, city(), plan())
    (folder / "plan.csv").write_text(text[0].replace("unit_id", "unit"), encoding="utf-8")
    assert violated(folder, city(), plan()) == {"written_files_read_back"}
    (folder / "targets.csv").unlink()
    assert violated(folder, city(), plan()) == {"written_files_read_back"}


def test_a_name_that_a_spreadsheet_would_run_is_read_back_as_it_is(tmp_path: Path) -> None:
    emission = {"nox": 100.0}
    made = made_city([made_unit("U1", "D", name="=1+1")], made_menu("U1", [0.0, 0.5, 1.0], emission, 10.0),
                     {("red", "nox"): 40.0})  # fmt: skip
    found = plan_city(made)
    folder = written(tmp_path, found)

    assert "'=1+1" in (folder / "plan.csv").read_text(encoding="utf-8-sig")
    assert violated(folder, made, found) == set()
