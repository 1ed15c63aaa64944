"""What is wrong, absent or assumed in the data, and what follows from it."""

from collections.abc import Sequence

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import count
from reports.table import Cell, Column, Table

ABSENT_WORDS = {
    "evidence": mark(
        "No evidence: grades rest on approvals, penalties and registers; where none decides, the worst possible "
        "grade is planned."
    ),
    "penalties": mark("No penalties: no grade could be capped; a penalised enterprise may stand too high."),
    "registers": mark("No registers: nobody is exempt by register."),
    "overrides": mark("No overrides: the planner pinned nothing."),
    "outlets": mark("No list of outlets: no grade and no emission rests on stack monitors."),
    "cems": mark("No hours of stack monitors: no grade and no emission rests on them."),
    "out_of_control": mark("No list of out-of-control periods: hours in them count like any other."),
    "meters": mark("No list of meters: marks of stopped stacks were not held against electricity."),
    "power": mark("No metered electricity: marks of stopped stacks were not held against it."),
    "permits": mark("No permit register: limits and capacities are those of the bureau's own tables, unchecked."),
    "permit_reports": mark("No permit reports: emissions without a monitor are those of the bureau's table."),
    "disclosures": mark("No disclosures: what enterprises declare in public was not compared."),
    "factors": mark("No emission factors: where no monitor and no report speaks, emissions are the bureau's numbers."),
    "credit": mark("No credit register: nobody checked whether a penalty is missing."),
    "measures": mark("No measures of the bureau: every line has the default menu of load cuts and a stop."),
    "mobile_list": mark("No mobile list: only the total under [reductions] counts, row by row nothing is listed."),
    "dust_list": mark("No dust list: only the total under [reductions] counts, row by row nothing is listed."),
}  # fmt: skip
NOTE_WORDS = {
    "idle": mark("Idle lines: credited with nothing, may not restart"),
    "emission_unknown_so2": mark("Lines whose SO₂ emission is unknown: a cut is credited with nothing"),
    "emission_unknown_nox": mark("Lines whose NOx emission is unknown: a cut is credited with nothing"),
    "emission_unknown_pm": mark("Lines whose PM emission is unknown: a cut is credited with nothing"),
    "emission_unknown_vocs": mark("Lines whose VOCs emission is unknown: a cut is credited with nothing"),
    "baseline_unknown": mark("Lines without any capacity or output: the cut is ordered as a share, without tonnes"),
    "loss_from_output_value": mark("Loss estimated from output value and the city's median share of value added"),
    "loss_from_industry_median": mark("Loss estimated from the median line of the industry"),
    "loss_unknown": mark("Loss unknown, counted as nothing"),
    "value_split_equally": mark("Value of the enterprise split equally between its lines"),
    "value_share_scaled_to_one": mark("Stated value shares add up to more than 1, scaled down"),
    "operating_days_assumed_330": mark("Operating days not stated, 330 a year assumed"),
    "restart_cost_unknown": mark("Restart cost not stated, counted as nothing"),
    "can_stop_assumed": mark("Not stated whether the line can stop; assumed it can"),
    "min_load_assumed_zero": mark("Least load not stated, 0 assumed"),
    "elasticity_assumed_one": mark("Emission assumed to fall in step with load"),
    "kept_hot_by_elasticity": mark("Kept hot: emission falls as far as the elasticity says"),
    "start_up_unknown": mark("Start-up emission not known: a stop is credited with the whole emission"),
    "start_up_taken_off": mark("Stop credited with less than the whole emission, start-up taken off"),
    "decay_taken_off": mark("Stop credited with less than the whole emission, which dies away after the feed stops"),
    "alert_length_assumed": mark("Credit of a stop rests on a length of alert that the case does not state"),
    "stop_does_not_pay_off": mark("Stop credited with nothing: alerts may be too short for it to pay off"),
    "limited_by_notice": mark("Asked by law, not ordered: the line needs more notice than the level gives"),
    "bureau_menu": mark("Lines with measures of the bureau's own"),
    "bureau_menu_uneven": mark("Bureau measures where a more severe one removes less or costs less"),
    "law_unknown": mark("Lines whose legal measure is not known"),
    "exempt_level_unknown": mark("Exempt by register, up to which level is unknown"),
    "quota_unknown": mark("Guaranteed output without a stated quota"),
}


def rejected_table(context: ReportContext, language: Language) -> Table:
    """Return every fault: where, what, and how to repair it."""
    rows = tuple(
        (
            Cell(fault.where()),
            Cell(fault.value or say(language, mark("(blank)"))),
            Cell(fault.what(language)),
            Cell(fault.how(language)),
        )
        for fault in sorted(context.faults)
    )
    headers = (mark("Place"), mark("Value"), mark("What is wrong"), mark("How to repair it"))
    return Table(
        id="rejected",
        caption=say(language, mark("Faults in the input")),
        columns=tuple(Column(say(language, header)) for header in headers),
        rows=rows,
        note=say(language, mark("Source: rejected.csv. A rejected row takes no part in grades or orders.")),
        empty=say(language, mark("No fault was found.")),
        is_long=True,
    )


def absent_table(context: ReportContext, language: Language) -> Table:
    """Return what the case does not have, and what follows."""
    rows = tuple((Cell(name), Cell(say(language, ABSENT_WORDS[name]))) for name in context.absent_tables)
    return Table(
        id="absent",
        caption=say(language, mark("Tables the case does not have")),
        columns=(Column(say(language, mark("Table"))), Column(say(language, mark("What follows")))),
        rows=rows,
        note=say(language, mark("Source: the case folder.")),
        empty=say(language, mark("Every table is there.")),
    )


def notes_table(context: ReportContext, language: Language) -> Table:
    """Return what was assumed on the way, in lines; a code without a word stands as it is."""
    return Table(
        id="notes",
        caption=say(language, mark("Assumed on the way")),
        columns=(Column(say(language, mark("Assumption"))), Column(say(language, mark("Lines")), "", "number")),
        rows=_note_rows(context.notes, language),
        note=say(language, mark("Source: the planning step; one line can stand under several.")),
        empty=say(language, mark("Nothing had to be assumed.")),
    )


def _note_rows(notes: Sequence[tuple[str, int]], language: Language) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (Cell(say(language, NOTE_WORDS[code]) if code in NOTE_WORDS else code), Cell(count(number, language)))
        for code, number in notes
    )
