"""The rules of docs/model.md sections 1 to 5 once more, row by row in plain Python: slow, and written apart."""

import math
from typing import Any

Unit = dict[str, Any]
Rung = dict[str, Any]
LEVELS = ("yellow", "orange", "red")
EPS = 1e-9


def rung_for(unit: Unit, level: str, ladder: list[Rung]) -> Rung | None:
    """Return the most specific rung: industry beats subtype beats process; the first of equals."""
    best, best_weight = None, -1
    for rung in ladder:
        if rung["grade"] != unit["grade"] or rung["level"] != level:
            continue
        weight = 0
        for key, points in (("industry", 4), ("subtype", 2), ("process", 1)):
            if rung.get(key) is None:
                continue
            weight = weight + points if rung[key] == unit[key] else -100
        if weight > best_weight:
            best, best_weight = rung, weight
    return best


def severity(unit: Unit, rung: Rung | None) -> float | None:
    """Return what is asked: share of load, 1 for kept hot, 2 for stopped; None for not known."""
    kind = "unknown" if rung is None else rung["kind"]
    asked: float | None = {"none": 0.0, "voluntary": 0.0, "bank": 1.0, "keep_hot": 1.0, "stop": 2.0}.get(kind)
    if rung is not None and kind in ("load_cut", "stop_share_by_line") and rung["share"] is not None:
        asked = 2.0 if rung["share"] >= 1 else rung["share"]
    if rung is not None and kind == "coking_time_h" and None not in (unit["normal_h"], rung["hours"]):
        asked = max(0.0, 1 - unit["normal_h"] / rung["hours"])
    return asked


def menu_of(unit: Unit, ladder: list[Rung], pinned: list[float]) -> list[tuple[str, float]]:
    """Return (name, severity) in order, starting with no measure."""
    if unit["is_idle"]:
        return [("none", 0.0)]
    asked = [rung_for(unit, level, ladder) for level in LEVELS]
    shares = {0.1, 0.2, 0.3, 0.5, *pinned, 1 - unit["min_load"]}
    shares |= {
        value
        for rung in asked
        if rung is not None and rung["kind"] in ("load_cut", "stop_share_by_line", "coking_time_h")
        and (value := severity(unit, rung)) is not None
    }  # fmt: skip
    kept = sorted(share for share in shares if EPS < share < 1 - EPS and share <= 1 - unit["min_load"] + EPS)
    distinct = [share for i, share in enumerate(kept) if i == 0 or share - kept[i - 1] > 1e-6]
    menu = [("none", 0.0)] + [("cut", share) for share in distinct]
    if unit["can_stop"]:
        if any(rung is not None and rung["kind"] in ("bank", "keep_hot") for rung in asked):
            menu.append(("hold", 1.0))
        menu.append(("stop", 2.0))
    return menu


def group_of(unit: Unit) -> tuple[Any, ...]:
    return (unit["enterprise_id"], unit["industry"], unit["subtype"], unit["process"])


def counted(units: list[Unit], unit: Unit, level: str, ladder: list[Rung]) -> tuple[int, int] | None:
    """Return (lines, lines to stop) where the law counts by line and there are several, else None."""

    def by_line(other: Unit) -> bool:
        rung = rung_for(other, level, ladder)
        return (
            not other["is_idle"]
            and rung is not None
            and rung["kind"] == "stop_share_by_line"
            and rung["share"] is not None
            and rung["share"] < 1
        )

    if not by_line(unit):
        return None
    lines = [other for other in units if group_of(other) == group_of(unit) and by_line(other)]
    rung = rung_for(unit, level, ladder)
    assert rung is not None
    return (len(lines), math.ceil(len(lines) * rung["share"] - EPS)) if len(lines) > 1 else None


def may_stop(unit: Unit, level: str, ladder: list[Rung]) -> bool:
    menu = menu_of(unit, ladder, unit.get("pinned", []))
    return menu[ceiling(unit, level, menu)][1] >= 1


def law_floor(units: list[Unit], unit: Unit, level: str, ladder: list[Rung], menu: list[tuple[str, float]]) -> int:
    asked = severity(unit, rung_for(unit, level, ladder))
    count = counted(units, unit, level, ladder)
    if unit["is_idle"] or asked is None:
        return 0
    if count is not None:
        lines = [o for o in units if group_of(o) == group_of(unit) and not o["is_idle"]]
        able = [o["unit_id"] for o in lines if may_stop(o, level, ladder)]
        if unit["unit_id"] in able or len(able) >= count[1]:
            return 0
    for k, (_, reached) in enumerate(menu):
        if reached >= asked - EPS:
            return k
    return len(menu) - 1


def ceiling(unit: Unit, level: str, menu: list[tuple[str, float]]) -> int:
    up_to = unit["exempt_up_to"]
    inside = None if up_to is None else LEVELS.index(level) <= LEVELS.index(up_to)
    if unit["treatment"] in ("grade_exempt", "small_micro"):
        return 0
    if unit["treatment"] == "register_exempt" and inside:
        return 0
    if unit["treatment"] == "register_quota" and inside is not False:
        if unit["quota_share"] is None:
            return 0
        return max(k for k, (_, cut) in enumerate(menu) if k == 0 or min(cut, 1) <= 1 - unit["quota_share"] + EPS)
    return len(menu) - 1


def bounds(units: list[Unit], ladder: list[Rung], has_floors: bool = True) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (floor, ceiling) per unit and level, nested over the levels."""
    found = {}
    for unit in units:
        menu = menu_of(unit, ladder, unit.get("pinned", []))
        for i, level in enumerate(LEVELS):
            ceil = min(ceiling(unit, above, menu) for above in LEVELS[i:])
            floor = max(law_floor(units, unit, below, ladder, menu) for below in LEVELS[: i + 1]) if has_floors else 0
            found[unit["unit_id"], level] = (min(floor, ceil), ceil)
    return found
