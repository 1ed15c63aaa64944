"""A made city that treats every class alike and asks for all other optional rows too; seeded.

40 industries, 3 processes, grades B, C and D, two menus: 720 classes at each level, over which the law's floors are
spread. One line in fifty needs longer notice than yellow gives and is of its class at orange and red only. Beside
equal treatment: grade order inside every industry and process, a county's loss at most 1.3 times its part of the
listed value (12 counties), output of 4 products kept at every level, wanted drops at 2 receptors.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from grading.scale import GRADE_DTYPE, LEVELS, POLLUTANTS
from optimizer.alike import Alike, alike_of
from optimizer.choices import Choices, Floats, choices_of
from optimizer.couplings import couplings_among, couplings_of
from optimizer.decompose.arrays import Instance, instance_of
from optimizer.model import Problem
from optimizer.requirements import requirements_of
from optimizer.result import City, Options, Quota, Receptor
from optimizer.tables import KINDS
from tests.benches.made_arrays import ASK, DAYS

INDUSTRIES, PROCESSES, GRADES, COUNTIES, PRODUCTS, RECEPTORS = 40, 3, ("B", "C", "D"), 12, 4, 2
MENUS = (np.array([0.0, 0.15, 0.35, 0.6, 1.0]), np.array([0.0, 0.1, 0.3, 0.5, 1.0]))
WITH_NOTICE = 0.02
FACTOR, KEPT, DROP = 1.3, 0.4, 1.02
"""A county's factor, the part of a product's output that stays, and a wanted drop against what the targets ask."""
NONE = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True)
class Drawn:
    """What was drawn of each unit; `emission` and `removed` are kg/d, `removed` (measures, pollutants, units)."""

    units: pl.DataFrame
    cuts: Floats
    emission: Floats
    removed: Floats
    worth: Floats


def made_alike(units: int, seed: int = 5) -> City:
    """Return a city of so many units with all five optional families."""
    drawn = _drawn(np.random.default_rng(seed), units)
    reach = drawn.removed.max(axis=0)
    most = np.array([reach.sum(axis=1), reach[:, drawn.units["ceil_k_yellow"].to_numpy() > 0].sum(axis=1)])
    asked = {(level, p): ASK[place] * float(most[int(place == 0), at])
             for place, level in enumerate(LEVELS) for at, p in enumerate(POLLUTANTS)}  # fmt: skip
    targets = pl.DataFrame(
        [(level, p, 3 * value, 1 / 3, value, 0.0) for (level, p), value in asked.items()],
        schema=["level", "pollutant", "society_kg_per_day", "required_share", "required_kg_per_day",
                "other_lists_kg_per_day"], orient="row",
    )  # fmt: skip
    counts = pl.DataFrame(schema={"line_group": pl.String, "level": pl.String, "lines": pl.Int64,
                                  "stop_at_least": pl.Int64, "clause": pl.String})  # fmt: skip
    days = dict(zip(LEVELS, DAYS.tolist(), strict=True))
    return City(
        drawn.units, _menu(drawn), pl.DataFrame(), counts, targets, days, joint_so2_nox=False, own_floor_share={},
        protect_grades=False, mip_gap=1e-3, time_limit_s=900.0, notes=(), options=_options(drawn, asked),
    )  # fmt: skip


def loss_problem(city: City, listed: Choices) -> tuple[Problem, Alike]:
    """Return the program of least loss as it is planned: units of one class as one."""
    alike = alike_of(city, listed)
    choices = alike.choices
    rows = couplings_among(city, alike)
    return Problem(choices, requirements_of(city), (), choices.season_loss, couplings=rows), alike


def every_row(city: City, listed: Choices) -> Instance:
    """Return the same program with every equality written out, for solvers that take it as it is."""
    rows = couplings_of(city, listed)
    return instance_of(Problem(listed, requirements_of(city), (), listed.season_loss, couplings=rows)).instance


def listed_choices(city: City) -> Choices:
    """Return what every unit may choose."""
    return choices_of(city)


def _drawn(rng: np.random.Generator, units: int) -> Drawn:
    size = rng.pareto(1.15, units) + 0.02
    emission = 30 * size * rng.lognormal(0, 1.2, (len(POLLUTANTS), units))
    worth = 4000 * size * rng.lognormal(0, 1.0, units)
    industry, process, grade, menu = (rng.integers(0, many, units) for many in (INDUSTRIES, PROCESSES, 3, 2))
    floor = ((industry * 7 + process * 3 + grade) % 3 == 0).astype(np.int64)
    cuts = np.stack(MENUS)[menu].T
    removed = emission * (cuts[:, None] ** rng.uniform(0.6, 1.3, (len(POLLUTANTS), units)))
    frame = pl.DataFrame(
        {
            "unit_id": [f"U{place:07d}" for place in range(units)],
            "grade": pl.Series(np.array(GRADES)[grade]).cast(GRADE_DTYPE),
            "county": [f"county {place}" for place in rng.integers(0, COUNTIES, units).tolist()],
            "industry": [f"industry {place}" for place in industry.tolist()],
            "process": [f"process {place}" for place in process.tolist()],
            "product": [f"product {place}" for place in rng.integers(0, PRODUCTS, units).tolist()],
            "baseline_t_per_day": 100 * size,
            "full_loss_cny_per_day": worth,
            "is_idle": np.zeros(units, dtype=np.bool_),
            **{f"floor_k_{level}": floor if level == "red" else np.zeros(units, dtype=np.int64) for level in LEVELS},
            **{f"ceil_k_{level}": np.full(units, len(cuts) - 1) for level in LEVELS},
        }
    )
    is_slow = pl.Series(rng.random(units) < WITH_NOTICE)
    told = frame.with_columns(
        subtype=NONE, line_group=NONE, override_reason=NONE, treatment=pl.lit("none"),
        ceil_k_yellow=pl.when(is_slow).then(0).otherwise("ceil_k_yellow"),
    )  # fmt: skip
    return Drawn(told, cuts, emission, removed, worth)


def _menu(drawn: Drawn) -> pl.DataFrame:
    measures, units = drawn.cuts.shape
    k = np.tile(np.arange(measures), units)
    per_day = (drawn.worth * drawn.cuts**1.2).T.ravel()
    restart = np.where(drawn.cuts == 1.0, 0.2 * drawn.worth, 0.0).T.ravel()
    return pl.DataFrame(
        {"unit_id": np.repeat(drawn.units["unit_id"].to_numpy(), measures), "k": k, "cut_share": drawn.cuts.T.ravel()}
        | {f"{p}_removed_kg_per_day": drawn.removed[:, at].T.ravel() for at, p in enumerate(POLLUTANTS)}
        | {f"loss_{level}_cny_per_day": per_day + restart * part
           for level, part in zip(LEVELS, (0.5, 0.3, 0.2), strict=True)}
    ).with_columns(
        kind=pl.when(pl.col("k") == measures - 1).then(pl.lit("stop")).otherwise(pl.lit("load_cut"))
        .cast(pl.Enum(KINDS)),
        measure_id=pl.format("m{}", "k"), measure_name=NONE, **{f"credit_{level}": pl.lit(1.0) for level in LEVELS},
    )  # fmt: skip


def _options(drawn: Drawn, asked: dict[tuple[str, str], float]) -> Options:
    made = drawn.units.group_by("product").agg(pl.col("baseline_t_per_day").sum()).sort("product")
    quotas = tuple(Quota(name, KEPT * tonnes) for name, tonnes in made.iter_rows())
    most = pl.DataFrame({"county": drawn.units["county"], "pm": drawn.removed[:, POLLUTANTS.index("pm")].max(axis=0)})
    places = []
    for place in range(RECEPTORS):
        near = {f"county {c}": {"pm": 0.01 if c % RECEPTORS == place else 0.002} for c in range(COUNTIES)}
        # The mean over all emissions: at a million units one county's largest line outweighs the other counties.
        weight = most["county"].replace_strict(
            {county: of["pm"] for county, of in near.items()}, return_dtype=pl.Float64
        )
        mean = float(np.average(weight.to_numpy(), weights=most["pm"].to_numpy()))
        drops = {level: DROP * mean * asked[level, "pm"] / 1000 for level in LEVELS}
        places.append(Receptor(f"place {place}", drops, near))
    return Options(True, True, FACTOR, quotas, tuple(places))
