"""Convert a measured concentration to the reference oxygen content."""

import polars as pl

AIR_O2_PERCENT = 21.0


def at_reference_o2(measured: pl.Expr, o2_percent: pl.Expr, reference_o2_percent: pl.Expr) -> pl.Expr:
    """Return the concentration at the reference oxygen content; null where it cannot be converted.

    Units: concentrations in mg/m3 dry, oxygen in percent by volume.
    Maths: C_ref = C * (21 - O2_ref) / (21 - O2). At or above 21 % oxygen the stack holds air, and the
    formula would divide by zero or turn the sign, so the answer is null.
    """
    is_flue_gas = o2_percent.is_between(0, AIR_O2_PERCENT, closed="left") & reference_o2_percent.is_between(
        0, AIR_O2_PERCENT, closed="left"
    )
    converted = measured * (AIR_O2_PERCENT - reference_o2_percent) / (AIR_O2_PERCENT - o2_percent)
    return pl.when(is_flue_gas).then(converted)
