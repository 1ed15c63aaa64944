"""Each constraint family alone on tiny data, compared with the committed LP text; every family is registered."""

import inspect
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer import model as families
from optimizer.choices import choices_of
from optimizer.couplings import couplings_of
from optimizer.model import Cap, Model, Problem, begin, line_counts_of, unit_names
from optimizer.requirements import requirements_of
from optimizer.result import City, Options, Quota, Receptor
from tests.optimizer.made_city import made_city, made_menu, made_unit

OPTIONS = Options(
    grade_order=True,
    equal_treatment=True,
    county_loss_factor=1.5,
    quotas=(Quota("熟料", 600.0),),
    receptors=(Receptor("north", {"red": 0.2}, {"东区": {"nox": 2.0}, "西区": {"pm": 50.0}}),),
)
GOLDEN = Path(__file__).parents[1] / "golden" / "lp"
FAMILIES: dict[str, Callable[[Model], None]] = {
    "one_measure": families.one_measure,
    "target": families.target,
    "joint_so2_nox": families.joint_so2_nox,
    "nested": families.nested,
    "line_count": families.line_count,
    "grade_order": families.grade_order,
    "equal_treatment": families.equal_treatment,
    "county_share": families.county_share,
    "quota": families.quota,
    "receptor": families.receptor,
    "stage_cap": families.stage_cap,
}


def tiny() -> City:
    """A C kiln with a floor at red, a D kiln in a line group, an exempt one (a constant), and two equal D mills."""
    units = [
        made_unit("U1", "C", floor_k_red=1, line_group="G"),
        made_unit("U2", "D", line_group="G"),
        made_unit(
            "M1", "D", process="mill", county="西区", product="熟料", ceil_k_yellow=1, ceil_k_orange=1, ceil_k_red=1
        ),
        made_unit(
            "M2",
            "D",
            process="mill",
            county="西区",
            product="熟料",
            baseline_t_per_day=500.0,
            ceil_k_yellow=1,
            ceil_k_orange=1,
            ceil_k_red=1,
        ),
        made_unit("X", "A", treatment="grade_exempt", ceil_k_yellow=0, ceil_k_orange=0, ceil_k_red=0),
    ]
    menu = (
        made_menu("U1", [0.0, 0.5, 1.0], {"nox": 80.0, "so2": 40.0, "pm": 10.0}, 1000.0)
        + made_menu("U2", [0.0, 0.5, 1.0], {"nox": 20.0, "so2": 60.0, "vocs": 30.0}, 500.0)
        + made_menu("M1", [0.0, 1.0], {"pm": 5.0}, 200.0)
        + made_menu("M2", [0.0, 1.0], {"pm": 4.0}, 100.0)
        + made_menu("X", [0.0, 1.0], {"nox": 500.0}, 9000.0)
    )
    required = {("orange", "nox"): 50.0, ("orange", "so2"): 40.0, ("red", "pm"): 8.0, ("red", "vocs"): 15.0}
    counts: list[dict[str, object]] = [
        {"line_group": "G", "level": level, "lines": 2, "stop_at_least": 1, "clause": "made"}
        for level in ("orange", "red")
    ]
    return made_city(units, menu, required, counts, joint_so2_nox=True, own_floor_share={"so2": 0.5}, options=OPTIONS)


def tiny_problem() -> Problem:
    city = tiny()
    choices = choices_of(city)
    lines = line_counts_of(choices, city.line_counts)
    problem = Problem(choices, requirements_of(city), lines, np.zeros(len(choices.k)), is_elastic=True,
                      couplings=couplings_of(city, choices))  # fmt: skip
    return replace(problem, caps=(Cap("protect_C", choices.extra_cut(("C",)), 4.0),))


def lp_text(model: Model, path: Path) -> str:
    """Return the constraint part of the LP text, with line breaks of long rows undone."""
    model.program.writeLP(str(path))
    rows = path.read_text(encoding="utf-8").split("Subject To\n")[1].split("End")[0]
    return re.sub(r"\n (?!\S+:)", " ", rows).replace("  ", " ").strip() + "\n"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_alone_gives_its_golden_lp(family: str, tmp_path: Path) -> None:
    model = begin(tiny_problem())
    FAMILIES[family](model)

    written = lp_text(model, tmp_path / "tiny.lp")

    golden = GOLDEN / f"{family}.lp"
    if os.environ.get("LANTIAN_WRITE_GOLDEN"):
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")


def test_every_family_has_a_golden_a_docs_section_and_few_lines() -> None:
    body = inspect.getsource(families.build)
    built = [name for name in re.findall(r"^    (\w+)\(model\)$", body, re.M)]
    docs = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")

    assert built == list(FAMILIES)
    assert sorted(path.stem for path in GOLDEN.glob("*.lp") if path.stem in FAMILIES) == sorted(FAMILIES)
    for name, function in FAMILIES.items():
        assert len(inspect.getsource(function).splitlines()) <= 25, name
        assert re.search(rf"^## .*`{name}", docs, re.M), name


def test_names_that_only_differ_in_forbidden_signs_stay_apart() -> None:
    assert unit_names(("A-1", "A_1", "B")) == ["A_1~0", "A_1~1", "B"]
