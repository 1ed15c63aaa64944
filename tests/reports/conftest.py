import pytest

from reports.context import ReportContext
from tests.reports.sample_plan import sample_context


@pytest.fixture(scope="session")
def context() -> ReportContext:
    return sample_context()
