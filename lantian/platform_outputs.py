"""What a run writes about the four platforms: nothing where the case has none of them."""

from pathlib import Path

from grading.case.model import Case
from grading.safecsv import write_csv
from grading.words import Language
from reports.platforms import disagreements_table, factors_table, findings_table, months_table


def write_platforms(case: Case, language: Language, folder: Path) -> None:
    """Write `monitoring`, `findings`, `emission_factors` and `disagreements` into `folder`."""
    if case.platforms is None:
        return
    if not case.platforms.outlets.is_empty():
        months = months_table(case.platforms, language)
        write_csv(months, folder / "monitoring.csv")
        months.write_parquet(folder / "monitoring.parquet")
        write_csv(findings_table(case.platforms, language), folder / "findings.csv")
    if not case.platforms.factored.is_empty():
        write_csv(factors_table(case.platforms, language), folder / "emission_factors.csv")
    write_csv(disagreements_table(case.platforms, language), folder / "disagreements.csv")
