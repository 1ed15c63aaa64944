import polars as pl
import pytest

from grading.assess import grade
from grading.assess.oxygen import at_reference_o2
from grading.law import name_case, resolve_law
from tests.grading.law.smallcase import CHOICE, Row, case_of, firm, unit


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


@pytest.mark.parametrize(
    ("device", "kiln", "shaft"),
    [
        ("链篦机-回转窑", ("met", "A", "A"), ("not_applicable", "A", "A")),  # 5 x 3 / 2 = 7.5 at 18 %
        ("带式焙烧机", ("met", "A", "A"), ("not_applicable", "A", "A")),
        ("球团竖炉", ("not_applicable", "A", "A"), ("not_met", "C", "C")),  # 5 x 5 / 2 = 12.5 at 16 %
        ("不详", ("met", "A", "A"), ("unknown", "A", "C")),
        (None, ("met", "A", "A"), ("unknown", "A", "C")),
    ],
)
def test_the_reference_oxygen_follows_the_device(
    device: str | None, kiln: tuple[str, ...], shaft: tuple[str, ...]
) -> None:
    facts = {"球团焙烧颗粒物": ("5", "mg/m3@19%O2"), "球团焙烧设备": (device, None)}
    told: list[Row] = [
        {"subject_id": "u1", "indicator": name, "value": value, "unit": said_in, "source": "site_check"}
        for name, (value, said_in) in facts.items()
        if value
    ]
    law = resolve_law(CHOICE)
    case = case_of(enterprises=[firm("1", "integrated_steel")], units=[unit("u1", "1", "pellet")], evidence=told)

    found = grade(name_case(case, law), law).indicators.select("indicator", "verdict", "grade_best", "grade_worst")

    answers = {name: said for name, *said in found.iter_rows()}
    assert tuple(answers["pellet_kiln_pm"]) == kiln
    assert tuple(answers["pellet_shaft_pm"]) == shaft


def test_a_concentration_of_a_furnace_without_an_oxygen_rule_is_refused_at_another_content() -> None:
    told: list[Row] = [
        {"subject_id": "u1", "indicator": "熔炼炉颗粒物", "value": "5", "unit": "mg/m3@9%O2", "source": "site_check"},
        {"subject_id": "u1", "indicator": "熔炼炉类型", "value": "冲天炉", "unit": None, "source": "site_check"},
    ]
    law = resolve_law(CHOICE)
    case = case_of(enterprises=[firm("1", "mineral_wool")], units=[unit("u1", "1", "melting")], evidence=told)

    found = grade(name_case(case, law), law).indicators

    row = found.filter(indicator="melting_pm").row(0, named=True)
    assert (row["verdict"], row["missing"]) == ("unknown", "reference_o2")
