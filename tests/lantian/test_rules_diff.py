"""`lantian rules diff`: cells that differ between two packs, and the enterprises whose grade they move."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.grading.law.smallpack import write_pack
from tests.lantian.rules_book import both, bring, edited, export, fill, run


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


def diff(*arguments: object) -> dict[str, list[dict[str, object]]]:
    code, spoken, _ = run("rules", "diff", *arguments, "--json")
    assert code == 0
    answer: dict[str, list[dict[str, object]]] = json.loads(spoken)
    return answer


def test_a_pack_does_not_differ_from_itself() -> None:
    assert diff("small", "small", "--on", "2022-03-01") == {"cells": [], "enterprises": None}


def test_differing_cells_are_named_with_old_and_new(tmp_path: Path) -> None:
    edit = both(
        fill("Kilns", "row/dust", 2, 30, "verified"),
        fill("Kilns", "ladder///B/", 1, "cut load by 35% + no road transport"),
        fill("Kilns", "row/dust", 0, None, "verified"),
    )
    bring(edited(export(tmp_path), edit), "ours", "--pack", "small")

    cells = diff("small", "ours", "--on", "2022-03-01")["cells"]

    told = {
        (c["indicator"], c["grade"], c["level"]): (c["old"], c["new"], c["old_status"], c["new_status"]) for c in cells
    }
    assert told == {
        ("dust", "A", None): ("≤10 mg/m3", "≤10 mg/m3", "reported (high)", "verified (high)"),
        ("dust", "C", None): ("unknown", "≤30 mg/m3", "unknown", "verified (high)"),
        (None, "B", "orange"): (
            "load_cut 0.2", "load_cut 0.35 + stop_road_transport", "reported (high)", "reported (high)",
        ),
    }  # fmt: skip


def test_a_second_reading_is_a_difference_and_is_said_in_words(tmp_path: Path) -> None:
    bring(edited(export(tmp_path), fill("Kilns", "row/dust", 1, "20–25")), "ours", "--pack", "small")

    (cell,) = diff("small", "ours", "--on", "2022-03-01")["cells"]
    spoken = run("rules", "diff", "small", "ours", "--on", "2022-03-01", "--lang", "zh")[1]

    assert (cell["old"], cell["new"]) == ("≤20 mg/m3", "≤20–25 mg/m3")
    assert "≤20–25mg/m3（两种读法，其间不能判定）" in "".join(spoken.split())


def test_a_row_only_one_pack_has_is_a_difference(tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "small", tmp_path / "other")
    for name, old, new in (
        ("pack.yaml", "id: small", "id: other"),
        ("industries/kilns.yaml", "include:\n  office: []\n", ""),
    ):
        path = tmp_path / "other" / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    cells = diff("small", "other", "--on", "2022-03-01")["cells"]
    assert [(c["grade"], c["old"], c["new"]) for c in cells] == [
        ("A", "⊇ one|two", None), ("B", "⊇ one|two", None), ("C", "⊇ one", None),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay of the national rules, made from the workbook once for all tests: one fuel less for glass at B."""
    folder = tmp_path_factory.mktemp("ours")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        path = export(folder, pack="cn-2020-340", language="zh", only="glass")
        bring(edited(path, fill("玻璃", "row/furnace_fuel", 1, "天然气、电", "已核实")), "ours")
    return folder / "ours"


@pytest.fixture
def glassworks(root: Path, tmp_path: Path) -> Path:
    """The glassworks of the demo city and their neighbours in the table, with everything told about them."""
    demo, case = root / "fixtures" / "cases" / "demo", tmp_path / "case"
    case.mkdir()
    shutil.copy(demo / "case.toml", case)
    firms = pl.read_csv(demo / "enterprises.csv", infer_schema=False)
    firms = firms.filter(pl.col("行业类型").str.contains("玻璃")).vstack(firms.head(20)).unique(maintain_order=True)
    firms.write_csv(case / "enterprises.csv")
    for name, key in (("units", "统一社会信用代码"), ("evidence", "对象编号")):
        rows = pl.read_csv(demo / f"{name}.csv", infer_schema=False)
        own = pl.col(key).str.slice(0, 18).is_in(firms["统一社会信用代码"].to_list())
        rows.filter(own).write_csv(case / f"{name}.csv")
    return case


def test_changed_grades_agree_with_grading_the_case_twice(glassworks: Path, ours: Path, tmp_path: Path) -> None:
    shutil.copytree(ours, tmp_path / "ours")
    moved = diff("cn-2020-340", "ours", "--case", glassworks)["enterprises"]

    planned = {}
    original = (glassworks / "case.toml").read_text(encoding="utf-8")
    for pack in ("cn-2020-340", "../ours"):
        settings = glassworks / "case.toml"
        settings.write_text(original.replace('pack = "cn-2020-340"', f'pack = "{pack}"'), encoding="utf-8")
        assert run("grade", glassworks, "--out", tmp_path / "grades")[0] == 0
        grades = pl.read_parquet(tmp_path / "grades" / "grades.parquet")
        planned[pack] = dict(grades.select(grades.columns[0], "planned_grade").rows())
    before, after = planned.values()
    expected = {firm: (before[firm], after[firm]) for firm in before if before[firm] != after[firm]}

    assert expected
    told = {row["enterprise_id"]: (row["old_grade"], row["new_grade"]) for row in moved}
    assert {firm: grades for firm, grades in told.items() if grades[0] != grades[1]} == expected
    decided = [row for row in moved if row["enterprise_id"] in expected]
    assert {row["new_clause"] for row in decided} == {"十九、玻璃 能源类型"}
    assert {row["new_decides"] for row in decided} <= {"熔窑燃料", "Furnace fuel"}


def test_the_terminal_names_enterprise_indicator_and_clause(glassworks: Path, ours: Path, tmp_path: Path) -> None:
    shutil.copytree(ours, tmp_path / "ours")
    code, spoken, _ = run("rules", "diff", "cn-2020-340", "ours", "--case", glassworks, "--lang", "zh")
    assert code == 0
    assert "由熔窑燃料决定（焦炉煤气；" in spoken
    assert not re.search("[a-z]+_[a-z]+", spoken)
    assert "十九、玻璃 能源类型" in spoken
    assert spoken.strip().endswith("家企业等级发生变化。")


@pytest.mark.parametrize("arguments", [("small", "nowhere"), ("small", "small", "--on", "2001-01-01")])
def test_bad_input_exits_2(arguments: tuple[str, ...]) -> None:
    assert run("rules", "diff", *arguments)[0] == 2


def test_a_missing_case_exits_2(tmp_path: Path) -> None:
    assert run("rules", "diff", "small", "small", "--case", tmp_path / "absent")[0] == 2
