"""The tables between a graded city and a plan. Symbols as in docs/model.md."""

import dataframely as dy

from grading.monitoring.quantities import SOURCES
from grading.scale import GRADES, LEVELS, POLLUTANTS, STATUSES

KINDS = ("none", "load_cut", "stop", "bureau")
REASONS = (
    "exempt_grade", "exempt_register", "quota", "small_micro", "idle", "legal_minimum", "counted_by_line",
    "needed_for_target", "nested", "override", "no_measure_needed", "voluntary",
)  # fmt: skip
EMISSION_METHODS = (*SOURCES, "unknown")


class PlanUnits(dy.Schema):
    """One row per unit that can be on the list (`u` in the model).

    `floor_k_*`/`ceil_k_*` index the unit's own menu: least and most severe measure that law, physics,
    exemptions and overrides allow. `line_group` binds lines of one enterprise and process that the law
    counts by line. `law_asks_*` keeps the legal measure in words of the ladder, also where physics or an
    exemption made the floor another one; `floor_note_*` then says which. `*_method` is the source an emission
    was taken from. `notice_h`, `decay_h`, `start_up_extra_h` and `pay_off_days` are the pack's word on the line
    (null: it has none), from which the credits of its menu are checked again.
    """

    unit_id = dy.String(primary_key=True)
    enterprise_id = dy.String()
    name = dy.String()
    unit_name = dy.String(nullable=True)
    county = dy.String()
    industry = dy.String()
    subtype = dy.String(nullable=True)
    process = dy.String()
    product = dy.String(nullable=True)
    grade = dy.Enum(GRADES)
    treatment = dy.String()
    is_idle = dy.Bool()
    employees = dy.Int64(nullable=True)
    baseline_t_per_day = dy.Float64(nullable=True)
    baseline_source = dy.Enum(["eia", "permit", "last_year", "unknown", "idle"])
    so2_kg_per_day = dy.Float64(nullable=True)
    nox_kg_per_day = dy.Float64(nullable=True)
    pm_kg_per_day = dy.Float64(nullable=True)
    vocs_kg_per_day = dy.Float64(nullable=True)
    so2_method = dy.Enum(EMISSION_METHODS)
    nox_method = dy.Enum(EMISSION_METHODS)
    pm_method = dy.Enum(EMISSION_METHODS)
    vocs_method = dy.Enum(EMISSION_METHODS)
    full_loss_cny_per_day = dy.Float64()
    loss_basis = dy.Enum(["value_added", "output_value_ratio", "industry_median", "bureau", "none"])
    line_group = dy.String(nullable=True)
    verification = dy.String(nullable=True)
    notice_h = dy.Float64(nullable=True, min=0)
    decay_h = dy.Float64(nullable=True, min=0)
    start_up_extra_h = dy.Float64(nullable=True, min=0)
    pay_off_days = dy.Float64(nullable=True, min=0, allow_inf=True)
    floor_k_yellow = dy.Int64()
    floor_k_orange = dy.Int64()
    floor_k_red = dy.Int64()
    ceil_k_yellow = dy.Int64()
    ceil_k_orange = dy.Int64()
    ceil_k_red = dy.Int64()
    override_reason = dy.String(nullable=True)
    override_by = dy.String(nullable=True)


class Menu(dy.Schema):
    """One row per unit and measure, `k` rising with severity; `k = 0` is always "no measure".

    `*_removed_kg_per_day` is E*rho: what the measure takes away on a day once it is in full effect; a pollutant that
    is unknown credits 0. `credit_<level>` is the share of it that counts over an alert of that level's expected length
    (1): decay after a feed stop and start-up taken off. Loss per level includes the restart spread over that length.
    """

    unit_id = dy.String(primary_key=True)
    k = dy.Int64(primary_key=True, min=0)
    kind = dy.Enum(KINDS)
    measure_id = dy.String()
    measure_name = dy.String(nullable=True)
    cut_share = dy.Float64(min=0, max=1)
    so2_removed_kg_per_day = dy.Float64(min=0)
    nox_removed_kg_per_day = dy.Float64(min=0)
    pm_removed_kg_per_day = dy.Float64(min=0)
    vocs_removed_kg_per_day = dy.Float64(min=0)
    credit_yellow = dy.Float64(min=0, max=1)
    credit_orange = dy.Float64(min=0, max=1)
    credit_red = dy.Float64(min=0, max=1)
    loss_yellow_cny_per_day = dy.Float64(min=0)
    loss_orange_cny_per_day = dy.Float64(min=0)
    loss_red_cny_per_day = dy.Float64(min=0)


class LegalMeasures(dy.Schema):
    """One row per unit and level: what the law asks, before physics, exemptions and overrides.

    `floor_state`: law (floor is what the law asks), raised_by_physics, limited_by_physics, limited_by_notice,
    lifted_by_exemption, override, idle, unknown_law, counted_by_line, none.
    """

    unit_id = dy.String(primary_key=True)
    level = dy.Enum(LEVELS, primary_key=True)
    kind = dy.String()
    share = dy.Float64(nullable=True)
    hours = dy.Float64(nullable=True)
    transport = dy.Enum(["none", "ban_national_4_and_below", "stop_road_transport"])
    is_general = dy.Bool()
    clause = dy.String()
    status = dy.Enum(STATUSES)
    floor_state = dy.String()


