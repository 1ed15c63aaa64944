"""Who is exempt, on what basis and at what price, and whose exemption was refused."""

import polars as pl

from grading.words import Language, mark, say
from reports.answer_words import why_unanswered
from reports.context import ReportContext
from reports.format import UNKNOWN, Scale, count, gap_between, largest, mass_scale, money_column, percent, plain
from reports.names import (
    LEVEL_WORDS,
    POLLUTANT_NAMES,
    REFUSAL_WORDS,
    REGISTER_WORDS,
    TREATMENT_WORDS,
    grade_text,
)
from reports.sections.asked import Asked, asked_table, money
from reports.sentences import sentence, spelled
from reports.table import Align, Column, Table, text_rows


def exemptions_table(context: ReportContext, language: Language) -> Table:
    """Return every exempt enterprise with the basis of its exemption."""
    priced = _priced(context)
    frame = context.exemptions.join(priced, on="enterprise_id", how="left", maintain_order="left")
    prices = money_column(largest(priced["at_most"]), language)
    scale = mass_scale(largest(v for p in ("so2", "nox", "pm", "vocs") for v in frame[f"{p}_kg_per_day"]))
    rows = frame.select(
        "name",
        "county",
        context.names.industry(language, pl.col("industry")).alias("industry"),
        grade=grade_text(pl.col("planned_grade"), language),
        up_to=exemption_reach(language),
        basis=_basis(context, language),
        **{p: plain(pl.col(f"{p}_kg_per_day"), scale, language) for p in ("so2", "nox", "pm", "vocs")},
        price=_price(prices, language),
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
            Column(say(language, mark("Costs others, at most")), prices.unit, "number"),
        ),
        rows=text_rows(rows),
        note=say(language, mark(
            "Source: grades and registers. Emissions are those of the enterprise's lines on an operating day; "
            "unknown as soon as one line is unknown."
        )) + gap_between(language) + _price_note(context, language),
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


def _basis(context: ReportContext, language: Language) -> pl.Expr:
    """Return the basis of an exemption, with the penalty that may cap the grade on which it rests."""
    basis, kind = exemption_basis(language), context.names.penalty(language, pl.col("veto_kind"))
    doubted = sentence(
        language, mark("{basis} (the penalty “{kind}” of {day} may cap it; the decision stands)"),
        basis=basis, kind=kind, day=pl.col("veto_decided_on").cast(pl.String),
    )  # fmt: skip
    return pl.when(pl.col("approval_doubt").is_null()).then(basis).otherwise(doubted)


def _priced(context: ReportContext) -> pl.DataFrame:
    """Return the proven upper bound of what the exemption of an enterprise costs the others: the sum of its lines'.

    The bounds add up because the prices they rest on are the same for every line (docs/model.md, A.4); the prices
    themselves do not.
    """
    prices = context.answers.exemption_prices.frame
    if prices is None:
        return pl.DataFrame(schema={"enterprise_id": pl.String, "at_most": pl.Float64})
    bound = pl.col("at_most_cny_per_season")
    return prices.group_by("enterprise_id").agg(at_most=pl.when(bound.is_not_null().all()).then(bound.sum()))


def _price(scale: Scale, language: Language) -> pl.Expr:
    return plain(pl.col("at_most"), scale, language, "—")


def _price_note(context: ReportContext, language: Language) -> str:
    why = why_unanswered(context.answers.exemption_prices, language)
    if why:
        return say(language, mark("No price is shown: {why}."), why=why)
    return say(language, mark("—: no running line of it is kept from a measure, so there is nothing to price."))


PRICE_STATES = {
    "confirmed": mark("solved again"),
    "at_most": mark("upper bound only"),
    "not_proven": mark("not proven in time"),
}


def exemption_prices_table(context: ReportContext, language: Language) -> Table:
    """Return what the dearest exemptions cost the others, line by line; lines whose shield is free are counted."""
    answer = context.answers.exemption_prices
    columns = {
        "at_most_cny_per_season": mark("At most"),
        "price_cny_per_season": mark("The city would save"),
        "rest_saves_cny_per_season": mark("The others would save"),
        "unit_bears_cny_per_season": mark("The line would bear"),
    }
    is_free = pl.col("state").cast(pl.String) == "free"
    most = 0.0 if answer.frame is None else largest(answer.frame["at_most_cny_per_season"])
    free = 0 if answer.frame is None else answer.frame.filter(is_free).height
    scale = money_column(most, language)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        lines = context.units.select("unit_id", "unit_name", "process")
        told = found.filter(~is_free).join(lines, on="unit_id", how="left", maintain_order="left")
        process = context.names.process(language, pl.col("industry"), pl.col("process"))
        return told.select(
            "name",
            pl.coalesce("unit_name", process, "unit_id").alias("line"),
            grade_text(pl.col("grade"), language).alias("grade"),
            spelled(pl.col("treatment"), TREATMENT_WORDS, language).alias("treatment"),
            *(money(column, scale, language) for column in columns),
            spelled(pl.col("state"), PRICE_STATES, language).alias("state"),
        )

    return asked_table(
        Asked(
            "exemption-prices",
            mark("What an exemption costs the others, dearest line first"),
            (
                (mark("Enterprise"), "", "text"),
                (mark("Line"), "", "tight"),
                (mark("Grade"), "", "word"),
                (mark("Exemption granted"), "", "word"),
                *((word, scale.unit, "number") for word in columns.values()),
                (mark("Outcome"), "", "word"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: docs/model.md, A.4; money is a season's. Only the dearest are solved again without the "
                    "exemption, the others carry a proven upper bound. {free} further lines are exempt at no cost to "
                    "anybody. Prices of several exemptions do not add up."
                ),
                free=count(free, language),
            ),
        ),
        answer,
        language,
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
