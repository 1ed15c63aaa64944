"""Rules with blanks that mean "any": every rule that fits a subject, and how specific it is."""

from collections.abc import Sequence
from itertools import product

import polars as pl


def match_rules(
    subjects: pl.DataFrame, rules: pl.DataFrame, keys: Sequence[str], exact: Sequence[str] = ()
) -> pl.DataFrame:
    """Return each pair of subject and fitting rule, with `specificity`; a null key in a rule fits everything.

    The first key weighs more than all later ones together, so (industry, process) is less specific than
    (industry, subtype) when the keys are industry, subtype, process.

    Shape: one row per subject and rule; columns of the subject, then the rule's other columns and `rule_row`.
    """
    numbered = rules.with_row_index("rule_row")
    found: list[pl.DataFrame] = []
    for named in product((True, False), repeat=len(keys)):
        asked = [key for key, is_named in zip(keys, named, strict=True) if is_named]
        blank = [key for key, is_named in zip(keys, named, strict=True) if not is_named]
        fitting = numbered.filter(
            *(pl.col(key).is_not_null() for key in asked), *(pl.col(key).is_null() for key in blank)
        ).drop(blank)
        if found and fitting.is_empty():
            continue
        on = [*asked, *exact]
        pairs = subjects.join(fitting, on=on, how="inner") if on else subjects.join(fitting, how="cross")
        weight = sum(2 ** (len(keys) - 1 - i) for i, is_named in enumerate(named) if is_named)
        found.append(pairs.with_columns(specificity=pl.lit(weight, dtype=pl.Int64)))
    columns = found[0].columns
    return pl.concat([frame.select(columns) for frame in found])
