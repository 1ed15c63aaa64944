"""What would a looser or tighter target cost? The season's loss against the required share, the plan marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.charts.canvas import BAD, HAIR, PALE, SOFT, bar, dot, drawn, label, line, swatch
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.format import SHARE, Scale, money_column, spoken
from reports.names import POLLUTANT_NAMES, level_word

LEFT, RIGHT, PANEL, HEAD, FOOT = 130.0, 660.0, 220.0, 40.0, 34.0
LEGEND = 26.0
Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """The curve of one target: share (1), loss in shares of orders and in whole orders (CNY a season, may be None)."""

    level: str
    pollutant: str
    points: tuple[tuple[float, float | None, float | None, bool, str], ...]
    """share, least loss in shares, loss in whole orders, whether the plan stands here, state; by rising share."""


def curve_data(context: ReportContext) -> tuple[Panel, ...]:
    """Return one panel per curve that has at least two points with a loss."""
    frame = context.answers.cost_curve.frame
    if frame is None:
        return ()
    panels = []
    for part in frame.sort("level", "pollutant", "required_share").partition_by(
        "level", "pollutant", maintain_order=True
    ):
        points = tuple(
            part.select(
                "required_share",
                "loss_shares_cny_per_season",
                "loss_cny_per_season",
                "is_plan",
                pl.col("share_state").cast(pl.String),
            ).iter_rows()
        )
        if sum(loss is not None for _, loss, *_ in points) > 1:
            panels.append(Panel(str(part["level"][0]), str(part["pollutant"][0]), points))
    return tuple(panels)


def curve_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing when no target has a price."""
    panels = curve_data(context)
    if not panels:
        return None
    scale = money_column(max(loss for panel in panels for loss in _losses(panel)), language)

    def paint(axes: Axes) -> None:
        _legend(axes, language)
        for place, panel in enumerate(panels):
            _panel(axes, LEGEND + PANEL * place, panel, scale, language)

    title = say(language, mark("What would a looser or tighter target cost?"))
    alt = "; ".join(_spoken(panel, scale, language) for panel in panels)
    return Chart("curve", title, f"{title} {alt}", drawn(f"curve-{language}", LEGEND + PANEL * len(panels), paint))


def _losses(panel: Panel) -> list[float]:
    return [loss for _, least, whole, *_ in panel.points for loss in (least, whole) if loss is not None]


def _panel(axes: Axes, top: float, panel: Panel, scale: Scale, language: Language) -> None:
    losses, shares = _losses(panel), [point[0] for point in panel.points]
    low, high = min(losses), max(losses)
    room = (high - low or high or 1.0) * 0.08
    floor, ceiling = top + PANEL - FOOT, top + HEAD
    across = (RIGHT - LEFT) / ((shares[-1] - shares[0]) or 1.0)
    up = (floor - ceiling) / (high - low + 2 * room)

    def place(share: float, loss: float) -> tuple[float, float]:
        return LEFT + (share - shares[0]) * across, floor - (loss - low + room) * up

    swatch(axes, (8, top + 14), panel.level, f"{level_word(panel.level, language)} {POLLUTANT_NAMES[panel.pollutant]}")
    for loss in (low, high):
        line(axes, (LEFT, place(0, loss)[1]), (RIGHT, place(0, loss)[1]), HAIR)
        label(axes, (LEFT - 10, place(0, loss)[1]), spoken(loss, scale, language), "right", SOFT)
    line(axes, (LEFT, floor), (RIGHT, floor), SOFT)
    _ticks(axes, floor, [(place(share, low)[0], share) for share in shares], language)
    _curve(axes, panel, place)
    _unreachable(axes, panel, across, (ceiling, floor), language)


def _curve(axes: Axes, panel: Panel, place: Place) -> None:
    drawn_points = [place(share, least) for share, least, *_ in panel.points if least is not None]
    for start, end in pairwise(drawn_points):
        line(axes, start, end, SOFT, 1.6)
    for share, _least, whole, is_plan, _state in panel.points:
        if whole is not None and not is_plan:
            _diamond(axes, place(share, whole))
    for share, least, whole, is_plan, _state in panel.points:
        loss = whole if whole is not None else least
        if is_plan and loss is not None:
            dot(axes, place(share, loss))


def _diamond(axes: Axes, place: tuple[float, float]) -> None:
    axes.plot([place[0]], [place[1]], marker="D", markersize=6, color=SOFT, markerfacecolor="#ffffff")


def _ticks(axes: Axes, floor: float, ticks: Sequence[tuple[float, float]], language: Language) -> None:
    """Name the shares below the axis, leaving out those that would run into the one before."""
    last = -100.0
    for x, share in ticks:
        line(axes, (x, floor), (x, floor + 4), SOFT)
        if x - last >= 52:
            label(axes, (x, floor + 14), spoken(share, SHARE, language), "center", SOFT)
            last = x


def _unreachable(axes: Axes, panel: Panel, across: float, span: tuple[float, float], language: Language) -> None:
    """Hatch what lies beyond the last share that a plan reaches."""
    reached = [share for share, least, *_ in panel.points if least is not None]
    lost = [state for share, least, *_, state in panel.points if least is None and share > max(reached)]
    if not lost:
        return
    start = LEFT + (max(reached) - panel.points[0][0]) * across
    middle, height = (span[0] + span[1]) / 2, span[1] - span[0]
    bar(axes, (start, middle), (RIGHT - start, height), PALE, hatch="////")
    is_spared = set(lost) == {"needs_spared_grade"}
    spared, unreached = mark("only by cutting spared grades from here on"), mark("not reached from here on")
    label(axes, (RIGHT, span[0] - 10), say(language, spared if is_spared else unreached), "right", BAD)


def _legend(axes: Axes, language: Language) -> None:
    dot(axes, (LEFT + 6, 12))
    label(axes, (LEFT + 16, 12), say(language, mark("this plan")))
    line(axes, (LEFT + 130, 12), (LEFT + 150, 12), SOFT, 1.6)
    label(axes, (LEFT + 156, 12), say(language, mark("least loss, in shares of orders")))
    _diamond(axes, (LEFT + 376, 12))
    label(axes, (LEFT + 386, 12), say(language, mark("another plan in whole orders")))


def _spoken(panel: Panel, scale: Scale, language: Language) -> str:
    told = []
    for share, least, whole, is_plan, _state in panel.points:
        loss = whole if is_plan and whole is not None else least
        words = spoken(loss, scale, language, mark("not reached"))
        mine = f" ({say(language, mark('this plan'))})" if is_plan else ""
        told.append(f"{spoken(share, SHARE, language)} {words}{mine}")
    return f"{level_word(panel.level, language)} {POLLUTANT_NAMES[panel.pollutant]}: {', '.join(told)}"
