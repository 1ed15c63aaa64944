"""A sheet to draw on, in points from the top left, and the way from matplotlib's SVG to one that can stand in a page.

Layout uses the font that matplotlib brings along, so every machine makes the same bytes; the page's own font
stack then sets the type. Text stays text.
"""

import io
import re
import warnings
from collections.abc import Callable
from typing import Any, Literal

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.invisible import visible

WIDTH = 720.0
"""Width of every chart in points."""
INK, SOFT, PALE, HAIR, BAD = "#1a1a1a", "#595959", "#d9d9d9", "#e4e4e4", "#8a1c12"
LEVEL_FILL = {"yellow": "#F2C200", "orange": "#F08300", "red": "#D7000F"}
GRADE_FILL = {
    "A": "#0b4f52", "leading": "#2b7377", "B": "#6d9fa1", "B-": "#9cb8b9",
    "C": "#d3d1cb", "non_leading": "#b89f84", "D": "#6e4526",
}  # fmt: skip
"""Deep teal through grey to brown: told apart by lightness up to C, and labelled besides."""
SIZE = 10.5
_PER_INCH = 72.0
_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "axes.unicode_minus": False,
    "font.family": ["DejaVu Sans"],
    "text.parse_math": False,  # a county called $x$ is a name, not a formula
    "hatch.linewidth": 0.8,
}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_NOISE = (
    r"<\?xml.*?\?>",
    r"<!DOCTYPE.*?>",
    r"<!--.*?-->",
    r"<metadata>.*?</metadata>",
    r"<style[^>]*>.*?</style>",
    r"<defs>\s*</defs>",
    r"\sxmlns(?::xlink)?=\"[^\"]*\"",
    r"(?<=<g) id=\"[^\"]*\"",
    r"font(?:-family)?: ?'DejaVu Sans'(?:, [^;\"]*)?;? ?",
)


def drawn(name: str, height: float, paint: Callable[[Axes], None]) -> Markup:
    """Return the SVG of a chart called `name`, painted on a sheet of `WIDTH` by `height` points."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()  # a matplotlibrc on this machine must not change a byte
        mpl.rcParams.update(_RC | {"svg.hashsalt": name})
        # The bundled font has no Chinese; the reader's fonts have, and only they draw the text.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        figure = Figure(figsize=(WIDTH / _PER_INCH, height / _PER_INCH), dpi=_PER_INCH)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        paint(axes)
        buffer = io.StringIO()
        FigureCanvasSVG(figure)
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    return inline(buffer.getvalue())


def inline(svg: str) -> Markup:
    """Return an SVG document as an element of a page: no prolog, style, metadata or name spaces."""
    for noise in _NOISE:
        svg = re.sub(noise, "", svg, flags=re.DOTALL)
    svg = svg.replace("xlink:href", "href").replace("<svg ", '<svg aria-hidden="true" ', 1)
    return Markup(re.sub(r"\s*\n\s*", "\n", svg).strip())  # noqa: S704 - matplotlib escapes text; names are tested


def label(
    axes: Axes,
    place: tuple[float, float],
    text: str,
    align: Literal["left", "center", "right"] = "left",
    color: str = INK,
    is_strong: bool = False,
) -> None:
    """Write one line of text, centred on its height."""
    weight = "bold" if is_strong else "normal"
    flat = visible(" ".join(text.split()))
    axes.text(*place, flat, ha=align, va="center_baseline", color=color, fontsize=SIZE, fontweight=weight)


def bar(
    axes: Axes, place: tuple[float, float], size: tuple[float, float], color: str, hatch: str = "", edge: str = "none"
) -> None:
    """Draw a rectangle from its left end, centred on its height; a hatched one is drawn in outline."""
    (x, y), (width, height) = place, size
    outline = edge if not hatch else color
    axes.add_patch(
        Rectangle(
            (x, y - height / 2), width, height,
            facecolor="none" if hatch else color, edgecolor=outline, hatch=hatch or None, linewidth=0.8,
        )
    )  # fmt: skip


def line(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str = INK, width: float = 0.8
) -> None:
    """Draw a straight line."""
    axes.plot(
        (start[0], end[0]), (start[1], end[1]), color=color, linewidth=width, solid_capstyle="butt", clip_on=False
    )


def dot(axes: Axes, place: tuple[float, float], color: str = INK) -> None:
    """Draw a dot."""
    axes.plot([place[0]], [place[1]], marker="o", markersize=7, color=color, clip_on=False)


def swatch(axes: Axes, place: tuple[float, float], level: str, word: str) -> None:
    """Draw the legal colour of a level and, always, its word."""
    bar(axes, place, (10, 10), LEVEL_FILL[level], edge="#00000055")
    label(axes, (place[0] + 16, place[1]), word, is_strong=True)


def short(text: str, most: int = 14) -> str:
    """Return a name that fits beside a bar; the table carries it whole."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
