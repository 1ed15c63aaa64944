"""The bureau's workbook: laid out like the annex, the same bytes each time, and back without loss."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from grading.assess import grade
from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.law.annex import contents, incoming, orders
from grading.law.annex.changes import asked_of, known_choices
from grading.law.annex.incoming import slots_of
from grading.law.annex.layout import sheets_of
from grading.law.annex.named import Asked, Names
from grading.law.annex.overlay_files import overlay_files as true_writer
from grading.law.annex.words import read_status, status_choices
from grading.law.model import Law
from grading.law.pack import Content, Indicator, Order
from grading.law.resolve import load_pack
from grading.words import LANGUAGES, Language
from tests.grading.law.smallcase import case_of, firm, unit
from tests.grading.law.smallpack import write_pack
from tests.lantian.rules_book import both, bring, edited, export, fill, grid, row_of, run

ON = date(2022, 3, 1)
DUST, ARCHIVE = "row/dust", "row/archive"
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


def law_of(folder: Path, pack: str) -> Law:
    return resolve_law(LawChoice(pack=pack, on=ON), folder)


def cell(law: Law, indicator: str, grade_: str) -> dict[str, object]:
    wanted = (pl.col("indicator") == indicator) & (pl.col("grade") == grade_)
    return law.requirements.row(by_predicate=wanted, named=True)


def test_a_sheet_is_laid_out_like_the_annex(tmp_path: Path) -> None:
    page = openpyxl.load_workbook(export(tmp_path, language="zh"))["窑业"]

    row = row_of(page, DUST)
    head = [page.cell(row - 1, column).value for column in range(2, 15)]
    assert head[2:8] == ["差异化指标", "比较方式与单位", "A", "B", "C", "D"]
    assert [page.cell(row, column).value for column in range(4, 14)] == [
        "颗粒物", "≤ mg/m3", 10, 20, "未知：20-30", "法定底线", "转引·高", "未核实·低", "未知", "转引·高",
    ]  # fmt: skip
    assert page.cell(row, 6).number_format == '"≤ "General'
    assert page.column_dimensions["A"].hidden
    assert [page.cell(2, column).value for column in range(2, 7)] == ["颜色", "已核实", "转引", "未核实", "未知"]
    assert (page.print_title_rows, page.freeze_panes) == ("$1:$2", "F3")
    assert "条款：c1" in page.cell(row, 6).comment.text
    assert "来源：Seen" in page.cell(row, 6).comment.text


def test_statuses_are_offered_as_a_list_and_colour_their_cells(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export(tmp_path))
    page = book["Kilns"]

    sheet, _, cells = book.defined_names["lantian_statuses"].attr_text.rpartition("!")
    offered = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
    assert offered == status_choices("en")
    assert {rule.formula1 for rule in page.data_validations.dataValidation} == {"lantian_statuses"}
    covered = " ".join(str(rule.sqref) for rule in page.data_validations.dataValidation)
    assert f"J{row_of(page, DUST)}" in covered
    fills = [rule.formula[0] for rules in page.conditional_formatting for rule in rules.rules]
    assert any('="unverified"' in formula for formula in fills)


def test_the_first_sheet_names_the_pack_and_its_hash(tmp_path: Path) -> None:
    page = openpyxl.load_workbook(export(tmp_path))["Guide"]
    facts = {row[0].value: row[2].value for row in page.iter_rows() if row[0].value}
    assert facts["pack"] == "small"
    assert facts["content_sha256"] == law_of(tmp_path, "small").content_sha256


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_pack_gives_the_same_bytes(tmp_path: Path, language: Language) -> None:
    first = export(tmp_path, name="one.xlsx", language=language).read_bytes()
    assert export(tmp_path, name="two.xlsx", language=language).read_bytes() == first


def test_text_from_a_pack_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    write_pack(tmp_path, "industries/kilns.yaml", "{unknown: 20-30}", '{unknown: "=cmd|/c calc!A0", note: "=1+1"}')
    write_pack_again = (tmp_path / "small" / "general.yaml").read_text(encoding="utf-8")
    (tmp_path / "small" / "general.yaml").write_text(
        write_pack_again.replace("clause: general", 'clause: "=HYPERLINK(\\"http://x\\")"'), encoding="utf-8"
    )

    book = openpyxl.load_workbook(export(tmp_path))
    cells = [one for page in book.worksheets for row in page.iter_rows() for one in row]
    assert [one.coordinate for one in cells if one.data_type == "f"] == []
    outside = [one.hyperlink.target for one in cells if one.hyperlink and one.hyperlink.target]
    assert outside == []
    assert any("=HYPERLINK" in str(one.value) for one in cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unchanged_workbook_gives_no_overlay(tmp_path: Path, language: Language) -> None:
    path = export(tmp_path, language=language)
    again = edited(path, lambda _: None)
    for workbook in (path, again):
        code, spoken, _ = bring(workbook, "ours", "--pack", "small")
        assert (code, (tmp_path / "ours").exists()) == (0, False)
        assert "says what small says already" in spoken


def test_a_filled_unknown_cell_becomes_law(tmp_path: Path) -> None:
    path = edited(export(tmp_path), fill("Kilns", DUST, 2, 30, "verified"))
    assert cell(law_of(tmp_path, "small"), "dust", "C")["status"] == "unknown"

    code, spoken, _ = bring(path, "ours", "--pack", "small", "--json")

    assert code == 0
    assert [(c["column"], c["old"], c["new"]) for c in json.loads(spoken)["changes"]] == [
        ("C", "not known: 20-30", 30.0)
    ]
    new = cell(law_of(tmp_path, "ours"), "dust", "C")
    assert (new["threshold"], new["status"], new["confidence"]) == (30.0, "verified", "high")
    header = load_pack("ours", tmp_path).header.model
    assert header.sources[str(new["source"])].title == "附件 (张三, 2022-02-01)"
    assert header.sources[str(new["source"])].kind == "official"
    text = (tmp_path / "ours" / "industries" / "kilns.yaml").read_text(encoding="utf-8")
    assert text.count("grade:") == 1
    assert "by: 张三" in text
    assert "on: 2022-02-01" in text


def test_a_filled_unknown_cell_changes_a_grade(tmp_path: Path) -> None:
    path = edited(export(tmp_path), fill("Kilns", DUST, 2, 30, "verified"))
    bring(path, "ours", "--pack", "small")
    facts = {"unit": None, "source": "permit"}
    case = case_of(
        enterprises=[firm("f", "kilns")],
        units=[unit("u", "f", "kiln", industry="kilns")],
        evidence=[
            {"subject_id": "u", "indicator": "dust", "value": "25"} | facts | {"unit": "mg/m3"},
            {"subject_id": "f", "indicator": "archive", "value": "one|two"} | facts,
        ],
    )

    before, after = (grade(case, law_of(tmp_path, pack)).grades.row(0, named=True) for pack in ("small", "ours"))

    assert (before["computed_best"], before["computed_worst"]) == ("C", "D")
    assert (after["computed_best"], after["computed_worst"]) == ("C", "C")
    assert (before["planned_grade"], after["planned_grade"]) == ("D", "C")


def narrow(sheet: str, key: str, value: str, status: str) -> Callable[[Workbook], None]:
    """Return an edit on a sheet of three levels, whose statuses stand one column further left."""

    def edit(book: Workbook) -> None:
        page = book[sheet]
        page.cell(row_of(page, key), 6).value = value
        page.cell(row_of(page, key), 9).value = status

    return edit


EDITS = {
    "number": fill("Kilns", DUST, 2, 30, "verified"),
    "typed with sign and unit": fill("Kilns", DUST, 1, "≤１８ mg/m3"),
    "two readings": fill("Kilns", DUST, 2, "20–30", "verified"),
    "two readings typed": fill("Kilns", DUST, 1, "≤ 15 ~ 20 mg/m3"),
    "status only": fill("Kilns", DUST, 0, None, "verified"),
    "merged": fill("Kilns", DUST, 1, "as A", "as A"),
    "unmerged": fill("Kilns", ARCHIVE, 1, "one", "reported·sure"),
    "target of a merged cell": fill("Kilns", ARCHIVE, 0, "one | two | +three", "verified"),
    "new hint": fill("Kilns", DUST, 2, "not known: 25-30"),
    "no longer known": fill("Kilns", DUST, 0, "not known", "not known"),
    "floor": fill("Kilns", DUST, 2, "legal floor: GB 1", "verified"),
    "chinese words": fill("Kilns", DUST, 2, "不作区分", "未核实·估算"),
    "measure": fill("Kilns", "ladder///B/", 1, "cut load by 35% + no road transport", "verified"),
    "general measure": narrow("General measures", "ladder///D/", "keep the kiln hot", "reported·unsure"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_overlay_says_exactly_what_the_workbook_said(tmp_path: Path, name: str) -> None:
    edit = EDITS[name]
    path = edited(export(tmp_path), edit)

    code, spoken, errors = bring(path, "ours", "--pack", "small")
    assert (code, errors) == (0, ""), spoken + errors

    again = export(tmp_path, pack="ours", name="again.xlsx")
    unlike = differing_cells(grid(path), grid(again))
    assert unlike <= allowed(name), unlike
    assert bring(again, "theirs", "--pack", "ours")[1].startswith("The workbook says what ours says already")
    assert export(tmp_path, pack="ours", name="third.xlsx").read_bytes() == again.read_bytes()


def differing_cells(one: dict[str, list[list[object]]], two: dict[str, list[list[object]]]) -> set[tuple[str, object]]:
    """Return sheet and old value of cells that differ; the first sheet tells the pack and its counts apart."""
    pairs = ((name, a, b) for name in one if name != "Guide" for a, b in zip(one[name], two[name], strict=True))
    return {(name, x) for name, a, b in pairs for x, y in zip(a, b, strict=True) if x != y}


def allowed(name: str) -> set[tuple[str, object]]:
    """Return what is spelled anew: other ways of writing the same thing."""
    spellings = {
        "typed with sign and unit": "≤１８ mg/m3",
        "two readings typed": "≤ 15 ~ 20 mg/m3",
        "target of a merged cell": "one | two | +three",
        "unmerged": "one",
    }
    chinese: set[tuple[str, object]] = (
        {("Kilns", "不作区分"), ("Kilns", "未核实·估算")} if name == "chinese words" else set()
    )
    return {("Kilns", spellings[name])} if name in spellings else chinese


def test_several_changes_make_one_overlay_and_the_rest_stays(tmp_path: Path) -> None:
    path = edited(export(tmp_path), both(EDITS["number"], EDITS["measure"], EDITS["unmerged"]))
    bring(path, "ours", "--pack", "small")

    old, new = law_of(tmp_path, "small"), law_of(tmp_path, "ours")
    place = ["indicator", "grade"]
    same = old.requirements.join(new.requirements, on=old.requirements.columns, nulls_equal=True, how="anti")
    assert sorted(same.select(place).rows()) == [("archive", "B"), ("dust", "C")]
    rungs = old.ladder.join(new.ladder, on=old.ladder.columns, nulls_equal=True, how="anti")
    assert rungs.select("grade", "level").rows() == [("B", "orange")]


def test_a_common_row_changes_for_one_industry_only(tmp_path: Path) -> None:
    general = tmp_path / "small" / "general.yaml"
    other = "  - id: mills\n    title: {zh: 磨业, en: Mills}\n    scheme: ABCD\n"
    evidence = "    evidence: {status: reported, confidence: high, source: seen}\n"
    general.write_text(
        general.read_text(encoding="utf-8").replace("ladder:", other + evidence + "ladder:"), encoding="utf-8"
    )
    (tmp_path / "small" / "industries" / "mills.yaml").write_text(
        "industry: mills\ninclude:\n  office: []\n", encoding="utf-8"
    )
    bring(edited(export(tmp_path), EDITS["unmerged"]), "ours", "--pack", "small")

    rows = law_of(tmp_path, "ours").requirements.filter(pl.col("indicator") == "archive", pl.col("grade") == "B")
    assert dict(rows.select("industry", "choices").rows()) == {"kilns": "one", "mills": "one|two"}


def test_single_industries_are_exported_by_name(tmp_path: Path) -> None:
    path = tmp_path / "one.xlsx"
    assert run("rules", "export", "--pack", "small", "--xlsx", path, "--industry", "窑业", "--lang", "en")[0] == 0
    assert openpyxl.load_workbook(path).sheetnames == ["Guide", "Kilns", "lantian_base"]
    code, _, errors = run("rules", "export", "--pack", "small", "--xlsx", path, "--industry", "moon", "--lang", "en")
    assert code == 2
    assert "no table of an industry moon" in errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_packaged_cell_is_read_back_as_it_stands(language: Language) -> None:
    """An oracle over the whole guide: what is shown means what the pack says, in both languages."""
    pack = load_pack("cn-2020-340", None)
    sheets = sheets_of(pack, language)
    slots = slots_of(sheets)
    assert len(slots) > 3000
    names, known = Names.of(pack), known_choices(sheets)
    lines = {(line.industry, line.key): line for sheet in sheets for block in sheet.blocks for line in block.lines}
    for (industry, key, column), slot in slots:
        line = lines[industry, key]
        source = line.source
        if isinstance(slot.content, Order):
            told = Order.model_validate(orders.read_order(slot.value))
            assert told == slot.content.model_copy(update={"note": "", "evidence": None}), slot
        elif isinstance(source, Indicator) and slot.content.same_as is None:
            asked = asked_of(line, known, names, language)
            read = Content.model_validate(contents.read_content(slot.value, source, column, asked))
            assert contents.shown(read, names, language) == slot.value
            stated = ("number", "may_number", "choices", "is_required")
            assert [getattr(read, name) for name in stated] == [getattr(slot.content, name) for name in stated], slot
        assert slot.evidence is None or read_status(slot.status) is not None


def test_statuses_are_read_back_in_both_languages() -> None:
    read = {language: [read_status(word) for word in status_choices(language)] for language in LANGUAGES}
    assert read["zh"] == read["en"]
    assert None not in read["en"]
    assert len(set(read["en"])) == 13


def test_an_overlay_that_would_say_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seeded writer that loses a change must be caught by reading the overlay back."""
    path = edited(export(tmp_path), both(EDITS["number"], EDITS["measure"]))
    monkeypatch.setattr(
        incoming, "overlay_files", lambda parent, name, changes, entry: true_writer(parent, name, changes[:1], entry)
    )

    code, _, errors = bring(path, "ours", "--pack", "small")

    assert code == 2
    assert "The overlay would say" in errors
    assert not (tmp_path / "ours").exists()


