"""The words of a what-if: changes, reasons, and the paragraph that says what was asked and what came out."""

from collections.abc import Iterator

import polars as pl

from grading.words import Language, mark, say
from optimizer.result import Proof
from reports.answers import counts_in_sum
from reports.format import money_scale, spoken
from reports.names import POLLUTANT_NAMES, level_word
from reports.whatif.model import ChangeLine, WhatIf

CASE = "case"
KIND_WORDS = {
    "law": mark("rules"),
    "targets": mark("required shares"),
    "society": mark("whole-society emissions"),
    "reductions": mark("other lists"),
    "episode": mark("days of alert"),
    "policy": mark("policy"),
    "grades": mark("grade"),
    "evidence": mark("evidence"),
    "registers": mark("register"),
    "penalties": mark("penalties repaired"),
    "exempt": mark("exempted by the planner"),
    "locks": mark("pinned"),
    "unlock": mark("pins taken away"),
    "prices": mark("factor on losses"),
    "down": mark("lines down"),
    "retrofits": mark("retrofit"),
    "new": mark("new lines"),
}
REASON_WORDS = {
    "direct": mark("changed by the scenario itself"),
    "law": mark("the law or an exemption allows something else now"),
    "counted_lines": mark("another line of the same group stops instead"),
    "freed_by_price": mark("no longer needed at the new price of the targets"),
    "needed_by_price": mark("needed at the new price of the targets"),
    "tie": mark("a tie: both orders are worth the same"),
    "whole_orders": mark("rounding to whole orders, within the proven gap"),
    "not_priced": mark("cause not proven"),
}
STAY_WORDS = {
    "idle": mark("its lines are idle"),
    "not_listed": mark("its lines are not on the list any more"),
    "pinned": mark("a planner's pin holds it"),
    "uncut": mark("it was not cut before and is not cut now"),
    "legal_minimum": mark("it stands at the legal minimum, which is the same as before"),
    "at_ceiling": mark("it already does all that it may or can"),
    "needed": mark("its cut is still needed for the targets"),
}
EXEMPT_WORDS = {"enters": mark("enters"), "leaves": mark("leaves"), "differs": mark("on another basis")}
MOST_NAMED = 3
LONGEST_SELECTOR = 70


def change_text(change: ChangeLine, language: Language) -> str:
    """Return one change as a short phrase."""
    kind = say(language, KIND_WORDS[change.kind])
    value = f" {change.value}" if change.value else ""
    if change.kind == "targets":
        return _target(change, language)
    if change.units is None:
        return say(language, mark("{kind} {place}{value}"), kind=kind, place=change.said, value=value)
    return say(
        language,
        mark("{kind}{value} for {enterprises} enterprises with {units} lines ({said})"),
        kind=kind,
        value=value,
        enterprises=change.enterprises,
        units=change.units,
        said=change.said if len(change.said) <= LONGEST_SELECTOR else f"{change.said[:LONGEST_SELECTOR]}…",
    )


def _target(change: ChangeLine, language: Language) -> str:
    level, _, pollutant = change.said.partition(".")
    shares = [f"{float(share):.4g}" if share != "–" else share for share in change.value.split(" → ")]
    percents = [share if share == "–" else f"{float(share) * 100:g}%" for share in shares]
    return say(
        language,
        mark("required share of {level} {pollutant} {before} → {after}"),
        level=level_word(level, language),
        pollutant=POLLUTANT_NAMES[pollutant],
        before=percents[0],
        after=percents[1],
    )


def money(value_cny: float, language: Language) -> str:
    """Return an amount with the unit that suits it."""
    return spoken(value_cny, money_scale(abs(value_cny), language), language)


def signed_money(value_cny: float, language: Language) -> str:
    """Return a change of an amount, with its sign."""
    sign = "+" if value_cny > 0 else ""
    return sign + money(value_cny, language)


def parent_name(whatif: WhatIf, language: Language) -> str:
    """Return what the parent is called."""
    return say(language, mark("the plan in force")) if whatif.parent == CASE else whatif.parent


def explained(whatif: WhatIf, language: Language) -> list[str]:
    """Return what was asked and what came out, a sentence each."""
    return [
        _asked(whatif, language),
        targets_sentence(whatif, language),
        *_loss(whatif, language),
        *_spared(whatif, language),
        *_who(whatif, language),
        *_payers(whatif, language),
        *_exempt(whatif, language),
        *_stays(whatif, language),
    ]


def _asked(whatif: WhatIf, language: Language) -> str:
    changes = [change_text(change, language) for change in whatif.changes] or [say(language, mark("nothing"))]
    return say(
        language,
        mark("{author} asks: {reason}. Changed against {parent}: {changes}."),
        author=whatif.author,
        reason=whatif.reason.rstrip("。.?？"),
        parent=parent_name(whatif, language),
        changes=say(language, mark("; ")).join(changes),
    )


def missed(whatif: WhatIf, side: str) -> list[tuple[str, str]]:
    """Return level and target of every row that counts and is missed on one side."""
    rows = whatif.contrast.targets.with_columns(state=f"state_{side}").filter(~counts_in_sum())
    return list(rows.filter(pl.col("state") == "missed").select("level", "target").iter_rows())


