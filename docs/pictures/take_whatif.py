"""Take the picture of a what-if's page: `python docs/pictures/take_whatif.py out/whatif/whatif.html`.

Needs the development dependencies and Chromium. The first screen as a desk sees it.
"""

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent / "whatif-page.png"


def main(written: Path) -> None:
    """Write whatif-page.png beside this script, in 64 colours."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 1250})
        page.goto(written.resolve().as_uri())
        page.screenshot(path=PICTURE)
        browser.close()
    with Image.open(PICTURE) as taken:
        small = taken.convert("RGB").quantize(64, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