def test_an_overlay_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    path = edited(export(tmp_path), both(EDITS["number"], EDITS["measure"]))
    texts = []
    for place in ("one", "two"):
        folder = tmp_path / place
        folder.mkdir()
        write_pack(folder)
        assert bring(path, f"{place}/ours", "--pack", "small")[0] == 0
        texts.append({file.name: file.read_bytes() for file in (folder / "ours").rglob("*.yaml")})
    assert texts[0] == texts[1]
    assert set(texts[0]) == {"pack.yaml", "kilns.yaml"}


def test_a_changed_status_keeps_both_readings(tmp_path: Path) -> None:
    write_pack(tmp_path, "industries/kilns.yaml", "C: {unknown: 20-30}", "C: {number: 20, may_number: 30}")
    path = export(tmp_path)
    page = openpyxl.load_workbook(path)["Kilns"]
    place = page.cell(row_of(page, DUST), 8)
    assert (place.value, place.number_format) == ("20–30", '"≤ "@')
    assert "what does not even keep to ≤30 misses it" in place.comment.text

    code, spoken, errors = bring(edited(path, fill("Kilns", DUST, 2, None, "verified")), "ours", "--pack", "small")

    assert (code, errors) == (0, ""), spoken
    new = cell(law_of(tmp_path, "ours"), "dust", "C")
    assert (new["threshold"], new["may_threshold"], new["status"]) == (20.0, 30.0, "verified")


