"""A PuLP program handed to HiGHS in one call.

PuLP's adapter adds columns and rows one by one, which takes several times as long as solving most of our programs.
Everything else (options, status, values, duals) stays with PuLP.
"""

from itertools import chain
from typing import Any

import highspy
import numpy as np

INFINITY = highspy.kHighsInf


def hand_over(program: Any) -> None:  # noqa: ANN401 - PuLP has no types
    """Fill `program.solverModel` with a minimising PuLP program, its columns and rows numbered as PuLP does."""
    columns, rows = program.variables(), program.constraints()
    for place, column in enumerate(columns):
        column.index = place
    for place, row in enumerate(rows):
        row.index = place
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns), len(rows)
    lp.col_cost_ = np.array([program.objective.get(column, 0.0) for column in columns], dtype=np.float64)
    lp.col_lower_, lp.col_upper_ = _bounds([(column.lowBound, column.upBound) for column in columns])
    lp.row_lower_, lp.row_upper_ = _bounds([(row.getLb(), row.getUb()) for row in rows])
    integer = highspy.HighsVarType.kInteger
    if program.isMIP():
        lp.integrality_ = [integer if c.cat == "Integer" else highspy.HighsVarType.kContinuous for c in columns]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array([column.index for row in rows for column in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array(list(chain.from_iterable(row.values() for row in rows)), dtype=np.float64)
    program.solverModel.passModel(lp)


def _bounds(pairs: list[tuple[float | None, float | None]]) -> tuple[np.typing.NDArray[np.float64], ...]:
    lower = [-INFINITY if low is None else low for low, _ in pairs]
    upper = [INFINITY if high is None else high for _, high in pairs]
    return np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64)
