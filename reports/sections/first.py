"""The first screen: who and when, whether each level holds, what it costs, and what to read first."""

from dataclasses import dataclass

import polars as pl

from grading.words import Language, mark, say
from optimizer.result import Outcome
from reports.answers import JOINT, Caution, LevelAnswer, Margin
from reports.context import ReportContext
from reports.format import SHARE, Scale, count, gap_between, mass_scale, money_scale, spoken
from reports.names import POLLUTANT_NAMES, STATUS_WORDS, TREATMENT_WORDS, glossed, level_word
from reports.sections.proof import proof_words
from reports.sentences import spelled

POINTS = {"zh": Scale("个百分点", 0.01, 2), "en": Scale("points", 0.01, 2)}
CAUTION_WORDS = {
    "target_missed": mark("{n} targets are missed."),
    "target_not_stated": mark(
        "{n} targets cannot be stated, because the share or the whole-society emission is missing."
    ),
    "check_failed": mark("The independent check found {n} violations; the plan is withheld."),
    "law_measures": mark(
        "The legal measures of {n} lines rest on rules that are not verified against the official text."
    ),
    "law_general": mark("{n} lines follow the general ladder, because the rule pack has no rule of their own."),
    "law_grades": mark("The grades of {n} enterprises rest on rules that are not verified against the official text."),
    "rejected_rows": mark("{n} faults were found in the input; rejected rows take no part."),
    "unknown_emissions": mark(
        "{n} running lines have an unknown emission; cutting them is credited with nothing for it."
    ),
    "loss_unknown": mark("The loss of {n} lines is unknown and counted as nothing; the plan may cut them first."),
    "law_late": mark("The law asks something of {n} lines that they cannot do in the notice given; it is not ordered."),
    "physics_assumed": mark("{n} lines state no least load; the plan takes it that their load can be cut freely."),
    "grade_from_missing_evidence": mark("{n} enterprises are planned at the worse end, because evidence is missing."),
    "pins_not_applied": mark("{n} of the planner's pins could not be applied."),
}
TARGETS, LAW, DATA, PINS = mark("Targets"), mark("Law"), mark("Data"), mark("Pins")
CAUTION_PLACES = {
    "target_missed": (TARGETS, "targets"), "target_not_stated": (TARGETS, "targets"),
    "check_failed": (TARGETS, "checks"), "law_measures": (LAW, "evidence"), "law_late": (LAW, "notes"),
    "law_general": (LAW, "evidence"),
    "law_grades": (LAW, "evidence"), "rejected_rows": (DATA, "rejected"), "unknown_emissions": (DATA, "notes"),
    "loss_unknown": (DATA, "notes"), "physics_assumed": (DATA, "notes"),
    "grade_from_missing_evidence": (DATA, "held-down"), "pins_not_applied": (PINS, "pins"),
}  # fmt: skip
"""What a caution concerns, and the table that explains it. The order is that of `reports.answers.cautions`."""


@dataclass(frozen=True)
class LevelLine:
    """One level on the first screen: its colour class, its word and the sentence; `is_bad` when a target is missed."""

    level: str
    word: str
    sentence: str
    burden: str
    is_bad: bool


