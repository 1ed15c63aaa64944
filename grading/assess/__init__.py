"""Evidence against requirements: verdicts, grades, caps and registers."""

from grading.assess.grade import grade
from grading.assess.model import Graded

__all__ = ["Graded", "grade"]
