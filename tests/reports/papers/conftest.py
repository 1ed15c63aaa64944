import dataclasses

import pytest

from reports.context import ReportContext
from reports.papers.dossiers import Planned, dossiers
from reports.papers.model import Dossier
from tests.reports.sample import sample_case, sample_graded, sample_law


@pytest.fixture(scope="session")
def planned(context: ReportContext) -> Planned:
    return Planned(context, sample_case(), sample_law(), sample_graded())


@pytest.fixture(scope="session")
def chinese(planned: Planned) -> dict[str, Dossier]:
    return {dossier.plan.identity.enterprise_id: dossier for dossier in dossiers(planned, "zh")}


def with_notice(planned: Planned, **stated: object) -> Planned:
    """Return the city with words under [notice]."""
    notice = planned.case.settings.notice.model_copy(update=stated)
    settings = planned.case.settings.model_copy(update={"notice": notice})
    return dataclasses.replace(planned, case=dataclasses.replace(planned.case, settings=settings))
