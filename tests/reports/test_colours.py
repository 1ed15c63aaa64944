"""Charts read in grey and by colour-blind eyes: neighbours differ in lightness, and no meaning hangs on hue alone."""

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest

from reports.charts.canvas import BAD, GRADE_FILL, INK, LEVEL_FILL, PALE, SOFT
from reports.charts.placemap import MARKS

Array = npt.NDArray[np.float64]
# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
SIGHTS: dict[str, list[list[float]]] = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}
SCHEMES = (tuple(GRADE_FILL), ("A", "B", "B-", "C", "D"), ("A", "B", "C", "D"), ("leading", "non_leading"))
"""What can stand side by side in one bar."""


def linear(color: str) -> Array:
    part = np.array([int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.asarray(np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4))


def lightness(color: str, sight: str) -> float:
    """Return CIE L* (0 to 100) of a colour as an eye sees it."""
    seen = np.clip(np.array(SIGHTS[sight]) @ linear(color), 0, 1)
    y = float(np.array([0.2126, 0.7152, 0.0722]) @ seen)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2 (1 to 21)."""
    bright, dark = sorted((float(np.array([0.2126, 0.7152, 0.0722]) @ linear(c)) for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", SCHEMES, ids="-".join)
def test_neighbouring_grades_differ_in_lightness(scheme: tuple[str, ...], sight: str) -> None:
    for one, other in pairwise(scheme):
        assert abs(lightness(GRADE_FILL[one], sight) - lightness(GRADE_FILL[other], sight)) > 8, (one, other)


@pytest.mark.parametrize("sight", SIGHTS)
def test_ink_bars_stand_apart_from_pale_ones(sight: str) -> None:
    for one, other in combinations((INK, SOFT, PALE), 2):
        assert abs(lightness(one, sight) - lightness(other, sight)) > 20


def test_words_in_charts_can_be_read() -> None:
    for color in (INK, SOFT, BAD):
        assert contrast(color, "#ffffff") >= 4.5


def test_orders_on_the_map_differ_in_shape_or_size() -> None:
    shapes = [tuple((cap, width) for cap, width, _color in marks) for marks in MARKS.values()]
    assert len(set(shapes)) == len(shapes)


def test_a_seeded_pair_of_one_lightness_is_found() -> None:
    assert abs(lightness("#c00000", "grey") - lightness("#007700", "grey")) < 8


def test_levels_are_told_apart_by_more_than_hue() -> None:
    """Their colours are the law's; in grey red stands apart, and every swatch carries its word (test_page)."""
    yellow, orange, red = (lightness(LEVEL_FILL[level], "grey") for level in ("yellow", "orange", "red"))
    assert yellow - orange > 8
    assert orange - red > 8
