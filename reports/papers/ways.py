"""The way up and what is lacking, in words: indicators beside what a better grade asks."""

from collections.abc import Mapping

import polars as pl

from grading.assess.explain import EFFORTS, MISSING, STATUS_NAMES, units_in_words
from grading.assess.model import Graded
from grading.assess.page import blockers_of
from grading.assess.verdicts import LACKS_OF_THE_LAW
from grading.law.annex.words import UNITS, unit_word
from grading.law.model import Law
from grading.scale import rank
from grading.words import Language, mark, say
from reports.names import grade_text
from reports.papers.measures import WHOLE_ENTERPRISE
from reports.sentences import sentence, spelled

__all__ = ["gaps", "needs", "subject_names"]

NOT_KNOWN = mark("what is asked is not known")


def needs(
    graded: Graded, law: Law, enterprise_ids: list[str], subjects: Mapping[str, str], language: Language
) -> pl.DataFrame:
    """Return every requirement in the way, nearest grade first. Shape: enterprise, step, grade, fields of `Need`.

    The planned grade is among them where it stands by decision and is not proven; no worse one is.
    """
    choices = choice_names(law, language)
    planned = graded.grades.select("enterprise_id", planned=rank(pl.col("planned_grade")))
    rows = blockers_of(graded, law, enterprise_ids).join(planned, on="enterprise_id", maintain_order="left")
    rows = rows.filter(rank(pl.col("grade")) <= pl.col("planned"))
    return rows.sort("enterprise_id", "step", descending=[False, True], maintain_order=True).select(
        "enterprise_id",
        "step",
        grade=_step_name(language),
        title=_titled(_conditioned(language), subjects, language),
        asked=_demand(choices, language),
        now=_now(choices, language),
        effort=spelled(pl.col("effort"), EFFORTS, language),
        status=spelled(pl.col("status"), STATUS_NAMES, language),
    )


def _step_name(language: Language) -> pl.Expr:
    """Return the grade a step leads to; of the planned one that it stands and is still to be proven."""
    name = grade_text(pl.col("grade"), language)
    standing = sentence(language, mark("{grade} (stands by decision, still to be proven)"), grade=name)
    return pl.when(rank(pl.col("grade")) == pl.col("planned")).then(standing).otherwise(name)


def gaps(graded: Graded, law: Law, subjects: Mapping[str, str], language: Language) -> pl.DataFrame:
    """Return what is lacking, what the grade hangs on first. Shape: enterprise and the fields of `Gap`."""
    choices = choice_names(law, language)
    settling = graded.settling.filter(~pl.col("lack").is_in(LACKS_OF_THE_LAW)).select(
        "enterprise_id", "subject_id", "indicator", settles=pl.lit(value=True)
    )
    of_firm = pl.col("indicator").is_null()
    is_lacking = pl.col("missing").is_not_null() & ~pl.col("missing").is_in(LACKS_OF_THE_LAW)
    lacking = graded.indicators.filter(is_lacking).join(
        settling.filter(~of_firm), on=["enterprise_id", "subject_id", "indicator"], how="left"
    )
    asked = lacking.select(
        "enterprise_id",
        title=_conditioned(language),
        subject=_subject(subjects, language),
        lacking=_lack(pl.col("missing"), language),
        asked=_choices(pl.col("requirement"), choices, language).fill_null(say(language, NOT_KNOWN)),
        settles="settles",
    )
    both = pl.concat([_whole(graded, language), asked])
    yes, no = say(language, mark("yes")), say(language, mark("no"))
    return both.sort("enterprise_id", "settles", descending=[False, True], nulls_last=True, maintain_order=True).select(
        "enterprise_id", "title", "subject", "lacking", "asked",
        settles=pl.when(pl.col("settles").fill_null(value=False)).then(pl.lit(yes)).otherwise(pl.lit(no)),
    )  # fmt: skip


WHOLE_WORDS = {
    "subtype": (mark("Subtype of the industry"), mark("not stated; the tables differ by subtype")),
    "penalty": (mark("Penalty on record"), mark("its kind or term does not say whether it still counts")),
    "evidence": (mark("Materials for the grading"), mark("nothing handed in")),
}


