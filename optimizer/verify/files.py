"""The check of what was written: plan.csv and targets.csv read back, and every check of a plan run on them again."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from grading.safecsv import FORMULA_STARTS
from optimizer.result import Check, City, Plan, Verification
from optimizer.tables import Orders, TargetResults
from optimizer.verify import verify


def verify_written(folder: Path, city: City, plan: Plan) -> Verification:
    """Return the checks of `plan.csv` and `targets.csv` in `folder`; a file that cannot be read is a violation too.

    Totals, targets, losses and the proof are added up from the files' own numbers; of the plan in memory only its
    comparison and its status are used, which stand in neither file.
    """
    try:
        orders = _read(folder / "plan.csv", plan.orders)
        targets = _read(folder / "targets.csv", plan.targets)
        checks = verify(city, orders, targets, plan.comparison, plan.status).checks
    except (pl.exceptions.PolarsError, OSError) as unreadable:
        return Verification((Check("written_files_read_back", 2, 1, 1.0, (str(unreadable).splitlines()[0],)),))
    return Verification((Check("written_files_read_back", 2, 0, 0.0), *checks))


def with_written(folder: Path, city: City, plan: Plan) -> Plan:
    """Return the plan with the verification of its files in place of that of its frames."""
    return replace(plan, verification=verify_written(folder, city, plan))


def _read(path: Path, like: pl.DataFrame) -> pl.DataFrame:
    names = Orders.column_names() if "unit_id" in like.columns else TargetResults.column_names()
    as_text = {name: pl.String if isinstance(like.schema[name], pl.Enum) else like.schema[name] for name in names}
    read = pl.read_csv(path, columns=names, schema_overrides=as_text)
    text = [name for name in names if as_text[name] == pl.String]
    # A leading apostrophe keeps a spreadsheet from running the cell; it is no part of the value.
    plain = [pl.col(name).str.replace(rf"^'({FORMULA_STARTS[1:]})", "$1") for name in text]
    return read.with_columns(plain).select(pl.col(name).cast(like.schema[name]) for name in names)
