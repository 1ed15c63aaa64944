"""The machine tables of the four platforms: months of monitors, findings, disagreements; codes with words beside."""

import polars as pl

from grading.case.platforms import Platforms
from grading.monitoring import reason
from grading.scale import POLLUTANT_DTYPE, POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.names import POLLUTANT_NAMES
from reports.sentences import spelled

SOURCE_WORDS = {
    "monitoring": mark("stack monitors"),
    "permit": mark("discharge permit"),
    "permit_report": mark("permit report"),
    "factor": mark("emission factor"),
    "bureau": mark("the bureau's table"),
    "disclosure": mark("disclosure"),
    "self_report": mark("self-report"),
    "credit": mark("credit register"),
    "site_check": mark("site check"),
    "third_party": mark("third-party report"),
    "unknown": mark("not known"),
}
VERDICT_WORDS = {
    "pass": mark("within the limit often enough"),
    "fail": mark("over the limit too often"),
    "undecided": mark("turns on hours that no text says whether to judge"),
    "limit_unknown": mark("limit not known"),
    "capture_too_low": mark("too few valid hours in the quarter"),
    "no_hours": mark("no hour to judge"),
}
HOUR_WORDS = {
    "valid": mark("valid"),
    "start_up": mark("start-up"),
    "shutdown": mark("shutdown"),
    "malfunction": mark("malfunction of the source"),
    "source_stopped": mark("source stopped"),
    "calibration": mark("calibration"),
    "maintenance": mark("maintenance"),
    "fault": mark("device fault"),
    "comms_error": mark("no communication"),
    "over_range": mark("over range"),
    "manual": mark("entered by hand"),
    "out_of_control": mark("out of control"),
    "invalid_minutes": mark("too few valid minutes"),
    "missing": mark("not reported"),
    "no_value": mark("reported without a value"),
    "negative": mark("negative value"),
    "no_flag": mark("without a mark"),
    "mark_conflict": mark("marks contradict each other"),
    "value_conflict": mark("two different reports"),
    "o2_missing": mark("oxygen missing"),
    "o2_guard": mark("oxygen as in air"),
}
CONSEQUENCE_WORDS = {
    "emission_lower": mark("Were the other right, cuts here would bring less than the plan credits."),
    "emission_higher": mark("Were the other right, this line would emit more than is planned with."),
    "capacity_lower": mark("Were the other right, the output that is allowed would be too high."),
    "capacity_higher": mark("Were the other right, the output that is allowed would be too low."),
    "limit_lower": mark("Were the other right, more hours would count as over the limit."),
    "limit_higher": mark("Were the other right, fewer hours would count as over the limit."),
    "concentration_lower": mark("The grade rests on the monitor; the other source would make it better."),
    "concentration_higher": mark("The grade rests on the monitor; the other source would make it worse."),
    "missing_in_case": mark("A decision on record is missing in the case: the grade may stand too high."),
    "missing_in_register": mark("The case counts a decision that the credit register does not have."),
    "repair_differs": mark("The day of credit repair differs, and with it how long the penalty counts."),
}


def months_table(platforms: Platforms, language: Language) -> pl.DataFrame:
    """Return `monitoring.csv`: one row per channel and month, hours by state that add up, with the verdict in words.

    Evidence rows from monitors name its lines: the order must stay that of `grading.platforms.monitors.Months`.
    """
    return platforms.months.with_columns(verdict_text=spelled(pl.col("verdict"), VERDICT_WORDS, language))


def findings_table(platforms: Platforms, language: Language) -> pl.DataFrame:
    """Return `findings.csv`: one row per finding of the screening, with its reason and every hour it rests on."""
    owners = platforms.outlets.select("outlet_id", "unit_id", "enterprise_id", outlet_name="name")
    reasons = [reason(language, row) for row in platforms.findings.iter_rows(named=True)]
    named = platforms.findings.with_columns(pl.Series("reason_text", reasons, dtype=pl.String))
    joined = named.join(owners, on="outlet_id", how="left", maintain_order="left")
    hours = pl.col("started_at").list.eval(pl.element().dt.strftime("%Y-%m-%d %H:00")).alias("hours_text")
    return joined.with_columns(hours).drop("started_at")


def disagreements_table(platforms: Platforms, language: Language) -> pl.DataFrame:
    """Return `disagreements.csv`: one row per quantity on which two sources differ, with the consequence in words."""
    return platforms.disagreements.with_columns(
        used_source_text=spelled(pl.col("used_source"), SOURCE_WORDS, language),
        other_source_text=spelled(pl.col("other_source"), SOURCE_WORDS, language),
        consequence_text=spelled(pl.col("consequence"), CONSEQUENCE_WORDS, language),
    )


FACTOR_STATE_WORDS = {
    "counted": mark("counted"),
    "no_output": mark("output of the line not known"),
    "output_in_tonnes": mark("factor not per t of output; nothing is converted"),
    "several_factors": mark("several factors fit equally well"),
}


def planned_factors(context: ReportContext) -> pl.DataFrame:
    """Return the factor of each line and pollutant and `is_planned_with`: whether the plan's emission is its own."""
    if context.platforms is None:
        raise ValueError("only a case with platforms has factors")
    methods = pl.concat(
        context.units.select(
            "unit_id",
            pollutant=pl.lit(p).cast(POLLUTANT_DTYPE),
            is_planned_with=(pl.col(f"{p}_method").cast(pl.String) == "factor") & ~pl.col("is_idle"),
        )
        for p in POLLUTANTS
    )
    joined = context.platforms.factored.join(methods, on=["unit_id", "pollutant"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("is_planned_with").fill_null(value=False))


def factors_table(platforms: Platforms, language: Language) -> pl.DataFrame:
    """Return `emission_factors.csv`: one row per line and pollutant that a factor fits, with its state in words."""
    return platforms.factored.with_columns(state_text=spelled(pl.col("state"), FACTOR_STATE_WORDS, language))


def emission_basis(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return where each line's emissions come from. Shape: unit_id, `<pollutant>_method`, emission_basis_text."""
    words = [
        pl.concat_str(pl.lit(POLLUTANT_NAMES[p] + " "), spelled(pl.col(f"{p}_method"), SOURCE_WORDS, language))
        for p in POLLUTANTS
    ]
    text = pl.concat_str(words, separator=say(language, mark("; ")))
    return context.units.select("unit_id", *(f"{p}_method" for p in POLLUTANTS), emission_basis_text=text)