def _whole(graded: Graded, language: Language) -> pl.DataFrame:
    """Return what leaves the whole enterprise open, apart from single indicators."""
    words = {lack: (say(language, title), say(language, what)) for lack, (title, what) in WHOLE_WORDS.items()}
    rows = graded.settling.filter(pl.col("indicator").is_null() & pl.col("lack").is_in(list(words)))
    lack = pl.col("lack")
    return rows.select(
        "enterprise_id",
        title=lack.replace_strict({code: pair[0] for code, pair in words.items()}, return_dtype=pl.String),
        subject=pl.lit(say(language, WHOLE_ENTERPRISE)),
        lacking=lack.replace_strict({code: pair[1] for code, pair in words.items()}, return_dtype=pl.String),
        asked=pl.lit("–"),
        settles=pl.lit(value=True),
    )


def choice_names(law: Law, language: Language) -> dict[str, str]:
    """Return what each choice of the law is called."""
    return dict(law.vocabulary.select("choice", f"name_{language}").iter_rows())


def subject_names(lines: pl.DataFrame) -> dict[str, str]:
    """Return the name of every line that has one; an enterprise's own id is not among them."""
    return dict(lines.filter(pl.col("line").is_not_null()).select("unit_id", "line").unique("unit_id").iter_rows())


def _subject(subjects: Mapping[str, str], language: Language) -> pl.Expr:
    is_firm = pl.col("subject_id") == pl.col("enterprise_id")
    named = pl.col("subject_id").replace(dict(subjects))
    return pl.when(is_firm).then(pl.lit(say(language, WHOLE_ENTERPRISE))).otherwise(named)


def _conditioned(language: Language) -> pl.Expr:
    """Return what a row is called, with the condition on which it depends."""
    title, condition = pl.col(f"title_{language}"), pl.col(f"condition_{language}")
    both = sentence(language, mark("{title} ({note})"), title=title, note=condition)
    return pl.when(condition.is_null()).then(title).otherwise(both)


def _titled(title: pl.Expr, subjects: Mapping[str, str], language: Language) -> pl.Expr:
    of_line = sentence(
        language, mark("{title} ({line})"), title=title, line=pl.col("subject_id").replace(dict(subjects))
    )
    return pl.when(pl.col("subject_id") == pl.col("enterprise_id")).then(title).otherwise(of_line)


def _demand(names: Mapping[str, str], language: Language) -> pl.Expr:
    """Return what a better grade asks; of two readings also what surely meets it."""
    text, sure = (_choices(pl.col(name), names, language) for name in ("text", "sure"))
    both = sentence(language, mark("{asked} (two readings; surely {sure})"), asked=text, sure=sure)
    return pl.when(sure.is_not_null()).then(both).otherwise(text).fill_null(say(language, NOT_KNOWN))


def _choices(text: pl.Expr, names: Mapping[str, str], language: Language) -> pl.Expr:
    """Return choices by their names, several joined, and demands with their unit in words; any other text stays."""
    parts = text.cast(pl.String).str.split("|").list.eval(pl.element().str.strip_chars().replace(dict(names)))
    return units_in_words(parts.list.join(say(language, mark(", "))), language)


def _lack(missing: pl.Expr, language: Language) -> pl.Expr:
    unit = sentence(language, mark("not given in {unit}"), unit=missing.str.strip_prefix("unit "))
    return pl.when(missing.str.starts_with("unit ")).then(unit).otherwise(spelled(missing, MISSING, language))


def _digits(column: str) -> pl.Expr:
    return pl.col(column).round_sig_figs(4).cast(pl.String).str.strip_suffix(".0")


def _now(choices: Mapping[str, str], language: Language) -> pl.Expr:
    has_value = pl.col("missing").is_null() | pl.col("missing").is_in(LACKS_OF_THE_LAW)
    value = _choices(pl.col("value"), choices, language)
    number = _digits("distance")
    came_to = sentence(language, mark("{value}, converted {number}"), value=value, number=_digits("number"))
    value = pl.when(pl.col("is_converted")).then(came_to).otherwise(value)
    unit = pl.col("unit").replace({code: unit_word(code, language) for code in UNITS} | {"1": ""}).fill_null("")
    far = sentence(
        language, mark("{value}, off by {distance} {unit}"), value=value, distance=number, unit=unit
    ).str.strip_chars_end()
    told = pl.when(pl.col("distance").is_not_null()).then(far).otherwise(value)
    return pl.when(has_value).then(told).otherwise(_lack(pl.col("missing"), language)).fill_null("–")
