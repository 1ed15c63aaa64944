"""Monitors and registers: every hour in one state, the share within the limit, what to ask about, who disagrees."""

import polars as pl

from grading.case.platforms import Platforms
from grading.monitoring.tables import STATES
from grading.scale import POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import SHARE, Scale, plain
from reports.names import POLLUTANT_NAMES
from reports.platforms import VERDICT_WORDS, disagreements_table, findings_table
from reports.sections.emissions import basis_table, factors_table
from reports.sentences import spelled
from reports.table import Column, Table, text_rows

GROUPS: dict[str, tuple[str, ...]] = {
    "valid": ("valid",),
    "changing": ("start_up", "shutdown", "malfunction"),
    "stopped": ("source_stopped",),
    "serviced": ("calibration", "maintenance"),
    "failed": ("fault", "comms_error", "over_range", "out_of_control"),
    "unreported": ("missing", "no_value"),
    "unusable": (
        "manual", "invalid_minutes", "negative", "no_flag", "mark_conflict", "value_conflict", "o2_missing", "o2_guard",
    ),
}  # fmt: skip
"""The states of an hour as a reader sees them; every state is in exactly one group."""
GROUP_WORDS = {
    "valid": mark("valid hours"),
    "changing": mark("start-up, shutdown, malfunction"),
    "stopped": mark("source stopped"),
    "serviced": mark("calibration, maintenance"),
    "failed": mark("device or line failed"),
    "unreported": mark("not reported"),
    "unusable": mark("reported, not usable"),
}
LEFT_OUT_WORDS = {
    "not_a_channel": mark("the list of outlets does not ask for this pollutant there"),
    "outside_period": mark("they lie outside the days that are looked at"),
    "not_on_the_hour": mark("they do not begin on a full hour"),
}
UNASSIGNED_WORDS = {
    "no_indicator": mark("the rules ask nothing of this kind there"),
    "several_indicators": mark("several indicators fit, and the outlet's name does not say which"),
    "reference_o2_unknown": mark("its reference oxygen content is not known"),
}
UNUSED_WORDS = {
    "total": mark("it measures a whole site, neither production nor treatment"),
    "no_outlet": mark("no stack of its line is monitored"),
    "no_hours": mark("not one whole hour of it was handed in"),
}
OF_THE_OUTLET = ("near_air_o2", "stopped_but_flowing", "stopped_but_powered", "powered_without_flow", "treatment_off")
"""Findings about oxygen, flow and electricity; the pollutant they carry is the first of the outlet's."""
MOST_SENTENCES = 12
NONE = mark("–")
ONE_DIGIT, TWO_DIGITS = Scale("", 1.0, 1), Scale("", 1.0, 2)
TITLE = mark("Do monitors and registers bear it out?")


def group_of(state: pl.Expr) -> pl.Expr:
    """Return the group of a state."""
    groups = {state: group for group, states in GROUPS.items() for state in states}
    return state.cast(pl.String).replace_strict(groups, return_dtype=pl.String)


def sentences(context: ReportContext, language: Language) -> tuple[str, ...]:
    """Return what no table says: hours that count nowhere, stacks whose indicator cannot be told, meters not used."""
    platforms = _platforms(context)
    told = [
        say(
            language,
            mark("{hours} reported hours of outlet {outlet} count nowhere: {why}."),
            hours=row["hours"],
            outlet=row["outlet_id"],
            why=say(language, LEFT_OUT_WORDS[why]),
        )
        for row in platforms.left_out.iter_rows(named=True)
        if (why := row["reason"])
    ]
    told += [
        say(
            language,
            mark("Outlet {outlet}, {pollutant}: it grades nothing, because {why}."),
            outlet=row["outlet_id"],
            pollutant=POLLUTANT_NAMES[row["pollutant"]],
            why=say(language, UNASSIGNED_WORDS[why]),
        )
        for row in platforms.unassigned.iter_rows(named=True)
        if (why := row["reason"])
    ]
    told += [
        say(
            language,
            mark("Meter {meter} is used by no check: {why}."),
            meter=meter,
            why=say(language, UNUSED_WORDS[use]),
        )
        for meter, use in platforms.meters.select("meter_id", pl.col("use").cast(pl.String)).iter_rows()
        if use in UNUSED_WORDS
    ]
    rest = len(told) - MOST_SENTENCES
    return tuple(told) if rest <= 0 else (*told[:MOST_SENTENCES], say(language, mark("And {n} more."), n=rest))


