"""What the comparison of two plans holds. `before` is the parent, `after` the scenario; a change is after - before."""

from dataclasses import dataclass

import polars as pl

REASONS = ("direct", "law", "counted_lines", "freed_by_price", "needed_by_price", "tie", "whole_orders", "not_priced")
"""Why an order changed: `direct` (the scenario changed this enterprise or line; not said of a harder order where all
that changed for it is a better grade), `law` (what law and exemptions allow
it changed, through the rule pack or the policy), `counted_lines` (another line of its group stops instead),
`freed_by_price`/`needed_by_price` (at the new prices of the targets the new order is the better one, gentler or
harder), `tie` (both orders are worth the same at the new prices), `whole_orders` (the prices speak for the old order;
whole orders need not follow them), `not_priced` (one of the plans has no proven prices)."""
STAYS = ("idle", "not_listed", "pinned", "uncut", "legal_minimum", "at_ceiling", "needed")
"""Why an enterprise that the scenario changed keeps its orders."""


@dataclass(frozen=True)
class Contrast:
    """The difference of two plans, as tables.

    `orders`: one row per unit and level whose order, grade, treatment or loss differs, null on the side where the
    unit is not in the case: unit_id, level, enterprise_id, name, unit_name, county, industry, process, then
    `*_before` and `*_after` of grade, treatment, measure_id, kind, k, cut_share, `<p>_removed_kg_per_day`,
    loss_cny_per_day, loss_cny_per_season, and `reason` (`REASONS`).
    `enterprises`: one row per enterprise of `orders`: identity, grade and treatment before and after, lines changed,
    `<p>_change_kg_per_day` at the hardest level that changed, loss a season before, after and change, `reason`.
    `targets`: one row per level and target row: required, planned, slack, price and state before and after.
    `cost`: one row per `group` (county, industry, grade) and `key`: loss a season before and after, change, and how
    many enterprises pay more or less.
    `exempt`: one row per enterprise that enters or leaves the exempt list: `change` is enters, leaves or differs.
    `stayed`: one row per enterprise that the scenario changed and whose orders stay: `why` (`STAYS`).
    `losses`: loss a season before and after, and what is proven of each.
    """

    orders: pl.DataFrame
    enterprises: pl.DataFrame
    targets: pl.DataFrame
    cost: pl.DataFrame
    exempt: pl.DataFrame
    stayed: pl.DataFrame
    losses: "Losses"


@dataclass(frozen=True)
class Losses:
    """Season losses of both plans and their proven bounds (CNY/season); None where nothing is proven."""

    before: float
    after: float
    bound_before: float | None
    bound_after: float | None

    @property
    def change(self) -> float:
        """Return what the scenario costs more (or less, below 0)."""
        return self.after - self.before

    @property
    def sure_change(self) -> tuple[float, float] | None:
        """Return between which numbers the change of the least possible losses surely lies; None without bounds."""
        if self.bound_before is None or self.bound_after is None:
            return None
        return self.bound_after - self.before, self.after - self.bound_before
