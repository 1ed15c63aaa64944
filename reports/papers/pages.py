"""Papers as HTML: one self-contained page each, made for A4 and for a phone."""

from functools import cache, partial

from jinja2 import Template
from markupsafe import Markup

from grading.words import Language, say
from reports.papers.model import GateNotice, HelpSheet, OperationPlan
from reports.selfcontained import policy, static
from reports.templating import environment

TEMPLATES: dict[type, str] = {
    OperationPlan: "operation-plan.html.j2",
    GateNotice: "gate-notice.html.j2",
    HelpSheet: "help-sheet.html.j2",
}


def render_paper(paper: OperationPlan | GateNotice | HelpSheet, language: Language) -> str:
    """Return one paper as a self-contained HTML document."""
    return render(TEMPLATES[type(paper)], language, paper=paper)


def render(name: str, language: Language, script: str = "", **values: object) -> str:
    """Return a page of the papers' look; everything in `values` leaves it as text."""
    style = static("report.css", "papers.css")
    return _template(name).render(
        language=language,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=policy(style, script),
        _=partial(say, language),
        **values,
    )


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)
