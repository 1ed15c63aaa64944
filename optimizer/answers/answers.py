"""Everything a planner is told beside the plan: one field per question, one documented frame per answer."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from optimizer.answers.answer import Answer, Reason, not_asked


@dataclass(frozen=True)
class Answers:
    """The answers about one published plan. Shapes: `optimizer.answers.tables`; maths: docs/model.md, A.

    A question that was not answered says why and has no frame, so that it never looks like an answer.
    """

    marginal_prices: Answer
    """`tables.MarginalPrices`: what one kilogram less and one more of each target is worth."""
    cost_curve: Answer
    """`tables.CostCurve`: the loss as each priced target is loosened and tightened; the plan's point is marked."""
    exemption_prices: Answer
    """`tables.ExemptionPrices`: what every exemption costs the others, dearest first."""
    override_prices: Answer
    """`tables.OverridePrices`: what every planner's pin costs."""
    upgrade_values: Answer
    """`tables.UpgradeValues`: what a better grade saves the enterprise, and the city, over the season."""
    alternatives: Answer
    """`tables.Alternatives`: the best plan per goal within 1, 2 and 5 % of the loss."""
    alternative_orders: Answer
    """`tables.AlternativeOrders`: the orders of every alternative."""
    swaps: Answer
    """`tables.Swaps`: pairs of orders that could change at equal loss, everything else staying."""
    target_odds: Answer
    """`tables.TargetOdds`: how often each target holds where the inventory is off and orders are half obeyed."""
    safe_plan: Answer
    """`tables.SafePlan`: the plan that holds in the share of samples asked for, and what that safety costs."""
    conflicts: Answer
    """`tables.Conflicts`: what stands in the way of each target that cannot be met."""
    relaxations: Answer
    """`tables.Relaxations`: the ways out of missed targets, cheapest first, each planned again."""
    relaxation_steps: Answer
    """`tables.RelaxationSteps`: the numbers that each way out changes."""

    def each(self) -> Iterator[tuple[str, Answer]]:
        """Yield the name and the answer of every question, in the order of the fields."""
        for field in fields(self):
            yield field.name, getattr(self, field.name)


def nothing_asked(reason: Reason = Reason.OPTION) -> Answers:
    """Return the answers of a run in which nothing was asked."""
    return Answers(**{field.name: not_asked(reason) for field in fields(Answers)})
