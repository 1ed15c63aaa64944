"""Grades and a city in, a verified plan out."""

from optimizer.planning import plan_city

__all__ = ["plan_city"]
