"""A target kept out of reach by optional rows alone, against every subset of requirements in a program of its own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations, islice, product
from typing import Any

import highspy
import numpy as np
import polars as pl
import pytest

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.answers.conflict import conflicts_of, minimal_conflict, requirements_in_the_way, unreachable
from optimizer.answers.reach import OUTSIDE, PHYSICS, TARGET, Name
from optimizer.answers.relaxations import relaxations_of
from optimizer.result import City, Options, Quota, Receptor
from optimizer.verify import verify
from tests.optimizer.answers.test_conflict import all_subsets
from tests.optimizer.made_city import DAYS, made_city, made_menu, made_unit

ALWAYS: tuple[Name, ...] = (("grade_exempt", ""), PHYSICS, OUTSIDE, TARGET)
KILNS, GLASS = "order, counties and quota", "equal treatment, receptor and quota"
EVERY: dict[str, tuple[Name, ...]] = {
    KILNS: (("county_share", "东区"), ("county_share", "西区"), ("grade_order", ""), ("quota", "玻璃"), *ALWAYS),
    GLASS: (("equal_treatment", ""), ("quota", "玻璃"), ("receptor", "西站"), *ALWAYS),
}


def unit_of(name: str, grade: str, top: int, nox: float, full: float, **changed: object) -> dict[str, object]:
    """Return a line with a ceiling; the one at A is exempt."""
    is_exempt = grade == "A"
    ceilings = {f"ceil_k_{level}": 0 if is_exempt else top for level in LEVELS}
    return made_unit(
        name, grade, treatment="grade_exempt" if is_exempt else "none", full_loss_cny_per_day=full, nox_kg_per_day=nox,
        **ceilings, **changed,
    )  # fmt: skip


def asking(units: list[dict[str, object]], losses: list[float], asked: float, outside: float, options: Options) -> City:
    """Return the city of these lines; `outside` is what society emits beside them, in kg/d."""
    menu = [
        row
        for unit, loss in zip(units, losses, strict=True)
        for row in made_menu(str(unit["unit_id"]), [0.0, 0.5, 1.0], {"nox": float(str(unit["nox_kg_per_day"]))}, loss)
    ]
    society = sum(float(str(unit["nox_kg_per_day"])) for unit in units) + outside
    city = made_city(units, menu, {("red", "nox"): asked}, options=options)
    is_asked = pl.col("required_kg_per_day").is_not_null()
    stated = city.targets.with_columns(
        society_kg_per_day=pl.when(is_asked).then(society), required_share=pl.col("required_kg_per_day") / society
    )
    return replace(city, targets=stated)


def kilns(seed: int) -> City:
    """Four lines in two counties, one exempt; red NOx wants more than grade order, county shares and a quota leave."""
    rng = np.random.default_rng(seed)
    units, losses = [], []
    for place, grade in enumerate("BCDA"):
        county, product = "西区" if place % 2 else "东区", "玻璃" if place < 2 else None
        nox, full = float(rng.integers(50, 100)), float(rng.integers(500, 1500))
        top = 1 if place == 2 else 2
        units.append(unit_of(f"U{place}", grade, top, nox, full, county=county, product=product))
        losses.append(full * float(rng.uniform(0.5, 2.0)))
    most = sum(
        float(str(unit["nox_kg_per_day"])) * (0.5 if place == 2 else 1.0) for place, unit in enumerate(units[:3])
    )
    options = Options(
        grade_order=True, county_loss_factor=float(rng.uniform(0.9, 1.4)),
        quotas=(Quota("玻璃", float(rng.integers(200, 1200))),),
    )  # fmt: skip
    return asking(units, losses, most * float(rng.uniform(0.7, 1.0)), float(rng.uniform(10, 100)), options)


def glassworks(seed: int) -> City:
    """Two alike lines in the east that must be treated alike, one that the receptor wants cut, one exempt.

    A quota leaves fewer tonnes to cut than the receptor and the target want.
    """
    rng = np.random.default_rng(seed)
    heavy, light = (150, 50) if seed % 2 else (110, 100)
    places = (("U0", "C", "东区", heavy), ("U1", "C", "东区", light), ("U2", "D", "西区", 20), ("U3", "A", "东区", 15))
    units, losses = [], []
    for name, grade, county, nox in places:
        product = None if grade == "A" else "玻璃"
        units.append(unit_of(name, grade, 2, nox * float(rng.uniform(0.8, 1.2)), 1e3, county=county, product=product))
        losses.append(float(rng.integers(500, 1500)))
    wanted = float(str(units[2]["nox_kg_per_day"])) * float(rng.choice([0.1, 0.9]))
    options = Options(
        equal_treatment=True, quotas=(Quota("玻璃", float(rng.integers(1200, 2000))),),
        receptors=(Receptor("西站", {"red": wanted * 2 / 1000}, {"西区": {"nox": 2.0}}),),
    )  # fmt: skip
    return asking(units, losses, float(rng.uniform(120, 200)), float(rng.uniform(5, 30)), options)


MADE = {KILNS: kilns, GLASS: glassworks}
Row = tuple[list[float], float, float]
Chain = tuple[int, ...]


class Slow:
    """The program over mixtures of chains that the frames of a tiny city spell out, less what is dropped."""

    def __init__(self, city: City, gone: set[Name]) -> None:
        self.city, self.gone = city, gone
        self.menu = {(row["unit_id"], row["k"]): row for row in city.menu.to_dicts()}
        self.units = city.units.sort("unit_id").to_dicts()
        self.chains = [(unit, chain) for unit in self.units for chain in self._chains_of(unit)]

    def tops(self, unit: dict[str, Any]) -> list[int]:
        """Return the hardest rung per level; physics withholds the last one, at red, from lines nothing else holds."""
        is_exempt = unit["treatment"] == "grade_exempt"
        if is_exempt and ("grade_exempt", "") in self.gone:
            return [2, 2, 2]
        red = 2 if PHYSICS in self.gone and not is_exempt else int(unit["ceil_k_red"])
        return [int(unit["ceil_k_yellow"]), int(unit["ceil_k_orange"]), red]

    def _chains_of(self, unit: dict[str, Any]) -> list[Chain]:
        rungs = [range(top + 1) for top in self.tops(unit)]
        return [chain for chain in product(*rungs) if list(chain) == sorted(chain)]

    def each(self, value: Callable[[dict[str, Any], Chain], float]) -> list[float]:
        return [value(unit, chain) for unit, chain in self.chains]

    def lost(self, unit: dict[str, Any], chain: Chain) -> float:
        rungs = [self.menu[unit["unit_id"], k] for k in chain]
        return float(sum(row[f"loss_{lv}_cny_per_day"] * DAYS[lv] for row, lv in zip(rungs, LEVELS, strict=True)))

    def removed(self, unit: dict[str, Any], chain: Chain, at: int) -> float:
        return float(self.menu[unit["unit_id"], chain[at]]["nox_removed_kg_per_day"])

    def counties(self) -> Iterator[Row]:
        value = {unit["county"]: 0.0 for unit in self.units}
        for unit in self.units:
            value[unit["county"]] += unit["full_loss_cny_per_day"]
        factor = self.city.options.county_loss_factor
        for county, own in value.items() if factor is not None else ():
            if ("county_share", county) not in self.gone:
                bound = (factor or 0.0) * own / sum(value.values())
                within = [self.lost(u, c) * (bound - (u["county"] == county)) / 1e4 for u, c in self.chains]
                yield within, 0.0, np.inf

    def of_level(self, at: int) -> Iterator[Row]:
        for quota in self.city.options.quotas if ("quota", "玻璃") not in self.gone else ():
            yield self.each(lambda u, c: 1000 * (1 - c[at] / 2) * (u["product"] == "玻璃")), quota.t_per_day, np.inf
        is_ordered = self.city.options.grade_order and ("grade_order", "") not in self.gone
        for better, worse in (("B", "C"), ("C", "D")) if is_ordered else ():
            sign = {better: -0.5, worse: 0.5}
            yield [sign.get(str(u["grade"]), 0.0) * c[at] for u, c in self.chains], 0.0, np.inf
        for receptor in self.city.options.receptors if ("receptor", "西站") not in self.gone else ():
            if LEVELS[at] in receptor.drop_ug_m3:
                of = receptor.ug_m3_per_tonne
                brought = [of.get(u["county"], {}).get("nox", 0.0) * self.removed(u, c, at) for u, c in self.chains]
                yield brought, receptor.drop_ug_m3[LEVELS[at]] * 1000, np.inf
        if self.city.options.equal_treatment and ("equal_treatment", "") not in self.gone:
            yield from self.alike(at)

    def alike(self, at: int) -> Iterator[Row]:
        """Yield one row for each rung of each pair of lines of a grade that have the same rungs to choose from."""
        plain = [unit for unit in self.units if unit["treatment"] == "none"]
        for one, other in combinations(plain, 2):
            if one["grade"] == other["grade"] and self.tops(one)[at] == self.tops(other)[at]:
                for k in range(3):
                    yield [((u is one) - (u is other)) * float(c[at] == k) for u, c in self.chains], 0.0, 0.0

    def missing(self) -> float:
        stated = self.city.targets.filter(level="red", pollutant="nox").row(0, named=True)
        asked = float(stated["required_kg_per_day"])
        emitted = sum(unit["nox_kg_per_day"] for unit in self.units)
        outside = stated["society_kg_per_day"] - emitted if OUTSIDE in self.gone else 0.0
        brought = self.each(lambda u, c: self.removed(u, c, 2) / asked)
        one = [([float(owner is unit) for owner, _ in self.chains], 1.0, 1.0) for unit in self.units]
        rows = [*one, *self.counties(), *(row for at in range(3) for row in self.of_level(at))]
        solver, many = highspy.Highs(), len(self.chains) + 1  # type: ignore[no-untyped-call]
        solver.silent()
        solver.addVars(many, np.zeros(many), np.full(many, np.inf))
        solver.changeColCost(many - 1, 1.0)
        places = np.arange(many, dtype=np.int32)
        solver.addRow(1.0 - outside / asked, np.inf, many, places, np.array([*brought, 1.0]))
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


@cache
def unmet(kind: str, place: int) -> City:
    """Return a city that misses its target by a margin: the first, the second, and so on."""
    cities = (MADE[kind](seed) for seed in range(40))
    short = (city for city in cities if missing_without(city, ()) > 1e-3)
    return next(islice(short, place, None))


CASES = [(KILNS, 0), (KILNS, 1), (KILNS, 5), (GLASS, 1), (GLASS, 2), (GLASS, 5)]
PLACES = pytest.mark.parametrize(("kind", "place"), CASES)


@PLACES
def test_optional_rows_stand_in_the_conflict_as_the_slow_programs_say(kind: str, place: int) -> None:
    city = unmet(kind, place)
    conflicts = conflicts_of(city)
    short, asked = missing_without(city, ()), float(conflicts["missing"][0]) / missing_without(city, ())

    told = {(row["requirement"], row["industry"]): row for row in conflicts.to_dicts()}
    assert set(told) <= set(EVERY[kind])
    assert set(told) - set(ALWAYS)
    for name, row in told.items():
        assert row["makes_it_possible"] == is_possible(city, [name])
        assert row["resolved"] == ("possible" if row["makes_it_possible"] else "impossible")
        freed = short - missing_without(city, [name]) if name != TARGET else short
        assert row["freed"] == pytest.approx(freed * asked, rel=1e-5, abs=1e-4)
    for name in set(EVERY[kind]) - set(told):
        assert short - missing_without(city, [name]) == pytest.approx(0.0, abs=1e-5)


@PLACES
def test_the_conflict_is_minimal_among_all_subsets(kind: str, place: int) -> None:
    city, every = unmet(kind, place), set(EVERY[kind])
    assert unreachable(replace(city, options=Options())) == ()  # by the sums alone it can be met
    [reach] = unreachable(city)
    found = set(minimal_conflict(reach))
    assert set(requirements_in_the_way(reach)) == every

    conflicting = [set(kept) for kept in all_subsets(every) if not is_possible(city, every - set(kept))]

    assert found in conflicting
    assert not any(other < found for other in conflicting)


def test_every_optional_row_is_in_some_conflict() -> None:
    reaches = [reach for kind, place in CASES[::2] + CASES[3:4] for reach in unreachable(unmet(kind, place))]
    found = {name[0] for reach in reaches for name in minimal_conflict(reach)}
    assert found >= {"grade_order", "county_share", "equal_treatment", "receptor", "quota"}


@pytest.mark.parametrize("kind", MADE)
def test_dropping_an_optional_row_is_a_way_out_with_its_price(kind: str) -> None:
    city = unmet(kind, 0)
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
    city = unmet(KILNS, 1)
    plan = plan_city(city)
    idle = plan.orders.with_columns(nox_removed_kg_per_day=pl.lit(0.0))

    checks = verify(city, idle, plan.targets, plan.comparison, plan.status).checks
    assert "least_shortfall" in {check.name for check in checks if check.violations}
