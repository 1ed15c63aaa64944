"""The adapter: no status is believed from one field, and nothing unproven leaves it unasked."""

from dataclasses import replace

import pulp
import pytest

from optimizer import lexicographic, plan_city
from optimizer import solve as solve_module
from optimizer.choices import choices_of
from optimizer.model import Cap, Problem, build, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City, Outcome, Proof
from optimizer.solve import Limits, Solution, read_status, run
from tests.optimizer.made_city import made_city, made_menu, made_unit, random_city, two_kilns


def loss_problem(city: City) -> Problem:
    choices = choices_of(city)
    return Problem(choices, requirements_of(city), line_counts_of(choices, city.line_counts), choices.season_loss)


@pytest.mark.parametrize("status", pulp.LpStatus)
@pytest.mark.parametrize("sol_status", pulp.LpSolution)
def test_only_both_fields_together_mean_optimal(status: int, sol_status: int) -> None:
    outcome, proof = read_status(status, sol_status)

    assert (proof == Proof.OPTIMAL) == (status == pulp.LpStatusOptimal and sol_status == pulp.LpSolutionOptimal)
    assert (outcome == Outcome.USABLE) == (proof in (Proof.OPTIMAL, Proof.NOT_PROVEN))
    if (status, sol_status) == (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible):
        assert proof == Proof.NOT_PROVEN


def test_an_infeasible_program_gives_no_values() -> None:
    problem = loss_problem(two_kilns())
    impossible = replace(problem, caps=(Cap("loss", problem.objective, 1.0),))

    solution = run(build(impossible), Limits(10))

    assert solution.outcome == Outcome.NO_PLAN
    assert solution.proof == Proof.INFEASIBLE
    assert solution.x is None
    assert solution.objective is None


@pytest.mark.parametrize("is_integer", [False, True])
def test_a_run_out_of_time_is_never_optimal(is_integer: bool) -> None:
    problem = replace(loss_problem(random_city(3, 200)), is_integer=is_integer)

    solution = run(build(problem), Limits(1e-6))

    assert solution.proof not in (Proof.OPTIMAL, Proof.GAP)
    assert solution.x is None


def test_a_run_out_of_nodes_is_not_proven_and_withheld_unless_accepted() -> None:
    problem = replace(loss_problem(random_city(1, 40)), is_integer=True)
    limits = Limits(60, nodes=1)

    withheld = run(build(problem), limits)
    accepted = run(build(problem), limits, accept_unproven=True)

    assert (withheld.outcome, withheld.proof) == (Outcome.NO_PLAN, Proof.NOT_PROVEN)
    assert withheld.x is None
    assert accepted.proof == Proof.NOT_PROVEN


def test_a_mip_with_an_allowed_gap_is_called_within_gap() -> None:
    problem = replace(loss_problem(two_kilns()), is_integer=True)

    assert run(build(problem), Limits(10, gap_abs=1.0)).proof == Proof.GAP
    assert run(build(problem), Limits(10)).proof == Proof.OPTIMAL


def test_a_plan_out_of_time_still_holds_but_claims_nothing() -> None:
    plan = plan_city(replace(random_city(3, 100), time_limit_s=1e-6))

    assert plan.verification.holds
    assert plan.status.outcome == Outcome.USABLE
    assert plan.status.proof == Proof.NOT_PROVEN
    assert plan.status.relative_gap is None
    assert plan.status.lp_loss_bound_cny_per_season is None


def test_a_crashed_solver_does_not_take_the_plan_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def crashed(*_args: object, **_options: object) -> Solution:
        return Solution(Outcome.NO_PLAN, Proof.FAILED)

    monkeypatch.setattr("optimizer.whole.integer.run", crashed)
    monkeypatch.setattr(lexicographic, "run", crashed)

    plan = plan_city(random_city(3, 30))

    assert plan.verification.holds
    assert plan.status.proof == Proof.NOT_PROVEN


def test_floors_above_ceilings_are_named_and_give_no_plan() -> None:
    # Stopped at yellow, untouchable at red: nesting leaves nothing in between.
    units = [made_unit("U1", "D", floor_k_yellow=2, ceil_k_red=0)]
    plan = plan_city(made_city(units, made_menu("U1", [0.0, 0.5, 1.0], {}, 100.0), {}))

    assert plan.status.outcome == Outcome.NO_PLAN
    assert plan.status.proof == Proof.INFEASIBLE
    assert "U1 yellow" in plan.verification.checks[0].examples[0]
    assert plan.orders.is_empty()


def test_more_lines_counted_than_can_stop_is_named() -> None:
    units = [made_unit("U1", "D", line_group="G", ceil_k_yellow=1, ceil_k_orange=1, ceil_k_red=1)]
    counts: list[dict[str, object]] = [
        {"line_group": "G", "level": "red", "lines": 1, "stop_at_least": 1, "clause": "made"}
    ]
    plan = plan_city(made_city(units, made_menu("U1", [0.0, 0.5, 1.0], {}, 100.0), {}, counts))

    assert plan.status.proof == Proof.INFEASIBLE
    assert "G red" in plan.verification.checks[0].examples[0]


def test_an_unlisted_exception_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> object:
        raise KeyError("something else")

    monkeypatch.setattr(solve_module, "_solver", broken)

    with pytest.raises(KeyError, match="something else"):
        run(build(loss_problem(two_kilns())), Limits(10))
