"""An interrupt or a killed process: the best plan so far with its gap, never called proven, and nothing lost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from optimizer import plan_city
from optimizer.model import Model
from optimizer.result import Outcome, Proof
from optimizer.solve import Limits, Solution, run
from optimizer.whole import integer
from tests.optimizer.made_city import random_city

INTERRUPTED = """
import os, signal, threading
from optimizer import plan_city
from optimizer.whole import integer
from tests.optimizer.made_city import random_city
original, seen = integer.run, []
def run(model, limits, **named):
    seen.append(1)
    if len(seen) == 2:
        threading.Timer(0.005, os.kill, (os.getpid(), signal.SIGINT)).start()
    return original(model, limits, **named)
integer.run = run
plan = plan_city(random_city(3, 60))
print(plan.status.outcome.value, plan.status.proof.value, plan.verification.holds, plan.status.relative_gap)
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from lantian.pipeline import publish_plan
from lantian.run import Options
from optimizer import solve
from lantian.samples import samples_dir
solve._solve = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
publish_plan(samples_dir() / "cases" / "starter", Options(out=Path(sys.argv[1])))
"""


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.run([sys.executable, "-c", code, *words], cwd=root, env=environment, capture_output=True,
                          text=True, check=False, timeout=120)  # fmt: skip


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_interrupt_leaves_the_best_plan_so_far_and_claims_nothing(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def interrupted(model: Model, limits: Limits, *, accept_unproven: bool = False) -> Solution:
        calls.append(1)
        if len(calls) == at:
            raise KeyboardInterrupt
        return run(model, limits, accept_unproven=accept_unproven)

    monkeypatch.setattr(integer, "run", interrupted)
    plan = plan_city(random_city(3, 40))

    assert len(calls) >= at
    assert plan.status.outcome == Outcome.USABLE
    assert plan.status.proof == Proof.NOT_PROVEN
    assert plan.verification.holds
    if at > 1:  # the linear program was solved: its bound still tells how far the plan is from the best
        assert plan.status.relative_gap is not None
        assert plan.status.relative_gap >= 0.0


def test_an_interrupted_what_if_still_has_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    city = random_city(4, 12)
    base = plan_city(city)

    def interrupted(*_given: object, **_named: object) -> Solution:
        raise KeyboardInterrupt

    monkeypatch.setattr(integer, "run", interrupted)
    monkeypatch.setattr(integer, "solve_by_decomposition", interrupted)
    plan = plan_city(random_city(4, 12, tightness=0.52), base)

    assert plan.verification.holds
    assert plan.status.proof == Proof.NOT_PROVEN


def test_a_signal_while_the_solver_runs_is_heard() -> None:
    done = python(INTERRUPTED)
    assert done.returncode == 0, done.stderr
    outcome, proof, holds, gap = done.stdout.split()
    assert (outcome, proof, holds) == (Outcome.USABLE.value, Proof.NOT_PROVEN.value, "True")
    assert float(gap) >= 0.0


def test_a_killed_run_leaves_the_last_good_folder_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("{}", encoding="utf-8")
    (out / "plan.csv").write_text("the last good plan", encoding="utf-8")

    done = python(KILLED, str(out))

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert {file.name: file.read_text(encoding="utf-8") for file in out.iterdir()} == {
        "manifest.json": "{}", "plan.csv": "the last good plan",
    }  # fmt: skip
