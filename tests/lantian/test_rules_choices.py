"""Choices in the workbook: read and written by the words an officer uses, in either language, or by id."""

import json
import re
from pathlib import Path

import openpyxl
import pytest

from grading.law.annex.named import coined_id
from grading.law.remarks import is_english
from grading.law.resolve import load_pack
from tests.grading.law.smallpack import FILES, write_pack
from tests.lantian.rules_book import bring, edited, export, faults, fill, row_of, run

ARCHIVE = "row/archive"


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


@pytest.mark.parametrize(("language", "words"), [("zh", "批复、验收"), ("en", "approval; acceptance")])
def test_a_cell_names_its_choices_in_words(tmp_path: Path, language: str, words: str) -> None:
    book = openpyxl.load_workbook(export(tmp_path, language=language))
    page = book["窑业" if language == "zh" else "Kilns"]

    assert page.cell(row_of(page, ARCHIVE), 6).value == words


TYPED = ("批复、验收", "approval; acceptance", "one | two", "批文，two", "批 复；Acceptance", "one\n验收")


@pytest.mark.parametrize("typed", TYPED)
def test_words_of_either_language_synonyms_and_ids_mean_the_same(tmp_path: Path, typed: str) -> None:
    path = edited(export(tmp_path), fill("Kilns", ARCHIVE, 2, typed, "verified"))

    code, spoken, _ = bring(path, "ours", "--pack", "small", "--json")

    assert code == 0
    assert [(cell["old"], cell["new"]) for cell in json.loads(spoken)["changes"]] == [
        ("approval", "approval; acceptance")
    ]
    text = (tmp_path / "ours" / "industries" / "kilns.yaml").read_text(encoding="utf-8")
    assert re.search(r"choices:\s+- one\s+- two\s", text)


@pytest.mark.parametrize("typed", ["批复", "one", "APPROVAL", "批文"])
def test_the_same_choice_in_other_words_is_no_change(tmp_path: Path, typed: str) -> None:
    path = edited(export(tmp_path), fill("Kilns", ARCHIVE, 2, typed))

    assert bring(path, "ours", "--pack", "small")[1].startswith("The workbook says what small says already")


def test_a_new_choice_becomes_a_word_of_the_overlay(tmp_path: Path) -> None:
    path = edited(export(tmp_path, language="zh"), fill("窑业", ARCHIVE, 2, "批复、+应急预案备案", "已核实"))

    code, spoken, errors = bring(path, "ours", "--pack", "small")

    assert (code, errors) == (0, ""), spoken
    vocabulary = load_pack("ours", tmp_path).vocabulary
    assert vocabulary is not None
    (new,) = (choice for choice in vocabulary.model.choices if choice.id == coined_id("应急预案备案"))
    assert (new.zh, new.en) == ("应急预案备案", "应急预案备案")
    again = export(tmp_path, pack="ours", name="again.xlsx", language="zh")
    page = openpyxl.load_workbook(again)["窑业"]
    assert page.cell(row_of(page, ARCHIVE), 8).value == "批复、应急预案备案"
    bring(again, "theirs", "--pack", "ours")
    assert not (tmp_path / "theirs").exists()


def test_a_word_that_may_mean_two_choices_is_told(tmp_path: Path) -> None:
    """Two industries ask the same quantity with other choices; in a third row their common word is unclear."""
    row = """  - id: NAME
    dimension: management
    title: {zh: NAME, en: NAME}
    scope: enterprise
    quantity: archive
    operator: one_of
    clause: c
    evidence: {status: reported, confidence: high, source: seen}
    effort: document
    requirement: {A: [CHOICE], B: =A, C: =A, D: floor}
"""
    rows = "".join(
        row.replace("NAME", name).replace("CHOICE", choice) for name, choice in (("x", "five"), ("y", "six"))
    )
    write_pack(tmp_path, "industries/kilns.yaml", "ladder:", rows + "ladder:")
    new = "  - {id: five, zh: 甲类, en: five, synonyms: [文件]}\n  - {id: six, zh: 乙类, en: six, synonyms: [文件]}\n"
    (tmp_path / "small" / "vocabulary.yaml").write_text(FILES["vocabulary.yaml"] + new, encoding="utf-8")

    (found,) = faults(edited(export(tmp_path), fill("Kilns", ARCHIVE, 2, "文件", "verified")), "--lang", "en")

    assert found["rule"] == "annex.choice_unclear"
    assert "may mean five, six" in str(found["message"])


def test_the_chinese_workbook_shows_no_id_and_no_english_word(tmp_path: Path) -> None:
    """Every cell and comment of three industries of the packaged guide, as an officer reads them."""
    path = tmp_path / "zh.xlsx"
    wanted = (option for name in ("制药", "水泥", "玻璃") for option in ("--industry", name))
    run("rules", "export", "--xlsx", path, "--lang", "zh", *wanted)
    pages = [page for page in openpyxl.load_workbook(path).worksheets if page.sheet_state == "visible"]
    cells = [cell for page in pages[1:] for row in page.iter_rows(min_col=2) for cell in row]
    texts = [str(cell.value) for cell in cells if cell.value is not None]
    texts += [cell.comment.text for cell in cells if cell.comment]

    shared = [cell for cell in cells if cell.number_format == ";;;"]
    assert len(shared) > 20  # seen once, as the annex merges them, and still there for the import
    assert all(cell.value for cell in shared)
    assert len(texts) > 1500
    assert [text for text in texts if re.search("[a-z]+_[a-z0-9]+", text) or is_english(text)] == []
