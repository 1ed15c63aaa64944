"""Who pays and who gains? One bar per county, to the left relieved, to the right burdened."""

import polars as pl
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.charts.canvas import HAIR, INK, SOFT, bar, drawn, label, line, short
from reports.charts.chart import Chart
from reports.format import largest, money_scale, spoken
from reports.whatif.model import WhatIf

LEFT, RIGHT, ROW = 250.0, 620.0, 24.0
LEAST_CNY = 0.5


def shift_data(whatif: WhatIf) -> pl.DataFrame:
    """Return the change of loss by county, relieved first. Shape: key, change_cny; without what stays."""
    cost = whatif.contrast.cost.filter(pl.col("group") == "county")
    return (
        cost.select("key", change_cny="loss_change_cny_per_season")
        .filter(pl.col("change_cny").abs() >= LEAST_CNY)
        .sort("change_cny", "key")
    )


def shift_chart(whatif: WhatIf, language: Language) -> Chart | None:
    """Return the chart, or nothing when nobody's loss changes."""
    data = shift_data(whatif)
    if data.is_empty():
        return None
    most = largest(data["change_cny"])
    scale = money_scale(most, language)
    middle, half = (LEFT + RIGHT) / 2, (RIGHT - LEFT) / 2

    def paint(axes: Axes) -> None:
        line(axes, (middle, 0), (middle, ROW * data.height), HAIR)
        for place, (key, change) in enumerate(data.iter_rows()):
            y = ROW * (place + 0.5)
            width = half * abs(change) / most
            label(axes, (LEFT - 70, y), short(key), "right")
            bar(axes, (middle - width if change < 0 else middle, y), (width, 13), SOFT if change < 0 else INK)
            end, align = (middle - width - 6, "right") if change < 0 else (middle + width + 6, "left")
            label(axes, (end, y), ("+" if change > 0 else "") + spoken(change, scale, language), align)  # type: ignore[arg-type]

    title = say(language, mark("Which counties lose less, and which more?"))
    alt = "; ".join(f"{key} {spoken(change, scale, language)}" for key, change in data.iter_rows())
    return Chart("shift", title, f"{title} {alt}", drawn(f"shift-{language}", ROW * data.height, paint))
