"""What the plan rests on: the law's evidence, the solver's proof, the independent check, and the manifest."""

from collections.abc import Iterator, Mapping

import polars as pl

from grading.words import Language, mark, say
from optimizer.result import Outcome, Proof, SolveStatus
from reports.context import ReportContext
from reports.format import WHOLE, Scale, count, money_scale, plain, spoken
from reports.names import STATUS_WORDS
from reports.sentences import spelled
from reports.table import Cell, Column, Table, text_rows

PART_WORDS = {
    "grades": mark("Grades, by the weakest rule behind each (enterprises)"),
    "measures": mark("Legal measures (lines × levels)"),
}
PROOF_WORDS = {
    Proof.OPTIMAL: mark("Proven optimal: no list of whole orders holds the targets at less loss."),
    Proof.GAP: mark("Proven to lie within {gap} of the least possible loss."),
    Proof.NOT_PROVEN: mark("Not proven: the solver stopped before it could bound the loss; a cheaper list may exist."),
    Proof.INFEASIBLE: mark("Proven impossible: what law, physics and pins ask contradicts itself."),
    Proof.FAILED: mark("Failed: the solver or the independent check refused the plan."),
}
STAGE_WORDS = {
    "shortfall": mark("shortfall against the targets"),
    "protect_A": mark("cuts beyond the legal minimum on A and leading"),
    "protect_B": mark("cuts beyond the legal minimum on B"),
    "protect_C": mark("cuts beyond the legal minimum on C and non-leading"),
    "loss": mark("expected loss"),
    "disturbed": mark("lines disturbed"),
    "loss_if_grades_not_spared": mark("expected loss if better grades were not spared"),
}
CHECK_WORDS = {
    "one_measure": mark("every line has one measure at each level"),
    "floor_and_ceiling": mark("no measure below the legal floor or above the ceiling"),
    "measure_as_in_menu": mark("every measure stands in the line's menu, with its figures"),
    "nested": mark("never gentler at a higher level"),
    "line_count": mark("enough lines stop where the law counts lines"),
    "exempt_untouched": mark("exempt lines are left alone"),
    "idle_untouched": mark("idle lines are left alone and credited with nothing"),
    "overrides": mark("the planner's pins are kept"),
    "allowed_output": mark("the allowed output follows from baseline and cut"),
    "removed_within_emission": mark("nothing removes more than there is"),
    "credits_worked_out_again": mark("what stops remove follows from decay, start-up and the length of alerts"),
    "ordered_in_time": mark("nothing is ordered that needs more notice than the level gives"),
    "facts_as_in_city": mark("names, grades and baselines are those of the city"),
    "law_as_in_city": mark("clauses and legal measures are those of the law"),
    "reasons": mark("every reason fits its order"),
    "targets_added_again": mark("required, planned and slack added up again"),
    "target_states": mark("every target's state follows from its figures"),
    "least_shortfall": mark("no shortfall that a harder list would close"),
    "losses_added_again": mark("losses added up again"),
    "proof_agrees": mark("gap and bound fit the published loss"),
    "contradiction": mark("law, physics and pins can be kept together"),
}


def proof_words(status: SolveStatus, language: Language) -> str:
    """Return what is proven about the plan's loss, in one sentence."""
    gap = "" if status.relative_gap is None else f"{100 * status.relative_gap:.4f}%"
    return say(language, PROOF_WORDS[status.proof], gap=gap)


def solver_sentences(context: ReportContext, language: Language) -> tuple[str, ...]:
    """Return the solver's status in honest words."""
    status = context.status
    proof = proof_words(status, language)
    if status.outcome is Outcome.NO_PLAN:
        return (say(language, mark("No plan is published.")), proof)
    work = say(
        language,
        mark(
            "Solver {solver}; {fractional} lines were fractional in the linear plan, {reopened} were decided "
            "again as whole orders."
        ),
        solver=status.solver,
        fractional=count(status.fractional_units, language),
        reopened=count(status.reopened_units, language),
    )  # fmt: skip
    return (proof, work)