def _platforms(context: ReportContext) -> Platforms:
    if context.platforms is None:
        raise ValueError("the section is for cases with platforms")
    return context.platforms


def _stack(context: ReportContext, language: Language) -> dict[str, pl.Expr]:
    """Return enterprise, stack and pollutant as a reader knows them, from outlet, name, enterprise_id, pollutant."""
    names = dict(context.enterprises.select("enterprise_id", "name").iter_rows())
    stack = pl.concat_str("outlet_id", pl.col("outlet_name"), separator=" ", ignore_nulls=True)
    return {
        "enterprise": pl.col("enterprise_id").replace(names).fill_null(say(language, NONE)),
        "stack": stack,
        "pollutant": pl.col("pollutant").cast(pl.String).replace(POLLUTANT_NAMES),
    }


def _stack_columns(language: Language) -> tuple[Column, ...]:
    return (
        Column(say(language, mark("Enterprise"))),
        Column(say(language, mark("Outlet"))),
        Column(say(language, mark("Pollutant")), "", "word"),
    )


def states_table(context: ReportContext, language: Language) -> Table:
    """Return the hours of each stack and month by state; the parts add up to the hours of the month."""
    parts = {group: pl.sum_horizontal(f"hours_{state}" for state in states) for group, states in GROUPS.items()}
    rows = _platforms(context).months.select(
        **_stack(context, language),
        month=pl.col("month").dt.strftime("%Y-%m"),
        all=pl.col("month_hours").cast(pl.String),
        **{group: hours.cast(pl.String) for group, hours in parts.items()},
    )
    return Table(
        id="hour-states",
        caption=say(language, mark("Every hour in one state")),
        columns=(
            *_stack_columns(language),
            Column(say(language, mark("Month")), "", "word"),
            Column(say(language, mark("All hours")), "h", "number"),
            *(Column(say(language, GROUP_WORDS[group]), "h", "number") for group in GROUPS),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark("Source: monitoring.csv, which has all {n} states. The parts add up to all hours."),
            n=len(STATES),
        ),
        empty=say(language, mark("No hour of a stack monitor was handed in.")),
        is_long=True,
    )


def shares_table(context: ReportContext, language: Language) -> Table:
    """Return the share of judged hours within the limit per stack and month, with the capture rate and the verdict."""
    missing = NONE
    rows = _platforms(context).months.select(
        **_stack(context, language),
        month=pl.col("month").dt.strftime("%Y-%m"),
        limit=plain(pl.col("limit_mg_m3"), ONE_DIGIT, language),
        capture=plain(pl.col("quarter_capture_share"), SHARE, language, missing),
        judged=pl.col("judged_hours").cast(pl.String),
        over=pl.col("hours_over_limit").cast(pl.String),
        share=plain(pl.col("share_within_limit"), SHARE, language, missing),
        value=plain(pl.max_horizontal("value_mg_m3", "value_with_open_hours"), TWO_DIGITS, language, missing),
        verdict=spelled(pl.col("verdict"), VERDICT_WORDS, language),
        verdict_mark=pl.when(pl.col("verdict").cast(pl.String).is_in(["fail", "capture_too_low"]))
        .then(pl.lit("state-missed"))
        .otherwise(pl.lit("")),
    )
    return Table(
        id="hour-shares",
        caption=say(language, mark("How often each stack keeps its limit")),
        columns=(
            *_stack_columns(language),
            Column(say(language, mark("Month")), "", "word"),
            Column(say(language, mark("Limit")), "mg/m³", "number"),
            Column(say(language, mark("Capture rate of the quarter")), "%", "number"),
            Column(say(language, mark("Judged")), "h", "number"),
            Column(say(language, mark("Over the limit")), "h", "number"),
            Column(say(language, mark("Share within the limit")), "%", "number"),
            Column(say(language, mark("Value that grades")), "mg/m³", "number"),
            Column(say(language, mark("Verdict"))),
        ),
        rows=text_rows(rows, ("verdict_mark",)),
        note=say(
            language,
            mark(
                "Source: monitoring.csv. The value that grades is the least limit that the required share of the hours "
                "keeps, at the reference oxygen content; the worst month of the worst stack speaks for a line. A "
                "quarter with too low a capture rate gives no number, and no weaker source stands in for it."
            ),
        ),
        empty=say(language, mark("No hour of a stack monitor was handed in.")),
        is_long=True,
    )


