"""Small cities made by hand, and random ones from a seed."""

import numpy as np
import polars as pl

from grading.checked import checked
from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import City
from optimizer.tables import LegalMeasures, LineCounts, Menu, PlanUnits, Targets

DAYS = {"yellow": 10.0, "orange": 6.0, "red": 2.0}


def made_unit(unit_id: str, grade: str = "C", **changed: object) -> dict[str, object]:
    row: dict[str, object] = {f"{p}_kg_per_day": 100.0 for p in POLLUTANTS}
    row |= dict.fromkeys((f"{p}_method" for p in POLLUTANTS), "bureau")
    row |= {
        "unit_id": unit_id, "enterprise_id": f"E-{unit_id}", "name": f"企业{unit_id}", "unit_name": None,
        "county": "东区", "industry": "cement", "subtype": None, "process": "kiln", "product": None, "grade": grade,
        "treatment": "none", "is_idle": False, "employees": None, "baseline_t_per_day": 1000.0,
        "baseline_source": "eia", "full_loss_cny_per_day": 1000.0, "loss_basis": "value_added",
        "line_group": None, "verification": None, "override_reason": None, "override_by": None,
        "notice_h": None, "decay_h": None, "start_up_extra_h": None, "pay_off_days": None,
    }  # fmt: skip
    row |= {f"floor_k_{level}": 0 for level in LEVELS} | {f"ceil_k_{level}": 2 for level in LEVELS}
    return row | changed


def made_menu(
    unit_id: str, cuts: list[float], emission: dict[str, float], full_loss: float, restart: float = 0.0
) -> list[dict[str, object]]:
    return [
        {
            "unit_id": unit_id,
            "k": k,
            "kind": "none" if cut == 0 else "stop" if cut == 1 else "load_cut",
            "measure_id": f"m{k}",
            "measure_name": None,
            "cut_share": cut,
        }
        | {f"{p}_removed_kg_per_day": cut * emission.get(p, 0.0) for p in POLLUTANTS}
        | {f"credit_{level}": 1.0 for level in LEVELS}
        | {f"loss_{level}_cny_per_day": cut * full_loss + (restart if cut == 1 else 0.0) for level in LEVELS}
        for k, cut in enumerate(cuts)
    ]


def made_legal(units: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {
            "unit_id": unit["unit_id"], "level": level, "kind": "load_cut", "share": 0.0, "hours": None,
            "transport": "none", "is_general": True, "clause": "made", "status": "unverified",
            "floor_state": "override" if unit["override_reason"] else "law",
        }
        for unit in units
        for level in LEVELS
    ]  # fmt: skip


def made_targets(required: dict[tuple[str, str], float], society: float = 1000.0) -> list[dict[str, object]]:
    return [
        {
            "level": level,
            "pollutant": p,
            "society_kg_per_day": society if (level, p) in required else None,
            "required_share": required[level, p] / society if (level, p) in required else None,
            "required_kg_per_day": required.get((level, p)),
            "other_lists_kg_per_day": 0.0,
        }
        for level in LEVELS
        for p in POLLUTANTS
    ]


def made_city(
    units: list[dict[str, object]],
    menu: list[dict[str, object]],
    required: dict[tuple[str, str], float],
    line_counts: list[dict[str, object]] | None = None,
    **changed: object,
) -> City:
    settings: dict[str, object] = {
        "days_per_season": DAYS, "joint_so2_nox": False, "own_floor_share": {}, "protect_grades": False,
        "mip_gap": 1e-3, "time_limit_s": 60.0, "notes": (),
    }  # fmt: skip
    line_counts = line_counts or []
    frames = {
        "units": checked(PlanUnits, _frame(units, PlanUnits)),
        "menu": checked(Menu, _frame(menu, Menu)),
        "legal": checked(LegalMeasures, _frame(made_legal(units), LegalMeasures)),
        "line_counts": checked(LineCounts, _frame(line_counts, LineCounts)),
        "targets": checked(Targets, _frame(made_targets(required), Targets)),
    }
    return City(**(frames | settings | changed))  # type: ignore[arg-type]


def _frame(rows: list[dict[str, object]], schema: type) -> pl.DataFrame:
    columns = schema.column_names()  # type: ignore[attr-defined]
    if not rows:
        return pl.DataFrame(schema={name: pl.Null for name in columns})
    return pl.DataFrame(rows, infer_schema_length=None).select(columns)


def two_kilns(**changed: object) -> City:
    """One dear C kiln and one cheap D kiln; NOx wants 60 kg at yellow, 120 at orange and 160 at red."""
    units = [made_unit("U1", "C"), made_unit("U2", "D")]
    emission = dict.fromkeys(POLLUTANTS, 100.0)
    menu = made_menu("U1", [0.0, 0.5, 1.0], emission, 3000.0) + made_menu("U2", [0.0, 0.5, 1.0], emission, 1000.0)
    required = {("yellow", "nox"): 60.0, ("orange", "nox"): 120.0, ("red", "nox"): 160.0}
    return made_city(units, menu, required, **changed)  # type: ignore[arg-type]


def random_city(seed: int, units: int, protect: bool = False, joint: bool = False, tightness: float = 0.5) -> City:
    """Return a heavy-tailed random city whose targets ask `tightness` of what floors leave to cut.

    A gap of one per cent is enough: closing it further in so few heavy units is slow, and tested where it is the point.
    """
    rng = np.random.default_rng(seed)
    rows, menu = [], []
    total = dict.fromkeys(POLLUTANTS, 0.0)
    for place in range(units):
        unit_id = f"U{place:05d}"
        grade = str(rng.choice(["A", "B", "C", "D"], p=[0.1, 0.2, 0.4, 0.3]))
        emission = {p: float(np.round(rng.lognormal(3, 1.5), 3)) for p in POLLUTANTS}
        cuts = [0.0, 0.3, 0.5, 0.8, 1.0]
        floors = sorted(int(k) for k in rng.integers(0, 3, 3)) if grade != "A" else [0, 0, 0]
        ceil = 0 if grade == "A" else 4
        rows.append(
            made_unit(
                unit_id,
                grade,
                treatment="grade_exempt" if grade == "A" else "none",
                **{f"floor_k_{level}": k for level, k in zip(LEVELS, floors, strict=True)},
                **{f"ceil_k_{level}": ceil for level in LEVELS},
                **{f"{p}_kg_per_day": value for p, value in emission.items()},
            )
        )
        full = float(np.round(rng.lognormal(9, 1.2), 2))
        menu += made_menu(unit_id, cuts, emission, full, restart=float(np.round(full * 0.1, 2)))
        if ceil:
            for p in POLLUTANTS:
                total[p] += emission[p]
    required = {
        (level, p): total[p] * tightness * share
        for level, share in zip(LEVELS, (0.7, 1.0, 1.4), strict=True)
        for p in POLLUTANTS
    }
    city = made_city(rows, menu, required, protect_grades=protect, joint_so2_nox=joint, mip_gap=1e-2)
    return city
