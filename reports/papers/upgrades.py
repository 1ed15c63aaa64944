"""What the next grade would save this winter, as one sentence per enterprise; not computed is said."""

import polars as pl

from grading.words import Language, mark, say
from optimizer.answers.answer import Answer, State
from reports.format import money_column, with_unit
from reports.names import grade_text
from reports.sentences import sentence

NOT_COMPUTED = mark("What the next grade would save this winter was not computed in this run.")
NO_NEXT = mark("No next grade was computed: it stands at its best grade, or has no running line.")
NOTHING_SAVED = mark("From {before} to {after} it would save nothing this winter by the prices of this plan.")
STATES = {
    "confirmed": mark(
        "From {before} to {after} it would save {saves} this winter, by a plan made anew with the better grade."
    ),
    "estimate": mark(
        "From {before} to {after} it would save about {saves} this winter, an estimate at the prices of this plan."
    ),
    "targets_change": mark(
        "From {before} to {after} it would save {saves} this winter, but another set of targets would then be met."
    ),
    "no_plan": mark("From {before} to {after}: no plan for the city was found with the better grade."),
    "not_proven": mark("From {before} to {after} it would save {saves} this winter; no bound of that plan is proven."),
}


def upgrade_sentences(answer: Answer, language: Language) -> dict[str, str] | None:
    """Return enterprise id -> sentence; None where the question was not asked or not proven."""
    if answer.state is State.NOTHING:
        return {}
    if answer.state is not State.ANSWERED:
        return None
    values = answer.rows
    saved = pl.coalesce("firm_saves_cny_per_season", "firm_saves_estimate_cny_per_season")
    most = values.select(saved.abs().max()).item() or 0.0
    fields = {
        "before": grade_text(pl.col("grade_from"), language),
        "after": grade_text(pl.col("grade_to"), language),
        "saves": with_unit(saved, money_column(most, language), language),
    }
    told = pl.lit(None, dtype=pl.String)
    for state, template in STATES.items():
        is_state = pl.col("state").cast(pl.String) == state
        told = pl.when(is_state).then(sentence(language, template, **fields)).otherwise(told)
    gains = (saved > 0) | (pl.col("state").cast(pl.String) == "no_plan")
    nothing = pl.when(saved.is_null()).then(pl.lit(say(language, NOT_COMPUTED))).otherwise(
        sentence(language, NOTHING_SAVED, **fields)
    )  # fmt: skip
    return dict(values.select("enterprise_id", pl.when(gains).then(told).otherwise(nothing).alias("told")).iter_rows())


def upgrade_sentence(sentences: dict[str, str] | None, enterprise_id: str, language: Language) -> str:
    """Return the sentence of one enterprise; `sentences` None means that nothing was computed."""
    if sentences is None:
        return say(language, NOT_COMPUTED)
    return sentences.get(enterprise_id) or say(language, NO_NEXT)