@pytest.mark.parametrize("dash", ["–", "-", "—", "~", "～", "至", "到", " - "])
@pytest.mark.parametrize(
    ("operator", "expected"), [("le", (5.5, 12)), ("lt", (5.5, 12)), ("ge", (12, 5.5)), ("gt", (12, 5.5))]
)
def test_two_readings_are_read_alike_however_they_are_typed(
    dash: str, operator: str, expected: tuple[float, float]
) -> None:
    row = load_pack("cn-2020-340", None).tables["glass"].model.indicators
    so2 = next(indicator for indicator in row if indicator.id == "flat_furnace_so2").model_copy(
        update={"operator": operator}
    )

    read = contents.read_content(f"5.5{dash}12 mg/m3", so2, "A", Asked(Names({}), "en"))

    assert read == dict(zip(("number", "may_number"), expected, strict=True))
    assert contents.shown(Content.model_validate(read), Names({}), "zh") == "5.5–12"


@given(number=st.floats(min_value=0, max_value=1e6, allow_nan=False).map(lambda value: round(value, 4)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_number_is_read_alike_however_it_is_typed(number: float) -> None:
    row = load_pack("cn-2020-340", None).tables["glass"].model.indicators
    so2 = next(indicator for indicator in row if indicator.id == "flat_furnace_so2")
    plain = f"{number:.4f}"
    typed = (number, plain, f"≤{plain}", f"≤ {plain} mg/m3", f"<= {plain}mg/m3", plain.translate(FULL_WIDTH))
    assert [contents.read_content(text, so2, "A", Asked(Names({}), "en")) for text in typed] == [
        {"number": number}
    ] * len(typed)
