"""The papers as Word: our templates are what their script makes, a bureau's own is sandboxed, names are text."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from grading.faults import InputError
from grading.words import LANGUAGES, Language
from reports.invisible import visible
from reports.papers.dossiers import Planned, dossiers
from reports.papers.make_word_templates import make
from reports.papers.model import Dossier
from reports.papers.word import KINDS, WordForm, our_form, word_forms
from tests.reports.papers.test_pages import texts
from tests.reports.sample import FIRMS

PAPERS = tuple(KINDS.values())
CEMENT = FIRMS[0][0]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words_of(data: bytes) -> str:
    made = Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_templates_are_what_their_script_makes(kind: str, language: Language) -> None:
    assert parts(our_form(kind, language).data) == parts(make(kind, language))


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_form_says_what_the_paper_says(planned: Planned, kind: str, language: Language) -> None:
    form = our_form(kind, language)
    left_out = (".level", ".state", ".enterprise_id", ".county", ".park", ".permit_no", ".status")
    for dossier in dossiers(planned, language, [CEMENT, FIRMS[1][0]]):
        paper = getattr(dossier, kind)
        found = words_of(form.fill(paper))
        wanted = {place: visible(text) for place, text in texts(paper).items() if not place.endswith(left_out)}
        assert [place for place, text in wanted.items() if text and text not in found] == []
        assert "{{" not in found
        assert "{%" not in found


def test_hostile_names_are_text(chinese: dict[str, Dossier]) -> None:
    form = our_form("plan", "zh")
    for enterprise_id, name, *_ in FIRMS:
        data = form.fill(chinese[enterprise_id].plan)
        assert visible(name) in words_of(data)
        assert b"<script" not in parts(data)["word/document.xml"]
        assert b"w:fldSimple" not in parts(data)["word/document.xml"]


def test_the_same_paper_gives_the_same_bytes(chinese: dict[str, Dossier]) -> None:
    paper = chinese[CEMENT].help
    assert our_form("help", "zh").fill(paper) == our_form("help", "zh").fill(paper)


def own_form(folder: Path, text: str) -> WordForm:
    made = Document()
    made.add_paragraph(text)
    made.save(str(folder / "own.docx"))
    return word_forms(folder, {"gate": "own.docx"}, "zh")["gate"]


def test_a_bureau_fills_its_own_form(chinese: dict[str, Dossier], tmp_path: Path) -> None:
    form = own_form(tmp_path, "{{ frame.city }}:{{ identity.name }}({{ levels[0].word }})")
    assert words_of(form.fill(chinese[CEMENT].gate)) == "岚州市:岚州台岭水泥有限公司(黄色)"


@pytest.mark.parametrize(
    "text",
    [
        "{{ identity.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ frame.update(city='x') }}",
        "{{ contact.phone }}",
        "{{ identity.nane }}",
        "{% include '/etc/passwd' %}",
        "{{ identity.name",
        "{% for x in levels %}",
    ],
)
def test_a_form_that_reaches_too_far_or_is_broken_is_refused(
    chinese: dict[str, Dossier], tmp_path: Path, text: str
) -> None:
    with pytest.raises(InputError) as refused:
        own_form(tmp_path, text).fill(chinese[CEMENT].gate)
    assert refused.value.faults[0].file == "own.docx"


def test_a_file_that_is_no_word_document_is_refused(chinese: dict[str, Dossier], tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(b"PK no")
    with pytest.raises(InputError, match="no Word document"):
        word_forms(tmp_path, {"gate": "own.docx"}, "zh")["gate"].fill(chinese[CEMENT].gate)


def test_a_tag_inside_a_name_stays_text(chinese: dict[str, Dossier]) -> None:
    gate = chinese[CEMENT].gate
    name = "{{ 7 * 7 }}{% for x in y %}厂"
    sly = replace(gate, identity=replace(gate.identity, name=name))
    assert name in words_of(our_form("gate", "zh").fill(sly))
