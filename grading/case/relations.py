"""Rules between rows and between tables: one key once, no orphans."""

import polars as pl

from grading.case.parse import FAULTS, Parsed

KEYS: dict[str, tuple[str, ...]] = {
    "enterprises": ("enterprise_id",),
    "units": ("unit_id",),
    "overrides": ("unit_id", "level"),
    "measures": ("unit_id", "measure_id"),
}
SHOWN_ROWS = 5


def duplicate_faults(parsed: Parsed) -> pl.DataFrame:
    """Return a fault for every copy of a key that appears more than once."""
    if parsed.table not in KEYS:
        return pl.DataFrame(schema=FAULTS)
    key = list(KEYS[parsed.table])
    rows = parsed.frame.select("source_row", pl.col(key).cast(pl.String), _owner(parsed)).drop_nulls(key)
    groups = rows.group_by(key).agg(
        pl.len().alias("count"),
        pl.col("source_row").sort().head(SHOWN_ROWS).cast(pl.String).str.join(", ").alias("rows"),
        (pl.col("owner").n_unique() > 1).alias("is_shared"),
    )
    copies = rows.join(groups.filter(pl.col("count") > 1), on=key, maintain_order="left")
    more = pl.when(pl.col("count") > SHOWN_ROWS).then(pl.lit(" …")).otherwise(pl.lit(""))
    return copies.select(
        pl.col("source_row").alias("row"),
        pl.lit(parsed.name(key[0])).alias("column"),
        pl.concat_str(key, separator=" ").alias("value"),
        pl.when("is_shared").then(pl.lit("unit_in_two_enterprises")).otherwise(pl.lit("duplicate_key")).alias("rule"),
        (pl.col("rows") + more).alias("expected"),
    )


def _owner(parsed: Parsed) -> pl.Expr:
    owner = pl.col("enterprise_id") if parsed.table == "units" else pl.lit("")
    return owner.alias("owner")


def orphan_faults(parsed: Parsed, column: str, accepted: pl.Series, rejected: pl.Series, places: str) -> pl.DataFrame:
    """Return a fault for each row whose `column` names nothing accepted; says so when the parent was rejected."""
    rows = parsed.frame.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(accepted.implode()))
    return rows.select(
        pl.col("source_row").alias("row"),
        pl.lit(parsed.name(column)).alias("column"),
        pl.col(column).alias("value"),
        pl.when(pl.col(column).is_in(rejected.implode()))
        .then(pl.lit("parent_rejected"))
        .otherwise(pl.lit("orphan"))
        .alias("rule"),
        pl.lit(places).alias("expected"),
    )
