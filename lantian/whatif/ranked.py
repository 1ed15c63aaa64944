"""Which single change helps most? Ranked by the answers about a plan; sets are planned before they are offered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from grading.words import Language, mark, say
from lantian.rebuild import rebuild_of
from lantian.whatif.answering import Answer, Room
from lantian.whatif.scenario import Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Planned
from lantian.whatif.toml import to_toml
from optimizer.again.plan import plan_beside
from optimizer.answers import exemption_prices, marginal_prices, relaxations_of, upgrade_values
from optimizer.answers.curve import missed_targets, season_loss
from optimizer.answers.upgrade import Regrade
from optimizer.result import Plan
from reports.names import POLLUTANT_NAMES, level_word
from reports.whatif.words import money

COACHED: Mapping[str, str] = {"D": "C", "non_leading": "leading", "C": "B", "B-": "B", "B": "A"}
"""争A创B: what a coached enterprise rises to."""
CITY, FIRM = "city_gains_estimate_cny_per_season", "firm_saves_estimate_cny_per_season"


@dataclass(frozen=True)
class Ranked:
    """A ranking: the whole table, the sentences of its head, and scenarios made of it."""

    question: str
    rows: pl.DataFrame
    lines: list[str]
    scenarios: tuple[Written, ...] = ()


def ranked(room: Room, question: str, parent: str, top: int) -> Ranked:
    """Return a question's ranking over the plan of `parent`."""
    return QUESTIONS[question](room, room.plan(parent), parent, top)


def _coach(room: Room, plan: Planned, parent: str, top: int) -> Ranked:
    """Return the enterprises to bring up a grade; the best sets by city and by firm are planned as scenarios.

    All are estimated; the `top` of either estimate are planned anew, one by one, and ranked by what came out.
    """
    language, regrade = room.options.language, regrade_of(plan)
    rows = upgrade_values(plan.city, plan.plan, regrade, top=0, next_grade=COACHED)
    best = [rows.filter(pl.col(by) > 0).sort(by, "enterprise_id", descending=[True, False]).head(top)
            for by in (CITY, FIRM)]  # fmt: skip
    tried = pl.concat(best).unique("enterprise_id", keep="first", maintain_order=True)
    confirmed = _confirmed(tried, plan, regrade)
    lines: list[str] = []
    scenarios: list[Written] = []
    for by, name, title in (
        ("city_saves", "coach-city", mark("Best {n} for the city:")),
        ("firm_saves", "coach-firm", mark("Best {n} for the firms:")),
    ):
        ranked_by = confirmed.filter(pl.col(by) > 0).sort(by, "enterprise_id", descending=[True, False]).head(top)
        if ranked_by.is_empty():
            continue
        lines.append(say(language, title, n=ranked_by.height))
        lines += [_coached(row, language) for row in ranked_by.iter_rows(named=True)]
        scenarios.append(_coaching(ranked_by, name, parent, language))
        lines.append(_together(room.answer(scenarios[-1]), language))
    planned_anew = confirmed.select("enterprise_id", "city_saves", "firm_saves", "missed")
    table = rows.join(planned_anew, on="enterprise_id", how="left", maintain_order="left")
    return Ranked("coach", table, lines or [say(language, mark("Nobody can rise."))], tuple(scenarios))


def regrade_of(planned: Planned) -> Regrade:
    """Return how a planned city is with other grades; what a scenario says of losses stands."""
    standing = planned.standing
    factors = standing.supposed.loss_factors
    return rebuild_of(standing.named, standing.law, standing.graded, planned.ground, factors).regrade


def _confirmed(tried: pl.DataFrame, plan: Planned, regrade: Regrade) -> pl.DataFrame:
    """Return the enterprises with what the city and the firm save in a plan of their own (CNY/season).

    Null where the better grade changes which targets hold: then the losses do not compare.
    """
    found = []
    for firm, grade in tried.select("enterprise_id", pl.col("grade_to").cast(pl.String)).iter_rows():
        after = plan_beside(regrade({firm: grade}), plan.plan, plan.program)
        is_alike = missed_targets(after) == missed_targets(plan.plan)
        before_loss, after_loss = season_loss(plan.plan), season_loss(after)
        is_known = is_alike and before_loss is not None and after_loss is not None
        own = [_own_loss(each, plan, firm) for each in (plan.plan, after)]
        found.append(
            {
                "enterprise_id": firm,
                "city_saves": (before_loss or 0.0) - (after_loss or 0.0) if is_known else None,
                "firm_saves": own[0] - own[1] if is_known else None,
                "missed": missed_targets(after),
            }
        )
    numbers = {"city_saves": pl.Float64(), "firm_saves": pl.Float64()}
    schema = pl.Schema({"enterprise_id": pl.String(), **numbers, "missed": pl.String()})
    return tried.join(pl.DataFrame(found, schema=schema), on="enterprise_id", how="left", maintain_order="left")


