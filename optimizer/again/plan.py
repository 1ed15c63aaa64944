"""A city that differs little from a planned one: its verified plan, with the tables that a what-if shows."""

import polars as pl

from grading.checked import shaped
from optimizer.again.alone import plan_alone
from optimizer.again.program import Program
from optimizer.again.stages import staged_beside
from optimizer.choices import ContradictionError
from optimizer.couplings import couplings_among
from optimizer.lexicographic import NoPlanError
from optimizer.planning import laid_out, plan_city
from optimizer.result import City, Plan
from optimizer.tables import Attainability
from optimizer.whole.nearest import nearest


def plan_beside(city: City, base: Plan, program: Program | None = None) -> Plan:
    """Return the plan of a city close to the one that `base` plans, re-checked without the solver.

    Every gap is proven for the whole city. Where few units decided anew do not prove it, the city is planned like any
    other (`plan_city`), begun from the base. Who holds what stays, other ways of planning and equal swaps are
    left out: those tables are empty, and the comparison has the plan's own rows. `program` holds the parts of the
    base's city (`optimizer.again.program.program_of`), if somebody kept them.
    """
    try:
        staged = staged_beside(city, base, program)
    except (ContradictionError, NoPlanError):
        staged = None
    if staged is None:
        return plan_city(city, base)
    staged = nearest(staged, base.orders, couplings_among(city, staged.alike))
    # No schema is asked again: the check lays every column of every order beside the city, nulls included.
    plan = laid_out(city, staged, plan_alone, (Attainability.create_empty(), pl.DataFrame()), shaped)
    return plan if plan.verification.holds else plan_city(city, base)
