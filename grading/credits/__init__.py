"""Environmental credit points on a day, by dated point systems."""

from grading.credits.points import PointSystem, point_system, points_on

__all__ = ["PointSystem", "point_system", "points_on"]
