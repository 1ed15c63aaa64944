"""Which measure of a table helps most for its money, and the cheapest of them with which every target is met.

Each is planned by itself, like any scenario. What it saves is told only where both plans meet the same targets.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from grading.words import Language, mark, say
from lantian.run import NoPlanFound
from lantian.whatif.answering import Room
from lantian.whatif.asking import planned, suppose
from lantian.whatif.candidates import Candidate, scenario_of
from lantian.whatif.ranked import Ranked, amount
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Planned
from lantian.whatif.sweep import batch
from lantian.whatif.workers import Progress, unheard, workers_for
from optimizer.answers.curve import loss_bound, missed_targets, season_loss
from optimizer.result import Plan

MOST_TRIED = 60
"""Sets of measures that are planned in search of the cheapest that meets every target."""
CHEAPEST = "cheapest-set"
"""Name of the scenario of that set."""
STATES = {
    "reaches": mark("makes a target reachable"),
    "helps": mark("helps"),
    "unsure": mark("a gain not yet proven"),
    "trades": mark("less loss, but better grades are cut more"),
    "no_gain": mark("no gain"),
    "harms": mark("a target is missed with it"),
    "refused": mark("cannot be asked"),
}
"""What a measure comes to, in the order in which they are ranked."""
COLUMNS = (
    "name", "cost_cny_per_season", "saved_cny_per_season", "saved_at_least_cny_per_season",
    "saved_at_most_cny_per_season", "saved_per_cny", "state", "missed", "cut_more", "why", "relative_gap",
)  # fmt: skip
PLANNED = ("met", "missed")


def ranked_measures(
    room: Room, candidates: Sequence[Candidate], parent: str, top: int, progress: Progress = unheard
) -> Ranked:
    """Return the measures of a table ranked by what the city saves per yuan, each planned by itself.

    Shape of the rows: one per measure: name, cost_cny_per_season, saved_cny_per_season and what both gaps prove of it
    (saved_at_least, saved_at_most), saved_per_cny, state (`STATES`), missed, cut_more, why, relative_gap, candidate.
    """
    language, words = room.options.language, _words(room)
    before = room.plan(parent)
    scenarios = [scenario_of([one], room.standing(parent), parent, words) for one in candidates]
    rows = _judged(batch(room, scenarios, progress, workers_for(len(scenarios))), candidates, before)
    lines = [_line(row, language) for row in rows.head(top).iter_rows(named=True)]
    made: tuple[Written, ...] = ()
    if missed_targets(before.plan):
        found = cheapest_set(room, candidates, parent)
        lines += list(_set_lines(found, candidates, language))
        chosen = found[0] if found else ()
        together = replace(scenario_of(chosen, room.standing(parent), parent, words), name=CHEAPEST)
        made = (together,) if chosen else ()
    return Ranked("measures", rows, lines, made)


def _words(room: Room) -> tuple[str, str]:
    language = room.options.language
    return "lantian-rank", say(language, mark("a measure of a table"))


def _judged(rows: pl.DataFrame, candidates: Sequence[Candidate], before: Planned) -> pl.DataFrame:
    """Return the planned rows with cost and what is proven of the saving, the best for its money first."""
    told = pl.DataFrame(
        [(one.key, one.name, one.cost_cny_per_season, bool(one.grades)) for one in candidates],
        schema={"scenario": pl.String, "name": pl.String, "cost_cny_per_season": pl.Float64, "is_grade": pl.Boolean},
        orient="row",
    )
    joined = told.join(rows.drop("cost_cny_per_season"), on="scenario", how="left", maintain_order="left")
    judged = joined.with_columns(_saved(before.plan)).with_columns(
        state=_state(missed_targets(before.plan)),
        saved_per_cny=pl.when(pl.col("cost_cny_per_season") > 0).then(
            pl.col("saved_cny_per_season") / pl.col("cost_cny_per_season")
        ),
    )
    place = pl.col("state").replace_strict(list(STATES), list(range(len(STATES))), return_dtype=pl.Int8)
    is_free = ((pl.col("cost_cny_per_season") == 0) & (pl.col("saved_cny_per_season") > 0)).fill_null(value=False)
    return judged.sort(
        place, is_free, "saved_per_cny", "saved_cny_per_season", "cost_cny_per_season", "scenario",
        descending=[False, True, True, True, False, False], nulls_last=True,
    ).select(*COLUMNS, candidate="scenario")  # fmt: skip


def _saved(before: Plan) -> list[pl.Expr]:
    """Return the saving, and the least and the most of it that the gaps of both plans leave (CNY/season)."""
    loss, bound = (pl.lit(each(before), pl.Float64) for each in (season_loss, loss_bound))
    after, after_bound = pl.col("loss_cny_per_season"), pl.col("loss_bound_cny_per_season")
    is_alike = pl.col("state").is_in(PLANNED) & (pl.col("missed") == missed_targets(before))
    saved = {"saved": loss - after, "saved_at_least": bound - after, "saved_at_most": loss - after_bound}
    return [pl.when(is_alike).then(value).alias(f"{name}_cny_per_season") for name, value in saved.items()]


def _state(held: str) -> pl.Expr:
    """Return what a measure comes to; `held`: the targets that are missed without it.

    Sparing better grades goes before the loss, so a loss may be lower at their expense. Where a measure lifts a grade,
    the groups are others and do not compare.
    """
    further = pl.col("missed").str.split(", ").list.set_difference(["", *held.split(", ")]).list.len()
    return (
        pl.when(~pl.col("state").is_in(PLANNED))
        .then(pl.lit("refused"))
        .when(pl.col("missed") == held)
        .then(
            pl.when(pl.col("saved_cny_per_season").fill_null(0.0) <= 0)
            .then(pl.lit("no_gain"))
            .when((pl.col("cut_more") != "") & ~pl.col("is_grade"))
            .then(pl.lit("trades"))
            .when(pl.col("saved_at_least_cny_per_season") > 0)
            .then(pl.lit("helps"))
            .otherwise(pl.lit("unsure"))
        )
        .when(further == 0)
        .then(pl.lit("reaches"))
        .otherwise(pl.lit("harms"))
    )


def _line(row: dict[str, object], language: Language) -> str:
    saved, least, most, cost = (amount(row[f"{name}_cny_per_season"], language)
                                for name in ("saved", "saved_at_least", "saved_at_most", "cost"))  # fmt: skip
    per = row["saved_per_cny"]
    told = say(
        language,
        mark("· {name}: {state}; costs {cost} a season, saves {saved} (proven: {least} to {most}), {per} per yuan"),
        name=row["name"],
        state=say(language, STATES[str(row["state"])]),
        cost=cost,
        saved=saved,
        least=least,
        most=most,
        per="–" if per is None else f"{per:,.2f}",
    )
    if not row["cut_more"]:
        return told
    more = say(language, mark("; beyond the law, unit-days a season: {groups}"), groups=row["cut_more"])
    return told + more


def cheapest_set(
    room: Room, candidates: Sequence[Candidate], parent: str, most: int = MOST_TRIED
) -> tuple[tuple[Candidate, ...], bool] | None:
    """Return the cheapest measures with which every target is met, and whether no cheaper set was left untried.

    Sets are tried from the cheapest up, so the first that holds is the cheapest. None: not even all together do.
    An empty set with False: nothing was found among the `most` that were planned.
    """
    standing, before, words = room.standing(parent), room.plan(parent), _words(room)

    def holds(chosen: Sequence[Candidate]) -> bool | None:
        asked = suppose(scenario_of(chosen, standing, parent, words), standing, room.options)
        after = planned(asked.standing, before)
        try:
            return not missed_targets(room.usable(after).plan)
        except NoPlanFound:
            return False

    if not holds(candidates):
        return None
    for tried, chosen in enumerate(by_cost(candidates), start=1):
        if tried > most:
            return (), False
        if holds(chosen):
            return chosen, True
    return tuple(candidates), True


def by_cost(candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    """Give every set of measures but the empty one, from the cheapest up; ties by size, then in the order given."""
    order = sorted(range(len(candidates)), key=lambda at: (candidates[at].cost_cny_per_season, at))
    costs = [candidates[at].cost_cny_per_season for at in order]
    heap: list[tuple[float, int, tuple[int, ...]]] = [(costs[0], 1, (0,))] if order else []
    while heap:
        cost, size, places = heapq.heappop(heap)
        yield tuple(candidates[order[place]] for place in places)
        last = places[-1]
        if last + 1 < len(order):
            heapq.heappush(heap, (cost + costs[last + 1], size + 1, (*places, last + 1)))
            moved = cost - costs[last] + costs[last + 1]
            heapq.heappush(heap, (moved, size, (*places[:-1], last + 1)))


def _set_lines(
    found: tuple[tuple[Candidate, ...], bool] | None, candidates: Sequence[Candidate], language: Language
) -> Iterator[str]:
    if found is None:
        yield say(language, mark("Even with all {n} measures together a target is missed."), n=len(candidates))
        return
    chosen, _ = found
    if not chosen:
        yield say(
            language,
            mark("All measures together meet every target; the cheapest set was not found among the {n} cheapest."),
            n=MOST_TRIED,
        )
        return
    yield say(
        language,
        mark("Cheapest set with which every target is met, of all sets of this table: {names}; {cost} a season."),
        names=", ".join(one.name for one in chosen),
        cost=amount(sum(one.cost_cny_per_season for one in chosen), language),
    )
