"""One shape for everything that can be wrong with an input: what, where, which rule, how to repair."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from grading.words import Language, say

Severity = Literal["fatal", "row"]


@dataclass(frozen=True, order=True)
class Fault:
    """One fault at one place.

    `message` and `repair` are English templates, translated and filled from `values` when shown.
    A `row` fault rejects its row and the run goes on; a `fatal` fault ends the run with exit code 2.
    Row 1 is the first line of the file or sheet, as Excel shows it; 0 means the whole file.
    """

    file: str
    sheet: str
    row: int
    column: str
    rule: str
    message: str
    repair: str
    value: str = ""
    severity: Severity = "row"
    values: Mapping[str, object] = field(default_factory=dict, compare=False)

    def what(self, language: Language) -> str:
        """Return the sentence that says what is wrong."""
        return say(language, self.message, **self.values)

    def how(self, language: Language) -> str:
        """Return the sentence that says how to repair it."""
        return say(language, self.repair, **self.values)

    def where(self) -> str:
        """Return the place as `file[sheet]:row:column`, leaving out what does not apply."""
        sheet = f"[{self.sheet}]" if self.sheet else ""
        row = f":{self.row}" if self.row else ""
        column = f":{self.column}" if self.column else ""
        return f"{self.file}{sheet}{row}{column}"


class InputError(Exception):
    """The input cannot be used; carries every fault found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(f"{f.where()} {f.what('en')} {f.how('en')}" for f in self.faults))
