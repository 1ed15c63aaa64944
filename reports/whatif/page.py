"""The diff page: one HTML file with everything inside, in the look of the city report."""

from dataclasses import dataclass
from functools import partial

import polars as pl
from markupsafe import Markup

from grading.words import Language, mark, say
from reports.page import Section
from reports.selfcontained import policy, static
from reports.templating import environment
from reports.whatif import tables
from reports.whatif.chart import shift_chart
from reports.whatif.model import WhatIf
from reports.whatif.stages import stages_beside
from reports.whatif.words import explained, missed, money, parent_name, signed_money


@dataclass(frozen=True)
class Fact:
    """A figure of the first screen with its label."""

    label: str
    value: str


@dataclass(frozen=True)
class Page:
    """What the template gets, all of it text."""

    language: Language
    title: str
    city: str
    season: str
    name: str
    question: str
    verdict: str
    sentences: tuple[str, ...]
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    style: Markup
    script: Markup
    policy: str


def render_whatif(whatif: WhatIf, language: Language) -> str:
    """Return the diff page as one self-contained HTML document."""
    return environment().get_template("whatif.html.j2").render(page=page_of(whatif, language), _=partial(say, language))


def page_of(whatif: WhatIf, language: Language) -> Page:
    """Return everything the page says, in words."""
    style, script = static("report.css"), static("report.js")
    is_short = bool(missed(whatif, "after"))
    sentences = explained(whatif, language)
    return Page(
        language=language,
        title=say(language, mark("{city}: what if? {name}"), city=whatif.city_name, name=whatif.title),
        city=whatif.city_name,
        season=whatif.season,
        name=whatif.title,
        question="" if whatif.reason == whatif.title else whatif.reason,
        verdict=sentences[1] if is_short else "",
        sentences=tuple(sentences),
        facts=_facts(whatif, language),
        sections=_sections(whatif, language),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=policy(style, script),
    )


def _facts(whatif: WhatIf, language: Language) -> tuple[Fact, ...]:
    losses, firms = whatif.contrast.losses, whatif.contrast.enterprises
    change = pl.col("loss_change_cny_per_season")
    return (
        Fact(say(language, mark("Loss a season, before")), money(losses.before, language)),
        Fact(say(language, mark("Loss a season, after")), money(losses.after, language)),
        Fact(say(language, mark("Change")), signed_money(losses.change, language)),
        Fact(say(language, mark("Enterprises relieved")), str(firms.filter(change < -0.5).height)),
        Fact(say(language, mark("Enterprises burdened")), str(firms.filter(change > 0.5).height)),
        Fact(say(language, mark("Compared with")), parent_name(whatif, language)),
    )


def _sections(whatif: WhatIf, language: Language) -> tuple[Section, ...]:
    chart = shift_chart(whatif, language)
    plan = (
        ("who", mark("Who changes, and why?"), (), (tables.enterprises_table, tables.orders_table)),
        (
            "pays",
            mark("Who pays and who gains?"),
            (chart,) if chart else (),
            tuple(partial(tables.cost_table, group=group) for group in ("county", "industry", "grade")),
        ),
        ("hold", mark("Do the targets hold?"), (), (tables.targets_table, stages_beside)),
        ("stays", mark("Who is exempt, and what stays?"), (), (tables.exempt_table, tables.stayed_table)),
        ("asked-for", mark("What was asked, and where does it come from?"), (),
         (tables.changes_table, tables.provenance_table)),
    )  # fmt: skip
    return tuple(
        Section(key, say(language, title), (), charts, tuple(make(whatif, language) for make in makers))
        for key, title, charts, makers in plan
    )
