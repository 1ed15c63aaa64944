"""Precision and recall of the screening on seeded months: a finding counts when it has the kind, the outlet and an hour
of a fault; every other finding is a false one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from grading.monitoring.anomalies import anomalies
from grading.monitoring.findings import KINDS
from grading.monitoring.screening import Screening
from tests.grading.monitoring.seeded import Seeded, city


@dataclass(frozen=True)
class Score:
    """How many faults of a kind there were, were found, and how many findings were none."""

    faults: int
    found: int
    findings: int
    false: int

    @property
    def recall(self) -> float:
        return self.found / self.faults if self.faults else 1.0

    @property
    def precision(self) -> float:
        return 1 - self.false / self.findings if self.findings else 1.0


def measure(seeds: Iterable[int], screening: Screening) -> dict[str, Score]:
    """Return the score of each kind over all seeds."""
    faults, found, findings, false = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for seed in seeds:
        seeded = city(seed)
        _count(seeded, screening, faults, found, findings, false)
    return {kind: Score(faults[kind], found[kind], findings[kind], false[kind]) for kind in KINDS}


def _count(seeded: Seeded, screening: Screening, *counters: Counter[str]) -> None:
    faults, found, findings, false = counters
    rows = list(anomalies(seeded.states, screening, seeded.electricity).iter_rows(named=True))
    faults.update(kind for kind, *_ in seeded.faults)
    for kind, outlet, first, last in seeded.faults:
        hit = [r for r in rows if (r["kind"], r["outlet_id"]) == (kind, outlet)]
        found[kind] += any(r["first_hour"] <= last and r["last_hour"] >= first for r in hit)
    for row in rows:
        findings[row["kind"]] += 1
        false[row["kind"]] += not any(
            (row["kind"], row["outlet_id"]) == (kind, outlet)
            and row["first_hour"] <= last
            and row["last_hour"] >= first
            for kind, outlet, first, last in seeded.faults
        )


def as_table(scores: dict[str, Score]) -> str:
    """Return the scores as lines of text."""
    lines = [f"{'kind':24} faults found findings false  precision recall"]
    lines += [
        f"{kind:24} {s.faults:6} {s.found:5} {s.findings:8} {s.false:5}  {s.precision:9.2f} {s.recall:6.2f}"
        for kind, s in scores.items()
    ]
    return "\n".join(lines)
