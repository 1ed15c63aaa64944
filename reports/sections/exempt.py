"""Who is exempt, on what basis and at what price, and whose exemption was refused."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN, largest, mass_scale, percent, plain
from reports.names import (
    LEVEL_WORDS,
    POLLUTANT_NAMES,
    REFUSAL_WORDS,
    REGISTER_WORDS,
    TREATMENT_WORDS,
    grade_text,
)
from reports.sentences import sentence, spelled
from reports.table import Align, Column, Table, text_rows


def exemptions_table(context: ReportContext, language: Language) -> Table:
    """Return every exempt enterprise with the basis of its exemption."""
    frame = context.exemptions
    scale = mass_scale(largest(v for p in ("so2", "nox", "pm", "vocs") for v in frame[f"{p}_kg_per_day"]))
    rows = frame.select(
        "name",
        "county",
        context.names.industry(language, pl.col("industry")).alias("industry"),
        grade=grade_text(pl.col("planned_grade"), language),
        up_to=exemption_reach(language),
        basis=exemption_basis(language),
        **{p: plain(pl.col(f"{p}_kg_per_day"), scale, language) for p in ("so2", "nox", "pm", "vocs")},
    )
    headers: tuple[tuple[str, Align], ...] = (
        (mark("Enterprise"), "text"), (mark("County"), "word"), (mark("Industry"), "word"),
        (mark("Grade"), "word"), (mark("Exempt up to"), "word"), (mark("Basis"), "text"),
    )  # fmt: skip
    return Table(
        id="exemptions",
        caption=say(language, mark("Exempt enterprises and the basis of each exemption")),
        columns=(
            *(Column(say(language, header), "", align) for header, align in headers),
            *(Column(POLLUTANT_NAMES[p], scale.unit, "number") for p in ("so2", "nox", "pm", "vocs")),
        ),
        rows=text_rows(rows),
        note=say(language, mark(
            "Source: grades and registers. Emissions are those of the enterprise's lines on an operating day; "
            "unknown as soon as one line is unknown."
        )),
        empty=say(language, mark("No enterprise is exempt.")),
        is_long=True,
    )  # fmt: skip


def exemption_reach(language: Language) -> pl.Expr:
    """Return up to which level the exemption reaches; a quota and a small emitter have no level of their own."""
    others = {"register_quota": mark("within the quota"), "small_micro": mark("all levels")}
    words = {treatment: say(language, word) for treatment, word in others.items()}
    without = pl.col("treatment").cast(pl.String).replace_strict(words, default=say(language, UNKNOWN))
    return pl.coalesce(spelled(pl.col("exempt_up_to"), LEVEL_WORDS, language), without)


def exemption_basis(language: Language) -> pl.Expr:
    """Return the rule or register that exempts, with its clause."""
    by_grade = sentence(
        language, mark("{grade}: voluntary reduction"), grade=grade_text(pl.col("planned_grade"), language)
    )
    fields = {
        "register": spelled(pl.col("exemption_register"), REGISTER_WORDS, language),
        "basis": pl.col("exemption_basis").fill_null(say(language, mark("basis not given"))),
        "clause": pl.col("clause").fill_null(say(language, mark("clause unknown"))),
        "quota": percent(pl.col("quota_share"), language),
    }
    treatment = pl.col("treatment").cast(pl.String)
    quota = sentence(language, mark("{register}: {basis}; guaranteed output {quota}; {clause}"), **fields)
    register = sentence(language, mark("{register}: {basis}; {clause}"), **fields)
    return (
        pl.when(treatment == "grade_exempt")
        .then(by_grade)
        .when(treatment == "register_quota")
        .then(quota)
        .when(treatment == "register_exempt")
        .then(register)
        .otherwise(spelled(treatment, TREATMENT_WORDS, language))
    )


def refusals_table(context: ReportContext, language: Language) -> Table:
    """Return every exemption that was asked for and refused."""
    rows = context.refusals.select(
        "name",
        "county",
        context.names.industry(language, pl.col("industry")).alias("industry"),
        grade=grade_text(pl.col("planned_grade"), language),
        register=spelled(pl.col("register"), REGISTER_WORDS, language),
        basis=pl.col("basis").fill_null(say(language, mark("basis not given"))),
        refusal=spelled(pl.col("refusal"), REFUSAL_WORDS, language),
    )
    headers = (
        mark("Enterprise"), mark("County"), mark("Industry"), mark("Grade"), mark("Register"),
        mark("Basis"), mark("Why refused"),
    )  # fmt: skip
    return Table(
        id="refusals",
        caption=say(language, mark("Exemptions asked for and refused")),
        columns=tuple(Column(say(language, header)) for header in headers),
        rows=text_rows(rows),
        note=say(language, mark("Source: registers, judged by the rules of the law pack.")),
        empty=say(language, mark("No exemption was refused.")),
        is_long=True,
    )
