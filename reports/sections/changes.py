"""What changed since the earlier list: grades, exemptions, who came and who went."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN, count
from reports.names import grade_text
from reports.sentences import spelled
from reports.table import Align, Column, Table, text_rows

CHANGE_WORDS = {
    "rose": mark("rose"),
    "fell": mark("fell"),
    "same": mark("unchanged"),
    "new": mark("new on the list"),
    "gone": mark("no longer on the list"),
}
EXEMPTION_WORDS = {
    "gained": mark("exempt now, not before"),
    "lost": mark("exempt before, not now"),
    "kept": mark("still exempt"),
    "never": "—",
}
NOT_NAMED = mark(
    "No earlier list is named in case.toml ([previous]), so it cannot be told what changed; this is not the same as "
    "nothing having changed."
)
_BLANK = {name: pl.String for name in ("enterprise_id", "name", "county", "industry", "before", "after")}


def changes_table(context: ReportContext, language: Language) -> Table:
    """Return every enterprise whose grade or exemption is another one than on the earlier list."""
    changes = context.changes if context.changes is not None else _nothing()
    moved = changes.filter((pl.col("change") != "same") | pl.col("exemption").is_in(["gained", "lost"]))
    order = pl.col("change").replace_strict({"fell": 0, "rose": 1, "new": 2, "gone": 3}, default=4)
    unknown = say(language, UNKNOWN)
    rows = moved.sort(order, "county", "enterprise_id", nulls_last=True).select(
        name=pl.col("name").fill_null(pl.col("enterprise_id")),
        county=pl.col("county").fill_null(unknown),
        industry=context.names.industry(language, pl.col("industry")).fill_null(unknown),
        before=grade_text(pl.col("before"), language).fill_null("—"),
        after=grade_text(pl.col("after"), language).fill_null("—"),
        change=spelled(pl.col("change"), CHANGE_WORDS, language),
        exemption=spelled(pl.col("exemption"), EXEMPTION_WORDS, language).fill_null(unknown),
    )
    headers: tuple[tuple[str, Align], ...] = (
        (mark("Enterprise"), "text"), (mark("County"), "word"), (mark("Industry"), "word"),
        (mark("Grade before"), "word"), (mark("Grade now"), "word"), (mark("Change of grade"), "word"),
        (mark("Exemption"), "word"),
    )  # fmt: skip
    return Table(
        id="changes",
        caption=say(language, mark("What changed since the earlier list")),
        columns=tuple(Column(say(language, header), "", align) for header, align in headers),
        rows=text_rows(rows),
        note=_note(context, language),
        empty=say(language, NOT_NAMED if context.changes is None else mark("No grade and no exemption changed.")),
        is_long=True,
    )


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=_BLANK | {"change": pl.String, "exemption": pl.String})


def _note(context: ReportContext, language: Language) -> str:
    if context.changes is None:
        return say(language, mark("Source: grades.csv of the earlier list, which case.toml may name."))
    return say(
        language,
        mark(
            "Source: grades.csv of the list of {season} and of this one. {same} of {all} enterprises kept their grade; "
            "leading ranks with A, non-leading with C."
        ),
        season=context.previous_season,
        same=count(context.changes.filter(pl.col("change") == "same").height, language),
        all=count(context.changes.height, language),
    )
