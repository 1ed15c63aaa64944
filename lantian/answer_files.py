"""The answers as files: one CSV per answered question, and an index that also names what was not answered."""

from pathlib import Path

import polars as pl

from grading.safecsv import write_csv
from grading.words import Language, say
from optimizer.answers import Answers
from reports.answer_words import ANSWER_STATE_WORDS, QUESTION_WORDS, why_unanswered

INDEX = "index.csv"


def write_answers(answers: Answers, language: Language, folder: Path) -> None:
    """Write every answered frame and the index into `folder`, which is made. Columns: `optimizer.answers.tables`."""
    folder.mkdir()
    write_csv(answer_index(answers, language), folder / INDEX)
    for name, answer in answers.each():
        if answer.frame is not None:
            write_csv(answer.frame, folder / f"{name}.csv")


def answer_index(answers: Answers, language: Language) -> pl.DataFrame:
    """Return one row per question: what it asks, its state, why it has no answer, and the file that holds it."""
    return pl.DataFrame(
        [
            {
                "question": name,
                "state": answer.state.value,
                "reason": None if answer.reason is None else answer.reason.value,
                "rows": None if answer.frame is None else answer.frame.height,
                "file": None if answer.frame is None else f"{name}.csv",
                "question_text": say(language, QUESTION_WORDS[name]),
                "state_text": say(language, ANSWER_STATE_WORDS[answer.state]),
                "reason_text": why_unanswered(answer, language) or None,
            }
            for name, answer in answers.each()
        ],
        schema_overrides={"reason": pl.String, "rows": pl.Int64, "file": pl.String, "reason_text": pl.String},
    )
