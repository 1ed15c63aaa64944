"""Emission factors: a bureau's table of them, and what they make of the output of each line."""

from grading.factors.apply import Factored, FactorEmissions, factor_emissions
from grading.factors.read import Factors, read_factors

__all__ = ["FactorEmissions", "Factored", "Factors", "factor_emissions", "read_factors"]
