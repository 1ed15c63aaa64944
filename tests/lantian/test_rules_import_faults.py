"""Every way a filled-in workbook can be wrong: the cell, the rule, the repair; and nothing is written."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from grading.words import say
from tests.grading.law.smallpack import write_pack
from tests.lantian.rules_book import both, bring, edited, export, faults, fill, row_of, run

DUST, ARCHIVE = "row/dust", "row/archive"
Edit = Callable[[Workbook], None]


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


CELLS: dict[str, tuple[Edit, str, str]] = {
    "emptied": (fill("Kilns", DUST, 0, ""), "annex.empty", "Kilns!F5: the cell is empty"),
    "formula without a value": (fill("Kilns", DUST, 0, "=1+1"), "annex.empty", "Kilns!F5"),
    "range the wrong way": (fill("Kilns", DUST, 2, "30-20", "verified"), "annex.range", "Kilns!H5: 30-20 is not a"),
    "range of nothing": (fill("Kilns", DUST, 2, "30-30", "verified"), "annex.range", "Kilns!H5"),
    "three readings": (fill("Kilns", DUST, 2, "20-25-30", "verified"), "annex.range", "Kilns!H5"),
    "range of words": (fill("Kilns", DUST, 2, "20-many", "verified"), "annex.value", "Kilns!H5"),
    "range without status": (fill("Kilns", DUST, 2, "20-30"), "annex.status_missing", "Kilns!L5"),
    "order of grades in a range": (
        fill("Kilns", DUST, 0, "21–40", "verified"), "annex.grade_order", "Kilns!F5: 21 for a better grade and 20",
    ),
    "words": (fill("Kilns", DUST, 2, "about thirty", "verified"), "annex.value", "about thirty is not understood"),
    "other sign": (fill("Kilns", DUST, 2, "≥30", "verified"), "annex.value", "Kilns!H5"),
    "negative": (fill("Kilns", DUST, 2, -1, "verified"), "annex.value", "Kilns!H5"),
    "truth": (fill("Kilns", DUST, 2, True, "verified"), "annex.value", "Kilns!H5"),
    "choices in a number row": (fill("Kilns", DUST, 2, "one | two", "verified"), "annex.value", "Kilns!H5"),
    "number in a choice row": (fill("Kilns", ARCHIVE, 2, 3, "verified"), "annex.value", "Kilns!H6"),
    "unknown choice": (fill("Kilns", ARCHIVE, 2, "onne", "verified"), "annex.choice", "known are: acceptance, appro"),
    "order of grades": (fill("Kilns", DUST, 0, 40, "verified"), "annex.grade_order", "Kilns!F5: 40 for a better grade"),
    "same as itself": (fill("Kilns", DUST, 0, "as A", "as A"), "annex.merged_cell", "Kilns!F5"),
    "same as a merged cell": (fill("Kilns", ARCHIVE, 2, "as B", "as B"), "annex.merged_cell", "Kilns!H6"),
    "status missing": (fill("Kilns", DUST, 0, None, ""), "annex.status", "Kilns!J5: the status is missing"),
    "status misspelt": (fill("Kilns", DUST, 0, None, "certain"), "annex.status", "Kilns!J5: certain is not understood"),
    "confidence missing": (fill("Kilns", DUST, 0, None, "reported"), "annex.status", "Kilns!J5"),
    "value without status": (fill("Kilns", DUST, 2, 30), "annex.status_missing", "Kilns!L5: the cell states a demand"),
    "status without value": (
        fill("Kilns", DUST, 2, None, "verified"), "annex.status_of_unknown", "Kilns!L5: the status is verified",
    ),
    "follows nothing": (fill("Kilns", DUST, 1, None, "as A"), "annex.status", "Kilns!K5: as A is not understood"),
    "measure": (fill("Kilns", "ladder///B/", 1, "cut a little", "verified"), "annex.value", "Kilns!G10: cut a little"),
    "share missing": (fill("Kilns", "ladder///B/", 1, "cut load by", "verified"), "annex.value", "Kilns!G10"),
    "share too large": (fill("Kilns", "ladder///B/", 1, "cut load by 120%", "verified"), "annex.value", "Kilns!G10"),
    "share out of place": (fill("Kilns", "ladder///B/", 2, "stop production 50%", "verified"), "annex.value", "H10"),
    "lorries": (fill("Kilns", "ladder///B/", 2, "stop production + no bicycles"), "annex.value", "Kilns!H10"),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_a_wrong_cell_is_named(tmp_path: Path, name: str) -> None:
    edit, rule, phrase = CELLS[name]
    (found,) = faults(edited(export(tmp_path), edit), "--lang", "en")
    assert found["rule"] == rule
    assert phrase in str(found["message"])
    assert found["repair"]
    assert (found["sheet"], f"{found['sheet']}!{found['column']}{found['row']}") == (
        "Kilns",
        str(found["message"]).split(":")[0],
    )


def test_chinese_faults_name_the_same_cell(tmp_path: Path) -> None:
    path = edited(export(tmp_path, language="zh"), fill("窑业", DUST, 2, "30至20", "已核实"))
    code, _, errors = run("rules", "import", path, "--pack", "small", "--who", "a", "--source", "b", "--out", "o")
    assert code == 2
    message = "{cell}: {value} is not a range from a smaller to a larger number."
    assert say("zh", message, cell="窑业!H5", value="30至20") in errors
    assert "由小到大填写两端" in errors


def test_every_wrong_cell_is_told_at_once(tmp_path: Path) -> None:
    edits = both(*(CELLS[name][0] for name in ("emptied", "range the wrong way", "measure", "unknown choice")))
    rules = [found["rule"] for found in faults(edited(export(tmp_path), edits))]
    assert sorted(map(str, rules)) == ["annex.choice", "annex.empty", "annex.range", "annex.value"]


def shift_labels(book: Workbook) -> None:
    page = book["Kilns"]
    one, two = row_of(page, DUST), row_of(page, ARCHIVE)
    for column in range(2, 14):
        first, second = page.cell(one, column), page.cell(two, column)
        first.value, second.value = second.value, first.value


def set_cell(sheet: str, place: str, value: object) -> Edit:
    def edit(book: Workbook) -> None:
        book[sheet][place] = value

    return edit


def copy_row(book: Workbook) -> None:
    page = book["Kilns"]
    for column in range(1, 15):
        page.cell(30, column, page.cell(row_of(page, DUST), column).value)


STRUCTURE: dict[str, tuple[Edit, str]] = {
    "sorted without keys": (shift_labels, "annex.label"),
    "label edited": (set_cell("Kilns", "D5", "Smoke"), "annex.label"),
    "unit edited": (set_cell("Kilns", "E5", "≤ g/m3"), "annex.label"),
    "column inserted": (lambda book: book["Kilns"].insert_cols(6), "annex.head"),
    "head edited": (set_cell("Kilns", "F4", "B"), "annex.head"),
    "row deleted": (lambda book: book["Kilns"].delete_rows(5), "annex.lost_row"),
    "head deleted": (lambda book: book["Kilns"].delete_rows(4), "annex.lost_row"),
    "row added": (set_cell("Kilns", "F30", 12), "annex.foreign_row"),
    "key damaged": (set_cell("Kilns", "A5", "row/smoke/0"), "annex.foreign_row"),
    "row copied": (copy_row, "annex.foreign_row"),
    "sheet deleted": (lambda book: book.remove(book["Kilns"]), "annex.lost_sheet"),
    "sheet copied": (lambda book: book.copy_worksheet(book["Kilns"]), "annex.sheet_twice"),
    "sheet from elsewhere": (set_cell("Kilns", "A1", "sheet/mills"), "annex.foreign_sheet"),
    "listed sheet unknown": (lambda book: _set_key(book, "has/kilns", "has/mills"), "annex.unknown_sheet"),
    "hash gone": (lambda book: _clear(book, "content_sha256"), "annex.guide"),
    "first sheet gone": (lambda book: book.remove(book["Guide"]), "annex.not_ours"),
}


def _set_key(book: Workbook, key: str, new: str) -> None:
    page = book["Guide"]
    page.cell(row_of(page, key), 1, new)


def _clear(book: Workbook, key: str) -> None:
    page = book["Guide"]
    page.cell(row_of(page, key), 3).value = None


@pytest.mark.parametrize("name", STRUCTURE)
def test_a_moved_or_lost_part_is_refused(tmp_path: Path, name: str) -> None:
    edit, rule = STRUCTURE[name]
    found = faults(edited(export(tmp_path), edit), "--lang", "en")
    assert rule in {one["rule"] for one in found}


def test_a_row_copied_inside_its_block_stands_twice(tmp_path: Path) -> None:
    def copy(book: Workbook) -> None:
        page = book["Kilns"]
        for column in range(1, 15):
            page.cell(7, column, page.cell(5, column).value)

    (found,) = faults(edited(export(tmp_path), copy), "--lang", "en")
    assert (found["rule"], found["row"]) == ("annex.row_twice", 7)


def test_a_value_under_a_grade_outside_the_scheme_is_refused(tmp_path: Path) -> None:
    _add_scheme_with_b_minus(tmp_path)
    path = export(tmp_path)
    page = openpyxl.load_workbook(path)["Kilns"]
    row = row_of(page, DUST)
    assert page.cell(row, 8).value == "—"
    (found,) = faults(edited(path, lambda book: book["Kilns"].cell(row, 8, 25)), "--lang", "en")
    assert (found["rule"], found["column"]) == ("annex.closed", "H")


KILNS = "    scheme: ABCD\n    evidence: {status: reported, confidence: high, source: seen}\n  - id: other"


def _subtypes(tmp_path: Path, scheme: str) -> None:
    evidence = "evidence: {status: reported, confidence: high, source: seen}"
    subtypes = "".join(
        f"      - id: {name}\n        title: {{zh: {name}, en: {name}}}\n        scheme: {of}\n        {evidence}\n"
        for name, of in (("big", "ABCD"), ("small", scheme))
    )
    new = f"    subtypes:\n{subtypes}    {evidence}\n  - id: other"
    write_pack(tmp_path, "general.yaml", KILNS, new)


def _add_scheme_with_b_minus(tmp_path: Path) -> None:
    _subtypes(tmp_path, "ABBmCD")
    table = tmp_path / "small" / "industries" / "kilns.yaml"
    table.write_text(
        table.read_text(encoding="utf-8").replace("    scope: unit", "    subtypes: [big]\n    scope: unit"),
        encoding="utf-8",
    )


def test_a_row_with_two_versions_is_not_guessed(tmp_path: Path) -> None:
    table = tmp_path / "small" / "industries" / "kilns.yaml"
    text = table.read_text(encoding="utf-8")
    start, end = text.index("  - id: dust"), text.index("ladder:")
    one = text[start:end]
    old = one.replace("    scope: unit", "    in_force_to: 2021-12-31\n    scope: unit")
    new = one.replace("    scope: unit", "    in_force_from: 2022-01-01\n    scope: unit")
    table.write_text(text[:start] + old + new + text[end:], encoding="utf-8")

    (found,) = faults(edited(export(tmp_path), fill("Kilns", DUST, 0, 9, "verified")), "--lang", "en")
    assert found["rule"] == "annex.versions"
    assert "dust has 2 versions" in str(found["message"])


def test_percent_typed_as_a_share_is_asked_back(tmp_path: Path) -> None:
    write_pack(tmp_path, "industries/kilns.yaml", "unit: mg/m3\n    operator: le", "unit: percent\n    operator: le")
    path = export(tmp_path)
    (found,) = faults(edited(path, fill("Kilns", DUST, 0, 0.08, "verified")), "--lang", "en")
    assert found["rule"] == "annex.percent"
    code, _, _ = bring(edited(path, fill("Kilns", DUST, 0, "0.5%", "verified")), "ours", "--pack", "small")
    assert code == 0
    assert "number: 0.5" in (tmp_path / "ours" / "industries" / "kilns.yaml").read_text(encoding="utf-8")


def test_a_workbook_of_other_rules_is_refused(tmp_path: Path) -> None:
    path = edited(export(tmp_path), fill("Kilns", DUST, 2, 30, "verified"))
    write_pack(tmp_path, "industries/kilns.yaml", "A: 10\n", "A: 11\n")
    (found,) = faults(path)
    assert found["rule"] == "annex.other_rules"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"name,value\n"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rules.xlsx"
    path.write_bytes(content)
    assert faults(path)


def test_a_foreign_workbook_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.xlsx"
    Workbook().save(foreign)
    assert [found["rule"] for found in faults(foreign)] == ["annex.not_ours"]
    assert [found["rule"] for found in faults(tmp_path / "absent.xlsx")] == ["annex.unreadable"]


@pytest.mark.parametrize(
    ("more", "phrase"),
    [
        (("--who", " "), "not said who"),
        (("--source", ""), "not said which document"),
        (("--out", "Our Rules"), "cannot be a pack id"),
        (("--when", "yesterday"), "yesterday is not a day"),
        (("--out", "full"), "exists already"),
        (("--out", "cn-2020-340"), "comes with the program"),
        (("--out", "elsewhere/ours"), "would not find its parent small"),
    ],
)
def test_a_wrong_option_is_refused(tmp_path: Path, more: tuple[str, str], phrase: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine", encoding="utf-8")
    path = edited(export(tmp_path), fill("Kilns", DUST, 2, 30, "verified"))
    before = sorted(tmp_path.rglob("*"))
    code, _, errors = bring(path, "ours", "--pack", "small", *more)
    assert code == 2
    assert phrase in errors
    assert sorted(tmp_path.rglob("*")) == before
