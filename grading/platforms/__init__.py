"""The four platforms beside the bureau's own tables: monitors, permits, credit, disclosure, and whether they agree."""

from grading.platforms.join import hear_platforms

__all__ = ["hear_platforms"]
