"""The city report: one HTML file with everything inside, and nothing asked from outside."""

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from grading.words import Language, mark, say
from reports.charts import charts_of
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.sections import (
    alternatives,
    changes,
    conflict,
    cost,
    cuts,
    exempt,
    grades,
    monitoring,
    notice,
    proof,
    quality,
    sensitivity,
    swaps,
    targets,
    weak,
)
from reports.sections.first import FirstScreen, first_screen
from reports.selfcontained import policy, static
from reports.table import Table
from reports.templating import environment


@dataclass(frozen=True)
class Section:
    """One section: its id and title, sentences, charts and tables in reading order."""

    id: str
    title: str
    sentences: tuple[str, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Page:
    """What the template gets, all of it text: the template computes nothing."""

    language: Language
    """`zh` or `en`, for the html element."""
    title: str
    """Title of the document."""
    first: FirstScreen
    """The first screen."""
    sections: tuple[Section, ...]
    """The sections in order."""
    style: Markup
    """The style sheet, ours."""
    script: Markup
    """The script, ours."""
    policy: str
    """The content security policy: only this style and this script, nothing from anywhere."""


def render_report(context: ReportContext, language: Language) -> str:
    """Return the report as one self-contained HTML document."""
    template = environment().get_template("report.html.j2")
    return template.render(page=page_of(context, language), _=partial(say, language))


def page_of(context: ReportContext, language: Language) -> Page:
    """Return everything the page says, in words."""
    style, script = static("report.css"), static("report.js")
    title = say(
        language,
        mark("{city}: heavy-pollution curtailment plan {season}"),
        city=context.city_name,
        season=context.season,
    )
    return Page(
        language=language,
        title=title,
        first=first_screen(context, language),
        sections=sections_of(context, language),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=policy(style, script),
    )


def sections_of(context: ReportContext, language: Language) -> tuple[Section, ...]:
    """Return the sections in reading order, targets first."""
    charts = charts_of(context, language)
    plan = {
        "hold": (
            mark("Do the targets hold?"), (),
            (targets.targets_table, targets.attainability_table, targets.holders_table),
        ),
        "way": (
            mark("What stands in the way of a target?"), (),
            (conflict.conflicts_table, conflict.relaxations_table, conflict.steps_table),
        ),
        "cost": (
            mark("What does it cost, and who bears it?"), (),
            (cost.comparison_table, cost.county_table, cost.industry_table, cost.grade_table),
        ),
        "grade": (
            mark("Who is graded how, and what changed?"), (),
            (
                grades.industry_grades_table, grades.county_grades_table, changes.changes_table,
                grades.held_down_table, weak.doubted_table,
            ),
        ),
        "exempt": (
            mark("Who is exempt, on what basis, and at what price?"), (),
            (exempt.exemptions_table, exempt.exemption_prices_table, exempt.refusals_table),
        ),
        "cut": (mark("Who is cut, and why?"), (), (cuts.cuts_table, cuts.pins_table, cuts.pin_prices_table)),
        **({} if context.platforms is None else {
            "monitors": (monitoring.TITLE, monitoring.sentences(context, language), monitoring.TABLES)
        }),
        "other": (
            mark("What other plans are nearly as good?"), (), (swaps.swaps_table, alternatives.alternatives_table),
        ),
        "sensitive": (
            mark("What would change the plan, and how surely does it hold?"), (),
            (
                sensitivity.prices_table, sensitivity.curve_table, sensitivity.odds_table, sensitivity.safe_table,
                sensitivity.upgrades_table,
            ),
        ),
        "data": (
            mark("How good are the data?"), (),
            (quality.rejected_table, quality.absent_table, quality.notes_table, notice.notice_table),
        ),
        "proof": (
            mark("What does the plan rest on?"), proof.solver_sentences(context, language),
            (proof.evidence_table, weak.weak_law_table, proof.stages_table, proof.checks_table, proof.manifest_table),
        ),
    }  # fmt: skip
    return tuple(
        Section(key, say(language, title), sentences, charts.get(key, ()), tuple(t(context, language) for t in tables))
        for key, (title, sentences, tables) in plan.items()
    )
