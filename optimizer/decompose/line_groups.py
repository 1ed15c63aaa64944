"""Which line groups pricing can count itself, and which must be coupling rows of the master.

A group is counted inside pricing where it is small and stopping is the hardest measure of each of its lines:
then a line that stands still at one level does so at all stricter ones, four patterns describe it, and the
cheapest whole choice of patterns is also the cheapest mixture (a network flow).
"""

from dataclasses import dataclass

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Ints
from optimizer.model import LineCount, Problem

MOST_LINES = 8
"""Lines up to which a group is counted inside pricing; there are `C(lines + 3, 3)` states."""


@dataclass(frozen=True)
class LineGroup:
    """One group counted inside pricing: its free lines, and how many of them must stop at each level."""

    units: Ints
    need: tuple[int, ...]
    rows: tuple[LineCount | None, ...]


def split_lines(problem: Problem, is_free_unit: Bools) -> tuple[list[LineGroup], tuple[LineCount, ...]]:
    """Return the groups that pricing counts, and the line counts that remain coupling rows."""
    choices = problem.choices
    hardest = np.zeros(len(choices.unit_ids), dtype=np.int64)
    np.maximum.at(hardest, choices.unit, choices.k)
    is_hardest = choices.k == hardest[choices.unit]
    on_top = np.bincount(choices.slot, weights=is_hardest, minlength=len(choices.sizes)) > 0
    by_group: dict[str, list[LineCount]] = {}
    for line in problem.line_counts:
        by_group.setdefault(line.group, []).append(line)
    members = {
        name: np.unique(np.concatenate([choices.unit[line.rows] for line in lines])) for name, lines in by_group.items()
    }
    times = np.bincount(np.concatenate(list(members.values())), minlength=len(hardest)) if members else hardest
    groups, rest = [], []
    for name, lines in by_group.items():
        units = members[name]
        free = units[is_free_unit[units]]
        is_simple = (
            0 < len(free) <= MOST_LINES
            and bool((times[units] == 1).all())
            and len({line.level for line in lines}) == len(lines)
            and all(bool(is_hardest[line.rows].all()) for line in lines)
            and all(len(line.rows) == int(on_top[units * len(LEVELS) + line.level].sum()) for line in lines)
        )
        if is_simple:
            groups.append(_group(problem, lines, free, is_free_unit))
        else:
            rest += lines
    return groups, tuple(rest)


def _group(problem: Problem, lines: list[LineCount], free: Ints, is_free_unit: Bools) -> LineGroup:
    unit = problem.choices.unit
    need = [0] * len(LEVELS)
    by_level: list[LineCount | None] = [None] * len(LEVELS)
    for line in lines:
        standing = int((~is_free_unit[unit[line.rows]]).sum())
        need[line.level] = line.stop_at_least - standing
        by_level[line.level] = line
    return LineGroup(free, tuple(need), tuple(by_level))
