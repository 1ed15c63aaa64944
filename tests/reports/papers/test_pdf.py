"""The extra for PDF: whole pages, nothing asked from outside, the same bytes twice."""

import dataclasses
from pathlib import Path

import pytest

from grading.faults import InputError
from lantian.documents import Wanted, write_documents
from reports.papers import pdf
from reports.papers.dossiers import Planned
from reports.papers.model import Dossier
from reports.papers.pages import render_paper
from tests.reports.sample import FIRMS


def printer() -> None:
    try:
        pdf.require_printer()
    except InputError as missing:
        pytest.skip(str(missing))


def test_a_paper_prints_the_same_bytes_twice(chinese: dict[str, Dossier], tmp_path: Path) -> None:
    printer()
    html = render_paper(chinese[FIRMS[0][0]].gate, "zh")
    pdf.write_pdf(html, tmp_path / "a.pdf")
    pdf.write_pdf(html, tmp_path / "b.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data == (tmp_path / "b.pdf").read_bytes()


def test_a_request_is_refused() -> None:
    with pytest.raises(pdf.OutsideRequestError):
        pdf.refuse("http://127.0.0.1:9/x.png")


def test_every_page_has_its_pdf_when_asked(planned: Planned, tmp_path: Path) -> None:
    printer()
    write_documents(planned, Wanted("zh", (FIRMS[0][0],), in_pdf=True), tmp_path)
    pages = {path.with_suffix("") for path in tmp_path.rglob("*.html") if path.name != "index.html"}
    assert pages == {path.with_suffix("") for path in tmp_path.rglob("*.pdf")}


def test_without_the_extra_the_run_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(InputError, match="pip install"):
        pdf.require_printer()


def test_progress_counts_every_enterprise(planned: Planned, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    wanted = dataclasses.replace(Wanted("en"), progress=lambda done, total: told.append((done, total)))
    write_documents(planned, wanted, tmp_path)
    assert told == [(n, len(FIRMS)) for n in range(1, len(FIRMS) + 1)]
