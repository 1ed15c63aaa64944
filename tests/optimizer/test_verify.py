"""The check without the solver: a sound plan passes, and each seeded corruption is caught by the right check."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from grading.scale import POLLUTANTS
from optimizer import plan_city, planning
from optimizer.orders import orders_of
from optimizer.result import City, Outcome, Plan, Proof
from optimizer.verify import verify
from optimizer.verify.beside import laid_beside
from tests.optimizer.made_city import made_city, made_menu, made_unit


@cache
def city() -> City:
    """One unit of every kind the checks are about."""
    emission = dict.fromkeys(POLLUTANTS, 100.0)
    units = [
        made_unit("A1", "A", treatment="grade_exempt", ceil_k_yellow=0, ceil_k_orange=0, ceil_k_red=0),
        made_unit("B1", "B", ceil_k_yellow=1, ceil_k_orange=1),
        made_unit("C1", "C", line_group="G", floor_k_orange=1, floor_k_red=1),
        made_unit("C2", "C", line_group="G"),
        made_unit("D1", "D"),
        made_unit("I1", "D", is_idle=True, ceil_k_yellow=0, ceil_k_orange=0, ceil_k_red=0, baseline_t_per_day=0.0),
        made_unit("P1", "D", floor_k_yellow=1, floor_k_orange=1, floor_k_red=1, ceil_k_yellow=1, ceil_k_orange=1,
                  ceil_k_red=1, override_reason="promise", override_by="bureau"),
    ]  # fmt: skip
    costs = {"A1": 900.0, "B1": 3000.0, "C1": 1000.0, "C2": 1200.0, "D1": 2000.0, "P1": 700.0}
    menu = [row for unit, loss in costs.items() for row in made_menu(unit, [0.0, 0.5, 1.0], emission, loss)]
    menu += made_menu("I1", [0.0], emission, 0.0)
    required = {("yellow", "nox"): 150.0, ("orange", "nox"): 250.0, ("red", "nox"): 330.0, ("red", "pm"): 330.0,
                ("red", "so2"): 300.0}  # fmt: skip
    counts: list[dict[str, object]] = [
        {"line_group": "G", "level": "orange", "lines": 2, "stop_at_least": 1, "clause": "made"},
    ]
    return made_city(units, menu, required, counts, joint_so2_nox=True, own_floor_share={"so2": 0.5})


@cache
def plan() -> Plan:
    return plan_city(city())


def violated(**changed: object) -> set[str]:
    parts = {"orders": plan().orders, "targets": plan().targets, "comparison": plan().comparison,
             "status": plan().status} | changed  # fmt: skip
    return {check.name for check in verify(city(), **parts).checks if check.violations}  # type: ignore[arg-type]


def at(unit: str, level: str) -> pl.Expr:
    return (pl.col("unit_id") == unit) & (pl.col("level").cast(pl.String) == level)


def orders_with(unit: str, level: str, **values: object) -> pl.DataFrame:
    orders = plan().orders
    assert orders.filter(at(unit, level)).height == 1
    return orders.with_columns(
        pl.when(at(unit, level)).then(pl.lit(value)).otherwise(pl.col(name)).cast(orders.schema[name]).alias(name)
        for name, value in values.items()
    )


def with_k(unit: str, level: str, k: int) -> pl.DataFrame:
    """Return the orders with one order moved to another measure of its menu, consistently in every column."""
    row = city().menu.filter((pl.col("unit_id") == unit) & (pl.col("k") == k)).row(0, named=True)
    names = ("kind", "measure_id", "cut_share", *(f"{p}_removed_kg_per_day" for p in POLLUTANTS))
    values = {name: str(row[name]) if name == "kind" else row[name] for name in names}
    allowed = 0.0 if values["kind"] == "stop" else 1000.0 * (1 - row["cut_share"])
    loss = row[f"loss_{level}_cny_per_day"]
    return orders_with(unit, level, k=k, loss_cny_per_day=loss, allowed_t_per_day=allowed, **values)


def rescaled(frame: pl.DataFrame, column: str, factor: float) -> pl.DataFrame:
    return frame.with_columns(pl.col(column) * factor)


def test_a_sound_plan_passes_every_check() -> None:
    assert violated() == set()
    assert plan().status.outcome == Outcome.USABLE
    assert all(check.rows_checked > 0 for check in plan().verification.checks)


def test_rows_in_another_order_are_checked_alike() -> None:
    shuffled = plan().orders.sample(fraction=1, shuffle=True, seed=1)
    for orders in (shuffled, with_k("P1", "red", 0).sample(fraction=1, shuffle=True, seed=2)):
        checks = verify(city(), orders, plan().targets, plan().comparison, plan().status).checks
        again = verify(city(), orders.sort("unit_id", "level"), plan().targets, plan().comparison, plan().status).checks
        assert checks == again


def test_a_broken_check_says_by_how_much_and_where() -> None:
    orders = with_k("P1", "orange", 0)
    checks = verify(city(), orders, plan().targets, plan().comparison, plan().status).checks
    nested = next(check for check in checks if check.name == "nested")

    assert (nested.violations, nested.worst, nested.examples) == (1, 1.0, ("P1 orange",))


@dataclass(frozen=True)
class Corruption:
    """A way to spoil a plan and a check that must notice."""

    caught_by: str
    spoil: Callable[[], dict[str, object]]


CORRUPTIONS: dict[str, Corruption] = {
    "an order is missing": Corruption("one_measure", lambda: {"orders": plan().orders.head(-1)}),
    "an order stands twice": Corruption(
        "one_measure", lambda: {"orders": pl.concat([plan().orders, plan().orders.head(1)])}
    ),
    "an order lost its level": Corruption(
        "one_measure",
        lambda: {"orders": plan().orders.with_columns(level=pl.when(~at("D1", "red")).then("level"))},
    ),
    "a stranger is ordered": Corruption("one_measure", lambda: {"orders": orders_with("D1", "red", unit_id="X9")}),
    "below the floor": Corruption("floor_and_ceiling", lambda: {"orders": with_k("C1", "red", 0)}),
    "above the ceiling": Corruption("floor_and_ceiling", lambda: {"orders": with_k("B1", "orange", 2)}),
    "a measure the menu lacks": Corruption("measure_as_in_menu", lambda: {"orders": orders_with("D1", "red", k=7)}),
    "another measure's name": Corruption(
        "measure_as_in_menu", lambda: {"orders": orders_with("D1", "red", measure_id="m9")}
    ),
    "removal made greater": Corruption(
        "measure_as_in_menu", lambda: {"orders": orders_with("D1", "red", nox_removed_kg_per_day=99.0)}
    ),
    "loss made smaller": Corruption(
        "measure_as_in_menu", lambda: {"orders": orders_with("C1", "red", loss_cny_per_day=1.0)}
    ),
    "gentler at a higher level": Corruption("nested", lambda: {"orders": with_k("P1", "red", 0)}),
    "no line stands still": Corruption(
        "line_count",
        lambda: {"orders": orders_with("C1", "orange", kind="load_cut").with_columns(
            pl.when(at("C2", "orange")).then(pl.lit("load_cut")).otherwise(pl.col("kind").cast(pl.String))
            .cast(plan().orders.schema["kind"]).alias("kind"))},
    ),
    "an exempt unit cut": Corruption("exempt_untouched", lambda: {"orders": with_k("A1", "red", 1)}),
    "an idle line credited": Corruption(
        "idle_untouched", lambda: {"orders": orders_with("I1", "red", nox_removed_kg_per_day=5.0)}
    ),
    "a pin left out": Corruption("overrides", lambda: {"orders": with_k("P1", "yellow", 0)}),
    "a pin without its author": Corruption(
        "overrides", lambda: {"orders": orders_with("P1", "red", override_by="nobody")}
    ),
    "a stop that may produce": Corruption(
        "allowed_output", lambda: {"orders": orders_with("C1", "orange", allowed_t_per_day=500.0)}
    ),
    "an allowance forgotten": Corruption(
        "allowed_output", lambda: {"orders": orders_with("D1", "red", allowed_t_per_day=None)}
    ),
    "more removed than emitted": Corruption(
        "removed_within_emission", lambda: {"orders": orders_with("D1", "red", pm_removed_kg_per_day=101.0)}
    ),
    "a grade changed": Corruption("facts_as_in_city", lambda: {"orders": orders_with("D1", "red", grade="B")}),
    "a baseline changed": Corruption(
        "facts_as_in_city", lambda: {"orders": orders_with("D1", "red", baseline_t_per_day=1.0)}
    ),
    "a clause changed": Corruption("law_as_in_city", lambda: {"orders": orders_with("D1", "red", law_clause="x")}),
    "evidence made certain": Corruption(
        "law_as_in_city", lambda: {"orders": orders_with("D1", "red", law_status="verified")}
    ),
    "an exempt reason for a cut": Corruption(
        "reasons", lambda: {"orders": orders_with("C1", "red", reason_code="exempt_grade")}
    ),
    "a reason pollutant without need": Corruption(
        "reasons", lambda: {"orders": orders_with("A1", "red", reason_pollutant="nox")}
    ),
    "planned removal overstated": Corruption(
        "targets_added_again", lambda: {"targets": rescaled(plan().targets, "planned", 1.001)}
    ),
    "a requirement lowered": Corruption(
        "targets_added_again", lambda: {"targets": rescaled(plan().targets, "required", 0.9)}
    ),
    "a target row left out": Corruption("targets_added_again", lambda: {"targets": plan().targets.head(-1)}),
    "a missed target called met": Corruption("target_states", lambda: {"orders": with_k("C2", "red", 0)}),
    "a reachable target given up": Corruption("least_shortfall", lambda: {"orders": with_k("C1", "red", 1)}),
    "the season's loss understated": Corruption(
        "losses_added_again", lambda: {"comparison": rescaled(plan().comparison, "loss_cny_per_day", 0.99)}
    ),
    "optimal without a proof": Corruption(
        "proof_agrees", lambda: {"status": replace(plan().status, proof=Proof.OPTIMAL, relative_gap=0.01)}
    ),
    "a bound above the plan": Corruption(
        "proof_agrees", lambda: {"status": replace(plan().status, lp_loss_bound_cny_per_season=1e12)}
    ),
    "a stage better than the orders": Corruption(
        "proof_agrees",
        lambda: {"status": replace(plan().status, stages=tuple(replace(s, reached=1.0) for s in plan().status.stages))},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_is_caught(name: str) -> None:
    corruption = CORRUPTIONS[name]

    assert corruption.caught_by in violated(**corruption.spoil())


def test_a_plan_that_fails_its_check_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoiled(*args: object) -> pl.DataFrame:
        return rescaled(orders_of(*args), "loss_cny_per_day", 0.5)  # type: ignore[arg-type]

    monkeypatch.setattr(planning, "orders_of", spoiled)

    withheld = plan_city(city())

    assert withheld.status.outcome == Outcome.NO_PLAN
    assert withheld.status.proof == Proof.FAILED
    assert withheld.orders.is_empty()
    assert not withheld.verification.holds


def test_rows_are_laid_beside_by_their_keys_whatever_place_was_guessed() -> None:
    orders = pl.DataFrame({"unit_id": ["A", "A", "B"], "k": [0, 1, 0]})
    menu = pl.DataFrame({"unit_id": ["A", "A", "B"], "k": [0, 1, 0], "cut": [0.0, 1.0, 0.5]})
    wanted = orders.join(menu, on=["unit_id", "k"], how="left", maintain_order="left")
    for guess in ([0, 1, 2], [1, 0, 2], [0, 0, 0], [0, 1, 9], []):
        assert laid_beside(orders, menu, ["unit_id", "k"], np.array(guess, dtype=np.int64)).equals(wanted)
    stranger = orders.with_columns(k=pl.Series([0, 7, 0]))
    assert laid_beside(stranger, menu, ["unit_id", "k"], np.arange(3))["cut"].to_list() == [0.0, None, 0.5]
