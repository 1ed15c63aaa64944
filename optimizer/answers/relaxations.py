"""The cheapest ways to make missed targets reachable, each planned again before it is offered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import polars as pl

from grading.checked import checked
from grading.scale import LEVELS, POLLUTANTS
from optimizer.answers.conflict import unreachable
from optimizer.answers.curve import missed_targets, season_loss
from optimizer.answers.optional import without_options
from optimizer.answers.reach import Name, Reach
from optimizer.answers.tables import OPTIONS, Relaxations, RelaxationSteps
from optimizer.answers.variants import with_lifted_ceilings, with_more_from_other_lists, with_required_shares
from optimizer.attain import NOTICE
from optimizer.city.notice import late_lines
from optimizer.planning import plan_city
from optimizer.requirements import JOINT
from optimizer.result import City, Outcome, Plan

HAIR = 1e-7
"""Share of a requirement by which a relaxation goes further than the exact figure: the solver's rounding."""
MOST_WITH_OPTIONS = 2
"""Requirements dropped together at most in a city with optional rows, where each set is a linear program."""
Steps = dict[tuple[str, str], tuple[float, float]]
"""(level, pollutant) -> value before and after."""


@dataclass(frozen=True)
class _Candidate:
    kind: str
    what: str
    units: int
    city: City
    steps: Steps
    unit: str


