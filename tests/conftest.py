"""What every test may use."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share a module's fixture in one worker, which then makes it once."""
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("xdist_group") is None:
            made = [item._fixtureinfo.name2fixturedefs.get(name, ()) for name in item.fixturenames]
            if any(definition.scope == "module" for found in made for definition in found[-1:]):
                item.add_marker(pytest.mark.xdist_group(item.module.__name__))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real public inputs; skip where it is absent, except on CI, which has it."""
    folder = Path(os.environ.get("LANTIAN_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the real public inputs are not here; set LANTIAN_SHARED_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of headless Chromium; on CI its absence is a failure, elsewhere a skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None and os.environ.get("CI"):
        pytest.fail("CI must have Chromium; .ci/run installs it")
    if path is None:
        pytest.skip("no Chromium on this machine")
    return str(path)


@pytest.fixture(scope="session")
def soffice() -> str:
    """Return the path of LibreOffice; on CI its absence is a failure, elsewhere a skip."""
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None and os.environ.get("CI"):
        pytest.fail("CI must have LibreOffice; .ci/run installs it")
    if path is None:
        pytest.skip("no LibreOffice on this machine")
    return str(path)


@pytest.fixture(scope="session")
def pdftotext() -> str:
    """Return the path of poppler's pdftotext; on CI its absence is a failure, elsewhere a skip."""
    path = shutil.which("pdftotext")
    if path is None and os.environ.get("CI"):
        pytest.fail("CI must have pdftotext; .ci/run installs it")
    if path is None:
        pytest.skip("no pdftotext on this machine")
    return str(path)
