"""The list of outlets: accepted rows, and a fault with its row for every other."""

from pathlib import Path

import dataframely as dy
import polars as pl

from grading.case.cells import BLANK, half_width
from grading.case.rules import Place
from grading.faults import Fault, InputError
from grading.monitoring.hourly import POLLUTANT_OF
from grading.monitoring.input_rules import fault
from grading.monitoring.judged import Wrong, judge, open_list
from grading.monitoring.sheet import Sheet
from grading.monitoring.tables import Outlets
from grading.monitoring.vocabulary import OUTLET_WORDS, outlet_names
from grading.scale import POLLUTANTS

SEPARATORS = r"\s*[,;|\u3001]\s*"
EXPECTED = ", ".join(POLLUTANTS)
REQUIRED = ("outlet_id", "unit_id", "enterprise_id")
NUMBERS = tuple(name for name, column in Outlets.columns().items() if isinstance(column, dy.Float64))
AIR_O2_PERCENT = 21.0


def read_outlets(path: Path, units: pl.DataFrame | None = None) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the accepted outlets and the faults of the others.

    Shape: `Outlets`, sorted. With `units` (unit_id, enterprise_id) an outlet must belong to one of them.

    Raises:
        InputError: the file is missing, cannot be read, or lacks a required column.
    """
    if not path.is_file():
        raise InputError([fault("missing_column", Place(path.name), path.name, path.name)])
    sheet = open_list(path, outlet_names(), REQUIRED, OUTLET_WORDS)
    rows = _typed(sheet) if units is None else _typed(sheet).join(_owners(units), on="unit_id", how="left")
    wrong = [*_wrong(), *([] if units is None else _misplaced())]
    accepted, faults = judge(rows, wrong, sheet.at)
    return Outlets.validate(accepted.select(Outlets.column_names()).sort("outlet_id")), faults


def _typed(sheet: Sheet) -> pl.DataFrame:
    """Return the rows with numbers as numbers; what was written stays beside them as `<column>_text`."""
    cells = {name: sheet.cell(name).str.strip_chars(BLANK) for name in Outlets.column_names()}
    text = sheet.rows.select("row", **{name: pl.when(cell != "").then(cell) for name, cell in cells.items()})
    numbers = [
        (half_width(pl.col(name)).cast(pl.Float64, strict=False) * sheet.factor(name)).alias(name) for name in NUMBERS
    ]
    beside = [pl.col(name).alias(f"{name}_text") for name in NUMBERS]
    return text.with_columns(*beside, *numbers, pollutants=_pollutants(pl.col("pollutants")))


def _owners(units: pl.DataFrame) -> pl.DataFrame:
    return units.select("unit_id", owner="enterprise_id")


def _wrong() -> list[Wrong]:
    """Return every way in which a row can be wrong."""
    twice = pl.col("outlet_id").is_not_null() & pl.col("outlet_id").is_duplicated()
    is_foreign = pl.col("pollutants").str.split("|").list.eval(~pl.element().is_in(POLLUTANTS)).list.any()
    oxygen = pl.col("reference_o2_percent")
    limits = [name for name in NUMBERS if name != "reference_o2_percent"]
    unread = [(name, pl.col(name).is_null() & pl.col(f"{name}_text").is_not_null()) for name in NUMBERS]
    return [
        *(Wrong("blank_cell", name, pl.col(name).is_null(), pl.lit("")) for name in REQUIRED),
        Wrong("outlet_twice", "outlet_id", twice, pl.col("outlet_id")),
        Wrong("unknown_pollutant", "pollutants", is_foreign, pl.col("pollutants"), EXPECTED),
        *(Wrong("outlet_number", name, holds, pl.col(f"{name}_text"), "0.1") for name, holds in unread),
        *(Wrong("outlet_number", name, pl.col(name) <= 0, pl.col(f"{name}_text"), "> 0") for name in limits),
        *(Wrong("outlet_number", name, ~pl.col(name).is_finite(), pl.col(f"{name}_text"), "0.1") for name in NUMBERS),
        Wrong(
            "outlet_number", "reference_o2_percent", (oxygen < 0) | (oxygen >= AIR_O2_PERCENT),
            pl.col("reference_o2_percent_text"), f"0 ≤ O2 < {AIR_O2_PERCENT:g}",
        ),
    ]  # fmt: skip


def _misplaced() -> list[Wrong]:
    is_unknown = pl.col("unit_id").is_not_null() & pl.col("owner").is_null()
    is_other = pl.col("owner") != pl.col("enterprise_id")
    return [
        Wrong("unknown_unit_id", "unit_id", is_unknown, pl.col("unit_id")),
        Wrong("other_enterprise", "enterprise_id", is_other, pl.col("enterprise_id")),
    ]


def _pollutants(text: pl.Expr) -> pl.Expr:
    """Return a list of pollutants in the ids of the contract, `|` between them; what is not known stays as written."""
    words = half_width(text).str.to_lowercase().str.replace_all(SEPARATORS, "|").str.split("|")
    return words.list.eval(pl.element().replace(POLLUTANT_OF)).list.join("|")
