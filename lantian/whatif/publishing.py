"""Answers into the out folder: one scenario as the folder itself, several as a folder each, all or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grading.faults import InputError
from lantian.manifest import canonical_json
from lantian.publish import published
from lantian.run import Options
from lantian.whatif.answering import Answer
from lantian.whatif.chain import FOLDER
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.outputs import write_whatif
from lantian.whatif.scenario import CASE
from lantian.whatif.scenario_file import Written


@contextmanager
def publish_answers(options: Options, *, is_alone: bool, is_full: bool) -> Iterator[Callable[[Answer], None]]:
    """Yield what writes one answer; the out folder is replaced when all are written."""
    with published(options.out) as fresh:
        told: list[dict[str, str]] = []

        def publish(answer: Answer) -> None:
            folder = fresh if is_alone else fresh / answer.asked.written.name
            folder.mkdir(exist_ok=is_alone)
            write_whatif(answer.whatif, answer.asked, (answer.before, answer.after), options, folder, is_full)
            told.append(dict(answer.whatif.provenance))

        yield publish
        if not is_alone:
            (fresh / "manifest.json").write_text(canonical_json({"scenarios": told}), encoding="utf-8")


def save_scenario(case_folder: Path, name: str, written: Written) -> Path:
    """Write a question as a scenario of the case and return its file; an old one is never overwritten."""
    path = scenario_path(case_folder, name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(written.text, encoding="utf-8")
    return path


def scenario_path(case_folder: Path, name: str) -> Path:
    """Return where a new scenario would stand; raises InputError when the name is taken or cannot be one."""
    if not name.replace("-", "").replace("_", "").isalnum() or name == CASE:
        raise InputError([scenario_fault("save_name", At("--save"), name)])
    path = case_folder / FOLDER / f"{name}.toml"
    if path.exists():
        raise InputError([scenario_fault("save_exists", At("--save"), name)])
    return path