def targets_sentence(whatif: WhatIf, language: Language) -> str:
    """Return whether the targets hold, and which ones no longer do or do again."""
    before, after = missed(whatif, "before"), missed(whatif, "after")
    if not after:
        regained = [target for target in before if target not in after]
        if regained:
            return say(language, mark("All targets hold; {regained} hold again."), regained=_named(regained, language))
        return say(language, mark("All stated targets hold, as before."))
    lost = [target for target in after if target not in before]
    if lost:
        return say(language, mark("Missed now: {lost}."), lost=_named(lost, language))
    return say(language, mark("Still missed: {missed}."), missed=_named(after, language))


def _named(targets: list[tuple[str, str]], language: Language) -> str:
    gap = "" if language == "zh" else " "
    words = [f"{level_word(level, language)}{gap}{POLLUTANT_NAMES[target]}" for level, target in targets]
    return say(language, mark(", ")).join(words)


def _loss(whatif: WhatIf, language: Language) -> Iterator[str]:
    losses = whatif.contrast.losses
    fields = {"before": money(losses.before, language), "after": money(losses.after, language)}
    if abs(losses.change) < 0.5:
        yield say(language, mark("The season's loss stays at {after}."), after=fields["after"])
    else:
        change = signed_money(losses.change, language)
        yield say(
            language, mark("The season's loss goes from {before} to {after} ({change})."), **fields, change=change
        )
    if missed(whatif, "after") != missed(whatif, "before"):
        yield say(language, mark("The two losses are not comparable: the plans do not hold the same targets."))
    sure = losses.sure_change
    if Proof.NOT_PROVEN in (whatif.status_before.proof, whatif.status_after.proof) or sure is None:
        yield say(language, mark("How good these plans are is not proven."))
    elif sure[0] < 0 < sure[1] and abs(losses.change) >= 0.5:
        yield say(language, mark("The proven gaps of the two plans leave open whether it really rises or falls."))
    if whatif.retrofit_cost_cny_per_season:
        cost = money(whatif.retrofit_cost_cny_per_season, language)
        yield say(language, mark("The retrofits cost {cost} a season besides."), cost=cost)


def _spared(whatif: WhatIf, language: Language) -> Iterator[str]:
    """Say what changes in the sparing of grades: it comes before the loss, so it may explain a loss that rises."""
    before, after = (
        {stage.name.removeprefix("protect_"): stage.reached for stage in status.stages if "protect_" in stage.name}
        for status in (whatif.status_before, whatif.status_after)
    )
    moved = [grade for grade in before if grade in after and abs(after[grade] - before[grade]) >= 1.0]
    if moved:
        gap = "" if language == "zh" else " "
        parts = [f"{grade}{gap}{before[grade]:,.0f} → {after[grade]:,.0f}" for grade in moved]
        words = mark(
            "Cut beyond the law in grades that are spared, weighed before the loss: {parts} unit-days a season."
        )
        yield say(language, words, parts=say(language, mark(", ")).join(parts))


def _who(whatif: WhatIf, language: Language) -> Iterator[str]:
    firms, orders = whatif.contrast.enterprises, whatif.contrast.orders
    if firms.is_empty():
        yield say(language, mark("No order changes."))
        return
    counts = dict(firms.group_by("reason").len().iter_rows())
    parts = [f"{say(language, REASON_WORDS[code])} {counts[code]}" for code in REASON_WORDS if code in counts]
    yield say(
        language,
        mark("The orders of {n} enterprises ({units} lines) change: {parts}."),
        n=firms.height,
        units=orders["unit_id"].n_unique(),
        parts=say(language, mark(", ")).join(parts),
    )


def _payers(whatif: WhatIf, language: Language) -> Iterator[str]:
    change = pl.col("loss_change_cny_per_season")
    firms = whatif.contrast.enterprises
    gains = firms.filter(change < -0.5).sort(change, "enterprise_id").head(MOST_NAMED)
    pays = firms.filter(change > 0.5).sort(-change, "enterprise_id").head(MOST_NAMED)
    if gains.height:
        yield say(language, mark("Relieved most: {firms}."), firms=_amounts(gains, language))
    if pays.height:
        yield say(language, mark("Burdened most: {firms}."), firms=_amounts(pays, language))


def _amounts(firms: pl.DataFrame, language: Language) -> str:
    gap = "" if language == "zh" else " "
    return say(language, mark(", ")).join(
        f"{name}{gap}{signed_money(value, language)}"
        for name, value in firms.select("name", "loss_change_cny_per_season").iter_rows()
    )


def _exempt(whatif: WhatIf, language: Language) -> Iterator[str]:
    counts = dict(whatif.contrast.exempt.group_by("change").len().iter_rows())
    if counts:
        parts = [f"{say(language, word)} {counts[code]}" for code, word in EXEMPT_WORDS.items() if code in counts]
        yield say(language, mark("Exempt list: {parts}."), parts=say(language, mark(", ")).join(parts))


def _stays(whatif: WhatIf, language: Language) -> Iterator[str]:
    stayed = whatif.contrast.stayed
    if stayed.height:
        counts = dict(stayed.group_by("why").len().iter_rows())
        parts = [f"{say(language, word)} ({counts[code]})" for code, word in STAY_WORDS.items() if code in counts]
        yield say(
            language,
            mark("{n} enterprises keep their orders although something was changed for them: {parts}."),
            n=stayed.height,
            parts=say(language, mark("; ")).join(parts),
        )
