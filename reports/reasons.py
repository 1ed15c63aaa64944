"""Why an order stands: one sentence with its clause, and an honest word where the rule is not verified."""

import polars as pl

from grading.words import Language, mark, say
from reports.format import UNKNOWN
from reports.names import LEVEL_PHRASES, POLLUTANT_NAMES, REGISTER_WORDS, Names, grade_text
from reports.sentences import sentence, spelled

_ALIKE = {
    "exempt_register": mark("On the register: {register} ({basis})"),
    "quota": mark("On the register: {register}, guaranteed output only ({basis})"),
    "small_micro": mark("Small or micro emitter"),
    "idle": mark("Long idle, no reduction counted"),
    "nested": mark("Not gentler than at a milder level"),
    "override": mark("Set by {by}: {pin}"),
    "no_measure_needed": mark("No cut asked by law at this level, and none needed for the targets"),
}
_FULL = _ALIKE | {
    "exempt_grade": mark("{grade}: not stopped, not limited"),
    "voluntary": mark("{grade}: voluntary reduction"),
    "counted_by_line": mark("Legal minimum by number of lines ({clause}; {industry}, {grade}, {level})"),
    "needed_for_target": mark("Needed for the {level} target of {pollutant}"),
    "legal_minimum": mark("Legal minimum ({clause}; {industry}, {grade}, {level})"),
}
_BRIEF = _ALIKE | {
    "exempt_grade": mark("Not stopped, not limited by grade"),
    "voluntary": mark("Voluntary reduction by grade"),
    "counted_by_line": mark("Legal minimum by number of lines ({clause})"),
    "needed_for_target": mark("Needed for the target of {pollutant}"),
    "legal_minimum": mark("Legal minimum ({clause})"),
}
_BARE = _BRIEF | {
    "counted_by_line": mark("Legal minimum by number of lines"),
    "legal_minimum": mark("Legal minimum"),
}
_SPARED = {
    "counted_by_line": mark("Other lines of the enterprise fill the number that must stop"),
    "unknown_law": mark("Legal measure not known, and not needed for the targets"),
    "limited_by_notice": mark("Asked by law, but the line needs more notice than this level gives"),
}
_FORCED = {
    "limited_by_physics": mark(", as far as the line can go"),
    "raised_by_physics": mark(", stopped because the line cannot run at part load"),
}


def full_reason(names: Names, language: Language) -> pl.Expr:
    """Return the reason with clause, industry, grade and level, as it is read aloud."""
    general = mark("General ladder, no own rule for {industry} ({clause}; {grade}, {level})")
    return _reason(_FULL, general, names, language, _doubt(language))


def brief_reason(names: Names, language: Language) -> pl.Expr:
    """Return the reason for a table that shows industry, grade and level in columns of their own."""
    return _reason(_BRIEF, mark("General ladder ({clause})"), names, language, _doubt(language))


def bare_reason(names: Names, language: Language) -> pl.Expr:
    """Return the reason for a table that shows the clause, too, in a column of its own (`clause_text`)."""
    return _reason(_BARE, mark("General ladder"), names, language, pl.lit(""))


def clause_text(names: Names, language: Language) -> pl.Expr:
    """Return the clause an order follows, with an honest word where it is not verified; null where no rule asks it."""
    doubt = pl.when(_is_doubtful()).then(pl.lit(say(language, mark(" [unverified]")))).otherwise(pl.lit(""))
    clause = pl.concat_str(_fields(names, language)["clause"], doubt)
    return pl.when(_is_by_law()).then(clause)


def _is_by_law() -> pl.Expr:
    return pl.col("reason_code").cast(pl.String).is_in(["legal_minimum", "counted_by_line"])


def _reason(templates: dict[str, str], general: str, names: Names, language: Language, doubt: pl.Expr) -> pl.Expr:
    fields = _fields(names, language)
    code = pl.col("reason_code").cast(pl.String)
    text = pl.lit(None, dtype=pl.String)
    for name, template in templates.items():
        text = pl.when(code == name).then(sentence(language, template, **fields)).otherwise(text)
    is_general = pl.col("law_is_general") & (code == "legal_minimum")
    lawful = pl.when(is_general).then(sentence(language, general, **fields)).otherwise(text)
    told = pl.when(_is_by_law()).then(pl.concat_str(lawful, _forced(language), doubt)).otherwise(text)
    spared = pl.col("floor_state").replace_strict({k: say(language, v) for k, v in _SPARED.items()}, default=None)
    return pl.when((code == "no_measure_needed") & spared.is_not_null()).then(spared).otherwise(told)


def _forced(language: Language) -> pl.Expr:
    """Return how law and line differ: physics, or a single line that cannot be halved by counting."""
    single = (pl.col("law_kind") == "stop_share_by_line") & (pl.col("kind").cast(pl.String) == "load_cut")
    words = {state: say(language, word) for state, word in _FORCED.items()}
    return (
        pl.when(pl.col("floor_state").is_in(list(words)))
        .then(pl.col("floor_state").replace_strict(words, default=""))
        .when(single)
        .then(pl.lit(say(language, mark(", as a load cut, there being one line"))))
        .otherwise(pl.lit(""))
    )


def _doubt(language: Language) -> pl.Expr:
    return pl.when(_is_doubtful()).then(pl.lit(say(language, mark(" [rule not verified]")))).otherwise(pl.lit(""))


def _is_doubtful() -> pl.Expr:
    return pl.col("law_status").cast(pl.String).is_in(["unverified", "unknown"])


def _fields(names: Names, language: Language) -> dict[str, pl.Expr]:
    unknown = say(language, UNKNOWN)
    every = say(language, mark("all pollutants"))
    return {
        "grade": grade_text(pl.col("grade"), language),
        "register": spelled(pl.col("exemption_register"), REGISTER_WORDS, language).fill_null(unknown),
        "basis": pl.col("exemption_basis").fill_null(say(language, mark("basis not given"))),
        "clause": pl.when(pl.col("law_clause") == "").then(pl.lit(unknown)).otherwise("law_clause").fill_null(unknown),
        "industry": names.industry(language, pl.col("industry")),
        "level": spelled(pl.col("level"), LEVEL_PHRASES, language),
        "pollutant": pl.col("reason_pollutant").replace(POLLUTANT_NAMES).fill_null(every),
        "by": pl.col("override_by").fill_null(unknown),
        "pin": pl.col("override_reason").fill_null(unknown),
    }


def reasons_by_unit(worded: pl.DataFrame, column: str, language: Language) -> pl.DataFrame:
    """Return the reasons of each line, levels with the same reason named together.

    Shape: one row per unit: unit_id, reasons. `worded` comes from `reports.orders.order_texts`.
    """
    joined = say(language, mark(" and "))
    one = (
        worded.sort("unit_id", "level")
        .group_by("unit_id", column, maintain_order=True)
        .agg(levels=spelled(pl.col("level"), LEVEL_PHRASES, language).str.join(joined), many=pl.len())
        .with_columns(alone=(pl.len() == 1).over("unit_id"))
    )
    led = pl.concat_str("levels", pl.lit(say(language, mark(": "))), column)
    return (
        one.with_columns(text=pl.when("alone").then(column).otherwise(led))
        .group_by("unit_id", maintain_order=True)
        .agg(reasons=pl.col("text").str.join(say(language, mark("; "))))
    )
