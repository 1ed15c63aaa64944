from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from reports.context import ReportContext
from tests.reports.sample_plan import sample_context


@pytest.fixture(scope="session")
def context() -> ReportContext:
    return sample_context()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for every page that a worker opens."""
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()
