"""The list of out-of-control periods (失控) of stack monitors: hours whose values no verdict may rest on."""

from pathlib import Path

import polars as pl

from grading.case.cells import BLANK, half_width
from grading.checked import checked
from grading.faults import Fault
from grading.monitoring.hourly import POLLUTANT_OF
from grading.monitoring.judged import Wrong, judge, open_list
from grading.monitoring.sheet import Sheet
from grading.monitoring.stamps import Stamp, add_instant
from grading.monitoring.tables import OutOfControl
from grading.monitoring.vocabulary import CONTROL_WORDS, POLLUTANT_WORDS, control_names
from grading.scale import POLLUTANTS

REQUIRED = ("outlet_id", "started_at", "ended_at")
STAMPS: dict[str, Stamp] = {"started_at": "start", "ended_at": "end"}


def read_out_of_control(path: Path, outlet_ids: pl.Series) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the accepted periods and the faults of the others.

    Shape: `OutOfControl`, sorted. A blank pollutant means all of the outlet. An end that is blank is a fault, not a
    period without end.

    Raises:
        InputError: the file cannot be read or lacks a required column.
    """
    sheet = open_list(path, control_names(), REQUIRED, CONTROL_WORDS)
    rows = _typed(sheet)
    good, faults = judge(rows, _wrong(outlet_ids), sheet.at)
    every = pl.lit(list(POLLUTANTS), dtype=pl.List(pl.String))
    accepted = good.with_columns(
        pollutant=pl.when(pl.col("pollutant_text").is_null()).then(every).otherwise(pl.concat_list("pollutant"))
    )
    periods = accepted.explode("pollutant").select(OutOfControl.column_names())
    return checked(OutOfControl, periods.unique().sort(OutOfControl.column_names())), faults


def _typed(sheet: Sheet) -> pl.DataFrame:
    """Return the rows with times and pollutant read; what was written stays beside them as `<column>_text`."""
    names = OutOfControl.column_names()
    cells = {name: sheet.cell(name).str.strip_chars(BLANK) for name in names}
    rows = sheet.rows.select("row", **{f"{name}_text": pl.when(cell != "").then(cell) for name, cell in cells.items()})
    # Both are moments, to the minute; only an end can be 24:00.
    for name, stamp in STAMPS.items():
        read = add_instant(rows, pl.col(f"{name}_text"), stamp, grid_minutes=1)
        rows = read.rename({"instant": name, "stamp_fault": f"{name}_fault"}).drop("is_end")
    named = half_width(pl.col("pollutant_text")).str.to_lowercase()
    return rows.with_columns(
        outlet_id="outlet_id_text",
        pollutant=named.replace_strict(POLLUTANT_OF, default=None, return_dtype=pl.String),
    )


def _wrong(outlet_ids: pl.Series) -> list[Wrong]:
    """Return every way in which a row can be wrong."""
    outlet, pollutant = pl.col("outlet_id"), pl.col("pollutant_text")
    is_other = pollutant.is_not_null() & pl.col("pollutant").is_null()
    is_foreign = outlet.is_not_null() & ~outlet.is_in(outlet_ids.implode())
    unread = [(name, pl.col(f"{name}_text").is_not_null() & pl.col(name).is_null()) for name in REQUIRED[1:]]
    expected = ", ".join(words[0] for words in POLLUTANT_WORDS.values())
    return [
        *(Wrong("blank_cell", name, pl.col(f"{name}_text").is_null(), pl.lit("")) for name in REQUIRED),
        Wrong("unknown_outlet", "outlet_id", is_foreign, outlet),
        Wrong("unknown_pollutant", "pollutant", is_other, pollutant, expected),
        *(Wrong("not_a_time", name, holds, pl.col(f"{name}_text")) for name, holds in unread),
        Wrong("ends_too_soon", "ended_at", pl.col("ended_at") <= pl.col("started_at"), outlet),
    ]
