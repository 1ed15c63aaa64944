"""The linear program in PuLP: one function per constraint family, named as in docs/model.md.

All three levels are one program, because nesting couples them. A slot (unit and level) with a single
choice is a constant and moves to the right-hand side, so a program over a few open units is built by the
same functions from fewer choices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pulp

from grading.scale import LEVELS
from optimizer.choices import Choices, Floats, Ints
from optimizer.requirements import JOINT, Requirement

ILLEGAL = str.maketrans("-+[] ->/:,()", "____________")
ILLEGAL_IN_KEY = str.maketrans("-+[] ->/:()", "___________")


@dataclass(frozen=True)
class LineCount:
    """At least `stop_at_least` lines of one group must stand still at `level`; `rows` are their stop choices."""

    group: str
    level: int
    stop_at_least: int
    rows: Ints

    @property
    def label(self) -> str:
        """Return the row's name, as in the LP file."""
        return f"line_count({self.group.translate(ILLEGAL)},{LEVELS[self.level]})"


@dataclass(frozen=True)
class Coupling:
    """A row of an optional family: `sum(values * x[rows]) >= rhs`, numbers near 1 (`optimizer.couplings`)."""

    family: str
    key: str
    rows: Ints
    values: Floats
    rhs: float

    @property
    def label(self) -> str:
        """Return the row's name, as in the LP file."""
        return f"{self.family}({self.key.translate(ILLEGAL_IN_KEY)})"


@dataclass(frozen=True)
class Cap:
    """An earlier stage must not get worse: `sum(per_choice * x) <= at_most`."""

    name: str
    per_choice: Floats
    at_most: float

    @property
    def label(self) -> str:
        """Return the row's name, as in the LP file."""
        return f"stage_cap({self.name})"

    @property
    def scale(self) -> float:
        """Return the divisor that brings the row's coefficients near 1."""
        return max(float(np.abs(self.per_choice).max(initial=0.0)), 1e-12)


@dataclass(frozen=True)
class Problem:
    """What one solve is about. `objective` and every array have one entry per row of `choices`.

    `shortfall_price` is what one missing share of a requirement costs where rows are elastic, in the
    objective's unit; None: as much as the objective's largest coefficient.
    """

    choices: Choices
    requirements: tuple[Requirement, ...]
    line_counts: tuple[LineCount, ...]
    objective: Floats
    caps: tuple[Cap, ...] = ()
    is_integer: bool = False
    is_elastic: bool = False
    shortfall_price: float | None = None
    couplings: tuple[Coupling, ...] = ()

    @property
    def scale(self) -> float:
        """Return the divisor that brings the objective near 1, and at which shortfalls are priced."""
        largest = float(np.abs(self.objective[self.choices.is_free]).max(initial=0.0))
        return self.shortfall_price or max(largest, 1e-12)

    def restricted(self, kept: np.typing.NDArray[np.bool_]) -> "Problem":
        """Return the same problem over the choices of `kept` only."""
        place = np.cumsum(kept) - 1
        return replace(
            self,
            choices=self.choices.keep(kept),
            objective=self.objective[kept],
            caps=tuple(replace(cap, per_choice=cap.per_choice[kept]) for cap in self.caps),
            line_counts=tuple(replace(line, rows=place[line.rows[kept[line.rows]]]) for line in self.line_counts),
            couplings=tuple(
                replace(row, rows=place[row.rows[kept[row.rows]]], values=row.values[kept[row.rows]])
                for row in self.couplings
            ),
        )


@dataclass
class Model:
    """A PuLP program and how its columns map back to choices."""

    program: pulp.LpProblem
    problem: Problem
    columns: list[pulp.LpVariable | None]
    shortfalls: dict[str, pulp.LpVariable]
    objective_scale: float


def line_counts_of(choices: Choices, line_counts: pl.DataFrame) -> tuple[LineCount, ...]:
    """Return the line-count rows of a city, in the order of group and level."""
    stops = choices.table.with_row_index("row").filter("is_stop")
    wanted = (
        line_counts.with_columns(pl.col("level").cast(pl.String))
        .filter(pl.col("stop_at_least") > 0)
        .join(stops, on=["line_group", "level"], how="inner")
        .sort("line_group", "level_index", "row")
    )
    grouped = wanted.group_by("line_group", "level_index", "stop_at_least", maintain_order=True).agg("row")
    return tuple(
        LineCount(group, level, least, np.asarray(rows, dtype=np.int64))
        for group, level, least, rows in grouped.iter_rows()
    )


