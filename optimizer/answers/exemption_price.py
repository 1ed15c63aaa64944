"""The price of every exemption: what the others bear because this unit may not be cut."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from grading.checked import checked
from grading.scale import LEVELS
from optimizer.again.standing import standing
from optimizer.answers.basis import Basis, basis_of, moved
from optimizer.answers.lagrange import cheapest_chains, reduced_costs
from optimizer.answers.tables import ExemptionPrices
from optimizer.answers.variants import with_lifted_ceilings
from optimizer.attain import EXEMPT_HOLDERS
from optimizer.model import Cap, Problem
from optimizer.result import City, Plan
from optimizer.solve import Limits, Solution

NOTHING = 1e-9
"""Share of the season's loss below which a saving is rounding."""
TOLD = ("unit_id", "enterprise_id", "name", "industry", "grade", "treatment")
Row = dict[str, object]


def exemption_prices(
    city: City, plan: Plan, *, top: int = 10, basis: Basis | None = None, also: Collection[str] = ()
) -> pl.DataFrame:
    """Return the price of every exemption (`tables.ExemptionPrices`), the `top` highest bounds confirmed by re-solving.

    The units of `also` are confirmed as well. "Not exempt" means that nothing but physics limits the unit and that its
    grade is spared no longer; its floor stays. All other grades stay as spared as the plan spares them. Prices are of
    shares of orders (the linear program); of several exemptions together they do not add up. Pinned units are left
    out: see `override_price.override_prices`.

    Units: CNY/season. Maths: docs/model.md, A.4.
    """
    basis = basis or basis_of(city, plan)
    units = _shielded(city)
    base = basis.least
    if units.is_empty() or not base.is_proven:
        return _answer(units.with_columns(at_most=pl.lit(None, dtype=pl.Float64)), [])
    bounded = _bounded(basis, base, units)
    is_dear = pl.int_range(pl.len()) < top
    dear = bounded.filter(pl.col("at_most") > 0).filter(is_dear | pl.col("unit_id").is_in(list(also)))["unit_id"]
    return _answer(bounded, _confirmed(basis, base, dear.to_list()))


def _shielded(city: City) -> pl.DataFrame:
    """Return the running units that an exemption holds below the end of their menu at some level."""
    top = city.menu.group_by("unit_id").agg(top_k=pl.col("k").max())
    pinned = city.legal.filter(pl.col("floor_state") == "override").select("unit_id").unique()
    is_held = pl.any_horizontal(pl.col(f"ceil_k_{level}") < pl.col("top_k") for level in LEVELS)
    return (
        city.units.join(top, on="unit_id")
        .filter(~pl.col("is_idle"), pl.col("treatment").is_in(EXEMPT_HOLDERS), is_held)
        .join(pinned, on="unit_id", how="anti")
        .select(TOLD)
        .sort("unit_id")
    )


def _bounded(basis: Basis, base: Solution, units: pl.DataFrame) -> pl.DataFrame:
    """Return the units with `at_most`, highest first: how much cheaper their cheapest chain is without a shield."""
    ids = units["unit_id"].to_list()
    free = moved(basis, with_lifted_ceilings(basis.city, ids), unspared=ids)
    as_is = cheapest_chains(basis.problem.choices, reduced_costs(basis.problem, base))
    lifted = cheapest_chains(free.choices, reduced_costs(free, base))
    saved = np.maximum(as_is - lifted, 0.0)
    saved[saved <= NOTHING * max(abs(base.objective or 0.0), 1.0)] = 0.0
    bound = pl.DataFrame({"unit_id": basis.problem.choices.unit_ids, "at_most": saved})
    return units.join(bound, on="unit_id").sort("at_most", "unit_id", descending=[True, False])


def _confirmed(basis: Basis, base: Solution, ids: list[str]) -> list[Row]:
    """Return what re-solving without the shield of each unit, one at a time, saves."""
    if basis.is_large or basis.problem.couplings or len(ids) <= 1:
        return [
            _saved(basis, base, problem, basis.least_of(problem), unit_id) for unit_id, problem in _each(basis, ids)
        ]
    every = moved(basis, with_lifted_ceilings(basis.city, ids))
    unit = every.choices.table["unit_id"].to_numpy()
    known = basis.problem.choices.table.select("unit_id", "level", "k", is_known=pl.lit(True))
    told = every.choices.table.join(known, on=["unit_id", "level", "k"], how="left", maintain_order="left")
    is_new = told["is_known"].is_null().to_numpy()
    shut = {name: Cap(f"shut_{place}", 1.0 * (is_new & (unit == name)), 0.0) for place, name in enumerate(ids)}
    ready = standing(replace(every, caps=(*every.caps, *shut.values())), Limits(basis.city.time_limit_s))
    found = []
    for name in ids:
        spared = tuple(replace(cap, per_choice=np.where(unit == name, 0.0, cap.per_choice)) for cap in every.caps)
        alone = replace(every, caps=(*spared, *(cap for other, cap in shut.items() if other != name)))
        found.append(_saved(basis, base, alone, ready.again(alone), name))
    return found


def _each(basis: Basis, ids: list[str]) -> Iterator[tuple[str, Problem]]:
    for unit_id in ids:
        yield unit_id, moved(basis, with_lifted_ceilings(basis.city, [unit_id]), unspared=[unit_id])


def _saved(basis: Basis, base: Solution, problem: Problem, found: Solution, unit_id: str) -> Row:
    if not found.is_proven or found.x is None or found.objective is None or base.objective is None or base.x is None:
        return {"unit_id": unit_id, "solved": "not_proven"}
    saved = max(base.objective - found.objective, 0.0)
    was = _loss_of(basis.problem.choices.table, basis.problem.objective * base.x, unit_id)
    bears = _loss_of(problem.choices.table, problem.objective * found.x, unit_id) - was
    return {"unit_id": unit_id, "solved": "confirmed", "price": saved, "rest": saved + bears, "bears": bears}


def _loss_of(table: pl.DataFrame, loss: np.typing.NDArray[np.float64], unit_id: str) -> float:
    return float(loss[(table["unit_id"] == unit_id).to_numpy()].sum())


def _answer(bounded: pl.DataFrame, solved: list[Row]) -> pl.DataFrame:
    if bounded.is_empty():
        return ExemptionPrices.create_empty()
    schema = pl.Schema({"unit_id": pl.String(), "solved": pl.String(), "price": pl.Float64(), "rest": pl.Float64(),
                        "bears": pl.Float64()})  # fmt: skip
    bound = pl.col("at_most")
    state = pl.when(bound.is_null()).then(pl.lit("not_proven")).when(bound <= 0).then(pl.lit("free"))
    frame = bounded.join(pl.DataFrame(solved, schema=schema), on="unit_id", how="left", maintain_order="left").select(
        *TOLD,
        at_most_cny_per_season="at_most",
        price_cny_per_season=pl.when(bound <= 0).then(0.0).otherwise("price"),
        rest_saves_cny_per_season="rest",
        unit_bears_cny_per_season="bears",
        state=pl.coalesce("solved", state.otherwise(pl.lit("at_most"))),
    )
    return checked(ExemptionPrices, frame)
