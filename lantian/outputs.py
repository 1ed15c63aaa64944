"""The files of an out folder, exactly as docs and auditors expect them (product.md section 5)."""

from pathlib import Path

from grading.case.model import Case
from grading.case.rejected import rejected_frame
from grading.law.model import Law
from grading.safecsv import write_csv
from lantian.answer_files import write_answers
from lantian.journal import Journal
from lantian.manifest import canonical_json, manifest_of, output_hashes
from lantian.platform_outputs import write_platforms
from lantian.run import GradedCase, NoPlanFound, Options, PlannedCase
from optimizer.verify.files import with_written
from reports.official_list.workbook import write_curtailment_list
from reports.page import render_report
from reports.tables import (
    exemptions_table,
    grades_table,
    line_sets_table,
    plan_table,
    targets_table,
    weak_law_rows,
)


def write_faults(case: Case, law: Law, options: Options, folder: Path) -> None:
    """Write the rejected rows and the manifest of a check into `folder`."""
    write_csv(rejected_frame(case.faults, options.language), folder / "rejected.csv")
    seal(folder, manifest_of(case, law, None, None, options.on_record()), options.journal)


def write_grading(graded_case: GradedCase, options: Options, folder: Path) -> None:
    """Write grades, indicators, rejected rows and manifest into `folder`."""
    _write_facts(graded_case, options, folder)
    manifest = manifest_of(graded_case.case, graded_case.law, graded_case.graded, None, options.on_record())
    seal(folder, manifest, options.journal)


def write_plan(planned: PlannedCase, options: Options, folder: Path) -> None:
    """Write everything a planning run promises into `folder`; raises NoPlanFound if it does not read back true."""
    _write_facts(planned.graded_case, options, folder)
    orders = plan_table(planned.context, options.language)
    write_csv(orders, folder / "plan.csv")
    orders.write_parquet(folder / "plan.parquet")
    write_csv(targets_table(planned.context, options.language), folder / "targets.csv")
    read_back = with_written(folder, planned.city, planned.plan)
    if not read_back.verification.holds:
        raise NoPlanFound(read_back)
    write_csv(exemptions_table(planned.context, options.language), folder / "exemptions.csv")
    write_curtailment_list(planned.context, folder / "curtailment-list.xlsx", options.language)
    (folder / "report.html").write_text(render_report(planned.context, options.language), encoding="utf-8")
    write_answers(planned.context.answers, options.language, folder / "answers")
    graded_case = planned.graded_case
    options_used = options.on_record()
    manifest = manifest_of(graded_case.case, graded_case.law, graded_case.graded, planned.plan, options_used)
    seal(folder, manifest, options.journal)


def _write_facts(graded_case: GradedCase, options: Options, folder: Path) -> None:
    grades = grades_table(graded_case.graded, graded_case.law, options.language)
    write_csv(grades, folder / "grades.csv")
    grades.write_parquet(folder / "grades.parquet")
    graded_case.graded.indicators.write_parquet(folder / "indicators.parquet")
    line_sets = line_sets_table(graded_case.graded, graded_case.law, options.language)
    write_csv(line_sets, folder / "line_sets.csv")
    weak_law = weak_law_rows(graded_case.graded, graded_case.law, options.language)
    write_csv(weak_law, folder / "weak_law.csv")
    write_platforms(graded_case.case, options.language, folder)
    write_csv(rejected_frame(graded_case.case.faults, options.language), folder / "rejected.csv")


def seal(folder: Path, manifest: dict[str, object], journal: Journal) -> None:
    """Write the manifest with the hashes of all other files, and the log, which the hashes leave out."""
    sealed = {**manifest, "outputs": output_hashes(folder)}
    (folder / "manifest.json").write_text(canonical_json(sealed), encoding="utf-8")
    (folder / "run.log").write_text(journal.text(), encoding="utf-8")
