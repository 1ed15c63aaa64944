"""How much of the published plan another one keeps, on two lines that can stand in for each other."""

import pytest

from optimizer import plan_city
from optimizer.answers.basis import basis_of
from optimizer.answers.sharing import shared_with
from tests.optimizer.answers.cities import EMISSION
from tests.optimizer.made_city import made_city, made_menu, made_unit


def test_the_other_line_instead_moves_every_kilogram_and_shares_no_enterprise() -> None:
    # 100 kg/d at red (2 days): the cheap line stops, the dear one runs; the other way round moves 200 kg a season.
    units = [made_unit("CHEAP", "C"), made_unit("DEAR", "C")]
    menus = made_menu("CHEAP", [0.0, 1.0], EMISSION, 1e3) + made_menu("DEAR", [0.0, 1.0], EMISSION, 2e3)
    bounded = [unit | {f"ceil_k_{level}": 1 for level in ("yellow", "orange", "red")} for unit in units]
    city = made_city(bounded, menus, {("red", "nox"): 100.0})
    basis = basis_of(city, plan_city(city))
    red = basis.problem.choices.level == 2
    swapped = basis.x.copy()
    swapped[red] = 1 - basis.x[red]

    same, other = shared_with(basis, basis.x), shared_with(basis, swapped)

    assert (same["cuts_in_common"], same["moved_nox_kg_per_season"]) == (1.0, 0.0)
    assert other["cuts_in_common"] == 0.0
    assert other["moved_nox_kg_per_season"] == pytest.approx(200)
