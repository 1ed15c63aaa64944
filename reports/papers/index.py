"""The index of a folder of papers: links, and every enterprise with its papers."""

from dataclasses import dataclass

from grading.words import Language, mark, say
from reports.papers.model import Frame, Identity

INTERNAL = mark("Internal: these papers name persons. Only the folder public may leave the house.")
PUBLIC = mark("These pages hold no personal data.")


@dataclass(frozen=True)
class Link:
    """One link inside the folder."""

    href: str
    """Path relative to the index."""
    text: str
    """What it leads to."""


@dataclass(frozen=True)
class IndexRow:
    """One enterprise and its papers."""

    enterprise_id: str
    """Its number."""
    name: str
    """Its name."""
    county: str
    """Its county."""
    industry: str
    """Its type of industry."""
    grade: str
    """The grade it is planned at."""
    links: tuple[Link, ...]
    """Its papers."""


@dataclass(frozen=True)
class Index:
    """The index page."""

    title: str
    """Title."""
    frame: Frame
    """The run."""
    warning: str
    """Who may see it."""
    pages: tuple[Link, ...]
    """Pages about the whole city."""
    rows: tuple[IndexRow, ...]
    """Every enterprise."""


def index_row(identity: Identity, links: tuple[Link, ...]) -> IndexRow:
    """Return the row of one enterprise."""
    return IndexRow(
        identity.enterprise_id, identity.name, identity.county, identity.industry, identity.grade, links
    )  # fmt: skip


def index_title(is_public: bool, language: Language) -> str:
    """Return the title of the public or the internal index."""
    return say(language, mark("Public notices")) if is_public else say(language, mark("Papers of the enterprises"))
