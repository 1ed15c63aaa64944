"""What produced a result: hashes of inputs and law, versions, options, status. No clock, so re-runs are equal."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grading.assess.model import Graded
from grading.case.model import Case, InputFile
from grading.law.model import Law
from optimizer.result import Plan

LIBRARIES = ("polars", "dataframely", "pulp", "highspy", "numpy", "pydantic", "ruamel.yaml", "matplotlib", "xlsxwriter")


def manifest_of(
    case: Case, law: Law, graded: Graded | None, plan: Plan | None, options: Mapping[str, object]
) -> dict[str, object]:
    """Return the manifest of a run, ready for canonical JSON."""
    return {
        "lantian": _installed("lantian"),
        "libraries": {name: _installed(name) for name in LIBRARIES},
        "city": case.settings.city.name,
        "season": case.settings.city.season,
        "inputs": {file.name: {"sha256": file.sha256, "rows": file.rows} for file in sorted_inputs(case)},
        "absent_tables": list(case.absent_tables),
        "faults": len(case.faults),
        "law": {"pack": law.pack_id, "title": law.title, "on": law.on, "sha256": law.content_sha256},
        "options": dict(options),
        "enterprises_graded": graded.grades.height if graded else None,
        "status": status_of(plan),
    }


@cache
def _installed(name: str) -> str:
    """Return the version of a library; it is read from the disk once."""
    return version(name)


def sorted_inputs(case: Case) -> list[InputFile]:
    """Return the input files in name order."""
    return sorted(case.inputs, key=lambda file: file.name)


def status_of(plan: Plan | None) -> dict[str, object]:
    """Return the status part: what was proven, and whether the independent check holds."""
    if plan is None:
        return {"planned": False}
    return {
        "planned": True,
        "outcome": plan.status.outcome.value,
        "proof": plan.status.proof.value,
        "relative_gap": plan.status.relative_gap,
        "solver": plan.status.solver,
        "verified": plan.verification.holds,
        "targets_missed": plan.targets.filter(plan.targets["state"] == "missed").height,
    }


def output_hashes(folder: Path, skip: frozenset[str] = frozenset({"manifest.json", "run.log"})) -> dict[str, str]:
    """Return path inside the folder -> SHA-256 of everything written except the manifest and the log."""
    written = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(written.items())
        if name not in skip
    }


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys and no clock: equal values give equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, default=str) + "\n"
