"""What a run is asked for and what it has in hand after each part of the pipeline."""

from dataclasses import dataclass, field
from pathlib import Path

from grading.assess.model import Graded
from grading.case.model import Case
from grading.law.model import Law
from grading.words import Language
from lantian.cli_words import Require
from lantian.journal import Journal
from optimizer.answers import Effort
from optimizer.result import City, Plan
from reports.context import ReportContext


@dataclass(frozen=True)
class Options:
    """How a run speaks, where it writes, and on which rules it may rest.

    `require`: the weakest evidence status of a rule that may decide a grade; weaker ones leave an interval.
    `answers`: how thoroughly the questions about the finished plan are asked.
    """

    out: Path
    language: Language = "zh"
    journal: Journal = field(default_factory=Journal)
    require: Require = "unknown"
    answers: Effort = "quick"

    def on_record(self) -> dict[str, object]:
        """Return what the manifest keeps of them."""
        return {"language": self.language, "require": self.require, "answers": self.answers}


@dataclass(frozen=True)
class GradedCase:
    """An accepted case, the law in force and the grades."""

    case: Case
    law: Law
    graded: Graded


@dataclass(frozen=True)
class PlannedCase:
    """A graded case with its verified plan and the page context."""

    graded_case: GradedCase
    city: City
    plan: Plan
    context: ReportContext


class NoPlanFound(Exception):  # noqa: N818 - named after what it says, as exit code 3 does
    """No plan holds, or the one found failed its check; nothing is published."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        broken = [check for check in plan.verification.checks if check.violations]
        self.reasons = tuple(f"{check.name}: {'; '.join(check.examples)}" for check in broken)
        super().__init__("\n".join(self.reasons) or plan.status.proof.value)

    def __reduce__(self) -> tuple[type["NoPlanFound"], tuple[Plan]]:
        """Return how it passes from one process to another."""
        return type(self), (self.plan,)
