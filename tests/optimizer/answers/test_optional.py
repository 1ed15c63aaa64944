"""A target kept out of reach by optional rows alone, against every subset of requirements in a program of its own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import highspy
import numpy as np
import polars as pl
import pytest

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.answers.conflict import conflicts_of, unreachable
from optimizer.answers.reach import TARGET, Name
from optimizer.answers.relaxations import relaxations_of
from optimizer.result import City, Options, Quota
from optimizer.verify import verify
from tests.optimizer.answers.test_conflict import all_subsets
from tests.optimizer.made_city import DAYS, made_city, made_menu, made_unit

EVERY: tuple[Name, ...] = (
    ("county_share", "东区"), ("county_share", "西区"), ("grade_exempt", ""), ("grade_order", ""), ("quota", "玻璃"),
    TARGET,
)  # fmt: skip


def tiny_city(seed: int) -> City:
    """Four lines in two counties, one exempt; red NOx wants more than grade order, county shares and a quota leave."""
    rng = np.random.default_rng(seed)
    units, menu = [], []
    for place, grade in enumerate("BCDA"):
        is_west, is_exempt = place % 2 == 1, grade == "A"
        emission = {"nox": float(rng.integers(50, 100))}
        full = float(rng.integers(500, 1500))
        unit = made_unit(
            f"U{place}", grade, county="西区" if is_west else "东区", product="玻璃" if place < 2 else None,
            treatment="grade_exempt" if is_exempt else "none", full_loss_cny_per_day=full,
            nox_kg_per_day=emission["nox"],
            **{f"ceil_k_{level}": 0 if is_exempt else 1 if place == 2 else 2 for level in LEVELS},
        )  # fmt: skip
        units.append(unit)
        menu += made_menu(f"U{place}", [0.0, 0.5, 1.0], emission, full * float(rng.uniform(0.5, 2.0)))
    most = sum(
        float(str(unit["nox_kg_per_day"])) * (0.5 if place == 2 else 1.0) for place, unit in enumerate(units[:3])
    )
    options = Options(
        grade_order=True, county_loss_factor=float(rng.uniform(0.9, 1.4)),
        quotas=(Quota("玻璃", float(rng.integers(200, 1200))),),
    )  # fmt: skip
    return made_city(units, menu, {("red", "nox"): most * float(rng.uniform(0.7, 1.0))}, options=options)


Row = tuple[list[float], float, float]
Chain = tuple[int, ...]


class Slow:
    """The program over mixtures of chains that the frames of a tiny city spell out, less what is dropped."""

    def __init__(self, city: City, gone: set[Name]) -> None:
        self.city, self.gone = city, gone
        self.menu = {(row["unit_id"], row["k"]): row for row in city.menu.to_dicts()}
        self.units = city.units.sort("unit_id").to_dicts()
        self.chains = [(unit, chain) for unit in self.units for chain in self._chains_of(unit)]

    def _chains_of(self, unit: dict[str, object]) -> list[Chain]:
        is_lifted = ("grade_exempt", "") in self.gone and unit["treatment"] == "grade_exempt"
        top = 2 if is_lifted else int(str(unit["ceil_k_red"]))
        return [chain for chain in product(range(top + 1), repeat=3) if list(chain) == sorted(chain)]

    def each(self, value: Callable[[dict[str, Any], Chain], float]) -> list[float]:
        return [value(unit, chain) for unit, chain in self.chains]

    def lost(self, unit: dict[str, Any], chain: Chain) -> float:
        rungs = [self.menu[unit["unit_id"], k] for k in chain]
        return float(sum(row[f"loss_{lv}_cny_per_day"] * DAYS[lv] for row, lv in zip(rungs, LEVELS, strict=True)))

    def counties(self) -> Iterator[Row]:
        value = {county: 0.0 for county in ("东区", "西区")}
        for unit in self.units:
            value[unit["county"]] += unit["full_loss_cny_per_day"]
        for county, own in value.items():
            if ("county_share", county) not in self.gone:
                bound = (self.city.options.county_loss_factor or 0.0) * own / sum(value.values())
                within = [self.lost(u, c) * (bound - (u["county"] == county)) / 1e4 for u, c in self.chains]
                yield within, 0.0, np.inf

    def of_level(self, at: int) -> Iterator[Row]:
        if ("quota", "玻璃") not in self.gone:
            stays = self.each(lambda u, c: 1000 * (1 - c[at] / 2) * (u["product"] == "玻璃"))
            yield stays, self.city.options.quotas[0].t_per_day, np.inf
        for better, worse in (("B", "C"), ("C", "D")) if ("grade_order", "") not in self.gone else ():
            sign = {better: -0.5, worse: 0.5}
            yield [sign.get(str(u["grade"]), 0.0) * c[at] for u, c in self.chains], 0.0, np.inf

    def missing(self) -> float:
        asked = self.city.targets.filter(level="red", pollutant="nox")["required_kg_per_day"].item()
        brought = self.each(lambda u, c: self.menu[u["unit_id"], c[2]]["nox_removed_kg_per_day"] / asked)
        one = [([float(owner is unit) for owner, _ in self.chains], 1.0, 1.0) for unit in self.units]
        rows = [*one, *self.counties(), *(row for at in range(3) for row in self.of_level(at))]
        solver, many = highspy.Highs(), len(self.chains) + 1  # type: ignore[no-untyped-call]
        solver.silent()
        solver.addVars(many, np.zeros(many), np.full(many, np.inf))
        solver.changeColCost(many - 1, 1.0)
        places = np.arange(many, dtype=np.int32)
        solver.addRow(1.0, np.inf, many, places, np.array([*brought, 1.0]))
        for values, low, high in rows:
            solver.addRow(low, high, many, places, np.array([*values, 0.0]))
        solver.run()
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(solver.getObjectiveValue())


def missing_without(city: City, dropped: Iterable[Name]) -> float:
    """Return the missing share of the red NOx target without some requirements."""
    return Slow(city, set(dropped)).missing()


def is_possible(city: City, dropped: Iterable[Name]) -> bool:
    gone = set(dropped)
    return TARGET in gone or missing_without(city, gone) <= 1e-6


SEEDS = [seed for seed in range(12) if missing_without(tiny_city(seed), ()) > 1e-3][:5]


def test_the_seeds_are_cities_that_the_sums_alone_call_reachable() -> None:
    assert len(SEEDS) >= 4
    for seed in SEEDS:
        assert unreachable(replace(tiny_city(seed), options=Options())) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_optional_rows_stand_in_the_conflict_as_the_slow_programs_say(seed: int) -> None:
    city = tiny_city(seed)
    conflicts = conflicts_of(city)
    short, asked = missing_without(city, ()), float(conflicts["missing"][0]) / missing_without(city, ())

    told = {(row["requirement"], row["industry"]): row for row in conflicts.to_dicts()}
    assert set(told) & {name for name in EVERY if name[0] in ("county_share", "grade_order", "quota")}
    for name, row in told.items():
        if name in EVERY:
            assert row["makes_it_possible"] == is_possible(city, [name])
            assert row["resolved"] == ("possible" if row["makes_it_possible"] else "impossible")
            freed = short - missing_without(city, [name]) if name != TARGET else short
            assert row["freed"] == pytest.approx(freed * asked, rel=1e-5, abs=1e-4)
    for name in set(EVERY) - set(told):
        assert short - missing_without(city, [name]) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_conflict_is_minimal_among_all_subsets(seed: int) -> None:
    city = tiny_city(seed)
    found = {(row["requirement"], row["industry"]) for row in conflicts_of(city).to_dicts() if row["is_in_conflict"]}
    outside = {("physics", ""), ("outside_list", "")}

    assert any(name[0] in ("county_share", "grade_order", "quota") for name in found | {TARGET})
    if not found & outside:
        conflicting = [set(kept) for kept in all_subsets(EVERY) if not is_possible(city, set(EVERY) - set(kept))]
        assert found in conflicting
        assert not any(other < found for other in conflicting)


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_dropping_an_optional_row_is_a_way_out_with_its_price(seed: int) -> None:
    city = tiny_city(seed)
    plan = plan_city(city)
    assert plan.verification.holds
    assert set(plan.targets.filter(level="red", target="nox")["state"].cast(pl.String)) == {"missed"}
    ways, _ = relaxations_of(city, plan)

    dropped = ways.filter(kind="drop_option")
    assert not dropped.is_empty()
    for row in dropped.to_dicts():
        names = [tuple(part.partition(" ")[::2]) for part in row["what"].split(", ")]
        assert is_possible(city, names)
        assert row["extra_loss_cny_per_season"] is not None
    assert "confirmed" in dropped["state"].cast(pl.String).to_list()


def test_a_plan_that_misses_more_than_its_first_stage_says_is_caught() -> None:
    city = tiny_city(SEEDS[1])
    plan = plan_city(city)
    idle = plan.orders.with_columns(nox_removed_kg_per_day=pl.lit(0.0))

    checks = verify(city, idle, plan.targets, plan.comparison, plan.status).checks
    assert "least_shortfall" in {check.name for check in checks if check.violations}
