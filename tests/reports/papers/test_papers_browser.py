"""The papers in a real browser: no request, no message, no sideways scroll on a phone, a print that cuts nothing."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grading.words import LANGUAGES
from lantian.documents import Wanted, write_documents
from reports.papers.dossiers import Planned
from tests.reports.sample import FIRMS
from tests.reports.test_accessibility import GRAVE, RUN
from tests.reports.test_browser import Visit

pytestmark = pytest.mark.browser
CEMENT, LONG = FIRMS[0][0], FIRMS[4][0]
A4 = 700
"""The width of A4 between its margins, at 96 dpi."""


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


@dataclass(frozen=True)
class Seen:
    """What one paper did in the browser: opened once, then narrowed, then printed."""

    requests: list[str]
    messages: list[str]
    width_on_desk: int
    width_on_phone: int
    too_wide_in_print: list[str]
    breaks_in_print: list[str]


@pytest.fixture(scope="module")
def seen(browser: Browser, papers: list[Path]) -> dict[Path, Seen]:
    assert len(papers) == 8
    return {path: visited(Visit(browser, path, 1280)) for path in papers}


def visited(visit: Visit) -> Seen:
    page = visit.page
    on_desk = page.evaluate(WIDTH)
    page.set_viewport_size({"width": 360, "height": 800})
    on_phone = page.evaluate(WIDTH)
    page.set_viewport_size({"width": A4, "height": 800})
    page.emulate_media(media="print")
    told = Seen(visit.requests, visit.messages, on_desk, on_phone, too_wide(page), page.evaluate(BREAKS))
    page.context.close()
    return told


WIDTH = "document.documentElement.scrollWidth"
BREAKS = "[...document.querySelectorAll('main, main > *:first-child')].map(e => getComputedStyle(e).breakBefore)"


def test_no_request_no_message_no_sideways_scroll(seen: dict[Path, Seen]) -> None:
    for path, told in seen.items():
        assert told.requests == [path.as_uri()]
        assert told.messages == []
        assert told.width_on_desk <= 1280, path.name
        assert told.width_on_phone <= 360, path.name


def test_a_print_page_cuts_nothing(seen: dict[Path, Seen]) -> None:
    assert {path.name: told.too_wide_in_print for path, told in seen.items() if told.too_wide_in_print} == {}


def test_no_page_stays_empty_below_the_heading(seen: dict[Path, Seen]) -> None:
    """The report starts its tables on a page of their own; a paper must not."""
    assert {path.name for path, told in seen.items() if set(told.breaks_in_print) != {"auto"}} == set()


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


def test_no_grave_fault_for_a_screen_reader(browser: Browser, papers: list[Path]) -> None:
    """The policy of a page keeps the checker out; this one context lets it in."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page = browser.new_context(viewport={"width": 360, "height": 800}, bypass_csp=True).new_page()
    faults = set()
    for path in papers[:4] + papers[-1:]:
        page.goto(path.as_uri())
        page.evaluate(axe)
        faults |= {(path.name, rule) for rule, impact in page.evaluate(RUN) if impact in GRAVE}
    page.context.close()
    assert faults == set()
