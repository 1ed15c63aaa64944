"""The LP of a large city: a small master program and prices over all units at once."""

from optimizer.decompose.answer import GAP, Decomposed, solve_by_decomposition
from optimizer.decompose.sift import Warm, warm_of

__all__ = ["GAP", "Decomposed", "Warm", "solve_by_decomposition", "warm_of"]