def build(problem: Problem) -> Model:
    """Return the program of a problem with all its constraint families."""
    model = begin(problem)
    one_measure(model)
    target(model)
    joint_so2_nox(model)
    nested(model)
    line_count(model)
    grade_order(model)
    equal_treatment(model)
    county_share(model)
    quota(model)
    receptor(model)
    stage_cap(model)
    return model


def begin(problem: Problem) -> Model:
    """Return a program with variables and objective, and no constraint yet."""
    program = pulp.LpProblem("curtailment", pulp.LpMinimize)
    columns = _columns(program, problem)
    shortfalls = {}
    if problem.is_elastic:
        shortfalls = {row.label: program.add_variable(f"short_{row.label}", lowBound=0) for row in problem.requirements}
    scale = problem.scale
    terms = [(column, problem.objective[row] / scale) for row, column in enumerate(columns) if column is not None]
    terms += [(variable, 1.0) for variable in shortfalls.values()]
    program.setObjective(pulp.LpAffineExpression(terms))
    return Model(program, problem, columns, shortfalls, scale)


def one_measure(model: Model) -> None:
    """Add `one_measure[u,l]`: the shares of a unit's measures at a level sum to 1."""
    names = unit_names(model.problem.choices.unit_ids)
    for unit, level, rows in _slots(model.problem.choices):
        if len(rows) > 1:
            _add(model, [(row, 1.0) for row in rows], "==", 1.0, f"one_measure({names[unit]},{LEVELS[level]})")


def target(model: Model) -> None:
    """Add `target[l,p]`: removed kilograms and the other lists reach the required share of one pollutant."""
    for row in model.problem.requirements:
        if row.name != JOINT:
            _require(model, row)


def joint_so2_nox(model: Model) -> None:
    """Add `joint_so2_nox[l]`: the removed shares of SO2 and NOx together reach the sum of both targets."""
    for row in model.problem.requirements:
        if row.name == JOINT:
            _require(model, row)


def nested(model: Model) -> None:
    """Add `nested[u,l,k]`: the share at measure k or harder never falls from one level to the next."""
    choices = model.problem.choices
    names = unit_names(choices.unit_ids)
    menu_place = choices.k.tolist()
    rows_of = {(unit, level): rows for unit, level, rows in _slots(choices)}
    for (unit, level), rows in rows_of.items():
        above = rows_of.get((unit, level + 1), range(0))
        for first, row in enumerate(rows):
            k = menu_place[row]
            if not above or k <= menu_place[above[0]] or len(rows) == len(above) == 1:
                continue
            terms = [(harder, 1.0) for harder in rows[first:]]
            terms += [(harder, -1.0) for harder in above if menu_place[harder] >= k]
            _add(model, terms, "<=", 0.0, f"nested({names[unit]},{LEVELS[level]},{k})")


def line_count(model: Model) -> None:
    """Add `line_count[g,l]`: at least so many lines of a group stand still."""
    for line in model.problem.line_counts:
        _add(model, [(row, 1.0) for row in line.rows.tolist()], ">=", float(line.stop_at_least), line.label)


def grade_order(model: Model) -> None:
    """Add `grade_order[i,l,g]`: the mean cut of a better grade is never above that of the next worse."""
    _couple(model, "grade_order")


def equal_treatment(model: Model) -> None:
    """Add `equal_treatment[c,l]`: units of one class take the same measure."""
    _couple(model, "equal_treatment")


def county_share(model: Model) -> None:
    """Add `county_share[d]`: a county's loss is at most a factor of its share of listed value."""
    _couple(model, "county_share")


def quota(model: Model) -> None:
    """Add `quota[product,l]`: so much output of a product stays."""
    _couple(model, "quota")


def receptor(model: Model) -> None:
    """Add `receptor[l,r]`: reductions bring the wanted drop at a receptor."""
    _couple(model, "receptor")


