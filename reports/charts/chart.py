"""What a finished chart is."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Chart:
    """One chart: the question it answers, its text alternative, and its drawing."""

    id: str
    title: str
    alt: str
    svg: Markup
