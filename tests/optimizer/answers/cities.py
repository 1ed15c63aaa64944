"""Cities in which someone is shielded, small enough to know the answer."""

import numpy as np

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import City
from tests.optimizer.made_city import made_city, made_menu, made_unit

EMISSION = dict.fromkeys(POLLUTANTS, 100.0)


def ceilings(k: int) -> dict[str, object]:
    return {f"ceil_k_{level}": k for level in LEVELS}


def shielded(unit_id: str, treatment: str, grade: str = "C", ceil: int = 0) -> dict[str, object]:
    return made_unit(unit_id, grade, treatment=treatment, **ceilings(ceil))


def menu(unit_id: str, loss: float, last: float = 1.0) -> list[dict[str, object]]:
    return made_menu(unit_id, [0.0, 0.5 * last, last], EMISSION, loss)


def three_firms(required: float, **changed: object) -> City:
    """A free dear firm (3,000 CNY/d), an exempt cheap one (1,000) and one with a quota at its half (2,000)."""
    units = [
        made_unit("FREE", "C"),
        shielded("EXEMPT", "grade_exempt", "A"),
        shielded("QUOTA", "register_quota", ceil=1),
    ]
    rows = menu("FREE", 3000.0) + menu("EXEMPT", 1000.0) + menu("QUOTA", 2000.0)
    return made_city(units, rows, {("red", "nox"): required}, **changed)  # type: ignore[arg-type]


def shielded_city(seed: int, tightness: float, units: int = 6, joint: bool = False) -> City:
    """A random city of few units under every kind of treatment; `tightness` of all emission is asked at red."""
    rng = np.random.default_rng(seed)
    treatments = ("none", "grade_exempt", "register_exempt", "register_quota", "small_micro")
    rows, menus = [], []
    for place in range(units):
        unit_id = f"U{place}"
        treatment = str(rng.choice(treatments)) if place else "none"
        ceil = {"none": 2, "register_quota": 1}.get(treatment, 0)
        emission = {p: float(rng.integers(1, 100)) for p in POLLUTANTS}
        pinned = bool(rng.random() < 0.2)
        unit = made_unit(
            unit_id, "A" if treatment == "grade_exempt" else str(rng.choice(["B", "C", "D"])), treatment=treatment,
            override_reason="pinned" if pinned else None, **ceilings(min(ceil, 1) if pinned else ceil),
            **{f"{p}_kg_per_day": value for p, value in emission.items()},
        )  # fmt: skip
        last = float(rng.choice([0.6, 1.0]))
        menus += made_menu(unit_id, [0.0, 0.5 * last, last], emission, float(rng.integers(100, 3000)))
        rows.append(unit)
    total = {p: sum(float(str(unit[f"{p}_kg_per_day"])) for unit in rows) for p in POLLUTANTS}
    shares = zip(LEVELS, (0.3, 0.6, 1.0), strict=True)
    required = {(level, p): total[p] * tightness * share for level, share in shares for p in POLLUTANTS}
    return made_city(rows, menus, required, joint_so2_nox=joint)
