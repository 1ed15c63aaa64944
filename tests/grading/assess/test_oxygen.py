import polars as pl
import pytest

from grading.assess.oxygen import at_reference_o2


def corrected(measured: float, o2: float, reference: float) -> float | None:
    frame = pl.DataFrame({"c": [measured], "o2": [o2], "ref": [reference]})
    answer: float | None = frame.select(at_reference_o2(pl.col("c"), pl.col("o2"), pl.col("ref"))).item()
    return answer


@pytest.mark.parametrize(
    ("measured", "o2", "reference", "expected"),
    [(40, 17, 16, 50.0), (40, 17.2, 16, 52.6), (35, 10, 10, 35.0), (100, 15, 8, 100 * 13 / 6)],
)
def test_published_vectors(measured: float, o2: float, reference: float, expected: float) -> None:
    assert corrected(measured, o2, reference) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(("o2", "reference"), [(21, 16), (25, 16), (-1, 16), (10, 21)])
def test_air_and_nonsense_have_no_answer(o2: float, reference: float) -> None:
    assert corrected(40, o2, reference) is None
