"""How does cutting everyone alike become this plan? The season's loss, step by step between ways of planning."""

from dataclasses import dataclass
from itertools import pairwise

import polars as pl
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.charts.canvas import HAIR, INK, PALE, SOFT, bar, drawn, label, line
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.format import Scale, largest, money_column, spoken
from reports.names import way_word

LEFT, RIGHT, ROW = 270.0, 600.0, 30.0
STEP_WORDS = {
    ("uniform", "grade_only"): mark("the law's ladder by grade, whole grades"),
    ("uniform", "greedy"): mark("the law's ladder by grade, then the cheapest lines"),
    ("grade_only", "greedy"): mark("cheapest lines instead of whole grades"),
    ("uniform", "plan"): mark("the law's ladder, better grades spared, list proven"),
    ("grade_only", "plan"): mark("lines chosen singly, list proven"),
    ("greedy", "plan"): mark("better grades spared, list proven"),
}
"""What changes from one way of planning to the next that is shown."""
BROKEN = mark("Bars are broken: the axis begins at {amount}")
WAYS = ("uniform", "grade_only", "greedy", "plan")


@dataclass(frozen=True)
class Step:
    """One bar: the ways of planning it leads from and to, and the season's loss (CNY) of both."""

    old: str
    way: str
    before: float
    after: float


def waterfall_data(context: ReportContext) -> tuple[Step, ...]:
    """Return the start (uniform, from zero) and one step per further way; a way that misses targets is left out.

    Empty where cutting everyone alike misses a target that the plan meets: then nothing can be compared with it.
    """
    season = context.comparison.filter(
        (pl.col("level").cast(pl.String) == "season") & pl.col("misses").is_null()
    ).select(pl.col("way").cast(pl.String), "loss_cny_per_day")
    loss = dict(season.iter_rows())
    if not {"uniform", "plan"} <= set(loss):
        return ()
    ways = [way for way in WAYS if way in loss]
    first = Step("", "uniform", 0.0, loss["uniform"])
    return (first, *(Step(old, new, loss[old], loss[new]) for old, new in pairwise(ways)))


def waterfall_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing when cutting everyone alike cannot be compared with the plan."""
    steps = waterfall_data(context)
    most = largest(step.after for step in steps)
    if most == 0:
        return None
    scale = money_column(most, language)
    base = axis_start(steps)
    unit = (RIGHT - LEFT) / (most - base)
    texts = [(_label(step, language), _amount(step, scale, language)) for step in steps]
    texts.append((way_word("plan", language), spoken(steps[-1].after, scale, language)))

    def paint(axes: Axes) -> None:
        for place, (step, words) in enumerate(zip(steps, texts, strict=False)):
            _bar(axes, ROW * (place + 0.5), _moved(step, base), unit, words)
        y, end = ROW * (len(steps) + 0.5), LEFT + unit * (steps[-1].after - base)
        label(axes, (LEFT - 10, y), texts[-1][0], "right", is_strong=True)
        bar(axes, (LEFT, y), (end - LEFT, 16), INK)
        label(axes, (end + 8, y), texts[-1][1], is_strong=True)
        line(axes, (LEFT, 0), (LEFT, ROW * (len(steps) + 1)), SOFT)
        if base:
            _torn(axes, (ROW * 0.5, y), say(language, BROKEN, amount=spoken(base, scale, language)))

    title = say(language, mark("How does cutting everyone alike become this plan?"))
    alt = "; ".join(f"{name} {amount}" for name, amount in texts)
    height = ROW * (len(steps) + 1) + (ROW if base else 0)
    return Chart("waterfall", title, f"{title} {alt}", drawn(f"waterfall-{language}", height, paint))


def axis_start(steps: tuple[Step, ...]) -> float:
    """Return where the axis begins (CNY): at zero, or, where the steps would be too small to see, just below them."""
    losses = [step.after for step in steps]
    spread = max(losses) - min(losses)
    return 0.0 if min(losses) < 0.8 * max(losses) or spread == 0 else min(losses) - spread


def _moved(step: Step, base: float) -> Step:
    before = step.before if step.way == "uniform" else step.before - base
    return Step(step.old, step.way, before, step.after - base)


def _torn(axes: Axes, rows: tuple[float, float], words: str) -> None:
    """Break both whole bars visibly and say where the axis begins."""
    for y in rows:
        for x in (LEFT + 14, LEFT + 22):
            line(axes, (x - 4, y + 11), (x + 4, y - 11), "#ffffff", 3)
    label(axes, (LEFT + 6, rows[1] + ROW), words, color=SOFT)


def _bar(axes: Axes, y: float, step: Step, unit: float, words: tuple[str, str]) -> None:
    start, end = LEFT + unit * min(step.before, step.after), LEFT + unit * max(step.before, step.after)
    if step.way == "uniform":
        bar(axes, (LEFT, y), (end - LEFT, 16), SOFT)
    elif step.after <= step.before:
        bar(axes, (start, y), (max(end - start, 0.8), 16), PALE, edge=SOFT)
    else:
        bar(axes, (start, y), (max(end - start, 0.8), 16), INK, hatch="////")
    at = LEFT + unit * step.after
    line(axes, (at, y + 8), (at, y + ROW - 8), HAIR, 1.4)
    label(axes, (LEFT - 10, y), words[0], "right")
    label(axes, (end + 8, y), words[1])


def _label(step: Step, language: Language) -> str:
    return way_word("uniform", language) if step.way == "uniform" else say(language, STEP_WORDS[step.old, step.way])


def _amount(step: Step, scale: Scale, language: Language) -> str:
    change = step.after - step.before
    sign = "" if step.way == "uniform" or change < 0 else "+"
    return sign + spoken(change, scale, language)
