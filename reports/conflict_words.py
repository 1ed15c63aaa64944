"""Why a target cannot be met, in sentences: what cannot all stay, and the ways out with their price."""

import math
from typing import Any

import polars as pl

from grading.words import Language, mark, say
from reports.format import JOINT_SHARE, Scale, mass_scale, money_scale, percent, spoken
from reports.names import LEVEL_PHRASES, POLLUTANT_NAMES, Names
from reports.sentences import sentence

JOINT = "so2+nox"
HELD_BY = {
    "grade_exempt": mark("{n} {industry} lines exempt by grade"),
    "register_exempt": mark("{n} {industry} lines exempt by register"),
    "register_quota": mark("{n} {industry} lines held to guaranteed output"),
    "small_micro": mark("{n} {industry} lines of small or micro emitters"),
    "override": mark("the planner's pins on {n} {industry} lines"),
    "notice": mark("{n} {industry} lines that need more notice than the level gives"),
}
OPTIONAL = {
    "grade_order": mark("the order of grades inside an industry ({n} lines)"),
    "equal_treatment": mark("equal treatment inside a class ({n} lines)"),
    "county_share": mark("the limit on {subject}'s share of the loss"),
    "quota": mark("the output of {subject} that must stay ({n} lines)"),
    "receptor": mark("the wanted drop at {subject}"),
}
PHYSICS = mark("the physical limits of {n} lines")
OUTSIDE = mark("what is emitted outside the list ({share} of whole-society emission)")
ANY_ONE = mark(
    "{level} {target} cannot be met: {missing} are missing with every measure at its hardest. It cannot hold while "
    "these all stay: {listed}. Dropping any one of them makes it possible; each was solved again without it."
)
TOGETHER = mark(
    "{level} {target} cannot be met: {missing} are missing with every measure at its hardest. No single requirement is "
    "enough to drop. Even with all others gone it cannot hold while these stay: {listed}."
)
WAYS = {
    "lower_target": mark("Lower the target: {what}"),
    "other_lists": mark("More from the mobile, non-road and dust lists: {what}"),
    "lift": mark("No longer spare {what}"),
    "drop_option": mark("No longer keep to {what}"),
}


def conflict_sentences(conflicts: pl.DataFrame, names: Names, language: Language) -> tuple[str, ...]:
    """Return one sentence per target that cannot be met, from `optimizer.answers.tables.Conflicts`."""
    keys = conflicts.select(pl.col("level").cast(pl.String), "target").unique(maintain_order=True)
    return tuple(
        _conflict(conflicts.filter(pl.col("level") == level, pl.col("target") == target), names, language)
        for level, target in keys.iter_rows()
    )


def requirement_words(conflicts: pl.DataFrame, names: Names, language: Language) -> pl.Series:
    """Return each row's requirement in a planner's words; the target itself as what it is short of."""
    industry = names.industry(language, pl.col("industry"))
    counted = {"n": pl.col("units"), "industry": industry, "subject": pl.col("industry")}
    words = pl.lit(say(language, mark("the target itself")))
    for requirement, message in (HELD_BY | OPTIONAL).items():
        worded = sentence(language, message, **counted)
        words = pl.when(pl.col("requirement") == requirement).then(worded).otherwise(words)
    share = percent(pl.col("freed_share"), language)
    words = (
        pl.when(pl.col("requirement") == "outside_list").then(sentence(language, OUTSIDE, share=share)).otherwise(words)
    )
    physics = sentence(language, PHYSICS, n=pl.col("units"))
    return conflicts.select(pl.when(pl.col("requirement") == "physics").then(physics).otherwise(words)).to_series()


def _conflict(rows: pl.DataFrame, names: Names, language: Language) -> str:
    others = rows.filter(pl.col("requirement") != "target")
    enough = others.filter(pl.col("makes_it_possible"), pl.col("resolved") == "possible")
    told = enough if enough.height else others.filter("is_in_conflict")
    first = rows.row(0, named=True)
    listed = say(language, mark("; ")).join(requirement_words(told, names, language))
    message = ANY_ONE if enough.height else TOGETHER
    phrase = LEVEL_PHRASES[first["level"]]
    return say(
        language,
        message,
        level=say(language, phrase).capitalize(),
        target=POLLUTANT_NAMES[first["target"]],
        missing=spoken(first["missing"], _scale(first["target"], first["missing"]), language),
        listed=listed,
    )


