"""Run the eight questions of `questions.txt` over the demo city and write `afternoon.md` from what came out.

    python docs/whatif/make_afternoon.py

Nothing in the page is typed by hand but the sentences between the blocks; times are of the machine it ran on.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASE = "fixtures/cases/demo"
INTRO = """# An afternoon with the demo city

Made by `docs/whatif/make_afternoon.py`, which runs the commands below; no answer was typed by hand. The city is
made up. Times are wall-clock seconds on a machine with {cores} cores whose load average was {load:.1f} at the start, so
they are upper bounds of what a free machine takes.

The case is read, graded and planned once; then each line of `docs/whatif/questions.txt` is one question. The same
options work one at a time: `lantian whatif {case} --target orange.nox=0.22 --explain`, which also writes `whatif.html`,
`diff.csv` and the tables of the plan.

![The page of the first question, as `docs/pictures/take_whatif.py` takes it](../pictures/whatif-page.png)

"""
FURTHER = (
    ("One thing varied, a status in every row", ["sweep", CASE, "target.red.nox=0.29,0.31,0.36"]),
    ("What another list's kilogram is worth", ["rank", CASE, "lists"]),
    ("Can red be reached, and at what price", ["rank", CASE, "red", "--top", "3"]),
    ("Whom to coach to the next grade", ["rank", CASE, "coach", "--top", "3"]),
    (
        "What is worth paying for: the table [measures.csv](measures.csv), its costs made up like the city",
        ["rank", CASE, "measures", "--table", "docs/whatif/measures.csv"],
    ),
)


def lantian(arguments: list[str], told: str = "") -> tuple[str, float]:
    """Return what a command says, and the seconds it took."""
    began = time.monotonic()
    command = [str(Path(sys.executable).with_name("lantian")), *arguments, "--lang", "zh"]
    environment = os.environ | {"COLUMNS": "110"}
    done = subprocess.run(  # noqa: S603 - our own command
        command, input=told, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command}: exit code {done.returncode}")
    return done.stdout, time.monotonic() - began


def block(command: str, said: str, seconds: float) -> str:
    """Return one command with what it said."""
    lines = [line.rstrip() for line in said.splitlines() if str(ROOT) not in line]
    return "\n".join(["```console", f"$ {command}", *lines, "```", "", f"{seconds:.1f} s in all.", ""])


def main() -> None:
    """Write the page."""
    questions = (HERE / "questions.txt").read_text(encoding="utf-8")
    load = os.getloadavg()[0]
    parts = [INTRO.format(cores=os.cpu_count(), load=load, case=CASE)]
    said, seconds = lantian(["whatif", CASE, "--session"], questions)
    parts.append(block(f"lantian whatif {CASE} --session --lang zh < docs/whatif/questions.txt", said, seconds))
    for title, arguments in FURTHER:
        said, seconds = lantian([*arguments, "--out", "out/afternoon"])
        parts += [f"## {title}\n", block(f"lantian {' '.join(arguments)} --lang zh", said, seconds)]
    (HERE / "afternoon.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
