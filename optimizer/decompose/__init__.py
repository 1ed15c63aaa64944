"""The LP of a large city: a small master program and prices over all units at once."""

from optimizer.decompose.answer import GAP, Decomposed, solve_by_decomposition

__all__ = ["GAP", "Decomposed", "solve_by_decomposition"]
