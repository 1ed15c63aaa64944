"""The numbers of the whole city: law, targets, society emissions, other lists, alert days and policy."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from grading.case.settings import CaseSettings
from grading.faults import Fault, InputError
from grading.scale import LEVELS, POLLUTANTS
from lantian.whatif.faults import scenario_fault
from lantian.whatif.scenario import Scenario
from lantian.whatif.scenario_file import Written

PARTS = ("law", "targets", "society", "reductions", "episode", "policy")


def with_settings(settings: CaseSettings, written: Written) -> CaseSettings:
    """Return the settings with what the scenario says of the city; what it leaves out stays."""
    asked = {name: value for name in PARTS if (value := _stated(written.scenario, name))}
    if not asked:
        return settings
    changed = CaseSettings.model_validate(_merged(settings.model_dump(), asked))
    faults = [*_unknown_sectors(settings, written), *_falling_targets(changed, written)]
    if faults:
        raise InputError(faults)
    return changed


def _stated(scenario: Scenario, name: str) -> dict[str, Any]:
    part = getattr(scenario, name)
    if part is None:
        return {}
    return dict(part) if isinstance(part, Mapping) else part.model_dump(exclude_unset=True, exclude_none=True)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return `old` with the leaves of `new` in place of its own."""
    return {
        **old,
        **{
            key: _merged(old.get(key) or {}, value) if isinstance(value, Mapping) else value
            for key, value in new.items()
        },
    }


def _unknown_sectors(settings: CaseSettings, written: Written) -> Iterator[Fault]:
    society = written.scenario.society
    for sector in society.sectors if society else ():
        if sector not in settings.society.sectors:
            known = ", ".join(settings.society.sectors)
            yield scenario_fault("sector_missing", written.at("society", "sectors", sector), sector, known)


def _falling_targets(settings: CaseSettings, written: Written) -> Iterator[Fault]:
    for pollutant in POLLUTANTS:
        stated = [(level, settings.targets.get(level, {}).get(pollutant)) for level in LEVELS]  # type: ignore[call-overload]
        known = [(level, share) for level, share in stated if share is not None]
        for (_, milder), (level, share) in pairwise(known):
            if share < milder:
                yield scenario_fault("level_falls", written.at("targets", level, pollutant), f"{level} {pollutant}")
