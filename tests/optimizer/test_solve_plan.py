"""A city in, a verified plan out."""

from optimizer import plan_city
from optimizer.result import Outcome, Proof
from tests.optimizer.made_city import two_kilns


def test_two_kilns_are_planned_at_least_loss() -> None:
    plan = plan_city(two_kilns())

    chosen = {(row["unit_id"], str(row["level"])): row["k"] for row in plan.orders.iter_rows(named=True)}
    assert plan.verification.holds
    assert plan.status.outcome == Outcome.USABLE
    assert plan.status.proof == Proof.OPTIMAL
    # The cheap kiln stops at yellow already; the dear one follows only as far as orange and red ask.
    assert chosen == {
        ("U1", "yellow"): 0,
        ("U1", "orange"): 1,
        ("U1", "red"): 2,
        ("U2", "yellow"): 2,
        ("U2", "orange"): 2,
        ("U2", "red"): 2,
    }
