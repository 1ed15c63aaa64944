"""The stages of the objective side by side: what is weighed first, and where the two plans first differ."""

from collections.abc import Iterator

from grading.words import Language, mark, say
from optimizer.result import Stage
from reports.sections.proof import STAGE_WORDS, stage_text
from reports.table import Cell, Column, Table
from reports.whatif.model import WhatIf

UNWEIGHED = "loss_if_grades_not_spared"
"""A bound told beside the stages; it weighs nothing."""
LEAST_CHANGE = {"CNY/season": 0.5, "unit_days_per_season": 1.0, "share_of_requirement": 1e-6}
"""Differences below these are rounding of whole orders, as in the sentences of the page."""
EQUAL, DECIDES, FOLLOWS = mark("alike"), mark("they differ here first"), mark("follows from the above")


def stages_beside(whatif: WhatIf, language: Language) -> Table:
    """Return every stage with what both plans reach; only where all earlier stages are alike do two losses compare."""
    headers = (mark("Stage, in order of weight"), mark("Before"), mark("After"), mark("Difference"))
    rows = tuple(
        (
            Cell(say(language, STAGE_WORDS[name]) if name in STAGE_WORDS else name),
            *(Cell(stage_text(value, unit, language)) for value in (before, after, after - before)),
            Cell(say(language, verdict)),
        )
        for name, unit, before, after, verdict in _judged(whatif)
    )
    return Table(
        id="stages-beside",
        caption=say(language, mark("What is weighed first: the two plans stage by stage")),
        columns=(
            *(Column(say(language, h), "", "text" if i == 0 else "number") for i, h in enumerate(headers)),
            Column(say(language, mark("Compared")), "", "word"),
        ),
        rows=rows,
        note=say(
            language,
            mark(
                "Source: whole orders of both plans. Each stage is settled before the next is asked. Losses compare "
                "only where everything above them is alike: a looser target may let better grades be spared more, and "
                "the loss then rises. Sparing held equal, the least loss in shares of orders never rises with a "
                "looser target: see the cost curve."
            ),
        ),
        empty=say(language, mark("No stage was solved.")),
    )


def _judged(whatif: WhatIf) -> Iterator[tuple[str, str, float, float, str]]:
    """Yield name, unit, both values and the verdict of every stage that both plans were settled in."""
    before: dict[str, Stage] = {stage.name: stage for stage in whatif.status_before.stages}
    is_decided = False
    for stage in whatif.status_after.stages:
        if stage.name not in before or stage.name == UNWEIGHED:
            continue
        was = before[stage.name].reached
        is_alike = abs(stage.reached - was) < LEAST_CHANGE.get(stage.unit, 0.0)
        yield stage.name, stage.unit, was, stage.reached, FOLLOWS if is_decided else EQUAL if is_alike else DECIDES
        is_decided |= not is_alike
