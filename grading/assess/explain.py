"""Why this grade, in words that can be read aloud, and what each better grade would take."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from grading.assess.evidence import WITHHELD, YES
from grading.assess.model import Graded
from grading.assess.page import blockers, page
from grading.assess.rules import RANGE, SIGNS
from grading.assess.verdicts import LACKS_OF_THE_LAW
from grading.assess.vetoes import penalty_names
from grading.law.annex.words import UNITS, unit_word
from grading.law.model import Law
from grading.scale import GRADES
from grading.words import Language, mark, say

__all__ = ["blockers", "grounds", "in_words", "page", "units_in_words", "why"]

Row = dict[str, Any]
_STATED = ("text", "sure", "value")
_YES_AND_NO = ("yes", "no", "true", "false", "是", "否")

REASONS = {
    "evidence": mark("{name}: grade {grade}, because the worst indicator decides."),
    "interval_worse_end": mark(
        "{name}: between {best} and {worst}, because evidence or requirements are missing or open; planned at {grade}."
    ),
    "veto": mark("{name}: grade {grade}, because a penalty caps it ({veto})."),
    "approved": mark("{name}: grade {grade}, as approved ({approval})."),
    "approved_but_capped": mark(
        "{name}: approved at {approved} ({approval}), planned at {grade}, because a penalty or the evidence proves "
        "no better grade{veto_note}."
    ),
    "approved_in_part": mark(
        "{name}: grade {grade}, the worst of what was approved for single industries or lines "
        "and of its other industries."
    ),
    "not_graded": mark("{name}: not graded, somewhere between {best} and {worst}; planned at {grade}."),
    "register_leading": mark("{name}: leading, because a valid register says so."),
}
EFFORTS = {
    "document": mark("documents, days"),
    "operation": mark("operation, weeks"),
    "equipment": mark("equipment, months"),
}
STATUS_NAMES = {
    "verified": mark("checked against the text"),
    "reported": mark("from a secondary source"),
    "unverified": mark("not yet verified"),
    "unknown": mark("nobody has stated it"),
}
EFFECTS = {
    "as_lowest": mark("It is treated like the lowest grade and never exempt."),
    "outside_grading": mark("It stands outside grading, on the list with the strictest measures, and is never exempt."),
}
GRADE_NAMES = {"leading": mark("leading"), "non_leading": mark("non-leading")}
MISSING = {
    "evidence": mark("no evidence"),
    "requirement": mark("the law's cell is not known"),
    "readings": mark("the value lies between two readings of the law's cell"),
    "process": mark("the process of a line is not known"),
    "condition": mark("whether this row applies is not known"),
    "number": mark("the value is not a number"),
    "value": mark("the value is not understood"),
    "capture": mark("the monitor ran too little of the time"),
    "provider": mark("the body that measured it is black-listed"),
    "reference_o2": mark("the oxygen content does not allow the conversion"),
}


def why(graded: Graded, law: Law, enterprise_id: str, language: Language) -> str:
    """Return why the enterprise has its grade, its deciding indicator, and what each better grade needs."""
    blocked = blockers(graded, law, enterprise_id).with_columns(
        *(in_words(law, name, language) for name in _STATED), _line(enterprise_id)
    )
    planned = graded.grades.filter(pl.col("enterprise_id") == enterprise_id)["planned_grade"][0]
    return "\n".join([*grounds(graded, enterprise_id, language, law), *_ways_up(blocked, str(planned), language)])


def grounds(graded: Graded, enterprise_id: str, language: Language, law: Law | None = None) -> list[str]:
    """Return why the enterprise has its grade and its deciding indicator, sentence by sentence.

    With the law, choices and penalties are called by their names.
    """
    grades = graded.grades.filter(pl.col("enterprise_id") == enterprise_id)
    if law is not None:
        called = dict(penalty_names(law).select("kind", f"name_{language}").iter_rows())
        grades = grades.with_columns(pl.col("veto_kind").replace(called))
    row = grades.row(0, named=True)
    own = graded.reasons.indicators_of([enterprise_id])
    if law is not None:
        own = own.with_columns(in_words(law, name, language) for name in ("value", "next_requirement"))
    return [_head(row, language), *_deciding(own, row, language), *_not_taken(row, language)]


def in_words(law: Law, column: str, language: Language) -> pl.Expr:
    """Return a column with the ids of choices and the units of demands replaced by words; any other text stays."""
    names = dict(law.vocabulary.select("choice", f"name_{language}").iter_rows())
    words = pl.col(column).str.split("|").list.eval(pl.element().str.strip_chars())
    named = words.list.eval(pl.element().replace(names)) if names else words
    is_choice = words.list.eval(pl.element().is_in(list(names))).list.any()
    told = named.list.join(say(language, mark(", ")))
    return pl.when(is_choice).then(told).otherwise(units_in_words(pl.col(column), language)).alias(column)


def units_in_words(demand: pl.Expr, language: Language) -> pl.Expr:
    """Return a demand such as `≥ 12 month` with its unit in words; any other text stays."""
    gap = "" if language == "zh" else " "
    for unit in UNITS:
        demand = demand.str.replace(rf"^([≤<≥>] [\d.{RANGE}]+) {unit}$", f"${{1}}{gap}{unit_word(unit, language)}")
    return demand


def value_text(value: str, language: Language) -> str:
    """Return the value of an indicator as it is said: what a monitor withholds, and yes and no, in words."""
    if value.strip().lower() in _YES_AND_NO:
        return say(language, mark("yes") if value.strip().lower() in YES else mark("no"))
    if not value.startswith(WITHHELD):
        return value
    least = value.removeprefix(WITHHELD).removeprefix(">=")
    if not least:
        return say(language, mark("withheld, the capture rate is too low"))
    return say(language, mark("withheld, the capture rate is too low; at least {least}"), least=least)


def compared(row: Row, language: Language) -> str:
    """Return the value of an indicator, and what it comes to in the unit and oxygen of the requirement."""
    value = value_text(str(row["value"]), language)
    if not row["is_converted"]:
        return value
    return say(language, mark("{value}, converted {number}"), value=value, number=_digits(row["number"]))


def titled(row: Row, language: Language) -> str:
    """Return what a row is called, with the condition on which it depends."""
    title, condition = str(row[f"title_{language}"]), row[f"condition_{language}"]
    return title if condition is None else say(language, mark("{title} ({note})"), title=title, note=condition)


def grade_name(grade: str | None, language: Language) -> str:
    """Return a grade as a list prints it."""
    return say(language, GRADE_NAMES[grade]) if grade in GRADE_NAMES else str(grade)


def _head(row: Row, language: Language) -> str:
    unsaid = say(language, mark("day and office not on record"))
    approval = (
        say(language, mark(", ")).join(str(part) for part in (row["approved_by"], row["approved_on"]) if part) or unsaid
    )
    veto = say(language, mark(", ")).join(
        str(row[f"veto_{part}"]) for part in ("kind", "decided_on", "clause") if row[f"veto_{part}"]
    )
    template = REASONS[row["reason_code"]]
    return say(
        language,
        template,
        name=row["name"],
        grade=grade_name(row["planned_grade"], language),
        best=grade_name(row["capped_best"], language),
        worst=grade_name(row["capped_worst"], language),
        approved=grade_name(row["approved_grade"], language),
        approval=approval,
        veto=veto,
        veto_note=say(language, mark(" ({note})"), note=veto) if veto else "",
    )


def _deciding(own: pl.DataFrame, row: Row, language: Language) -> Iterator[str]:
    decides = pl.col("indicator") == pl.lit(row["deciding_indicator"], dtype=pl.String)
    deciding = own.filter(decides).sort("grade_worst", "subject_id", descending=[True, False])
    if row["deciding_indicator"] == "subtype":
        yield say(language, mark("The subtype is missing: the tables of this industry differ by subtype."))
    elif deciding.height:
        status = STATUS_NAMES[deciding[0, "status"]]
        yield say(
            language,
            mark("Deciding indicator: {title}: {value} ({clause}; evidence of the clause: {status})."),
            title=titled(deciding.row(0, named=True), language),
            value=_decisive(deciding.row(0, named=True), language),
            clause=deciding[0, "clause"],
            status=say(language, status),
        )


def _decisive(row: Row, language: Language) -> str:
    """Return the value that decides; where it lies between two readings, both of them."""
    if row["missing"] != "readings" or row["next_requirement"] is None:
        return _value(row, language)
    words = mark("{value}, open between two readings ({demand})")
    return say(language, words, value=row["value"], demand=row["next_requirement"])


def _value(row: Row, language: Language) -> str:
    if row["missing"] is None or row["missing"] in LACKS_OF_THE_LAW:
        return value_text(str(row["value"]), language)
    if row["missing"].startswith("unit "):
        return say(language, mark("{value}, but not in {unit}"), value=row["value"], unit=row["missing"][5:])
    missing = MISSING[row["missing"]]
    return say(language, missing)


def _not_taken(row: Row, language: Language) -> Iterator[str]:
    if row["approved_text_unused"]:
        yield say(
            language,
            mark("The approved grade “{text}” is not understood or not in force on the day, and was not used."),
            text=row["approved_text_unused"],
        )
    if row["veto_effect"] in EFFECTS and row["veto_is_sure"]:
        effect = EFFECTS[row["veto_effect"]]
        yield say(language, effect)
    if row["approval_doubt"]:
        yield say(
            language,
            mark(
                "The grade stands as decided although the penalty “{kind}” of {day} may cap it; "
                "whether it does is for the authority to decide."
            ),
            kind=row["veto_kind"],
            day=row["veto_decided_on"],
        )
    elif row["veto_clause"] and not row["veto_is_sure"]:
        yield say(
            language,
            mark("Whether or how far the penalty “{kind}” still counts is not known; it lowers the worse end only."),
            kind=row["veto_kind"],
        )
    if row["veto_kind"] and row["veto_clause"] is None and not row["approval_doubt"]:
        yield say(
            language,
            mark("The penalty “{kind}” is of no known kind; it lowers the worse end only."),
            kind=row["veto_kind"],
        )


def _ways_up(blocked: pl.DataFrame, planned: str, language: Language) -> Iterator[str]:
    """Yield one line per better grade, nearest first: every indicator that stands in the way.

    The planned grade itself may stand by decision: what is missing would prove it. Of worse ones nothing is said.
    """
    blocked = blocked.filter(pl.col("grade").cast(pl.String).is_in(GRADES[: GRADES.index(planned) + 1]))
    for (grade,), rows in blocked.sort("step", descending=True, maintain_order=True).group_by(
        "grade", maintain_order=True
    ):
        needs = [_need(row, language) for row in rows.iter_rows(named=True)]
        separator = say(language, mark("; "))
        yield say(
            language,
            _TO_PROVE if str(grade) == planned else mark("{grade} needs: {needs}."),
            grade=grade_name(str(grade), language),
            needs=separator.join(needs),
        )


_TO_PROVE = mark("{grade} stands by decision; what would prove it: {needs}.")


def _line(enterprise_id: str) -> pl.Expr:
    """Return what tells a line from the others of its enterprise; null where the whole enterprise is meant."""
    own = pl.col("subject_id").str.strip_prefix(enterprise_id).str.strip_chars_start("-")
    return pl.when(pl.col("subject_id") != enterprise_id).then(own).alias("line")


def _title(row: Row, language: Language) -> str:
    title = titled(row, language)
    return title if row["line"] is None else say(language, mark("{title} (line {line})"), title=title, line=row["line"])


def _now(row: Row, language: Language) -> str:
    """Return the value as it was handed in, and what it comes to in the unit and oxygen of the requirement."""
    return compared(row, language) if row["is_converted"] else _value(row, language)


def _digits(number: float) -> str:
    return f"{float(f'{number:.4g}'):g}"


def _need(row: Row, language: Language) -> str:
    effort = EFFORTS[row["effort"]]
    said = {"title": _title(row, language), "asked": _asked(row, language), "effort": say(language, effort)}
    if row["distance"] is not None:
        words = mark("{title} {asked} (now: {value}, off by {distance}; {effort})")
        return say(language, words, value=_now(row, language), distance=_digits(row["distance"]), **said)
    is_number = (row["text"] or "")[:1] in SIGNS.values()
    words = mark("{title} {asked} (now: {value}; {effort})") if is_number else _IN_WORDS
    return say(language, words, value=_value(row, language), **said)


_IN_WORDS = mark("{title}: {asked} (now: {value}; {effort})")


def _asked(row: Row, language: Language) -> str:
    """Return what a grade asks: its words, that a statement must hold, or that nobody has stated it."""
    if row["text"] is None:
        return say(language, mark("what is asked is not known"))
    asked = say(language, mark("must hold")) if row["text"] == "✓" else str(row["text"])
    if row["sure"] is None:
        return asked
    return say(language, mark("{asked} (two readings; surely {sure})"), asked=asked, sure=row["sure"])