def questions_table(context: ReportContext, language: Language) -> Table:
    """Return what the hours give reason to ask about: questions to the operator, not violations."""
    found = findings_table(_platforms(context), language)
    stack = _stack(context, language)
    every = pl.lit(say(language, mark("all of the outlet")))
    is_of_outlet = pl.col("kind").cast(pl.String).is_in(OF_THE_OUTLET)
    rows = found.select(
        **stack | {"pollutant": pl.when(is_of_outlet).then(every).otherwise(stack["pollutant"])},
        first=pl.col("first_hour").dt.strftime("%Y-%m-%d %H:00"),
        last=pl.col("last_hour").dt.strftime("%Y-%m-%d %H:00"),
        hours=pl.col("hours").cast(pl.String),
        reason="reason_text",
    )
    return Table(
        id="hour-findings",
        caption=say(language, mark("What to ask the operators about")),
        columns=(
            *_stack_columns(language),
            Column(say(language, mark("First hour")), "", "word"),
            Column(say(language, mark("Last hour")), "", "word"),
            Column(say(language, mark("Hours")), "h", "number"),
            Column(say(language, mark("What was seen, and what to ask")), "", "prose"),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: findings.csv, which lists every hour. A finding is a question, not a violation; no text "
                "prescribes the numbers of this screening."
            ),
        ),
        empty=say(language, mark("The screening found nothing to ask about.")),
        is_long=True,
    )


def differences_table(context: ReportContext, language: Language) -> Table:
    """Return every quantity on which two sources differ: who is believed, by how much, and what follows."""
    found = disagreements_table(_platforms(context), language)
    names = dict(context.enterprises.select("enterprise_id", "name").iter_rows())
    titles = dict(context.names.indicators.select("indicator", f"title_{language}").iter_rows())
    rows = found.select(
        subject=pl.coalesce(pl.col("enterprise_id").replace(names), "subject_id"),
        unit_id="subject_id",
        quantity=pl.concat_str(_quantity(titles, language), _in_brackets(pl.col("unit"), language), ignore_nulls=True),
        used="used_source_text",
        used_value=plain(pl.col("used_value"), TWO_DIGITS, language, NONE),
        other=pl.concat_str("other_source_text", _origin(language), ignore_nulls=True),
        other_value=plain(pl.col("other_value"), TWO_DIGITS, language, NONE),
        share=plain(pl.col("difference_share"), SHARE, language, NONE),
        consequence="consequence_text",
    )
    headers = (
        mark("Enterprise"), mark("Subject"), mark("Quantity"), mark("Believed"), mark("It says"), mark("Other source"),
        mark("It says"),
    )  # fmt: skip
    return Table(
        id="disagreements",
        caption=say(language, mark("Where the sources disagree")),
        columns=(
            *(Column(say(language, header), "", "text") for header in headers),
            Column(say(language, mark("Difference")), "%", "number"),
            Column(say(language, mark("What follows")), "", "prose"),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: disagreements.csv, with the file and row of the other source. Differences inside the "
                "tolerance are not listed; order and tolerances are this software's own choice."
            ),
        ),
        empty=say(language, mark("Wherever two sources state the same quantity, they agree.")),
        is_long=True,
    )


def _origin(language: Language) -> pl.Expr:
    """Return the file and row of the other source in brackets; null where it has none."""
    row = pl.when(pl.col("other_row") > 0).then(pl.format(":{}", "other_row")).otherwise(pl.lit(""))
    return _in_brackets(pl.concat_str("other_file", row), language)


def _in_brackets(text: pl.Expr, language: Language) -> pl.Expr:
    opening, closing = say(language, mark(" (")), say(language, mark(")"))
    return pl.concat_str(pl.lit(opening), text, pl.lit(closing))


def _quantity(titles: dict[str, str], language: Language) -> pl.Expr:
    words = {f"{p}_kg_per_day": say(language, mark("{p} emission"), p=POLLUTANT_NAMES[p]) for p in POLLUTANTS}
    words |= {f"{p}_limit_mg_m3": say(language, mark("{p} limit"), p=POLLUTANT_NAMES[p]) for p in POLLUTANTS}
    words |= {"capacity_t_per_day": say(language, mark("permitted capacity"))}
    penalty = pl.format(say(language, mark("penalty of {day}")).replace("{day}", "{}"), pl.col("decided_on"))
    named = pl.col("quantity").replace({**titles, **words})
    return pl.when(pl.col("quantity") == "penalty").then(penalty).otherwise(named)


TABLES = (states_table, shares_table, questions_table, differences_table, basis_table, factors_table)
"""The tables of the section in reading order."""
