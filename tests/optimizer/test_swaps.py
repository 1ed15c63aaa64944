"""Every swap offered is a plan: all rows hold, and it costs what the row says."""

import itertools

import numpy as np
import polars as pl
import pytest

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.lexicographic import plan_stages
from optimizer.result import City
from optimizer.verify import verify
from optimizer.whole.swaps import ALIKE, MOST_SHOWN, swaps_of
from tests.optimizer.made_city import made_city, made_menu, made_unit, random_city
from tests.optimizer.oracle import season_loss, shortfalls


def test_twins_are_offered_for_each_other() -> None:
    units = [made_unit(name, "D", enterprise_id="E") for name in ("U1", "U2", "U3")]
    emission = {"nox": 100.0}
    menu = [row for name in ("U1", "U2") for row in made_menu(name, [0.0, 0.5, 1.0], emission, 1000.0)]
    menu += made_menu("U3", [0.0, 0.5, 1.0], emission, 9000.0)
    plan = plan_city(made_city(units, menu, {("red", "nox"): 50.0}))

    ((taken, spared),) = plan.swaps.select("eased_unit_id", "hardened_unit_id").rows()

    assert {taken, spared} == {"U1", "U2"}
    assert plan.swaps["extra_loss_cny_per_season"].to_list() == [0.0]


@pytest.mark.parametrize("seed", range(3))
def test_a_swap_keeps_every_row_and_costs_what_it_says(seed: int) -> None:
    city = random_city(seed, 20)
    plan, staged = plan_city(city), plan_stages(city)
    assert staged.loss.regret is not None
    found = swaps_of(staged.loss_problem, staged.x, np.zeros(len(staged.x)))
    loss = float(staged.choices.season_loss @ staged.x)

    for row in found.head(5).iter_rows(named=True):
        moved = plan.orders
        for side in ("eased", "hardened"):
            moved = with_measure(city.menu, moved, row[f"{side}_unit_id"], row[f"{side}_level"], row[f"{side}_to"])
        checks = verify(city, moved, plan.targets, plan.comparison, plan.status).checks
        broken = {check.name for check in checks if check.violations}
        assert broken <= {"targets_added_again", "losses_added_again", "proof_agrees", "reasons"}
        days = pl.col("level").cast(pl.String).replace_strict(city.days_per_season, return_dtype=pl.Float64)
        cost = float(moved.select((pl.col("loss_cny_per_day") * days).sum()).item())
        assert cost - loss == pytest.approx(row["extra_loss_cny_per_season"], abs=1e-6 * loss)
        assert abs(cost - loss) <= ALIKE * loss * (1 + 1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_no_swap_of_a_tiny_city_is_left_out(seed: int) -> None:
    """Every pair of a gentler and a harder order, one by one, from the frames: the same pairs are offered."""
    city = city_of_twins(seed)
    plan = plan_city(city)
    k_of = {(row["unit_id"], str(row["level"])): row["k"] for row in plan.orders.to_dicts()}
    names = {(row["unit_id"], row["k"]): row["measure_id"] for row in city.menu.to_dicts()}
    loss = float(next(stage.reached for stage in plan.status.stages if stage.name == "loss"))
    moves = [(unit, level, k) for (unit, level), now in k_of.items() for k in range(3) if k != now]
    wanted = set()
    for eased, hardened in itertools.permutations(moves, 2):
        if eased[0] == hardened[0] or eased[2] > k_of[eased[:2]] or hardened[2] < k_of[hardened[:2]]:
            continue
        after = k_of | {eased[:2]: eased[2], hardened[:2]: hardened[2]}
        if is_plan(city, after) and abs(loss_of(city, after) - loss) <= ALIKE * loss:
            wanted.add((*eased[:2], names[eased[0], eased[2]], *hardened[:2], names[hardened[0], hardened[2]]))

    offered = plan.swaps.select(
        "eased_unit_id", "eased_level", "eased_to", "hardened_unit_id", "hardened_level", "hardened_to"
    )
    assert set(offered.rows()) == wanted
    assert len(wanted) <= MOST_SHOWN


def city_of_twins(seed: int) -> City:
    """Return five lines of which some are alike, so that many orders could change places."""
    rng = np.random.default_rng(seed)
    units, menu = [], []
    for place in range(5):
        emission, loss = {"nox": float(rng.choice([50.0, 100.0]))}, float(rng.choice([1000.0, 2000.0]))
        group = "G" if place < 2 else None
        units.append(made_unit(f"U{place}", "D", line_group=group, nox_kg_per_day=emission["nox"]))
        menu += made_menu(f"U{place}", [0.0, 0.5, 1.0], emission, loss)
    counts: list[dict[str, object]] = [
        {"line_group": "G", "level": "red", "lines": 2, "stop_at_least": 1, "clause": "made"}
    ]
    return made_city(units, menu, {("orange", "nox"): 100.0, ("red", "nox"): 200.0}, counts)


def is_plan(city: City, k_of: dict[tuple[str, str], int]) -> bool:
    chains = {unit: tuple(k_of[unit, level] for level in LEVELS) for unit in city.units["unit_id"]}
    nested = all(list(chain) == sorted(chain) for chain in chains.values())
    stands = sum(chains[unit][2] == 2 for unit in ("U0", "U1"))
    short = shortfalls(city, chains).values()
    return nested and stands >= 1 and max(short) <= 1e-9


def loss_of(city: City, k_of: dict[tuple[str, str], int]) -> float:
    return season_loss(city, {unit: tuple(k_of[unit, level] for level in LEVELS) for unit in city.units["unit_id"]})


def with_measure(menu: pl.DataFrame, orders: pl.DataFrame, unit: str, level: str, measure: str) -> pl.DataFrame:
    row = menu.filter(unit_id=unit, measure_id=measure).row(0, named=True)
    is_it = (pl.col("unit_id") == unit) & (pl.col("level").cast(pl.String) == level)
    names = [name for name in row if name.endswith("removed_kg_per_day")] + ["k", "measure_id", "cut_share"]
    values = {name: row[name] for name in names} | {"loss_cny_per_day": row[f"loss_{level}_cny_per_day"]}
    values |= {"kind": str(row["kind"]), "allowed_t_per_day": 1000.0 * (1 - row["cut_share"])}
    return orders.with_columns(
        pl.when(is_it).then(pl.lit(value)).otherwise(pl.col(name)).cast(orders.schema[name]).alias(name)
        for name, value in values.items()
    )
