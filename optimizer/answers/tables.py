"""Every answer as a table. Levels and pollutants in the order of `grading.scale`; money in CNY a season."""

import dataframely as dy

from grading.scale import GRADES, LEVELS, POLLUTANTS
from optimizer.result import Proof

OPTIONS = ("grade_order", "equal_treatment", "county_share", "quota", "receptor")
"""Optional rows of a city, by family."""
REQUIREMENTS = (
    "grade_exempt", "register_exempt", "register_quota", "small_micro", "override", "physics", "notice",
    "outside_list", *OPTIONS, "target",
)  # fmt: skip
"""What can stand in the way of a target, in a planner's terms."""

PRICE_STATES = ("confirmed", "not_moved", "unreachable", "needs_spared_grade", "missed", "not_proven")
RESOLVED = ("possible", "impossible", "not_proven")
PROOFS = tuple(proof.value for proof in Proof)

GOALS = ("fewest_enterprises", "fewest_workers", "most_b_uncut", "least_county_imbalance")
"""What may matter beside the loss."""


class Conflicts(dy.Schema):
    """One row per target that cannot be met and requirement that stands in its way.

    `freed` is what this requirement alone holds back (of `target`: what is missing), in `unit`; of `so2+nox` as a share
    of whole-society emission. `industry` is "" where requirements are not split; of an optional row it is the county,
    product or receptor that it is about; there `freed` counts up to what is missing. `is_in_conflict`: member of the
    minimal conflicting set. `makes_it_possible`: dropping this one alone, all others staying, is enough. `resolved`:
    the same by re-solving the linear program without it (possible, impossible, not_proven); `resolved_all_kept` with
    all kept. `freed_share` is `freed` as a share of whole-society emission.
    """

    level = dy.Enum(LEVELS, primary_key=True)
    target = dy.String(primary_key=True)
    requirement = dy.Enum(REQUIREMENTS, primary_key=True)
    industry = dy.String(primary_key=True)
    units = dy.Int64(min=0)
    freed = dy.Float64(min=0)
    missing = dy.Float64(min=0)
    unit = dy.Enum(["kg/d", "1"])
    freed_share = dy.Float64(min=0, nullable=True)
    is_in_conflict = dy.Bool()
    makes_it_possible = dy.Bool()
    resolved = dy.Enum(RESOLVED)
    resolved_all_kept = dy.Enum(RESOLVED)


class MarginalPrices(dy.Schema):
    """One row per target and pollutant it counts: what one kilogram less, and one more, of it is worth.

    Price in CNY/kg (CNY a day per kg a day), from re-solving at `step_kg_per_day` below and above the target.
    `state_*`: confirmed (re-solved, both proven), not_moved (the loss does not change: price 0), unreachable (no plan
    reaches it), needs_spared_grade (only by cutting more of the grades the plan spares), missed (the target itself is
    not met, so neither side has a price), not_proven (the solver ended early).
    `cny_per_day_per_point`: the right-hand price of one percentage point of whole-society emission.
    `lp_price`: the dual of the linear program at the target itself, one number between the two sides.
    `whole_price_*`: the same difference between plans in whole orders, one percentage point below and above the target;
    it is sure to lie between its `_low` and `_high`. None where no such plans were made (`--answers full`).
    """

    level = dy.Enum(LEVELS, primary_key=True)
    target = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    step_kg_per_day = dy.Float64(min=0)
    price_left_cny_per_kg = dy.Float64(nullable=True)
    state_left = dy.Enum(PRICE_STATES)
    price_right_cny_per_kg = dy.Float64(nullable=True)
    state_right = dy.Enum(PRICE_STATES)
    cny_per_day_per_point = dy.Float64(nullable=True)
    lp_price_cny_per_kg = dy.Float64(nullable=True)
    whole_price_left_cny_per_kg = dy.Float64(nullable=True)
    whole_price_left_low_cny_per_kg = dy.Float64(nullable=True)
    whole_price_left_high_cny_per_kg = dy.Float64(nullable=True)
    whole_price_right_cny_per_kg = dy.Float64(nullable=True)
    whole_price_right_low_cny_per_kg = dy.Float64(nullable=True)
    whole_price_right_high_cny_per_kg = dy.Float64(nullable=True)


