"""What is kept of a what-if: the changes in words of the file, hashes of what it rests on, and the page's context."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from grading.case.settings import CaseSettings
from grading.law.model import Law
from grading.words import Language, mark, say
from lantian.manifest import canonical_json, manifest_of
from lantian.run import Options
from lantian.whatif.asking import Asked
from lantian.whatif.oneliners import COMMAND_LINE
from lantian.whatif.settings import PARTS
from lantian.whatif.supposed import Planned, Standing, sha256
from optimizer.contrast import contrast
from optimizer.contrast.worth import worth_of
from reports.whatif.model import ChangeLine, WhatIf

SHORT = 12


def whatif_of(asked: Asked, before: Planned, after: Planned, options: Options) -> WhatIf:
    """Return one scenario beside its parent, ready to be shown."""
    direct = direct_units(asked, before, after)
    worth = partial(worth_of, after.city, after.plan)
    scenario, case = asked.written.scenario, after.standing.named
    old_costs, costs = before.standing.supposed.costs, after.standing.supposed.costs
    return WhatIf(
        city_name=case.settings.city.name,
        season=case.settings.city.season,
        name=asked.written.name,
        title=scenario.title or (scenario.reason if asked.written.file == COMMAND_LINE else asked.written.name),
        parent=scenario.parent,
        author=scenario.author,
        reason=scenario.reason,
        law_before=_law_text(before.standing.law),
        law_after=_law_text(after.standing.law),
        changes=tuple(changes_of(asked, before.standing)),
        contrast=contrast((before.city, before.plan), (after.city, after.plan), direct, worth),
        orders_before=before.plan.orders,
        orders_after=after.plan.orders,
        retrofit_cost_cny_per_season=sum(costs.values()) - sum(old_costs.values()),
        status_before=before.plan.status,
        status_after=after.plan.status,
        names=(before if after.standing.law is before.standing.law else after).standing.names,
        provenance=tuple(provenance_of(asked, before, after, options).items()),
    )


def _law_text(law: Law) -> str:
    return f"{law.pack_id} {law.on}"


def direct_units(asked: Asked, before: Planned, after: Planned) -> frozenset[str]:
    """Return the units that the scenario changed itself: those hit, and those that are in only one of the cases."""
    hit = {unit for hit in asked.hits for unit in hit.units}
    old, new = (side.city.units["unit_id"] for side in (before, after))
    return frozenset(hit if old.equals(new) else hit | (set(old) ^ set(new)))


def changes_of(asked: Asked, parent: Standing) -> Iterator[ChangeLine]:
    """Give every change of a scenario: the city's numbers first, then in the order of the file."""
    before, after = parent.supposed.case.settings, asked.standing.supposed.case.settings
    yield from settings_changes(before, after)
    scenario = asked.written.scenario
    for hit in asked.hits:
        key, _, place = hit.key.partition(".")
        change = getattr(scenario, key)[int(place) - 1]
        yield ChangeLine(key, _value(key, change), hit.said, len(hit.enterprises), len(hit.units))
    for new in scenario.new:
        firm = new.enterprise.get("name") or new.units[0].get("enterprise_id", "")
        yield ChangeLine("new", "", str(firm), 1 if new.enterprise else 0, len(new.units))


def settings_changes(before: CaseSettings, after: CaseSettings) -> Iterator[ChangeLine]:
    """Give every number of the city that differs, old and new."""
    old, new = (dict(_leaves(settings.model_dump(include=set(PARTS)))) for settings in (before, after))
    for place in dict.fromkeys([*old, *new]):
        if old.get(place) != new.get(place):
            kind, _, rest = place.partition(".")
            yield ChangeLine(kind, f"{_shown(old.get(place))} → {_shown(new.get(place))}", rest, None, None)


def _shown(value: object) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _value(key: str, change: Any) -> str:  # noqa: ANN401 - one of the change models
    """Return what a change sets, without whom it is about."""
    if key == "retrofits":
        stated = change.model_dump(exclude_unset=True, exclude={"select", "reason"})
        return ", ".join(f"{name} = {_shown(value)}" for name, value in stated.items())
    spoken = {
        "grades": "{0.grade}", "evidence": "{0.indicator} = {0.value}", "registers": "{0.action} {0.register_name}",
        "penalties": "{0.repaired_on}", "locks": "{0.level}: {0.measure}", "prices": "× {0.loss_factor:g}",
    }  # fmt: skip
    return spoken.get(key, "").format(change)


def provenance_of(asked: Asked, before: Planned, after: Planned, options: Options) -> dict[str, str]:
    """Return what both plans rest on; everything is a hash, a name or a day."""
    standing = before.standing
    parent = manifest_of(standing.named, standing.law, standing.graded, before.plan, options.on_record())
    return {
        "scenario": asked.written.name,
        "scenario_sha256": sha256(asked.written.text),
        "author": asked.written.scenario.author,
        "reason": asked.written.scenario.reason,
        "parent": asked.written.scenario.parent,
        "parent_sha256": sha256(canonical_json(parent)),
        "parent_plan_sha256": plan_sha256(before),
        "plan_sha256": plan_sha256(after),
        "law_before": f"{_law_text(standing.law)} {standing.law.content_sha256}",
        "law_after": f"{_law_text(after.standing.law)} {after.standing.law.content_sha256}",
    }


def plan_sha256(planned: Planned) -> str:
    """Return the hash of a plan's orders, as text, in their fixed order."""
    return planned.orders_sha256


def marked_remark(asked: Asked, language: Language) -> str:
    """Return the remark that keeps a scenario's documents from being taken for the plan in force."""
    return say(
        language,
        mark("What-if scenario {name}, not the plan in force ({author}: {reason})."),
        name=asked.written.name,
        author=asked.written.scenario.author,
        reason=asked.written.scenario.reason,
    )
