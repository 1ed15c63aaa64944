"""A scenario file to a scenario, with every error at once and the line of each."""

from dataclasses import dataclass
from pathlib import Path

from grading.case.strict_toml import validated
from grading.case.text import decode
from grading.case.toml_lines import Key, line_of
from lantian.whatif.faults import At
from lantian.whatif.scenario import Scenario


@dataclass(frozen=True)
class Written:
    """A scenario and where it stands, so that a later fault can name its line."""

    name: str
    scenario: Scenario
    file: str
    text: str

    def at(self, *keys: Key) -> At:
        """Return the place of a key, for example `at("grades", 0, "select")`."""
        return At(self.file, line_of(self.text, keys), ".".join(str(key) for key in keys if isinstance(key, str)))


def read_scenario(path: Path) -> Written:
    """Return the scenario of a file, or raise InputError with every fault in it."""
    text = decode(path.read_bytes(), path.name)
    return Written(path.stem, validated(Scenario, text, path.name), path.name, text)
