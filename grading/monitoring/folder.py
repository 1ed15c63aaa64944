"""A folder of monitoring: `outlets.csv` and hourly files under `cems/`, to outlets, hours and faults.

Parquet partitions that already hold exactly the columns of `Hours` are scanned lazily and never held as a whole;
every other file is read as text.
"""

from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from grading.case.cells import half_width
from grading.case.rules import Place
from grading.faults import Fault, InputError
from grading.monitoring.hourly import POLLUTANT_OF, ReadingOptions, read_hourly
from grading.monitoring.input_rules import fault, faults_of
from grading.monitoring.sheet import open_sheet
from grading.monitoring.tables import Hours, Outlets
from grading.monitoring.unique import one_per_hour
from grading.monitoring.vocabulary import OUTLET_WORDS, hour_names, outlet_names
from grading.scale import POLLUTANTS

SEPARATORS = r"\s*[,;|\u3001]\s*"
EXPECTED = ", ".join(POLLUTANTS)
HOUR_FILES = (".csv", ".txt", ".parquet")


@dataclass(frozen=True)
class MonitoringInput:
    """What a folder holds: outlets, hours (columns of `Hours`), faults, and headers nobody asked for.

    `hours` is None where the folder has no hourly file at all.
    """

    outlets: pl.DataFrame
    hours: pl.LazyFrame | None
    faults: tuple[Fault, ...]
    ignored_columns: tuple[str, ...]


def read_monitoring(folder: Path, options: ReadingOptions = ReadingOptions()) -> MonitoringInput:  # noqa: B008 - frozen
    """Return the monitoring of a case folder; a file that cannot be used is a fault and the others are still read.

    Raises:
        InputError: the list of outlets cannot be used.
    """
    outlets, faults = read_outlets(folder / "outlets.csv")
    lazy, texts, ignored = [], [], []
    for path in sorted(path for path in (folder / "cems").rglob("*") if path.suffix.lower() in HOUR_FILES):
        name = path.relative_to(folder).as_posix()
        if is_in_contract(path):
            lazy.append(pl.scan_parquet(path).select(Hours.column_names()))
            continue
        try:
            sheet = open_sheet(path.read_bytes(), name, hour_names())
            hours, found = read_hourly(sheet, outlets["outlet_id"], options)
        except InputError as refused:
            faults += refused.faults
            continue
        texts.append(hours)
        faults += found
        ignored += [f"{name}:{column}" for column in sheet.ignored]
    return MonitoringInput(outlets, _together(lazy, texts), tuple(sorted(faults)), tuple(ignored))


def _together(lazy: list[pl.LazyFrame], texts: list[pl.DataFrame]) -> pl.LazyFrame | None:
    """Return all hours; what came from text is brought to one report per hour, partitions promise it."""
    if texts and lazy:
        return one_per_hour(pl.concat([*lazy, *(text.lazy() for text in texts)]))
    if texts:
        return one_per_hour(pl.concat(texts).lazy())
    return pl.concat(lazy) if lazy else None


def is_in_contract(path: Path) -> bool:
    """Return whether a Parquet file already holds exactly the columns of `Hours` in their types."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError):
        return False
    return all(schema.get(name) == dtype for name, dtype in Hours.create_empty().schema.items())


def read_outlets(path: Path) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the accepted outlets and the faults of the others.

    Raises:
        InputError: the file is missing, cannot be read, or lacks a required column.
    """
    if not path.is_file():
        raise InputError([fault("missing_column", Place(path.name), path.name, path.name)])
    sheet = open_sheet(path.read_bytes(), path.name, outlet_names())
    required = [name for name, column in Outlets.columns().items() if not column.nullable]
    absent = [name for name in required if (name, "") not in sheet.columns]
    if absent:
        place = Place(path.name, row=sheet.header_row)
        raise InputError(fault("missing_column", place, name, ", ".join(OUTLET_WORDS[name])) for name in absent)
    cells = {name: sheet.cell(name).str.strip_chars() for name in Outlets.column_names()}
    text = sheet.rows.select("row", **{name: pl.when(cell != "").then(cell) for name, cell in cells.items()})
    numbers = [name for name, column in Outlets.columns().items() if isinstance(column, dy.Float64)]
    typed = text.with_columns(
        pl.col(name).cast(pl.Float64, strict=False) * sheet.factor(name) for name in numbers
    ).with_columns(pollutants=_pollutants(pl.col("pollutants")))
    unread = [(name, typed.filter(typed[name].is_null() & text[name].is_not_null())["row"]) for name in numbers]
    faults = [fault("not_a_number", Place(path.name, row=row, column=name)) for name, rows in unread for row in rows]
    is_foreign = pl.col("pollutants").str.split("|").list.eval(~pl.element().is_in(POLLUTANTS)).list.any()
    foreign = typed.filter(is_foreign)
    faults += faults_of(
        foreign.select("row", value="pollutants"), path.name, "unknown_pollutant", "pollutants", EXPECTED
    )
    usable = typed.filter(~is_foreign.fill_null(value=False))
    accepted, failure = Outlets.filter(usable.select(Outlets.column_names()))
    faults += [fault("bad_outlet", Place(path.name), str(rule), str(count)) for rule, count in failure.counts().items()]
    return accepted.sort("outlet_id"), faults


def _pollutants(text: pl.Expr) -> pl.Expr:
    """Return a list of pollutants in the ids of the contract, `|` between them; what is not known stays as written."""
    words = half_width(text).str.to_lowercase().str.replace_all(SEPARATORS, "|").str.split("|")
    return words.list.eval(pl.element().replace(POLLUTANT_OF)).list.join("|")