def stage_cap(model: Model) -> None:
    """Add `stage_cap[s]`: what an earlier stage of the objective reached is kept."""
    for cap in model.problem.caps:
        used = np.flatnonzero(cap.per_choice)
        coefficients = (cap.per_choice[used] / cap.scale).tolist()
        _add(model, list(zip(used.tolist(), coefficients, strict=True)), "<=", cap.at_most / cap.scale, cap.label)


def _couple(model: Model, family: str) -> None:
    for row in model.problem.couplings:
        if row.family == family:
            terms = list(zip(row.rows.tolist(), row.values.tolist(), strict=True))
            _add(model, terms, ">=", row.rhs, row.label)


def unit_names(unit_ids: tuple[str, ...]) -> list[str]:
    """Return LP-safe names of units, unique and in order: `A-1` becomes `A_1`, a clash gets its place."""
    safe = [unit_id.translate(ILLEGAL) for unit_id in unit_ids]
    clashes = {name for name in safe if safe.count(name) > 1} if len(set(safe)) < len(safe) else set()
    return [f"{name}~{place}" if name in clashes else name for place, name in enumerate(safe)]


def _require(model: Model, row: Requirement) -> None:
    coefficients = row.coefficients(model.problem.choices)
    used = np.flatnonzero(coefficients)
    terms = list(zip(used.tolist(), coefficients[used].tolist(), strict=True))
    _add(model, terms, ">=", row.rhs, row.label, extra=model.shortfalls.get(row.label))


def _add(
    model: Model,
    terms: list[tuple[int, float]],
    sense: str,
    rhs: float,
    name: str,
    extra: pulp.LpVariable | None = None,
) -> None:
    columns = model.columns
    pairs = [(columns[row], value) for row, value in terms if columns[row] is not None]
    constant = sum(value for row, value in terms if columns[row] is None)
    if extra is not None:
        pairs.append((extra, 1.0))
    senses = {"==": pulp.LpConstraintEQ, "<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE}
    expression = pulp.LpAffineExpression(pairs)
    model.program.addConstraint(pulp.LpConstraint(expression, senses[sense], name, rhs - constant))


def _columns(program: pulp.LpProblem, problem: Problem) -> list[pulp.LpVariable | None]:
    choices = problem.choices
    names = unit_names(choices.unit_ids)
    category = pulp.LpInteger if problem.is_integer else pulp.LpContinuous
    described = zip(
        choices.unit.tolist(), choices.level.tolist(), choices.k.tolist(), choices.is_free.tolist(), strict=True
    )
    return [
        program.add_variable(f"x({names[unit]},{LEVELS[level]},{k})", 0, 1 if problem.is_integer else None, category)
        if free
        else None
        for unit, level, k, free in described
    ]


def _slots(choices: Choices) -> Iterator[tuple[int, int, range]]:
    starts = np.flatnonzero(np.diff(choices.slot, prepend=-1))
    ends = np.append(starts[1:], len(choices.slot))
    units, levels = choices.unit[starts].tolist(), choices.level[starts].tolist()
    for unit, level, start, end in zip(units, levels, starts.tolist(), ends.tolist(), strict=True):
        yield unit, level, range(start, end)


@dataclass(frozen=True)
class SumRow:
    """A row of a program that is not made of choices: `sum(coefficient * column)` against `rhs`.

    `terms` are (column, coefficient); an equality where `is_equal`, otherwise at least.
    """

    label: str
    terms: list[tuple[int, float]]
    rhs: float
    is_equal: bool = False


def build_sums(costs: list[float], rows: list[SumRow]) -> pulp.LpProblem:
    """Return a program over anonymous non-negative columns: the master of the decomposition."""
    program = pulp.LpProblem("master", pulp.LpMinimize)
    # PuLP hands its variables back sorted by name; the padding keeps that their order here.
    columns = [program.add_variable(f"c{place:07d}", 0) for place in range(len(costs))]
    program.setObjective(pulp.LpAffineExpression(list(zip(columns, costs, strict=True))))
    for row in rows:
        expression = pulp.LpAffineExpression([(columns[place], value) for place, value in row.terms])
        sense = pulp.LpConstraintEQ if row.is_equal else pulp.LpConstraintGE
        program.addConstraint(pulp.LpConstraint(expression, sense, row.label, row.rhs))
    return program
