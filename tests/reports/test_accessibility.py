"""axe-core on the report: no serious fault, on a phone and on a desk, in both languages."""

from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.page import render_report
from tests.reports.sample_answers import answered_context

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
RUN = "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.impact]))"


@pytest.fixture(scope="module")
def axe() -> str:
    """Return the checker's script, which a development dependency brings along."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def opened(browser: Browser, html: str, width: int, folder: Path) -> Page:
    """Return the page in a context that lets the checker in past the page's own policy."""
    path = folder / "report.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True).new_page()
    page.goto(path.as_uri())
    return page


def grave_faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate(RUN)
    page.context.close()
    return [rule for rule, impact in found if impact in GRAVE]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_report_has_no_grave_fault(
    axe: str, browser: Browser, context: ReportContext, tmp_path: Path, language: Language, width: int
) -> None:
    page = opened(browser, render_report(answered_context(context), language), width, tmp_path)
    assert grave_faults(page, axe) == []


def test_a_seeded_picture_without_words_is_found(
    axe: str, browser: Browser, context: ReportContext, tmp_path: Path
) -> None:
    html = render_report(context, "zh").replace(
        "<main", '<img src="data:image/gif;base64,R0lGODdhAQABAAAAACw="><main', 1
    )
    assert grave_faults(opened(browser, html, 1280, tmp_path), axe) == ["image-alt"]