class CostCurve(dy.Schema):
    """One row per required share of one target; other targets as they are. `is_plan` marks the share in force.

    `loss_shares` is the proven least loss in shares of orders, the grades spared as the plan spares them: the curve to
    draw, convex and never above a whole plan. `loss` is that of a plan in whole orders, made for this share; of the
    plan's own point always, of others with `--answers full` (each then spares the grades anew). `loss_bound` is its
    proven bound. `share_state`: met, unreachable (no plan reaches the share), needs_spared_grade (only by cutting more
    of the spared grades), not_proven. `whole_state`: met, missed (the loss is then that of the least shortfall),
    no_plan, not_asked. Where SO2 and NOx are traded, the share moves the sum of both.
    """

    level = dy.Enum(LEVELS, primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    required_share = dy.Float64(primary_key=True)
    is_plan = dy.Bool()
    loss_shares_cny_per_season = dy.Float64(nullable=True)
    share_state = dy.Enum(["met", "unreachable", "needs_spared_grade", "not_proven"])
    loss_cny_per_season = dy.Float64(nullable=True)
    loss_bound_cny_per_season = dy.Float64(nullable=True)
    units_cut = dy.Int64(nullable=True)
    missed_targets = dy.String(nullable=True)
    whole_state = dy.Enum(["met", "missed", "no_plan", "not_asked"])
    proof = dy.Enum(PROOFS, nullable=True)


class ExemptionPrices(dy.Schema):
    """One row per shielded unit: what it costs the others that it may not be cut (further), dearest first.

    `at_most_cny_per_season` is a proven upper bound from the prices of the plan's linear program. Where `state` is
    confirmed the city was solved again without the shield: `price` is what the whole city saves, `rest_saves` what all
    other units save, `unit_bears` what the unit would bear. `state`: confirmed; free (the bound is 0: the shield costs
    nobody anything); at_most (not re-solved); not_proven (the solver ended early).
    """

    unit_id = dy.String(primary_key=True)
    enterprise_id = dy.String()
    name = dy.String()
    industry = dy.String()
    grade = dy.Enum(GRADES)
    treatment = dy.String()
    at_most_cny_per_season = dy.Float64(min=0, nullable=True)
    price_cny_per_season = dy.Float64(nullable=True)
    rest_saves_cny_per_season = dy.Float64(nullable=True)
    unit_bears_cny_per_season = dy.Float64(nullable=True)
    state = dy.Enum(["confirmed", "free", "at_most", "not_proven"])


class OverridePrices(dy.Schema):
    """One row per unit that the planner pinned: the plan with the pins of this unit, and re-planned without.

    `price` is the loss with minus the loss without; negative where the pin saves loss (for example by staying below the
    law). It is sure to lie between `price_low` and `price_high`, from the proven bounds of both plans; both are None
    where a bound is missing. `unit_bears` is the unit's own loss with the pin less that without, below 0 where the pin
    spares it; `rest_bears`, what all others bear, is the price less that. `state`: confirmed; in_shares (quick: two
    linear programs in shares of orders, every target and every grade held as the plan has it); within_gap (the bounds
    leave open whether the pin costs or saves);
    no_plan (without the pin there is none); targets_change (the pin decides whether a target is met, so the losses are
    not comparable); not_proven.
    """

    unit_id = dy.String(primary_key=True)
    enterprise_id = dy.String()
    name = dy.String()
    reason = dy.String()
    by = dy.String()
    loss_with_cny_per_season = dy.Float64()
    loss_without_cny_per_season = dy.Float64(nullable=True)
    price_cny_per_season = dy.Float64(nullable=True)
    price_low_cny_per_season = dy.Float64(nullable=True)
    price_high_cny_per_season = dy.Float64(nullable=True)
    unit_bears_cny_per_season = dy.Float64(nullable=True)
    rest_bears_cny_per_season = dy.Float64(nullable=True)
    missed_with = dy.String()
    missed_without = dy.String()
    state = dy.Enum(["confirmed", "in_shares", "within_gap", "no_plan", "targets_change", "not_proven"])


class Relaxations(dy.Schema):
    """One row per way to make every target reachable, re-planned; cheapest first.

    `kind`: lower_target (every missed target to what can be reached), other_lists (the missing kilograms from mobile,
    non-road or dust lists), lift (the shields named in `what` gone; every minimal set of them is listed), drop_option
    (the same where an optional row is among them; of those, sets of at most two). `state`:
    confirmed (the new plan misses nothing), still_missed, no_plan. The loss before is that of the least shortfall.
    """

    number = dy.Int64(primary_key=True, min=1)
    kind = dy.Enum(["lower_target", "other_lists", "lift", "drop_option"])
    what = dy.String()
    units = dy.Int64(min=0)
    loss_before_cny_per_season = dy.Float64(nullable=True)
    loss_after_cny_per_season = dy.Float64(nullable=True)
    extra_loss_cny_per_season = dy.Float64(nullable=True)
    missed_before = dy.String()
    missed_after = dy.String()
    proof = dy.Enum(PROOFS)
    state = dy.Enum(["confirmed", "still_missed", "no_plan"])


class RelaxationSteps(dy.Schema):
    """One row per number that a relaxation changes. `unit`: "1" is a share of whole-society emission."""

    number = dy.Int64(primary_key=True, min=1)
    level = dy.Enum(LEVELS, primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    before = dy.Float64()
    after = dy.Float64()
    unit = dy.Enum(["1", "kg/d"])


class UpgradeValues(dy.Schema):
    """One row per enterprise that could rise a grade: what it saves a season, and what the city gains (or loses, < 0).

    `*_estimate` is at the prices of the present plan. Where `state` is confirmed the city was graded anew and planned
    again; `city_gains` is sure to lie between `_low` and `_high` by the bounds of both plans. Other states: estimate,
    targets_change (the upgrade decides whether a target is met), no_plan, not_proven.
    """

    enterprise_id = dy.String(primary_key=True)
    name = dy.String()
    industry = dy.String()
    grade_from = dy.Enum(GRADES)
    grade_to = dy.Enum(GRADES)
    units = dy.Int64(min=1)
    firm_loss_cny_per_season = dy.Float64()
    firm_saves_estimate_cny_per_season = dy.Float64(nullable=True)
    city_gains_estimate_cny_per_season = dy.Float64(nullable=True)
    firm_saves_cny_per_season = dy.Float64(nullable=True)
    city_gains_cny_per_season = dy.Float64(nullable=True)
    city_gains_low_cny_per_season = dy.Float64(nullable=True)
    city_gains_high_cny_per_season = dy.Float64(nullable=True)
    missed_before = dy.String()
    missed_after = dy.String()
    state = dy.Enum(["confirmed", "estimate", "targets_change", "no_plan", "not_proven"])


class Alternatives(dy.Schema):
    """One row per goal and room: the plan that serves the goal best among those costing at most `room` more.

    `value` is what the goal counts (`goal_unit`), `value_of_plan` the same of the published plan, `value_bound` the
    best that any plan within the room can reach, where proven. Enterprises, workers and B firms are those touched
    beyond the legal minimum (where the law asks nothing: at all). `without_employees` counts those of them that state
    no employees and so add none. `worst_county_share` is the highest share of a county's full value that is lost over
    the season. `orders_in_common` counts the same order for the same unit and level, among those where either plan asks
    anything; `cuts_in_common` is the Jaccard share of the enterprises cut at red; `moved_*` the kilograms that another
    unit removes instead: half the sum of differences over units and days. `state`: proven (value equals its bound),
    within_gap, bound_only (nothing was looked for within this room: the plan is that of the least room), not_proven.
    """

    goal = dy.Enum(GOALS, primary_key=True)
    room = dy.Float64(primary_key=True, min=0)
    goal_unit = dy.Enum(["enterprises", "workers", "share_of_value"])
    value_of_plan = dy.Float64()
    value = dy.Float64()
    value_bound = dy.Float64(nullable=True)
    state = dy.Enum(["proven", "within_gap", "bound_only", "not_proven"])
    loss_cny_per_season = dy.Float64()
    loss_limit_cny_per_season = dy.Float64()
    enterprises_cut = dy.Int64()
    enterprises_beyond_law = dy.Int64()
    workers_beyond_law = dy.Int64()
    without_employees = dy.Int64()
    b_enterprises_at_law = dy.Int64()
    worst_county = dy.String()
    worst_county_share = dy.Float64()
    orders_in_common = dy.Float64(min=0, max=1)
    cuts_in_common = dy.Float64(min=0, max=1)
    moved_so2_kg_per_season = dy.Float64(min=0)
    moved_nox_kg_per_season = dy.Float64(min=0)
    moved_pm_kg_per_season = dy.Float64(min=0)
    moved_vocs_kg_per_season = dy.Float64(min=0)


class AlternativeOrders(dy.Schema):
    """One row per goal, room, unit and level: the measure that the alternative orders.

    Rooms in which nothing was looked for have the orders of the least room and no rows of their own.
    """

    goal = dy.Enum(GOALS, primary_key=True)
    room = dy.Float64(primary_key=True, min=0)
    unit_id = dy.String(primary_key=True)
    level = dy.Enum(LEVELS, primary_key=True)
    k = dy.Int64()
    measure_id = dy.String()


class Swaps(dy.Schema):
    """Two rows per equally cheap swap: the line that is eased and the one that is hardened for it, each at its level.

    `extra_loss_cny_per_season` is what both together cost more (below 0: less) than the plan, within 0.01 % of its
    loss. One swap at a time: each alone keeps every row of the plan, two together may not. `cut_share` of production;
    `measure_name` of the bureau's own measures.
    """

    swap = dy.Int64(primary_key=True, min=1)
    side = dy.Enum(["eased", "hardened"], primary_key=True)
    enterprise_id = dy.String()
    unit_id = dy.String()
    level = dy.Enum(LEVELS)
    from_measure_id = dy.String()
    from_kind = dy.String()
    from_cut_share = dy.Float64(min=0, max=1)
    from_measure_name = dy.String(nullable=True)
    to_measure_id = dy.String()
    to_kind = dy.String()
    to_cut_share = dy.Float64(min=0, max=1)
    to_measure_name = dy.String(nullable=True)
    extra_loss_cny_per_season = dy.Float64()


class TargetOdds(dy.Schema):
    """One row per plan, level and target row (and `all`: every target of the level; level `all`: of every level).

    `plan`: published; safe; or, where no margin leads to a safe plan, the hardest there is. `held` of `samples` draws
    meet the target, so `held_share` is the estimate; `share_low` and `share_high` bound it at 95 % (Wilson).
    `short_p95` is what is missing in the worst 5 % of draws at least, as a share of the requirement (0: nothing is).
    `is_fresh` draws were never seen by the search for the plan.
    """

    plan = dy.Enum(["published", "safe", "hardest"], primary_key=True)
    level = dy.String(primary_key=True)
    target = dy.String(primary_key=True)
    is_fresh = dy.Bool(primary_key=True)
    samples = dy.Int64(min=1)
    held = dy.Int64(min=0)
    held_share = dy.Float64(min=0, max=1)
    share_low = dy.Float64(min=0, max=1)
    share_high = dy.Float64(min=0, max=1)
    short_p95 = dy.Float64(nullable=True)


class SafePlan(dy.Schema):
    """One row per target row: the margin that the safe plan plans with; the last columns say the same in every row.

    `margin_share` is added to the requirement (0.04: 4 % more is planned than required); None where the plan is that of
    every line at its hardest measure. `state`: held (on fresh draws all targets hold at least as often as wanted),
    not_reached (not even the hardest plan does; `held_share_fresh` is its share, and there is no cost).
    `in_whole_orders` false: `loss` is the least in shares of orders, beside that of the targets as stated. `is_spared`
    false: the plan takes more of the spared grades than the published one; `loss_of_plan` is then without sparing too.
    """

    level = dy.Enum(LEVELS, primary_key=True)
    target = dy.String(primary_key=True)
    unit = dy.Enum(["kg/d", "1"])
    required = dy.Float64()
    margin_share = dy.Float64(min=0, nullable=True)
    planned_for = dy.Float64(nullable=True)
    wanted_share = dy.Float64(min=0, max=1)
    held_share_fresh = dy.Float64(min=0, max=1)
    loss_cny_per_season = dy.Float64(nullable=True)
    loss_of_plan_cny_per_season = dy.Float64(nullable=True)
    safety_cny_per_season = dy.Float64(nullable=True)
    in_whole_orders = dy.Bool()
    is_spared = dy.Bool()
    state = dy.Enum(["held", "not_reached"])
