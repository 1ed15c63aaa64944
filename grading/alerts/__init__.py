"""Which alert level a forecast of daily AQI reaches, by dated thresholds."""

from grading.alerts.classify import classify
from grading.alerts.thresholds import ThresholdSet, thresholds

__all__ = ["ThresholdSet", "classify", "thresholds"]
