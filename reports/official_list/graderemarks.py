"""What an inspector must know of a listed grade: that a penalty may cap it, or that a stated approval was not used."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.names import grade_text
from reports.sentences import sentence

NOTHING = "—"


def grade_remarks(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return one row per enterprise: enterprise_id and `grade_remark`, a dash where there is nothing to say."""
    capped = sentence(
        language,
        mark("In doubt: the penalty “{kind}” of {day} may cap {grade}, at worst {worst}; the decision stands."),
        kind=context.names.penalty(language, pl.col("veto_kind")).fill_null(say(language, UNKNOWN)),
        day=pl.col("veto_decided_on").cast(pl.String).fill_null(say(language, mark("an unstated day"))),
        grade=grade_text(pl.col("planned_grade"), language),
        worst=grade_text(pl.col("capped_worst"), language),
    )
    unused = sentence(
        language,
        mark("The approved grade “{text}” is not understood or not in force on the day, and was not used."),
        text=pl.col("approved_text_unused"),
    )
    said = [pl.when(pl.col("approval_doubt").is_not_null()).then(capped), unused]
    space = "" if language == "zh" else " "
    remark = pl.concat_str(said, separator=space, ignore_nulls=True).replace("", None).fill_null(NOTHING)
    return context.grades.select("enterprise_id", remark.alias("grade_remark"))
