"""What a finished chart is."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Chart:
    """One chart: the question it answers, its text alternative, its drawing, and a note where one is needed."""

    id: str
    title: str
    alt: str
    svg: Markup
    note: str = ""
