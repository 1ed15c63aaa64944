"""The papers in a real browser: no request, no message, no sideways scroll on a phone, a print that cuts nothing."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from grading.words import LANGUAGES
from lantian.documents import Wanted, write_documents
from reports.papers.dossiers import Planned
from tests.reports.sample import FIRMS
from tests.reports.test_accessibility import grave_faults, opened
from tests.reports.test_browser import Visit

pytestmark = pytest.mark.browser
CEMENT, LONG = FIRMS[0][0], FIRMS[4][0]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module", params=LANGUAGES)
def folder(request: pytest.FixtureRequest, planned: Planned, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("papers")
    write_documents(planned, Wanted(request.param), made)
    return made


@pytest.fixture(scope="module")
def papers(folder: Path) -> list[Path]:
    """Return one of each kind, those of the enterprise with the longest name among them."""
    own = [path for path in folder.rglob("*.html") if LONG in path.name]
    plan = folder / "internal" / f"plan-{CEMENT}.html"
    notices = [folder / "public" / f"{name}.html" for name in ("index", "grades-for-objection", "exempt-list")]
    return sorted([*own, plan, folder / "index.html", *notices])


def test_no_request_no_message_no_sideways_scroll(browser: Browser, papers: list[Path]) -> None:
    assert len(papers) == 8
    for path in papers:
        for width in (360, 1280):
            visit = Visit(browser, path, width)
            assert visit.requests == [path.as_uri()]
            assert visit.messages == []
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path.name
            visit.page.close()


def test_a_print_page_cuts_nothing(browser: Browser, papers: list[Path]) -> None:
    for path in papers:
        page = Visit(browser, path, 700).page  # the width of A4 between its margins, at 96 dpi
        page.emulate_media(media="print")
        assert too_wide(page) == [], path.name
        page.close()


def test_no_page_stays_empty_below_the_heading(browser: Browser, papers: list[Path]) -> None:
    """The report starts its tables on a page of their own; a paper must not."""
    for path in papers:
        page = Visit(browser, path, 700).page
        page.emulate_media(media="print")
        breaks = page.evaluate(
            "[...document.querySelectorAll('main, main > *:first-child')].map(e => getComputedStyle(e).breakBefore)"
        )
        assert set(breaks) == {"auto"}, path.name
        page.close()


def too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('main *, header *, footer *')]"
        ".filter(e => e.getBoundingClientRect().right > 701).map(e => e.tagName + '.' + e.className)"
    )
    return found


def test_a_seeded_wide_table_would_be_noticed(browser: Browser, papers: list[Path], tmp_path: Path) -> None:
    seeded = tmp_path / "wide.html"
    text = papers[1].read_text(encoding="utf-8").replace("<main>", '<main><div style="width:900px">x</div>')
    seeded.write_text(text, encoding="utf-8")
    page = Visit(browser, seeded, 700).page
    page.emulate_media(media="print")
    assert too_wide(page)
    page.close()


def test_the_gate_is_read_from_two_metres(browser: Browser, folder: Path) -> None:
    """A letter of 7 mm, that is 20 pt, is read from two metres; nothing a passer-by must know is smaller."""
    page = Visit(browser, folder / "public" / "gate" / f"gate-{CEMENT}.html", 700).page
    page.emulate_media(media="print")
    sizes = page.evaluate(
        "[...document.querySelectorAll('h1, .firm, .facts-line, .level h2, dt, dd')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize) * 0.75)"
    )
    assert min(sizes) >= 19.99
    page.close()


def test_the_help_sheet_has_room_to_write(browser: Browser, folder: Path) -> None:
    page = Visit(browser, folder / "internal" / f"help-{CEMENT}.html", 700).page
    page.emulate_media(media="print")
    cells = "[...document.querySelectorAll('.help section tbody td:last-child')]"
    width, height = page.evaluate(
        f"[Math.min(...{cells}.map(e => e.clientWidth)), Math.min(...{cells}.map(e => e.clientHeight))]"
    )
    assert width >= 38 * 96 / 25.4  # 38 mm
    assert height >= 10 * 96 / 25.4
    assert page.locator(".ruled").count() >= 10
    page.close()


def test_links_of_the_index_lead_somewhere(browser: Browser, folder: Path) -> None:
    for index in (folder / "index.html", folder / "public" / "index.html"):
        page = Visit(browser, index, 1280).page
        links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
        assert links
        assert [link for link in links if not (index.parent / link).is_file()] == []
        page.close()


def test_no_grave_fault_for_a_screen_reader(browser: Browser, papers: list[Path], tmp_path: Path) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    for path in papers[:4] + papers[-1:]:
        page = opened(browser, path.read_text(encoding="utf-8"), 360, tmp_path)
        assert grave_faults(page, axe) == [], path.name