@dataclass(frozen=True)
class Fact:
    """A figure of the first screen with its label, and what it is made of (may be empty)."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class CautionLine:
    """A sentence to read first, what it concerns (targets, law, data), and the id of the table that explains it."""

    about: str
    sentence: str
    target: str


@dataclass(frozen=True)
class FirstScreen:
    """Everything of the first screen, in words."""

    city: str
    season: str
    law: str
    remark: str
    levels: tuple[LevelLine, ...]
    facts: tuple[Fact, ...]
    cautions: tuple[CautionLine, ...]
    verdict: str


def first_screen(context: ReportContext, language: Language) -> FirstScreen:
    """Return the first screen of a context."""
    has_plan = context.status.outcome is Outcome.USABLE
    law = say(
        language,
        mark("Rules: {title} ({pack}), as of {day}. Legal measures: {status}"),
        title=glossed(context.law_title, context.law_gloss, language),
        pack=context.law_pack,
        day=context.law_on,
        status=_law_status(context, language),
    )
    verdict = "" if has_plan else say(language, mark("No plan can be published; see the checks below for the reason."))
    return FirstScreen(
        city=context.city_name,
        season=context.season,
        law=law,
        remark=context.remark,
        levels=tuple(_level(answer, language) for answer in context.levels) if has_plan else (),
        facts=_facts(context, language),
        cautions=tuple(_caution(caution, language) for caution in context.cautions),
        verdict=verdict,
    )


def _caution(caution: Caution, language: Language) -> CautionLine:
    about, target = CAUTION_PLACES[caution.code]
    sentence = say(language, CAUTION_WORDS[caution.code], n=count(caution.count, language))
    return CautionLine(say(language, about), sentence, target)


def _law_status(context: ReportContext, language: Language) -> str:
    """Return how much of the legal measures is verified, reported or not."""
    measures = context.evidence.filter(pl.col("part") == "measures")
    total = int(measures["rows"].sum())
    parts = [
        f"{status}{gap_between(language)}{spoken(rows / total, SHARE, language)}"
        for status, rows in measures.select(spelled(pl.col("status"), STATUS_WORDS, language), "rows").iter_rows()
        if total
    ]
    joined = say(language, mark(", ")).join(parts)
    return joined or say(language, mark("no rule was used"))


def _level(answer: LevelAnswer, language: Language) -> LevelLine:
    burden = say(
        language,
        mark("{enterprises} enterprises and {units} lines cut, {loss} a day"),
        enterprises=count(answer.enterprises_cut, language),
        units=count(answer.units_cut, language),
        loss=spoken(answer.loss_cny_per_day, money_scale(answer.loss_cny_per_day, language), language),
    )
    return LevelLine(
        answer.level, level_word(answer.level, language), _holds(answer, language), burden, bool(answer.missed)
    )


def _holds(answer: LevelAnswer, language: Language) -> str:
    if not answer.rows_stated:
        return say(language, mark("no target is stated"))
    if answer.missed:
        return say(
            language,
            mark("{met} of {stated} targets hold; {missed}"),
            met=answer.rows_met,
            stated=answer.rows_stated,
            missed=say(language, mark(", ")).join(
                say(language, mark("{target} short by {amount}"), **_margin(m, language)) for m in answer.missed
            ),
        )
    if answer.tightest is None:
        return say(language, mark("all {stated} targets hold"), stated=answer.rows_stated)
    return say(
        language,
        mark("all {stated} targets hold; tightest is {target} with {amount} to spare"),
        stated=answer.rows_stated,
        **_margin(answer.tightest, language),
    )


def _margin(margin: Margin, language: Language) -> dict[str, str]:
    size = abs(margin.slack)
    scale = POINTS[language] if margin.target == JOINT else mass_scale(size * 20)
    fine = Scale(scale.unit, scale.divisor, 1) if scale.unit == "kg/d" else scale
    return {"target": POLLUTANT_NAMES[margin.target], "amount": spoken(size, fine, language)}


def _facts(context: ReportContext, language: Language) -> tuple[Fact, ...]:
    loss = context.loss_cny_per_season
    red = next((a for a in context.levels if a.level == "red"), None)
    facts = [
        Fact(
            say(language, mark("Expected loss over the season")),
            spoken(loss, money_scale(loss, language), language),
            proof_words(context.status, language),
        ),
        Fact(say(language, mark("Enterprises on the list")), count(context.enterprises_total, language)),
        Fact(say(language, mark("Enterprises cut at red")), count(red.enterprises_cut if red else None, language)),
        Fact(
            say(language, mark("Enterprises on the exempt list")),
            count(context.enterprises_exempt, language),
            _exempt_by(context.exemptions, language),
        ),
    ]
    saved = _saved(context, language)
    return (facts[0], *saved, *facts[1:])


def _exempt_by(exemptions: pl.DataFrame, language: Language) -> str:
    """Return how many are exempt on which ground, most first."""
    by = (
        exemptions.group_by(pl.col("treatment").cast(pl.String))
        .len()
        .sort(["len", "treatment"], descending=[True, False])
    )
    words = {code: say(language, word) for code, word in TREATMENT_WORDS.items()}
    parts = [f"{words[code]}{gap_between(language)}{count(number, language)}" for code, number in by.iter_rows()]
    return say(language, mark(", ")).join(parts)


def _saved(context: ReportContext, language: Language) -> tuple[Fact, ...]:
    """Return what the plan saves against cutting everyone alike; nothing where that way misses a target."""
    uniform = context.comparison.filter(
        (pl.col("way").cast(pl.String) == "uniform") & (pl.col("level").cast(pl.String) == "season")
    )
    saving = uniform["saving_cny_per_day"].item() if uniform.height else None
    if saving is None:
        return ()
    less = say(language, mark("Saved against cutting everyone alike"))
    more = say(language, mark("Dearer than cutting everyone alike"))
    return (Fact(less if saving >= 0 else more, spoken(abs(saving), money_scale(abs(saving), language), language)),)
