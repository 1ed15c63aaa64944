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
    lines = problem.line_counts
    if not lines:
        return [], ()
    named = {name: place for place, name in enumerate(dict.fromkeys(line.group for line in lines))}
    group = np.array([named[line.group] for line in lines])
    of_line = np.repeat(np.arange(len(lines)), [len(line.rows) for line in lines])
    unit = problem.choices.unit[np.concatenate([line.rows for line in lines])]
    many = len(problem.choices.unit_ids)
    of_group, member = np.divmod(np.unique(group[of_line] * many + unit), many)
    is_free = is_free_unit[member]
    is_simple = _is_simple(problem, group, (of_group, member), is_free)
    standing = np.bincount(of_line, ~is_free_unit[unit], len(lines)).astype(np.int64).tolist()
    free = np.split(member[is_free], np.cumsum(np.bincount(of_group[is_free], minlength=len(named)))[:-1])
    lines_of: list[list[int]] = [[] for _ in named]
    for place, number in enumerate(group.tolist()):
        lines_of[number].append(place)
    groups = [
        _group([(lines[place], standing[place]) for place in lines_of[number]], free[number])
        for number in np.flatnonzero(is_simple).tolist()
    ]
    rest = [lines[place] for number in np.flatnonzero(~is_simple).tolist() for place in lines_of[number]]
    return groups, tuple(rest)


def _is_simple(problem: Problem, group: Ints, members: tuple[Ints, Ints], is_free: Bools) -> Bools:
    """Return for each group whether pricing can count it; `group`: that of each line; `members`: group and unit."""
    choices, lines = problem.choices, problem.line_counts
    of_group, member = members
    many = int(group.max()) + 1
    hardest = np.zeros(len(choices.unit_ids), dtype=np.int64)
    np.maximum.at(hardest, choices.unit, choices.k)
    is_hardest = choices.k == hardest[choices.unit]
    on_top = np.bincount(choices.slot, is_hardest, len(choices.sizes)).reshape(-1, len(LEVELS)) > 0
    tops = np.stack([np.bincount(of_group, on_top[member, level], many) for level in range(len(LEVELS))])
    level = np.array([line.level for line in lines])
    size = np.array([len(line.rows) for line in lines])
    rows = np.concatenate([line.rows for line in lines])
    times = np.bincount(member, minlength=len(hardest))
    few = np.bincount(of_group, is_free, many)
    levels = np.bincount(np.unique(group * len(LEVELS) + level) // len(LEVELS), minlength=many)
    broken = (
        np.bincount(of_group, times[member] != 1, many)
        + np.bincount(np.repeat(group, size), ~is_hardest[rows], many)
        + np.bincount(group, size != tops[level, group], many)
    )
    simple: Bools = (few > 0) & (few <= MOST_LINES) & (levels == np.bincount(group, minlength=many)) & (broken == 0)
    return simple


def _group(lines: list[tuple[LineCount, int]], free: Ints) -> LineGroup:
    """Return a group of its line counts, each with how many of its lines stand still in any case."""
    need = [0] * len(LEVELS)
    by_level: list[LineCount | None] = [None] * len(LEVELS)
    for line, standing in lines:
        need[line.level] = line.stop_at_least - standing
        by_level[line.level] = line
    return LineGroup(free, tuple(need), tuple(by_level))
