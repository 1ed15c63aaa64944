"""Choices of a workbook that an older pack wrote: carried by what they mean, and named where nobody can tell."""

import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.grading.law.smallpack import write_pack
from tests.lantian.rules_book import both, bring, edited, export, fill, row_of, run

ARCHIVE, DUST = "row/archive", "row/dust"
WORDS, TABLE, BLOCK = "vocabulary.yaml", "industries/kilns.yaml", "common/office.yaml"
BASE = "lantian_base"


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


def carried(path: Path, language: str = "en") -> tuple[int, list[dict[str, object]]]:
    out = path.parent / "new.xlsx"
    arguments = ("--pack", "small", "--xlsx", out, "--lang", language, "--json")
    code, spoken, _ = run("rules", "carry", path, *arguments)
    return code, json.loads(spoken)["cells"]


def cell_of_c(folder: Path, key: str = ARCHIVE) -> object:
    page = openpyxl.load_workbook(folder / "new.xlsx")["Kilns"]
    return page.cell(row_of(page, key), 8).value


def by_ids(book: Workbook) -> None:
    """Make of a workbook one of a version that wrote choices by their ids."""
    for page, first, last in ((book["Kilns"], 6, 9), (book[BASE], 4, 4)):
        for row in page.iter_rows(min_row=2):
            for cell in row[first - 1 : last]:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("approval; acceptance", "one|two").replace("approval", "one")


def test_an_older_workbook_that_names_choices_by_their_ids_comes_along_in_words(tmp_path: Path) -> None:
    older = edited(export(tmp_path), by_ids, "older.xlsx")
    assert "one" in {cell.value for cell in openpyxl.load_workbook(older)["Kilns"]["H"]}
    filled = edited(older, fill("Kilns", ARCHIVE, 2, "one|two", "verified"))
    write_pack(tmp_path, "vetoes.yaml", "clause: v", "clause: w")

    code, cells = carried(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (0, [True])
    assert cell_of_c(tmp_path) == "approval; acceptance"
    assert bring(tmp_path / "new.xlsx", "ours", "--pack", "small")[0] == 0
    assert "- two" in (tmp_path / "ours" / TABLE).read_text(encoding="utf-8")


def test_a_word_that_the_pack_has_changed_comes_along_in_the_new_word(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", ARCHIVE, 2, "approval; acceptance", "verified"))
    renamed = "en: EIA approval, synonyms: [批文, approval]}"
    write_pack(tmp_path, WORDS, "en: approval, synonyms: [批文]}", renamed)

    code, cells = carried(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (0, [True])
    assert cell_of_c(tmp_path) == "EIA approval; acceptance"


def test_a_word_that_nobody_knows_any_more_is_named_with_its_cell_and_what_to_do(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", ARCHIVE, 2, "acceptance", "verified"))
    write_pack(tmp_path, WORDS, "zh: 验收, en: acceptance", "zh: 验收意见, en: handover")

    code, cells = carried(filled)

    assert (code, [cell["is_carried"] for cell in cells], cells[0]["trouble"]) == (1, [True], True)
    assert cell_of_c(tmp_path) == "acceptance"  # nothing of what was entered is lost
    advice = str(cells[0]["advice"])
    assert str(cells[0]["cell"]).startswith("Kilns!H")
    assert str(cells[0]["cell"]) in advice
    assert "acceptance is not known for this row" in advice
    assert "Correct the spelling" in advice


def test_choices_that_the_pack_changed_itself_keep_its_word(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", ARCHIVE, 2, "acceptance", "verified"))
    write_pack(tmp_path, BLOCK, "C: [one]", "C: [three]")

    code, cells = carried(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (1, [False])
    assert cell_of_c(tmp_path) == "final approval"
    assert "If yours still holds, enter it again" in str(cells[0]["advice"])


def test_a_new_choice_comes_along_as_it_was_coined(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", ARCHIVE, 2, "approval; + emergency plan", "verified"))
    write_pack(tmp_path, "vetoes.yaml", "clause: v", "clause: w")

    assert carried(filled)[0] == 0
    assert cell_of_c(tmp_path) == "approval; + emergency plan"


def test_a_range_heard_in_other_words_is_still_an_unknown_cell(tmp_path: Path) -> None:
    filled = edited(export(tmp_path), fill("Kilns", DUST, 2, 30, "verified"))
    write_pack(tmp_path, TABLE, "{unknown: 20-30}", "{unknown: twenty to thirty}")

    code, cells = carried(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (0, [True])
    assert cell_of_c(tmp_path, DUST) == 30


@pytest.mark.parametrize(("language", "said"), [("en", "its row now reads"), ("zh", "但该行现为")])
def test_a_row_that_reads_otherwise_today_is_named(tmp_path: Path, language: str, said: str) -> None:
    changes = both(fill("Kilns", DUST, 2, 30, "verified"), fill("Kilns", ARCHIVE, 2, "acceptance", "verified"))
    filled = edited(export(tmp_path), changes)
    write_pack(tmp_path, TABLE, "unit: mg/m3\n", "unit: mg/m3\n    reference_o2_percent: 16\n")

    code, cells = carried(filled, language)

    assert (code, [cell["is_carried"] for cell in cells]) == (1, [True, True])
    named = [cell for cell in cells if cell["reads_now"]]
    assert len(named) == 1
    assert said in str(named[0]["advice"])
    assert "16" in str(named[0]["reads_now"])
    assert cell_of_c(tmp_path, DUST) == 30


def counting(book: Workbook) -> None:
    """Make of a workbook one of a version whose keys counted the rows."""
    for page, column in ((book["Kilns"], "A"), (book[BASE], "B")):
        for cell in page[column]:
            kind, _, rest = str(cell.value or "").partition("/")
            if kind == "row":
                cell.value = f"row/{rest.split('/')[0]}/{0 if rest.startswith('dust') else 7}"


def test_rows_of_an_older_workbook_that_counted_them_are_found_again(tmp_path: Path) -> None:
    changes = both(fill("Kilns", DUST, 2, 30, "verified"), fill("Kilns", ARCHIVE, 2, "acceptance", "verified"))
    filled = edited(edited(export(tmp_path), counting, "older.xlsx"), changes)
    assert carried(filled)[0] == 0  # nothing changed but the keys

    text = (tmp_path / "small" / TABLE).read_text(encoding="utf-8")
    row = text.split("indicators:\n")[1].split("ladder:")[0]
    for old, new in (("- id: dust", "- id: smoke"), ("颗粒物", "烟气"), ("en: Dust", "en: Smoke")):
        row = row.replace(old, new)
    write_pack(tmp_path, TABLE, "indicators:\n", f"indicators:\n{row}")

    code, cells = carried(filled)

    assert (code, [cell["is_carried"] for cell in cells]) == (0, [True, True])
    assert (cell_of_c(tmp_path, DUST), cell_of_c(tmp_path, ARCHIVE)) == (30, "acceptance")
    assert cell_of_c(tmp_path, "row/smoke") != 30
