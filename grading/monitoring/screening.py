"""The numbers of the anomaly screening, as data: strict like a rule file, but nobody's law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from grading.law.pack import Evidence, Id, InForce, Source, Title
from grading.law.strictyaml import parse, raise_all, validate
from grading.monitoring.law import Parameter, check_names

NAMES: tuple[str, ...] = (
    "constant_hours", "constant_chance", "stuck_hours", "stuck_band_share", "under_band_share",
    "under_share_of_hours", "under_to_over_ratio", "step_window_hours", "step_share", "step_spreads",
    "near_air_o2_percent", "near_air_hours", "flowing_share", "contradiction_hours", "powered_share", "still_share",
    "treatment_off_share", "hugging_gaps", "hugging_spreads", "drift_days", "drift_rank", "drift_share",
    "drift_jump_share",
)  # fmt: skip


class ScreeningFile(InForce):
    """A whole screening file."""

    id: Id
    """Id of the file; its name without the ending."""
    title: Title
    """Full title."""
    document: str
    """Document it rests on, if any."""
    in_force_evidence: Evidence
    """How far its dates can be relied on."""
    sources: dict[Id, Source]
    """Every source that a statement may name."""
    parameters: dict[Id, Parameter]
    """The numbers, by name."""


@dataclass(frozen=True)
class Screening:
    """The screening numbers of one day."""

    parameters: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> Parameter:
        """Return the parameter of that name."""
        return self.parameters[name]


@cache
def load_screening(on: date) -> Screening:
    """Return the packaged screening numbers as they stand on a day.

    Raises:
        InputError: the file is broken or incomplete.
    """
    name = "screening.yaml"
    document = parse(name, files("grading.monitoring").joinpath("rules", name).read_bytes())
    model = validate(document, ScreeningFile) if not document.faults else None
    found = {key: value for key, value in model.parameters.items() if value.applies(on)} if model else {}
    if model is not None:
        check_names(document, "parameters", set(found), set(NAMES))
    raise_all([document])
    return Screening(found)
