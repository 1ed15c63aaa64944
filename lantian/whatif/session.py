"""One question after another over a case that lies on the table: a line of options each, an answer each."""

import argparse
import re
import shlex
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from grading.faults import InputError
from grading.words import mark, say
from lantian.run import NoPlanFound
from lantian.whatif.answering import Answer, Room
from lantian.whatif.chain import lineage
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.oneliners import OneLiners, written_of
from lantian.whatif.scenario_file import Written

EXAMPLE = ", ".join(("--exempt=ID", "--grade=ID=B", "--target=orange.nox=0.22", "--down=ID"))
COMMAND = re.compile(r"^lantian\s+whatif\s+")
MANY = ("--exempt", "--grade", "--target", "--down", "--price", "--other-list")
ONE = ("--pack", "--reason", "--author", "--parent")


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong instead of ending the program."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError with what is wrong."""
        raise InputError([scenario_fault("option_not_understood", At("?", 0, message), "", EXAMPLE)])


@dataclass(frozen=True)
class Heard:
    """A question, what came of it, and the seconds it took. `refused` says why where there is no answer."""

    line: str
    answer: Answer | None
    refused: tuple[str, ...]
    seconds: float


def questions(room: Room, lines: Iterable[str]) -> Iterator[Heard]:
    """Give an answer to every line; blank lines and remarks are passed over, a fault ends only its own."""
    room.plan("case")
    for line in lines:
        asked = line.strip()
        if not asked or asked.startswith("#"):
            continue
        began = time.monotonic()
        answer: Answer | None = None
        refused: tuple[str, ...] = ()
        try:
            answer = room.answer(_written(asked, room))
        except InputError as wrong:
            language = room.options.language
            refused = tuple(f"{fault.what(language)} {fault.how(language)}" for fault in wrong.faults)
        except NoPlanFound as none:
            refused = none.reasons or (none.plan.status.proof.value,)
        yield Heard(asked, answer, refused, time.monotonic() - began)


def _written(line: str, room: Room) -> Written:
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("scenario", nargs="?")
    for option in MANY:
        parser.add_argument(option, action="append", default=[])
    for option in ONE:
        parser.add_argument(option)
    try:
        asked = parser.parse_args(shlex.split(COMMAND.sub("", line)))
    except ValueError as wrong:  # an open quotation mark
        raise InputError([scenario_fault("option_not_understood", At("?", 0, str(wrong)), line, EXAMPLE)]) from wrong
    if asked.scenario is not None:
        return lineage(asked.scenario, room.folder)[-1]
    language = room.options.language
    question = OneLiners(
        exempt=asked.exempt, grade=asked.grade, target=asked.target, down=asked.down, price=asked.price,
        more=asked.other_list, pack=asked.pack, reason=asked.reason or "", author=asked.author or "",
        parent=asked.parent or "case",
    )  # fmt: skip
    if not question.is_asked:
        raise InputError([scenario_fault("option_not_understood", At("?", 0, line), line, EXAMPLE)])
    return written_of(question, (say(language, mark("not named")), say(language, mark("no reason given"))))
