"""The same questions answered hour by hour in plain Python, written from the facts and not from the code.

Numbers of the rules are typed here once more on purpose: regulation.md section 6.
"""

import calendar
import math
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
INVALID = {
    "calibration", "maintenance", "fault", "comms_error", "over_range", "manual", "invalid_minutes", "missing",
    "no_value", "negative", "no_flag", "mark_conflict", "value_conflict", "o2_missing", "o2_guard", "out_of_control",
}  # fmt: skip
OPEN = {"start_up", "shutdown", "malfunction"}
LETTERS = {"C": "calibration", "M": "maintenance", "D": "fault", "B": "comms_error", "T": "over_range", "S": "manual"}


def state(row: Row | None, reference_o2: float | None) -> str:  # noqa: PLR0911 - one return per rule
    if row is None:
        return "missing"
    if row["is_in_conflict"]:
        return "value_conflict"
    flag, source = row["flag"], row["source_state"]
    if (source == "stopped" and flag == "D") or (flag == "F" and source not in (None, "stopped")):
        return "mark_conflict"
    if source == "stopped" or flag == "F":
        return "source_stopped"
    if flag in LETTERS:
        return LETTERS[flag]
    if flag is None:
        return "no_flag"
    if row["valid_minutes"] is not None and row["valid_minutes"] < 45:
        return "invalid_minutes"
    return _state_of_numbers(row, reference_o2)


def _state_of_numbers(row: Row, reference_o2: float | None) -> str:
    if row["measured_mg_m3"] is None:
        return "no_value"
    if row["measured_mg_m3"] < 0:
        return "negative"
    if reference_o2 is not None:
        if row["o2_percent"] is None:
            return "o2_missing"
        if not 0 <= row["o2_percent"] < 21 - 1e-7:
            return "o2_guard"
    return row["source_state"] if row["source_state"] in OPEN else "valid"


def corrected(row: Row, reference_o2: float | None) -> float:
    measured: float = row["measured_mg_m3"]
    if reference_o2 is None:
        return measured
    o2: float = row["o2_percent"]
    return measured * (21 - reference_o2) / (21 - o2)


def month(rows: dict[datetime, Row], hours: list[datetime], reference_o2: float | None, limit: float) -> Row:
    """Return counts of states, capture, and the verdict of one month that is the whole quarter known."""
    states = {hour: state(rows.get(hour), reference_o2) for hour in hours}
    counts = Counter(states.values())
    outage = counts["source_stopped"]
    invalid = sum(counts[name] for name in INVALID)
    base = len(hours) - outage
    capture = (base - invalid) / base if base else None
    judged = [corrected(rows[h], reference_o2) <= limit + 1e-7 for h, s in states.items() if s == "valid"]
    opened = [corrected(rows[h], reference_o2) <= limit + 1e-7 for h, s in states.items() if s in OPEN]
    return {
        "counts": dict(counts),
        "capture": capture,
        "verdict": _verdict(capture, judged, opened),
        "valid_days": _valid_days(states),
    }


def _verdict(capture: float | None, judged: list[bool], opened: list[bool]) -> str:
    if capture is not None and capture < 0.75 - 1e-9:
        return "capture_too_low"
    shares = [sum(group) / len(group) for group in (judged, judged + opened) if group]
    if not shares:
        return "no_hours"
    passes = {share >= 0.95 - 1e-9 for share in shares}
    return "undecided" if len(passes) == 2 else "pass" if passes.pop() else "fail"


def _valid_days(states: dict[datetime, str]) -> int:
    by_day = Counter(hour.date() for hour, name in states.items() if name == "valid" or name in OPEN)
    return sum(count >= 20 for count in by_day.values())


def days_asked_of(month_start: datetime) -> int:
    return 23 if month_start.month == 2 else 25


def last_day(month_start: datetime) -> int:
    return calendar.monthrange(month_start.year, month_start.month)[1]


def mass(rows: dict[datetime, Row], hours: list[datetime], reference_o2: float | None, capture: float) -> list[Row]:
    """Return method and kg of each hour, walking forward; no out-of-control periods."""
    states = [state(rows.get(hour), reference_o2) for hour in hours]
    own: list[float | None] = [
        rows[hour]["measured_mg_m3"] * rows[hour]["flow_m3_per_h"] / 1e6
        if name in OPEN | {"valid"} and rows[hour]["flow_m3_per_h"] is not None
        else None
        for hour, name in zip(hours, states, strict=True)
    ]
    return [_mass_of(at, states, own, capture) for at in range(len(hours))]


def _mass_of(at: int, states: list[str], own: list[float | None], capture: float) -> Row:
    if own[at] is not None:
        return {"method": "measured", "kg": own[at]}
    if states[at] == "source_stopped":
        return {"method": "source_stopped", "kg": 0.0}
    if states[at] not in INVALID:
        return {"method": "flow_missing", "kg": None}
    first, last = at, at
    while first > 0 and own[first - 1] is None:
        first -= 1
    while last + 1 < len(own) and own[last + 1] is None:
        last += 1
    gap = sum(name in INVALID for name in states[first : last + 1])
    if capture < 0.75 - 1e-9:
        return {"method": "capture_too_low", "kg": None}
    window = 2160 if capture < 0.9 - 1e-9 else 180 if gap <= 24 else 720
    before = [kg for kg in own[:first] if kg is not None][-window:]
    if len(before) < window:
        return {"method": "history_too_short", "kg": None}
    return {"method": "max_of_previous", "kg": max(before)}


def hours_of(first: datetime, count: int) -> list[datetime]:
    return [first + timedelta(hours=at) for at in range(count)]


def smallest_limit_met(values: list[float], share: float) -> float:
    """Return the least limit within which at least `share` of the values lie, by trying each value."""
    for limit in sorted(values):
        if sum(value <= limit for value in values) / len(values) >= share - 1e-9:
            return limit
    return math.nan
