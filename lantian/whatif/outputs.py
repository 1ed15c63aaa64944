"""The files of a what-if's out folder."""

from dataclasses import asdict, replace
from pathlib import Path

from grading.case.rejected import rejected_frame
from grading.safecsv import write_csv
from lantian.manifest import canonical_json, manifest_of, output_hashes
from lantian.outputs import write_plan
from lantian.rebuild import rebuild_of
from lantian.run import GradedCase, Options, PlannedCase
from lantian.whatif.asking import Asked
from lantian.whatif.record import changes_of, marked_remark
from lantian.whatif.supposed import Planned
from optimizer.answers import answers_of
from reports.context import compose
from reports.tables import exemptions_table, grades_table, plan_table, targets_table
from reports.whatif.model import WhatIf
from reports.whatif.page import render_whatif
from reports.whatif.tables import diff_table


def write_whatif(
    whatif: WhatIf, asked: Asked, planned: tuple[Planned, Planned], options: Options, folder: Path, is_full: bool
) -> None:
    """Write one scenario: page, diff, record, and the tables of its plan; all documents of a plan when `is_full`."""
    before, after = planned
    write_csv(diff_table(whatif, options.language), folder / "diff.csv")
    (folder / "whatif.html").write_text(render_whatif(whatif, options.language), encoding="utf-8")
    (folder / "scenario.toml").write_text(asked.written.text, encoding="utf-8")
    record = {
        **dict(whatif.provenance),
        "changes": [asdict(change) for change in changes_of(asked, before.standing)],
        "hits": [asdict(hit) for hit in asked.hits],
        "loss_cny_per_season": {"before": whatif.contrast.losses.before, "after": whatif.contrast.losses.after},
        "retrofit_cost_cny_per_season": whatif.retrofit_cost_cny_per_season,
        "is_full": is_full,
    }
    (folder / "whatif.json").write_text(canonical_json(record), encoding="utf-8")
    as_case = planned_case(asked, after, options, is_marked=bool(whatif.changes))
    write = write_plan if is_full else _write_tables
    write(as_case, options, folder)


def planned_case(asked: Asked, after: Planned, options: Options, *, is_marked: bool) -> PlannedCase:
    """Return a scenario as a planned case; marked, every document says on page one that it is a what-if."""
    standing, case = after.standing, after.standing.named
    if is_marked:
        city = case.settings.city
        remark = "\n".join(filter(None, [marked_remark(asked, options.language), city.grid_note]))
        settings = case.settings.model_copy(update={"city": city.model_copy(update={"grid_note": remark})})
        case = replace(case, settings=settings)
    factors = standing.supposed.loss_factors
    rebuild = rebuild_of(case, standing.law, standing.graded, after.ground, factors)
    answers = answers_of(after.city, after.plan, rebuild, options.answers)
    manifest = manifest_of(case, standing.law, standing.graded, after.plan, options.on_record())
    context = compose(case, standing.law, standing.graded, after.city, after.plan, answers, manifest)
    return PlannedCase(GradedCase(case, standing.law, standing.graded), after.city, after.plan, context)


def _write_tables(planned: PlannedCase, options: Options, folder: Path) -> None:
    """Write the tables of a plan without report and list: what a what-if keeps unless all is asked for."""
    context, language, graded_case = planned.context, options.language, planned.graded_case
    orders = plan_table(context, language)
    write_csv(orders, folder / "plan.csv")
    orders.write_parquet(folder / "plan.parquet")
    write_csv(targets_table(context, language), folder / "targets.csv")
    write_csv(exemptions_table(context, language), folder / "exemptions.csv")
    write_csv(grades_table(graded_case.graded, graded_case.law, language), folder / "grades.csv")
    write_csv(rejected_frame(graded_case.case.faults, language), folder / "rejected.csv")
    sealed = {**context.manifest, "outputs": output_hashes(folder)}
    (folder / "manifest.json").write_text(canonical_json(sealed), encoding="utf-8")
    (folder / "run.log").write_text(options.journal.text(), encoding="utf-8")
