"""The papers as pages: escaping, nothing from outside, and every documented field on the page."""

import ast
import dataclasses
import inspect
from pathlib import Path

import pytest

from grading.words import LANGUAGES, Language
from reports.invisible import visible
from reports.papers import index, model, public
from reports.papers.dossiers import Planned, dossiers
from reports.papers.model import Dossier
from reports.papers.pages import render, render_paper
from reports.papers.public import public_lists
from tests.reports.papers.conftest import with_notice
from tests.reports.sample import FIRMS
from tests.reports.test_context import undocumented
from tests.reports.test_page import outside, read

PAPERS = ("plan", "gate", "help")


def classes(source: str) -> list[str]:
    tree = ast.parse(source)
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]


def test_every_field_is_documented() -> None:
    for module in (model, public, index):
        source = inspect.getsource(module)
        assert [f for name in classes(source) for f in undocumented(source, name)] == []


def texts(value: object, path: str = "") -> dict[str, str]:
    """Return every text of a paper by its place."""
    if isinstance(value, str):
        return {path: value}
    if isinstance(value, tuple):
        return {k: v for n, item in enumerate(value) for k, v in texts(item, f"{path}[{n}]").items()}
    fields = dataclasses.fields(value)  # type: ignore[arg-type]
    return {k: v for f in fields for k, v in texts(getattr(value, f.name), f"{path}.{f.name}").items()}


UNSHOWN = (".level",)
"""Codes that colour a swatch and stand in no text."""
LEFT_OUT = {
    "plan": (".frame.issuer",),
    "help": (".frame.issuer",),
    "gate": (".enterprise_id", ".county", ".park", ".permit_no", ".state"),
}
"""What a paper carries for a bureau's own Word template while our page leaves it out."""


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_rendered_is_what_is_documented(planned: Planned, kind: str, language: Language) -> None:
    stated = with_notice(planned, issuer="岚州市生态环境局", supervision_phone="0472-12345")
    for dossier in dossiers(stated, language):
        paper = getattr(dossier, kind)
        words = "".join(read(render_paper(paper, language)).text)
        hidden = (*UNSHOWN, *LEFT_OUT[kind])
        shown = {place: visible(text) for place, text in texts(paper).items() if not place.endswith(hidden)}
        missing = [place for place, text in shown.items() if text not in words]
        assert missing == []


@pytest.mark.parametrize("kind", PAPERS)
def test_hostile_names_come_out_as_text(chinese: dict[str, Dossier], kind: str) -> None:
    for enterprise_id, name, *_ in FIRMS:
        html = render_paper(getattr(chinese[enterprise_id], kind), "zh")
        reader = read(html)
        assert visible(name) in "".join(reader.text)
        assert not [tag for tag, _ in reader.elements if tag in ("script", "b>")]
        assert "\u202e" not in html
        assert list(outside(reader)) == []


def test_a_line_nobody_filled_in_is_there_to_fill_in(planned: Planned) -> None:
    laid_open = public_lists(planned, "zh")[0]
    blank = read(render("public-list.html.j2", "zh", paper=laid_open))
    assert "".join(blank.text).count("待填写") == 7  # period, four ways to reach the office, issuer, day
    assert all(line.words == "" for line in laid_open.lines)


def test_the_page_of_the_docs_names_every_field(root: Path) -> None:
    page = (root / "docs" / "papers.md").read_text(encoding="utf-8")
    for name in classes(inspect.getsource(model)):
        fields = [field.name for field in dataclasses.fields(getattr(model, name))] if name != "Dossier" else []
        section = page.partition(f"### {name}\n")[2].partition("\n### ")[0]
        assert [field for field in fields if f"- `{field}`" not in section] == [], name
