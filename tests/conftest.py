"""What every test may use."""

import gc
import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


# Taken first, longest first, so that no worker is left alone with one of them at the end. The rest keeps its order.
LONGEST = (
    "tests/lantian/test_nc_inventory.py",
    "tests/optimizer/decompose/test_agreement.py",
    "tests/grading/platforms/test_zoo.py",
    "tests/lantian/test_whatif.py",
    "tests/lantian/test_cli.py",
    "tests/lantian/test_unreachable.py",
    "tests/grading/case/test_zoo_workbooks.py",
    "tests/lantian/test_demo_city.py",
    "tests/optimizer/test_integer_oracle.py",
    "tests/optimizer/test_nearest.py",
    "tests/optimizer/test_warm_plan.py",
    "tests/reports/test_page.py",
    "tests/reports/test_browser.py",
)
_SEEN: dict[str, str] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; `make test` hands files out whole, in the order collected."""
    ranks = {ROOT / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_collection_finish() -> None:
    """Leave modules and collected tests out of every later garbage collection: walking them took a fifth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Refuse a run of several workers that splits a file: what its module makes once would be made again.

    The groups of `--dist loadgroup` are silently ignored by pytest-xdist 3.8 under pytest 9.2.
    """
    worker = getattr(report, "worker_id", None)  # only where the reports of all workers come together
    if worker and not os.environ.get("PYTEST_XDIST_WORKER"):
        file = report.nodeid.split("::")[0]
        if _SEEN.setdefault(file, worker) != worker:
            pytest.exit(f"{file} ran in {_SEEN[file]} and in {worker}: use --dist loadfile", returncode=1)


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
