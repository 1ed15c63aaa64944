"""From a graded city to a planning problem: roster, menus, what law, notice and pins allow, what measures cost."""

from optimizer.city.build import build_city

__all__ = ["build_city"]
