"""Emission factors row by row: written from the description of the table, with loops and dictionaries, no frame."""

from dataclasses import dataclass
from fractions import Fraction

WHOLE_OF = {"coke_oven_6m_up": "coke_oven"}
INDUSTRIES = {"水泥": "cement", "焦化": "coking", "砖瓦窑": "brick"}
SUBTYPES = {"烧结砖": "fired", "熟料": "clinker"}
PROCESSES = {"焦炉": "coke_oven", "粉磨": "mill"}


@dataclass(frozen=True)
class Line:
    """One production line, in the pack's ids."""

    unit_id: str
    industry: str
    subtype: str | None
    process: str
    product: str | None
    output: str | None
    runs: bool


@dataclass(frozen=True)
class Row:
    """One row of a table of factors, as it is written; "" is a blank cell."""

    unit_id: str
    industry: str
    subtype: str
    process: str
    product: str
    pollutant: str
    factor: str
    is_generation: bool
    mass: str
    per: str
    amount: str
    removal_percent: str


def closeness(row: Row, line: Line) -> int | None:
    """Return how closely a row fits a line; None where it does not."""
    if row.unit_id:
        return 100 if row.unit_id == line.unit_id else None
    process = PROCESSES.get(row.process, row.process)
    if INDUSTRIES[row.industry] != line.industry or process not in (line.process, WHOLE_OF.get(line.process)):
        return None
    close = 1 if process == line.process else 0
    subtype = SUBTYPES.get(row.subtype, row.subtype)
    for written, own, worth in ((subtype, line.subtype, 2), (row.product, line.product, 4)):
        if written and written != own:
            return None
        close += worth if written else 0
    return close


def of_line(line: Line, rows: list[Row], pollutant: str) -> tuple[str, Fraction | None] | None:
    """Return the state of a line and its kilograms a day; None where no row fits."""
    rated = [(close, row) for row in rows if row.pollutant == pollutant for close in [closeness(row, line)]]
    fits = [(close, row) for close, row in rated if close is not None]
    if not fits:
        return None
    best = max(close for close, _ in fits)
    closest = [row for close, row in fits if close == best]
    if len(closest) > 1:
        return "several_factors", None
    (row,) = closest
    if not row.amount and row.per != "t":
        return "output_in_tonnes", None
    amount = row.amount or line.output
    if amount is None:
        return "no_output", None
    kilograms = Fraction(row.factor) * Fraction(amount) / (1000 if row.mass == "g" else 1)
    return "counted", kilograms * (1 - Fraction(row.removal_percent or 0) / 100)