def _own_loss(plan: Plan, planned: Planned, firm: str) -> float:
    level = pl.col("level").cast(pl.String)
    days = level.replace_strict(planned.city.days_per_season, default=0.0, return_dtype=pl.Float64)
    own = plan.orders.filter(pl.col("enterprise_id") == firm)
    return float(own.select((pl.col("loss_cny_per_day") * days).sum()).item())


def _coached(row: dict[str, object], language: Language) -> str:
    return say(
        language,
        mark("· {name} {before} → {after}: city {city}, firm {firm} a season (each planned by itself)"),
        name=row["name"],
        before=row["grade_from"],
        after=row["grade_to"],
        city=amount(row["city_saves"], language),
        firm=amount(row["firm_saves"], language),
    )


def amount(value: object, language: Language) -> str:
    """Return CNY as money, a dash where nothing is known."""
    return "–" if value is None else money(float(str(value)), language)


def _coaching(best: pl.DataFrame, name: str, parent: str, language: Language) -> Written:
    grades = [
        {"select": {"enterprise": tuple(firms)}, "grade": grade}
        for grade, firms in best.sort("grade_to", "enterprise_id")
        .group_by(pl.col("grade_to").cast(pl.String), maintain_order=True)
        .agg("enterprise_id")
        .iter_rows()
    ]
    words = {"author": "lantian-rank", "reason": say(language, mark("the best enterprises to bring up a grade"))}
    scenario = Scenario.model_validate({"parent": parent, **words, "grades": grades})
    return Written(name, scenario, f"{name}.toml", to_toml(scenario))


def _together(answer: Answer, language: Language) -> str:
    losses = answer.whatif.contrast.losses
    return say(
        language,
        mark("Together, planned: {before} → {after} a season."),
        before=money(losses.before, language),
        after=money(losses.after, language),
    )


def _exemptions(room: Room, plan: Planned, parent: str, top: int) -> Ranked:  # noqa: ARG001 - one shape
    """Return the exemptions by what they cost the others, the highest confirmed by re-solving."""
    language = room.options.language
    rows = exemption_prices(plan.city, plan.plan, top=top)
    lines = [
        say(
            language,
            mark("· {name} ({unit}): without the exemption the city saves {price} a season, all others {rest}"),
            name=row["name"],
            unit=row["unit_id"],
            price=amount(row["price_cny_per_season"], language),
            rest=amount(row["rest_saves_cny_per_season"], language),
        )
        for row in rows.filter(pl.col("state") == "confirmed")
        .sort("price_cny_per_season", "unit_id", descending=[True, False])
        .head(top)
        .iter_rows(named=True)
    ]
    return Ranked("exemptions", rows, lines or [say(language, mark("No exemption costs the others anything."))])


def _lists(room: Room, plan: Planned, parent: str, top: int) -> Ranked:  # noqa: ARG001 - one shape
    """Return what one more kilogram from dust, mobile or other lists is worth, dearest first."""
    language = room.options.language
    rows = marginal_prices(plan.city, plan.plan).sort(
        "price_left_cny_per_kg", "level", "pollutant", descending=[True, False, False], nulls_last=True
    )
    worth = rows.filter(pl.col("price_left_cny_per_kg") > 0).head(top)
    lines = [
        say(
            language,
            mark("· {level} {pollutant}: each kilogram a day that another list brings saves {price} CNY a day"),
            level=level_word(str(row["level"]), language),
            pollutant=POLLUTANT_NAMES[str(row["pollutant"])],
            price=f"{row['price_left_cny_per_kg']:,.0f}",
        )
        for row in worth.iter_rows(named=True)
    ]
    return Ranked(
        "lists", rows, lines or [say(language, mark("No target binds: more from other lists saves nothing."))]
    )


def _red(room: Room, plan: Planned, parent: str, top: int) -> Ranked:  # noqa: ARG001 - one shape
    """Return the ways to make missed targets reachable, cheapest first."""
    language = room.options.language
    rows, steps = relaxations_of(plan.city, plan.plan, top=top)
    kinds = {
        "lower_target": mark("lower the target"),
        "other_lists": mark("more from other lists"),
        "lift": mark("end these exemptions"),
        "drop_option": mark("give up these options"),
    }
    lines = [
        say(
            language,
            mark("· {kind} ({what}): {extra} more loss a season, {state}"),
            kind=say(language, kinds[str(row["kind"])]),
            what=row["what"],
            extra=amount(row["extra_loss_cny_per_season"], language),
            state=row["state"],
        )
        for row in rows.head(top).iter_rows(named=True)
    ]
    joined = rows.join(steps, on="number", how="left") if rows.height else rows
    return Ranked("red", joined, lines or [say(language, mark("Every target can be reached as it is."))])


QUESTIONS: Mapping[str, Callable[[Room, Planned, str, int], Ranked]] = {
    "coach": _coach,
    "exemptions": _exemptions,
    "lists": _lists,
    "red": _red,
}
