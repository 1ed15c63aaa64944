"""Where do the orders fall? Enterprises on the bureau's own boundaries, or by their coordinates alone."""

import math
import re
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from grading.words import Language, mark, say
from reports.charts.canvas import INK, SOFT, WIDTH, drawn, label, line
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.format import count
from reports.places import ORDERS

TOP, MARGIN = 34.0, 12.0
LOWEST, HIGHEST = 260.0, 560.0
KM_PER_DEGREE = 111.2
_POINT = re.compile(r"M ([\d.]+ [\d.]+) ?\nL \1\s")
"""A line without length as matplotlib writes it; ten thousand of them are half as long in SVG's own words."""
ORDER_WORDS = {
    "stop": mark("a line stops"),
    "limit": mark("limited, nothing stops"),
    "exempt": mark("exempt"),
    "free": mark("no measure"),
}
# Told apart by shape and lightness: square, disc, ring, point.
MARKS: dict[str, tuple[tuple[str, float, str], ...]] = {
    "stop": (("projecting", 3.4, INK),),
    "limit": (("round", 4.6, "#7a7a7a"),),
    "exempt": (("round", 5.4, "#0b4f52"), ("round", 3.0, "#ffffff")),
    "free": (("round", 2.2, "#9a9a9a"),),
}


@dataclass(frozen=True)
class Frame:
    """How degrees become points of the sheet."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    def x(self, lon: pl.Expr) -> pl.Expr:
        """Return the place from the left (points)."""
        return ((lon - self.west) * self.scale_x + MARGIN).round(1)

    def y(self, lat: pl.Expr) -> pl.Expr:
        """Return the place from the top (points)."""
        return ((lat - self.north) * -self.scale_y + TOP).round(1)


def frame_of(points: pl.DataFrame) -> Frame:
    """Return the frame that holds all points, one scale for both directions at the middle latitude."""
    west, east, south, north = points.select(
        pl.col("lon").min().alias("w"), pl.col("lon").max().alias("e"), pl.col("lat").min().alias("s"),
        pl.col("lat").max().alias("n"),
    ).row(0)  # fmt: skip
    shrink = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * shrink, 1e-3), max(north - south, 1e-3)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - TOP - MARGIN) / tall)
    return Frame(west, north, scale * shrink, scale, max(TOP + tall * scale + MARGIN + 22, LOWEST))


def map_data(context: ReportContext) -> pl.DataFrame:
    """Return the enterprises that can be placed. Shape: `reports.places.places_of` without null coordinates."""
    return context.places.filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null())


def map_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the map, or nothing when no enterprise states where it stands."""
    data = map_data(context)
    if data.is_empty():
        return None
    outline = context.boundaries
    frame = frame_of(data if outline is None else pl.concat([data.select("lon", "lat"), outline.select("lon", "lat")]))
    counts = {order: int((data["order"] == order).sum()) for order in ORDERS}

    def paint(axes: Axes) -> None:
        _legend(axes, counts, language)
        if outline is not None:
            _outlines(axes, outline, frame)
        for order in reversed(ORDERS):
            of_order = data.filter(pl.col("order") == order)
            spots = of_order.select(frame.x(pl.col("lon")), frame.y(pl.col("lat"))).unique(maintain_order=True).rows()
            _spots(axes, spots, order)
        _ruler(axes, frame)

    title = say(language, mark("Where do the orders fall at red?"))
    alt = say(language, mark(", ")).join(
        f"{say(language, ORDER_WORDS[o])} {count(n, language)}" for o, n in counts.items()
    )
    svg = Markup(_POINT.sub(r"M\1h0", drawn(f"map-{language}", frame.height, paint)))  # noqa: S704 - as it was
    return Chart("map", title, f"{title} {alt}", svg, _note(context, data, language))


def _note(context: ReportContext, data: pl.DataFrame, language: Language) -> str:
    drawn_on = (
        mark("Without boundaries: case.toml names no GeoJSON under [map].")
        if context.boundaries is None
        else mark("Boundaries: the GeoJSON that case.toml names under [map].")
    )
    lost = context.places.height - data.height
    told = say(
        language,
        mark(
            "Source: coordinates of the enterprises table; the most severe order of any line. {n} enterprises "
            "state no place."
        ),
        n=count(lost, language),
    )
    return f"{told}{'' if language == 'zh' else ' '}{say(language, drawn_on)}"


def _spots(axes: Axes, spots: list[tuple[float, float]], order: str) -> None:
    """Draw all marks of one order as one path of lines without length: the line's cap is the mark."""
    if not spots:
        return
    vertices = [place for spot in spots for place in (spot, spot)]
    path = Path(vertices, [Path.MOVETO, Path.LINETO] * len(spots))
    path.should_simplify = False
    for cap, width, color in MARKS[order]:
        axes.add_patch(PathPatch(path, fill=False, edgecolor=color, linewidth=width, capstyle=cap))


def _outlines(axes: Axes, outline: pl.DataFrame, frame: Frame) -> None:
    placed = outline.select("ring", x=frame.x(pl.col("lon")), y=frame.y(pl.col("lat")))
    for ring in placed.partition_by("ring", maintain_order=True):
        axes.plot(ring["x"].to_list(), ring["y"].to_list(), color="#b0b0b0", linewidth=0.8)


def _legend(axes: Axes, counts: dict[str, int], language: Language) -> None:
    x = MARGIN
    for order in ORDERS:
        _spots(axes, [(x + 5, 12.0)], order)
        words = f"{say(language, ORDER_WORDS[order])} {count(counts[order], language)}"
        label(axes, (x + 14, 12), words)
        x += 170


def _ruler(axes: Axes, frame: Frame) -> None:
    """Draw a length in kilometres that fits a quarter of the sheet, and the direction of north."""
    per_km = frame.scale_y / KM_PER_DEGREE
    km = max((n for n in (1, 2, 5, 10, 20, 50, 100, 200) if n * per_km <= WIDTH / 4), default=1)
    y, end = frame.height - 12, WIDTH - MARGIN - 60
    line(axes, (end - km * per_km, y), (end, y), SOFT, 1.6)
    label(axes, (end + 6, y), f"{km} km", color=SOFT)
    _arrow(axes, (WIDTH - MARGIN - 4, TOP + 14))


def _arrow(axes: Axes, place: tuple[float, float]) -> None:
    x, y = place
    line(axes, (x, y + 14), (x, y), SOFT, 1.2)
    line(axes, (x - 4, y + 5), (x, y), SOFT, 1.2)
    line(axes, (x + 4, y + 5), (x, y), SOFT, 1.2)
    label(axes, (x, y - 8), "N", "center", SOFT)
