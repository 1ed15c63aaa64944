"""The page in a real browser: no request, no error, no sideways scroll, search and sort, and a full print."""

import dataclasses
import re
import subprocess
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Page

from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.page import render_report
from tests.reports.sample import FORMULA_NAME, HOSTILE_NAMES
from tests.reports.sample_answers import answered_context

pytestmark = pytest.mark.browser


UNBROKEN = "W" * 200


@pytest.fixture(scope="module")
def long_context(context: ReportContext) -> ReportContext:
    """Return the sample with every question answered and forty further cut lines, one with an endless name."""
    told = answered_context(context)
    line = told.orders.filter(pl.col("unit_id") == "B-1")
    names = [UNBROKEN, *(f"企业{n:02}" for n in range(1, 40))]
    more = [line.with_columns(unit_id=pl.lit(f"X-{n:02}"), name=pl.lit(name)) for n, name in enumerate(names)]
    return dataclasses.replace(told, orders=pl.concat([told.orders, *more]))


@pytest.fixture(scope="module", params=LANGUAGES)
def report(
    request: pytest.FixtureRequest, long_context: ReportContext, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    language: Language = request.param
    path = tmp_path_factory.mktemp("page") / f"report-{language}.html"
    path.write_text(render_report(long_context, language), encoding="utf-8")
    return path


class Visit:
    """An opened page with every request and every message it made."""

    def __init__(self, browser: Browser, path: Path, width: int) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 800})
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.goto(path.as_uri())


@pytest.mark.parametrize("width", [360, 1280])
def test_no_request_no_message_no_sideways_scroll(browser: Browser, report: Path, width: int) -> None:
    visit = Visit(browser, report, width)
    assert visit.requests == [report.as_uri()]
    assert visit.messages == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.page.close()


def test_a_seeded_outside_image_would_be_noticed(browser: Browser, report: Path, tmp_path: Path) -> None:
    seeded = tmp_path / "seeded.html"
    seeded.write_text(
        report.read_text(encoding="utf-8").replace("<main", '<img src="http://127.0.0.1:9/x.png"><main', 1),
        encoding="utf-8",
    )
    visit = Visit(browser, seeded, 360)
    assert visit.messages  # the policy refuses it, and says so
    visit.page.close()


def test_a_long_table_folds_searches_and_unfolds(browser: Browser, report: Path) -> None:
    page = Visit(browser, report, 1280).page
    rows = page.locator("#cuts tbody tr")
    shown = page.locator("#cuts tbody tr:not(.folded)")
    assert rows.count() == 44
    assert shown.count() == 10
    page.locator("#cuts input").fill("企业3")
    assert shown.count() == 10
    page.locator("#cuts input").fill("企业37")
    assert shown.count() == 1
    page.locator("#cuts input").fill("")
    page.locator("#cuts .tools button").click()
    assert shown.count() == 44
    page.close()


def test_headers_sort_numbers_as_numbers(browser: Browser, report: Path) -> None:
    page = Visit(browser, report, 1280).page
    head = page.locator("#targets thead th").nth(2)

    def column() -> list[str]:
        return page.locator("#targets tbody tr td:nth-child(3)").all_inner_texts()

    def amounts() -> list[float]:
        return [float(text.replace(",", "")) for text in column() if text[0].isdigit() and "%" not in text]

    before = sorted(column())
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert amounts() == sorted(amounts())
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert amounts() == sorted(amounts(), reverse=True)
    assert sorted(column()) == before
    page.close()


def test_without_script_every_row_is_there(browser: Browser, report: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(report.as_uri())
    assert page.locator("#cuts tbody tr:visible").count() == 44
    page.context.close()


def test_print_shows_every_row_and_no_tool(browser: Browser, report: Path) -> None:
    page = Visit(browser, report, 1280).page
    page.emulate_media(media="print")
    assert page.locator("#cuts tbody tr:visible").count() == 44
    assert page.locator(".tools:visible").count() == 0
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()


def test_a_print_page_cuts_no_table(browser: Browser, report: Path) -> None:
    page = Visit(browser, report, 700).page  # the width of A4 between its margins, at 96 dpi
    page.emulate_media(media="print")
    wide = page.evaluate(
        "[...document.querySelectorAll('table, svg')]"
        ".filter(e => e.getBoundingClientRect().right > 701).map(e => e.closest('[id]').id)"
    )
    assert wide == []
    page.close()


def test_a_printed_table_repeats_its_header(browser: Browser, report: Path) -> None:
    """Chromium repeats no header that holds a box of its own, so the sort buttons must not be one in print."""
    page = Visit(browser, report, 1280).page
    page.emulate_media(media="print")
    boxes = page.evaluate("[...document.querySelectorAll('thead button')].map(b => getComputedStyle(b).display)")
    assert set(boxes) == {"contents"}
    page.close()


def test_hostile_names_are_text_in_the_page(browser: Browser, report: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(report.as_uri())
    shown = page.locator("#cuts").inner_text()
    assert page.locator("main b, main i, main script, main img").count() == 0
    everything = page.locator("body").inner_text()
    assert FORMULA_NAME in everything
    for name in HOSTILE_NAMES:
        plain = name.replace("\u202e", "[U+202E]").replace("\u202c", "[U+202C]")
        assert plain in everything.replace("\n", ""), name
    assert UNBROKEN in shown
    page.context.close()


def test_every_printed_page_is_a4_and_holds_whole_tables(
    browser: Browser, report: Path, tmp_path: Path, pdftotext: str
) -> None:
    """No line of text of the PDF reaches past the margins of its page."""
    page = Visit(browser, report, 1280).page
    path = tmp_path / "report.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    page.close()
    sizes, beyond = _outside_margins(pdftotext, path)
    assert sizes == {(595, 842)}
    assert beyond == []


def _outside_margins(pdftotext: str, path: Path) -> tuple[set[tuple[int, int]], list[str]]:
    """Return the page sizes (points) and the words that stand outside the page, as poppler reads them."""
    told = subprocess.run([pdftotext, "-bbox", str(path), "-"], capture_output=True, text=True, check=True).stdout
    pages = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', told)
    words = re.findall(r'<word xMin="(-?[\d.]+)"[^>]*xMax="(-?[\d.]+)"[^>]*>(.*?)</word>', told)
    sizes = {(round(float(width)), round(float(height))) for width, height in pages}
    return sizes, [word for left, right, word in words if float(left) < 30 or float(right) > 595 - 30]