def stages_table(context: ReportContext, language: Language) -> Table:
    """Return the stages of the objective: bound and what the plan reaches."""
    rows = tuple(
        (
            Cell(say(language, STAGE_WORDS[s.name]) if s.name in STAGE_WORDS else s.name),
            Cell(stage_text(s.bound, s.unit, language)),
            Cell(stage_text(s.reached, s.unit, language)),
        )
        for s in context.status.stages
    )
    headers = (mark("Stage, in order of weight"), mark("No list can do better than"), mark("This plan"))
    return Table(
        id="stages",
        caption=say(language, mark("How far from the best possible, stage by stage")),
        columns=tuple(Column(say(language, h), "", "text" if i == 0 else "number") for i, h in enumerate(headers)),
        rows=rows,
        note=say(language, mark("Source: the solver's linear bound and the published whole orders.")),
        empty=say(language, mark("No stage was solved.")),
    )


def stage_text(value: float, unit: str, language: Language) -> str:
    """Return what a stage of the objective reaches, with its unit."""
    if unit == "CNY/season":
        return spoken(value, money_scale(abs(value), language), language)
    if unit == "share_of_requirement":
        return spoken(value, Scale("%", 0.01, 2), language)
    if unit == "unit_days_per_season":
        return spoken(value, Scale(say(language, mark("line-days a season")), 1.0, 1), language)
    return f"{spoken(value, Scale('', 1.0, 3), language)} {unit}"


def checks_table(context: ReportContext, language: Language) -> Table:
    """Return the independent check, constraint by constraint."""
    rows = tuple(
        (
            Cell(say(language, CHECK_WORDS[check.name]) if check.name in CHECK_WORDS else check.name),
            Cell(count(check.rows_checked, language)),
            Cell(count(check.violations, language), "state-missed" if check.violations else ""),
            Cell("; ".join(check.examples) or "—"),
        )
        for check in context.checks
    )
    return Table(
        id="checks",
        caption=say(language, mark("The plan checked again, without the solver")),
        columns=(
            Column(say(language, mark("Constraint"))),
            Column(say(language, mark("Rows checked")), "", "number"),
            Column(say(language, mark("Violations")), "", "number"),
            Column(say(language, mark("For example"))),
        ),
        rows=rows,
        note=say(language, mark(
            "Source: a second computation from the input tables; a plan with a violation is not published."
        )),
        empty=say(language, mark("Nothing was checked.")),
    )  # fmt: skip


def evidence_table(context: ReportContext, language: Language) -> Table:
    """Return what the law behind the plan rests on."""
    rows = context.evidence.select(
        part=spelled(pl.col("part"), PART_WORDS, language),
        status=spelled(pl.col("status"), STATUS_WORDS, language),
        rows=plain(pl.col("rows"), WHOLE, language),
        general=plain(pl.col("general"), WHOLE, language),
    )
    return Table(
        id="evidence",
        caption=say(language, mark("What the law behind this plan rests on")),
        columns=(
            Column(say(language, mark("Part"))),
            Column(say(language, mark("Evidence"))),
            Column(say(language, mark("Rows")), "", "number"),
            Column(say(language, mark("of which by the general ladder")), "", "number"),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: rule pack {pack}, read for {day}, content hash {hash}. A rule counts as verified only when "
                "it was read in the official text."
            ),
            pack=context.law_pack,
            day=context.law_on,
            hash=context.law_sha256,
        ),
        empty=say(language, mark("No rule was used.")),
    )  # fmt: skip


def manifest_table(context: ReportContext, language: Language) -> Table:
    """Return hashes, versions and options, one leaf a row."""
    return Table(
        id="manifest",
        caption=say(language, mark("Manifest")),
        columns=(Column(say(language, mark("Entry"))), Column(say(language, mark("Value")))),
        rows=tuple((Cell(path), Cell(value, "code")) for path, value in _leaves(context.manifest)),
        note=say(language, mark("Source: manifest.json. Same inputs, rules and versions give the same bytes.")),
        empty=say(language, mark("No manifest was handed over.")),
        is_long=True,
    )


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield from _leaves(value[key], f"{path} › {key}" if path else str(key))
    elif isinstance(value, list | tuple):
        yield path, ", ".join(str(item) for item in value) or "—"
    else:
        yield path, "—" if value is None else str(value)