class LineCounts(dy.Schema):
    """One row per line group and level: how many lines must at least be stopped."""

    line_group = dy.String(primary_key=True)
    level = dy.Enum(LEVELS, primary_key=True)
    lines = dy.Int64(min=1)
    stop_at_least = dy.Int64(min=0)
    clause = dy.String()


class Targets(dy.Schema):
    """One row per level and pollutant: what must be removed from the whole-society emission.

    Null `society_kg_per_day` or `required_share`: no target can be stated; it is shown as such.
    """

    level = dy.Enum(LEVELS, primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    society_kg_per_day = dy.Float64(nullable=True)
    required_share = dy.Float64(nullable=True)
    required_kg_per_day = dy.Float64(nullable=True)
    other_lists_kg_per_day = dy.Float64(min=0)


class Orders(dy.Schema):
    """One row per unit and level: the published, whole order. The body of `plan.csv`."""

    unit_id = dy.String(primary_key=True)
    level = dy.Enum(LEVELS, primary_key=True)
    enterprise_id = dy.String()
    name = dy.String()
    unit_name = dy.String(nullable=True)
    county = dy.String()
    industry = dy.String()
    process = dy.String()
    product = dy.String(nullable=True)
    grade = dy.Enum(GRADES)
    treatment = dy.String()
    k = dy.Int64()
    kind = dy.Enum(KINDS)
    measure_id = dy.String()
    measure_name = dy.String(nullable=True)
    cut_share = dy.Float64()
    baseline_t_per_day = dy.Float64(nullable=True)
    baseline_source = dy.String()
    allowed_t_per_day = dy.Float64(nullable=True)
    transport = dy.String()
    so2_removed_kg_per_day = dy.Float64()
    nox_removed_kg_per_day = dy.Float64()
    pm_removed_kg_per_day = dy.Float64()
    vocs_removed_kg_per_day = dy.Float64()
    loss_cny_per_day = dy.Float64()
    loss_basis = dy.String()
    law_kind = dy.String()
    law_share = dy.Float64(nullable=True)
    law_hours = dy.Float64(nullable=True)
    law_is_general = dy.Bool()
    law_clause = dy.String()
    law_status = dy.Enum(STATUSES)
    floor_state = dy.String()
    reason_code = dy.Enum(REASONS)
    reason_pollutant = dy.String(nullable=True)
    verification = dy.String(nullable=True)
    override_reason = dy.String(nullable=True)
    override_by = dy.String(nullable=True)


class TargetResults(dy.Schema):
    """One row per level and target row (so2, nox, pm, vocs and, with the joint rule, so2+nox).

    The body of `targets.csv`. `state`: met, missed, not_stated. `slack` is planned minus required.
    For `so2+nox` the quantities are shares of whole-society emission (1), not kg a day.
    """

    level = dy.Enum(LEVELS, primary_key=True)
    target = dy.String(primary_key=True)
    unit = dy.String()
    required = dy.Float64(nullable=True)
    other_lists = dy.Float64()
    planned = dy.Float64()
    slack = dy.Float64(nullable=True)
    planned_share = dy.Float64(nullable=True)
    marginal_price_cny_per_kg = dy.Float64(nullable=True)
    is_binding_alone = dy.Bool()
    state = dy.Enum(["met", "missed", "not_stated"])


class Attainability(dy.Schema):
    """One row per level and pollutant, before solving: the most that can be removed, and who holds the rest."""

    level = dy.Enum(LEVELS, primary_key=True)
    pollutant = dy.String(primary_key=True)
    society_kg_per_day = dy.Float64(nullable=True)
    required_kg_per_day = dy.Float64(nullable=True)
    other_lists_kg_per_day = dy.Float64()
    legal_floor_kg_per_day = dy.Float64()
    most_removable_kg_per_day = dy.Float64()
    held_by_exempt_kg_per_day = dy.Float64()
    held_by_physics_kg_per_day = dy.Float64()
    held_outside_list_kg_per_day = dy.Float64(nullable=True)
    is_attainable = dy.Bool(nullable=True)


class Comparison(dy.Schema):
    """One row per way of planning and level: this plan, uniform, grade_only, greedy — at equal targets.

    Money on the `season` row is CNY a season, as `unit` says.
    `saving_cny_per_day` is the baseline's loss minus the plan's; null where the baseline misses a target
    that the plan meets (then `misses` names them).
    """

    way = dy.Enum(["plan", "uniform", "grade_only", "greedy"], primary_key=True)
    level = dy.Enum([*LEVELS, "season"], primary_key=True)
    unit = dy.Enum(["CNY/d", "CNY/season"])
    loss_cny_per_day = dy.Float64()
    units_cut = dy.Int64()
    enterprises_cut = dy.Int64()
    exempt_units_cut = dy.Int64()
    misses = dy.String(nullable=True)
    saving_cny_per_day = dy.Float64(nullable=True)