def relaxations_of(
    city: City, plan: Plan, *, top: int = 8, by_industry: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the ways out of missed targets, cheapest first, and the numbers each changes.

    Lowering the targets and asking more of other lists always come; of the sets of shields (split by industry where
    asked) the `top` smallest, then those of fewest lines, are re-planned. Both frames are empty when every target can
    be reached. `plan` is the plan of least shortfall.

    Shape: `tables.Relaxations`, `tables.RelaxationSteps`. Maths: docs/model.md, A.2.
    """
    missed = unreachable(city)
    if not missed:
        return Relaxations.create_empty(), RelaxationSteps.create_empty()
    shielded = unreachable(city, by_industry=by_industry)
    candidates = [_lower_targets(city, missed), _other_lists(city, missed), *islice(_lifts(city, shielded), top)]
    tried = [(candidate, _outcome(candidate, plan)) for candidate in candidates]
    order = {"confirmed": 0, "still_missed": 1, "no_plan": 2}
    tried.sort(key=lambda pair: (order[str(pair[1]["state"])], pair[1]["extra_loss_cny_per_season"] or 0.0))
    rows = [{"number": number, **row} for number, (_, row) in enumerate(tried, start=1)]
    frame = pl.DataFrame(rows, infer_schema_length=None).select(Relaxations.column_names())
    return checked(Relaxations, frame), _steps_of([candidate for candidate, _ in tried])


def _lower_targets(city: City, missed: Sequence[Reach]) -> _Candidate:
    steps: Steps = {}
    for level, pollutant, lacking in _lacking(missed):
        before = _stated(city, level, pollutant, "required_share")
        after = before * (1 - lacking.share - HAIR)
        steps[level, pollutant] = (before, min(after, steps.get((level, pollutant), (before, after))[1]))
    changed = with_required_shares(city, {key: after for key, (_, after) in steps.items()})
    return _Candidate("lower_target", _named(steps), 0, changed, steps, "1")


def _other_lists(city: City, missed: Sequence[Reach]) -> _Candidate:
    steps: Steps = {}
    for level, pollutant, lacking in _lacking(missed):
        before = _stated(city, level, pollutant, "other_lists_kg_per_day")
        required = _stated(city, level, pollutant, "required_kg_per_day")
        after = before + (lacking.share + HAIR) * (lacking.of_kg or required)
        steps[level, pollutant] = (before, max(after, steps.get((level, pollutant), (before, after))[1]))
    more = {key: after - before for key, (before, after) in steps.items()}
    return _Candidate("other_lists", _named(steps), 0, with_more_from_other_lists(city, more), steps, "kg/d")


@dataclass(frozen=True)
class _Lacking:
    """What a row lacks: a share of its requirement, and that requirement in kg/d (None: the pollutant's own)."""

    share: float
    of_kg: float | None


def _lacking(missed: Sequence[Reach]) -> Iterator[tuple[str, str, _Lacking]]:
    """Give the level, pollutant and missing share of every pollutant that a missed row counts.

    Of the joint row both pollutants give way in step, so that together they close the row. A floor of its own is a
    part of the target and lacks the same share of it.
    """
    for reach in missed:
        of_kg = None if reach.row.name == JOINT else reach.row.scale
        lacking = _Lacking(max(reach.row.rhs - reach.brought(), 0.0), of_kg)
        for pollutant, per_kg in zip(POLLUTANTS, reach.row.per_kg, strict=True):
            if per_kg > 0:
                yield LEVELS[reach.row.level], pollutant, lacking


def _lifts(city: City, missed: Sequence[Reach]) -> Iterator[_Candidate]:
    """Give every minimal set of shields whose end makes all missed rows possible: small sets, then few lines, first."""
    names = {name for reach in missed for name in reach.names}
    lines = {name: len(_shielded_by(city, [name])) for name in names}
    most = MOST_WITH_OPTIONS if any(family in OPTIONS for family, _ in names) else len(names)
    shields = sorted(lines, key=lambda name: (lines[name], name))
    found: list[set[Name]] = []
    if not all(reach.is_possible(shields) for reach in missed):
        return
    for size in range(1, min(len(shields), most) + 1):
        for chosen in combinations(shields, size):
            if any(smaller <= set(chosen) for smaller in found):
                continue
            if all(reach.is_possible(chosen) for reach in missed):
                found.append(set(chosen))
                held = _shielded_by(city, chosen)
                what = ", ".join(f"{name} {industry}" if industry else name for name, industry in sorted(chosen))
                in_time = any(name == NOTICE for name, _ in chosen)
                changed = with_lifted_ceilings(without_options(city, chosen), held, in_time=in_time)
                kind = "drop_option" if any(name in OPTIONS for name, _ in chosen) else "lift"
                yield _Candidate(kind, what, len(held), changed, {}, "1")


def _shielded_by(city: City, shields: Sequence[Name]) -> list[str]:
    """Return the running units whose every shield is among those lifted, industry by industry."""
    pinned = city.legal.filter(pl.col("floor_state") == "override")["unit_id"].unique().to_list()
    late = late_lines(city.units, city.menu, city.notice_h)["unit_id"].unique().to_list()
    is_pinned, is_late = pl.col("unit_id").is_in(pinned), pl.col("unit_id").is_in(late)
    is_treated = pl.col("treatment").is_in(("grade_exempt", "register_exempt", "register_quota", "small_micro"))
    pin_goes = ~is_pinned | _is_among(shields, pl.lit("override"))
    treatment_goes = ~is_treated | _is_among(shields, pl.col("treatment"))
    notice_goes = ~is_late | _is_among(shields, pl.lit(NOTICE))
    is_shielded = is_pinned | is_treated | is_late
    units = city.units.filter(~pl.col("is_idle"), is_shielded, pin_goes, treatment_goes, notice_goes)
    return units["unit_id"].sort().to_list()


def _is_among(shields: Sequence[Name], held_by: pl.Expr) -> pl.Expr:
    """Return whether what holds a unit is lifted, for its industry or for all."""
    of_industry = [
        (held_by == name) & (pl.lit(industry == "") | (pl.col("industry") == industry)) for name, industry in shields
    ]
    return pl.any_horizontal(*of_industry, pl.lit(False))


def _outcome(candidate: _Candidate, plan: Plan) -> dict[str, object]:
    after = plan_city(candidate.city, plan)
    is_plan = after.status.outcome == Outcome.USABLE
    missed = missed_targets(after)
    before, loss = season_loss(plan), season_loss(after)
    state = "no_plan" if not is_plan else "still_missed" if missed else "confirmed"
    return {
        "kind": candidate.kind,
        "what": candidate.what,
        "units": candidate.units,
        "loss_before_cny_per_season": before,
        "loss_after_cny_per_season": loss,
        "extra_loss_cny_per_season": None if before is None or loss is None else loss - before,
        "missed_before": missed_targets(plan),
        "missed_after": missed,
        "proof": after.status.proof.value,
        "state": state,
    }


def _stated(city: City, level: str, pollutant: str, column: str) -> float:
    row = city.targets.filter(
        pl.col("level").cast(pl.String) == level, pl.col("pollutant").cast(pl.String) == pollutant
    )  # fmt: skip
    return float(row[column].item())


def _named(steps: Steps) -> str:
    return ", ".join(f"{level} {pollutant}" for level, pollutant in steps)


def _steps_of(candidates: Sequence[_Candidate]) -> pl.DataFrame:
    rows = [
        (number, level, pollutant, before, after, candidate.unit)
        for number, candidate in enumerate(candidates, start=1)
        for (level, pollutant), (before, after) in candidate.steps.items()
    ]
    frame = pl.DataFrame(rows, schema=RelaxationSteps.column_names(), orient="row", infer_schema_length=None)
    return checked(RelaxationSteps, frame)
