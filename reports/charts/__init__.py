"""Charts: each prepares its data in a tested function and draws it in a thin one."""

from dataclasses import dataclass

from markupsafe import Markup

from grading.words import Language
from reports.context import ReportContext


@dataclass(frozen=True)
class Chart:
    """One chart: the question it answers, its text alternative, and its drawing."""

    id: str
    title: str
    alt: str
    svg: Markup


def charts_of(context: ReportContext, language: Language) -> dict[str, tuple[Chart, ...]]:
    """Return the charts of each section."""
    return {}