def _scale(target: str, most: float) -> Scale:
    return JOINT_SHARE if target == JOINT else mass_scale(most)


def ways_out(relaxations: pl.DataFrame, steps: pl.DataFrame, names: Names, language: Language) -> tuple[str, ...]:
    """Return one sentence per way out that was planned again and misses nothing, cheapest first."""
    confirmed = relaxations.filter(pl.col("state") == "confirmed")
    return tuple(_way(row, steps, names, language) for row in confirmed.iter_rows(named=True))


def _way(row: dict[str, object], steps: pl.DataFrame, names: Names, language: Language) -> str:
    own = steps.filter(pl.col("number") == row["number"])
    what = _lifted(row, names, language) if row["kind"] in ("lift", "drop_option") else _numbers(own, language)
    extra = float(str(row["extra_loss_cny_per_season"] or 0.0))
    money = spoken(abs(extra), money_scale(abs(extra), language), language)
    change = mark("{way}: {money} a season more") if extra >= 0 else mark("{way}: {money} a season less")
    if abs(extra) < 1:
        change = mark("{way}: no change of the loss")
    return say(language, change, way=say(language, WAYS[str(row["kind"])], what=what), money=money)


def _lifted(row: dict[str, object], names: Names, language: Language) -> str:
    shields = [part.partition(" ")[::2] for part in str(row["what"]).split(", ")]
    frame = pl.DataFrame(shields, schema=["requirement", "industry"], orient="row")
    industry = names.industry(language, pl.col("industry"))
    words = pl.col("requirement")
    for requirement, message in (LIFTED | OPTIONAL_DROPPED).items():
        words = (
            pl.when(pl.col("requirement") == requirement)
            .then(sentence(language, message, industry=industry, subject=pl.col("industry")))
            .otherwise(words)
        )
    listed = say(language, mark(", ")).join(frame.select(words).to_series())
    return say(language, mark("{listed} ({n} lines in all)"), listed=listed, n=row["units"])


OPTIONAL_DROPPED = {
    "grade_order": mark("the order of grades inside an industry"),
    "equal_treatment": mark("equal treatment inside a class"),
    "county_share": mark("the limit on {subject}'s share of the loss"),
    "quota": mark("the output of {subject} that must stay"),
    "receptor": mark("the wanted drop at {subject}"),
}
LIFTED = {
    "grade_exempt": mark("{industry} lines exempt by grade"),
    "register_exempt": mark("{industry} lines exempt by register"),
    "register_quota": mark("{industry} lines held to guaranteed output"),
    "small_micro": mark("{industry} lines of small or micro emitters"),
    "override": mark("{industry} lines with a planner's pin"),
    "notice": mark("{industry} lines that need more notice, ordered early enough"),
}


def _numbers(steps: pl.DataFrame, language: Language) -> str:
    return say(language, mark(", ")).join(_changed(row, language) for row in steps.iter_rows(named=True))


def _changed(row: dict[str, Any], language: Language) -> str:
    phrase = LEVEL_PHRASES[row["level"]]
    return say(
        language,
        mark("{level} {pollutant} {before} to {after}"),
        level=say(language, phrase),
        pollutant=POLLUTANT_NAMES[row["pollutant"]],
        before=_number(row["before"], row, language),
        after=_number(_on_the_safe_side(row["after"], row), row, language),
    )


def _on_the_safe_side(value: float, row: dict[str, object]) -> float:
    """Return the value rounded so that whoever types it in as printed is not short by a digit."""
    is_share = row["unit"] == "1"
    scale = JOINT_SHARE if is_share else mass_scale(abs(value))
    step: float = scale.divisor / 10**scale.digits
    return (math.floor(value / step) if is_share else math.ceil(value / step)) * step


def _number(value: float, row: dict[str, object], language: Language) -> str:
    return spoken(value, JOINT_SHARE if row["unit"] == "1" else mass_scale(abs(value)), language)
