"""Take the two pictures of the README from a report: `python docs/pictures/take.py out/demo/report.html`.

Needs the development dependencies and Chromium. The first page as a desk sees it, and three charts.
"""

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
MOST_BYTES = 150_000
CHARTS = ("waterfall", "curve", "grades")


def main(report: Path) -> None:
    """Write report-first-page.png and report-charts.png beside this script."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.goto(report.resolve().as_uri())
        _first_page(page, HERE / "report-first-page.png")
        _charts(page, HERE / "report-charts.png")
        browser.close()
    for picture in sorted(HERE.glob("*.png")):
        _shrink(picture)


def _first_page(page: Page, path: Path) -> None:
    """Take the first screen with the page's own margin around it."""
    page.evaluate("document.body.replaceChildren(document.querySelector('header.first'))")
    page.evaluate("document.body.style.padding = '1.5rem'")
    page.locator("body").screenshot(path=path)
    page.reload()


def _charts(page: Page, path: Path) -> None:
    """Leave nothing on the page but the wanted charts, and take what is left."""
    page.evaluate(
        """ids => {
            const wanted = ids.map(id => document.getElementById("chart-" + id)).filter(Boolean);
            document.body.replaceChildren(...wanted);
            document.body.style.padding = "0 1.5rem 1.5rem";
        }""",
        list(CHARTS),
    )
    page.set_viewport_size({"width": 820, "height": 400})
    page.locator("body").screenshot(path=path)


def _shrink(picture: Path) -> None:
    """Keep 128 colours, the rare ones of the alert levels among them; refuse a picture that is still too large."""
    with Image.open(picture) as taken:
        small = taken.convert("RGB").quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)
    if picture.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{picture.name}: {picture.stat().st_size:,} bytes, more than {MOST_BYTES:,}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
