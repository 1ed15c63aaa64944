"""A workbook filled in before the pack changed: what the bureau entered is brought along, what both changed is told."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.grading.law.smallpack import write_pack
from tests.lantian.rules_book import both, bring, edited, export, fill, row_of, run

DUST = "row/dust"
TABLE = "industries/kilns.yaml"


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


def carry(path: Path, name: str = "new.xlsx") -> tuple[int, list[dict[str, object]]]:
    code, spoken, _ = run("rules", "carry", path, "--pack", "small", "--xlsx", path.parent / name, "--json")
    return code, json.loads(spoken)["cells"]


def values(path: Path, key: str) -> list[object]:
    page = openpyxl.load_workbook(path)["Kilns"]
    return [page.cell(row_of(page, key), column).value for column in range(6, 14)]


def test_cells_that_the_pack_left_alone_come_along_and_become_law(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", DUST, 2, 30, "verified"))
    write_pack(tmp_path, "vetoes.yaml", "clause: v", "clause: w")  # the pack's hash changes, no cell of the table does
    code, _, _ = bring(filled, "refused", "--pack", "small")
    assert code == 2

    code, cells = carry(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (0, [True])
    assert values(tmp_path / "new.xlsx", DUST)[2] == 30
    assert bring(tmp_path / "new.xlsx", "ours", "--pack", "small")[0] == 0
    assert "30" in (tmp_path / "ours" / TABLE).read_text(encoding="utf-8")


def test_two_readings_come_along_and_a_pack_that_now_has_them_is_no_conflict(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", DUST, 2, "20–30", "reported·sure"))
    write_pack(tmp_path, "vetoes.yaml", "clause: v", "clause: w")

    code, cells = carry(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (0, [True])
    assert values(tmp_path / "new.xlsx", DUST)[2] == "20–30"

    write_pack(tmp_path, TABLE, "C: {unknown: 20-30}", "C: {number: 20, may_number: 30}")
    assert [cell["is_carried"] for cell in carry(filled, "newer.xlsx")[1]] == [True]
    write_pack(tmp_path, TABLE, "C: {unknown: 20-30}", "C: {number: 20, may_number: 40}")
    assert [cell["is_carried"] for cell in carry(filled, "newest.xlsx")[1]] == [False]


def test_a_cell_that_both_changed_keeps_the_packs_word_and_is_told(tmp_path: Path) -> None:
    filled = edited(
        export(tmp_path), both(fill("Kilns", DUST, 1, 18, "verified"), fill("Kilns", DUST, 2, 30, "verified"))
    )
    write_pack(tmp_path, TABLE, "number: 20", "number: 19")

    code, cells = carry(filled)

    assert code == 1
    assert sorted((str(cell["cell"])[:6], cell["is_carried"]) for cell in cells) == [
        ("Kilns!", False),
        ("Kilns!", True),
    ]
    assert values(tmp_path / "new.xlsx", DUST)[1:3] == [19, 30]
    spoken = run("rules", "carry", filled, "--pack", "small", "--xlsx", tmp_path / "x.xlsx", "--lang", "en")[1]
    assert "and the pack now says 19" in spoken
    assert "1 of 2 changed cells" in spoken


def test_a_cell_the_pack_now_says_itself_is_no_conflict(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", DUST, 1, 19))
    write_pack(tmp_path, TABLE, "number: 20", "number: 19")

    code, cells = carry(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (0, [True])
    code, spoken, _ = bring(tmp_path / "new.xlsx", "ours", "--pack", "small")
    assert "says what small says already" in spoken


def test_a_row_the_pack_has_lost_is_told(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", DUST, 2, 30, "verified"))
    write_pack(tmp_path, TABLE, "id: dust", "id: dust_new")

    code, cells = carry(filled)

    assert (code, [cell["pack"] for cell in cells]) == (1, [None])


def test_an_untouched_workbook_carries_nothing_and_gives_the_bytes_of_an_export(tmp_path: Path) -> None:
    old = export(tmp_path)

    code, cells = carry(old)

    assert (code, cells) == (0, [])
    assert (tmp_path / "new.xlsx").read_bytes() == old.read_bytes()


def test_a_workbook_without_what_was_exported_is_refused(tmp_path: Path) -> None:
    def without_base(book: openpyxl.Workbook) -> None:
        del book["lantian_base"]

    filled, out = edited(export(tmp_path), without_base), tmp_path / "n.xlsx"
    code, spoken, _ = run("rules", "carry", filled, "--xlsx", out, "--pack", "small", "--json")

    assert code == 2
    assert json.loads(spoken)["faults"][0]["rule"] == "annex.no_base"
    assert not out.exists()
