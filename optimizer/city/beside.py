"""Tables of the same lines beside each other."""

import polars as pl


def beside(rows: pl.DataFrame, more: pl.DataFrame, *on: str) -> pl.DataFrame:
    """Return the inner join of two tables with one row per `on` each, in the order of `rows`.

    Where both stand in one order no row is looked for: a join costs ten times as much, however few its rows.
    """
    if rows.height == more.height and all(rows[key].equals(more[key]) for key in on):
        return rows.hstack(more[[name for name in more.columns if name not in on]])
    return rows.join(more, on=on, maintain_order="left")
