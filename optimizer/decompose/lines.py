"""Pricing of lines that are counted together: the cheapest whole pattern of standing lines per group.

A line follows one of four patterns: it stands still from yellow, from orange, from red, or never. Maths: a
dynamic program over the lines of a group, whose state is how many stand still at each level; all groups of one
size at once. The counts' prices are potentials of the exchange graph of the four patterns.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Floats, Ints
from optimizer.model import LineCount

PATTERNS = len(LEVELS) + 1
NEVER = PATTERNS - 1
State = tuple[int, ...]


@dataclass(frozen=True)
class Lines:
    """The groups of one block, all of `size` lines: line `j` of group `g` is unit `j * groups + g`.

    Shape: `need` (levels, groups); `stop` one measure per unit; `rows` one entry per group, one line count per
    level or None.
    """

    size: int
    need: Ints
    stop: Ints
    rows: tuple[tuple[LineCount | None, ...], ...]

    @property
    def groups(self) -> int:
        """Return how many groups the block holds."""
        return int(self.need.shape[1])


@lru_cache(maxsize=32)
def states_of(lines: int) -> tuple[State, ...]:
    """Return the counts (yellow <= orange <= red) that so many lines can show."""
    return tuple((a, b, c) for a in range(lines + 1) for b in range(a, lines + 1) for c in range(b, lines + 1))


@lru_cache(maxsize=4096)
def stepped(state: State, pattern: int, by: int = 1) -> State:
    """Return the counts with one line of a pattern more (or, `by` -1, less)."""
    return tuple(count + by * (level >= pattern) for level, count in enumerate(state))


@dataclass(frozen=True)
class Counted:
    """What the dynamic program found: value of every end state, the last pattern into every state, the best end.

    Shape: `values` (states, groups); `into[j]` (states after line j, groups); `best` one end state per group.
    """

    values: Floats
    into: list[Ints]
    best: Ints


def count_patterns(lines: Lines, cost: Floats) -> Counted:
    """Return the cheapest patterns that stop enough lines; `cost` is (patterns, lines, groups)."""
    values = {states_of(0)[0]: np.zeros(lines.groups)}
    into = []
    for line in range(lines.size):
        values, chosen = _add_line(values, cost[:, line], line + 1)
        into.append(chosen)
    ends = states_of(lines.size)
    table = np.array([values[state] for state in ends])
    enough = (np.array(ends)[:, :, None] >= lines.need).all(axis=1)
    return Counted(table, into, np.where(enough, table, np.inf).argmin(axis=0))


def patterns_of(lines: Lines, counted: Counted) -> Ints:
    """Return the pattern of every line, (lines, groups)."""
    found = np.zeros((lines.size, lines.groups), dtype=np.int64)
    state, group = counted.best, np.arange(lines.groups)
    for line in range(lines.size - 1, -1, -1):
        found[line] = counted.into[line][state, group]
        state = _back(line + 1)[state, found[line]]
    return found


def count_prices(lines: Lines, counted: Counted) -> Floats:
    """Return the price of one more standing line, (levels, groups), as optimal duals of the line counts.

    Maths: paying `P[s]` for pattern `s` makes the best state optimal without the counts if `P[s] - P[t]` never
    exceeds what it costs to move a line from `t` to `s`; those `P` are shortest distances over four nodes.
    """
    length = _exchange(lines, counted)
    ends = np.array(states_of(lines.size))[counted.best]
    for level in range(len(LEVELS)):
        length[level, level + 1] = np.minimum(length[level, level + 1], 0.0)
        is_slack = ends[:, level] > lines.need[level]
        back = length[level + 1, level]
        length[level + 1, level] = np.where(is_slack, np.minimum(back, 0.0), back)
    payment = np.zeros((PATTERNS, lines.groups))
    for _ in range(PATTERNS):
        for end in range(PATTERNS):
            payment[end] = np.minimum(payment[end], (payment + length[:, end]).min(axis=0))
    return np.maximum(payment[:-1] - payment[1:], 0.0)


@lru_cache(maxsize=32)
def _places(lines: int) -> dict[State, int]:
    return {state: index for index, state in enumerate(states_of(lines))}


def _add_line(values: dict[State, Floats], cost: Floats, lines: int) -> tuple[dict[State, Floats], Ints]:
    found: dict[State, Floats] = {}
    place = _places(lines)
    chosen = np.zeros((len(place), cost.shape[1]), dtype=np.int64)
    for state, value in values.items():
        for pattern in range(NEVER, -1, -1):
            after, candidate = stepped(state, pattern), value + cost[pattern]
            if after in found:
                np.copyto(chosen[place[after]], pattern, where=candidate < found[after])
                np.minimum(found[after], candidate, out=found[after])
            else:
                found[after] = candidate
                chosen[place[after]] = pattern
    return found, chosen


@lru_cache(maxsize=32)
def _back(lines: int) -> Ints:
    """Return the place of the state before the last line, by state after it and that line's pattern; -1: none."""
    before = {state: index for index, state in enumerate(states_of(lines - 1))}
    return np.array([[before.get(stepped(state, s, -1), -1) for s in range(PATTERNS)] for state in states_of(lines)])


@lru_cache(maxsize=512)
def _moved(lines: int, source: int, target: int) -> Ints:
    """Return the place of the state after one line goes from one pattern to another, by state; -1: it cannot."""
    place = _places(lines)
    return np.array([place.get(stepped(stepped(state, source, -1), target), -1) for state in states_of(lines)])


def _exchange(lines: Lines, counted: Counted) -> Floats:
    """Return what it costs to move one line of the best state from one pattern to another; infinite if it cannot."""
    group = np.arange(lines.groups)
    here = counted.values[counted.best, group]
    length = np.full((PATTERNS, PATTERNS, lines.groups), np.inf)
    for source in range(PATTERNS):
        for target in range(PATTERNS):
            to = _moved(lines.size, source, target)[counted.best]
            length[source, target] = np.where(to >= 0, counted.values[to, group] - here, np.inf)
    return length
