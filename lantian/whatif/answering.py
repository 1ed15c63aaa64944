"""Many scenarios over one case: every parent is graded and planned once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lantian.run import NoPlanFound, Options
from lantian.whatif.asking import Asked, planned, read_standing, suppose
from lantian.whatif.chain import lineage
from lantian.whatif.record import whatif_of
from lantian.whatif.scenario import CASE
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Planned, Standing
from optimizer.result import Outcome
from reports.whatif.model import WhatIf


@dataclass(frozen=True)
class Answer:
    """One scenario answered: what was asked, its parent's plan, its own, and the comparison."""

    asked: Asked
    before: Planned
    after: Planned
    whatif: WhatIf


@dataclass
class Room:
    """A case on the table, with every scenario that was met so far: what is known is not worked out again."""

    folder: Path
    options: Options
    case: Standing
    asked: dict[str, Asked] = field(default_factory=dict)
    plans: dict[str, Planned] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, options: Options) -> "Room":
        """Return the room of a case: read and graded, not yet planned."""
        return cls(folder, options, read_standing(folder, options))

    @property
    def is_whole(self) -> bool:
        """Return whether plans are made with every table that a report shows."""
        return self.options.answers != "none"

    def standing(self, name: str) -> Standing:
        """Return the case, or a scenario of its folder with all its parents applied."""
        if name == CASE:
            return self.case
        for written in lineage(name, self.folder):
            if written.name not in self.asked:
                parent = self.standing(written.scenario.parent)
                self.asked[written.name] = suppose(written, parent, self.options)
        return self.asked[Path(name).stem].standing

    def plan(self, name: str) -> Planned:
        """Return the plan of the case or of a scenario; raises NoPlanFound when there is none."""
        if name not in self.plans:
            standing = self.standing(name)
            parent = None if name == CASE else self.plan(self.asked[name].written.scenario.parent)
            self.plans[name] = self.usable(planned(standing, parent, is_whole=self.is_whole))
        return self.plans[name]

    def answer(self, written: Written) -> Answer:
        """Return one scenario answered; raises InputError with its faults, NoPlanFound when there is no plan."""
        parent = written.scenario.parent
        asked = suppose(written, self.standing(parent), self.options)
        before = self.plan(parent)
        after = self.usable(planned(asked.standing, before, is_whole=self.is_whole))
        return Answer(asked, before, after, whatif_of(asked, before, after, self.options))

    def answers(self, written: Sequence[Written]) -> Iterator[Answer]:
        """Give the answers one by one, as they are found."""
        for each in written:
            yield self.answer(each)

    @staticmethod
    def usable(made: Planned) -> Planned:
        """Return a planned city that may be shown; raises NoPlanFound when its plan may not."""
        if made.plan.status.outcome is not Outcome.USABLE or not made.plan.verification.holds:
            raise NoPlanFound(made.plan)
        return made
