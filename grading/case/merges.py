"""Merged cells of the body: down one column they repeat the value above; amounts and sideways merges are faults."""

import polars as pl

from grading.case.grid import ROW, Grid, Merge
from grading.case.headers import Header

RANGES = {"at": pl.Int64, "top": pl.Int64, "bottom": pl.Int64}


def fill_down(body: pl.DataFrame, merges: tuple[Merge, ...]) -> pl.DataFrame:
    """Return the body with the top value of each vertical merge repeated inside that merge only."""
    covered = _covered(merges)
    for (at,), spans in covered.partition_by("at", as_dict=True).items():
        body = _fill_column(body, str(at), spans.select(ROW, "top"))
    return body


def _covered(merges: tuple[Merge, ...]) -> pl.DataFrame:
    """Return one row per covered row of each one-column merge: position, row, top row."""
    spans = [(left, top, bottom) for (top, left), (bottom, right) in merges if left == right and bottom > top]
    frame = pl.DataFrame(spans, schema=RANGES, orient="row")
    rows = frame.with_columns(pl.int_ranges("top", pl.col("bottom") + 1).alias(ROW)).explode(ROW, empty_as_null=True)
    return rows.select("at", ROW, "top").unique(["at", ROW], keep="first", maintain_order=True)


def _fill_column(body: pl.DataFrame, name: str, spans: pl.DataFrame) -> pl.DataFrame:
    if name not in body.columns:
        return body
    above = body.select(pl.col(ROW).alias("top"), pl.col(name).alias("filled"))
    filled = body.select(ROW).join(spans, on=ROW, how="left", maintain_order="left")
    filled = filled.join(above, on="top", how="left", maintain_order="left")
    return body.with_columns(pl.coalesce(filled["filled"], pl.col(name)).alias(name))


def merge_faults(grid: Grid, header: Header, additive: frozenset[str]) -> pl.DataFrame:
    """Return the faults of merged amounts and of merges across columns, one per covered row."""
    written = {column.at: column.written for column in header.columns}
    amounts = {column.at for column in header.columns if column.attribute in additive}
    down = _covered(grid.merges).filter(pl.col("at").is_in(list(amounts))).with_columns(rule=pl.lit("merged_number"))
    across = [
        (next(at for at in range(left, right + 1) if at in written), top, bottom)
        for (top, left), (bottom, right) in grid.merges
        if right > left and top > header.row and any(at in written for at in range(left, right + 1))
    ]
    wide = pl.DataFrame(across, schema=RANGES, orient="row")
    wide = wide.with_columns(pl.int_ranges("top", pl.col("bottom") + 1).alias(ROW)).explode(ROW, empty_as_null=True)
    wide = wide.select("at", ROW, "top", pl.lit("merged_sideways").alias("rule"))
    both = pl.concat([down, wide]).filter(pl.col(ROW) > header.row)
    names = pl.DataFrame(
        {"at": list(written), "column": list(written.values())}, schema={"at": pl.Int64, "column": pl.String}
    )
    return both.join(names, on="at", maintain_order="left").select(
        pl.col(ROW),
        "column",
        pl.lit("").alias("value"),
        "rule",
        pl.lit("").alias("expected"),
    )
