"""A what-if in the terminal, and as one record for a program."""

from collections.abc import Sequence

import polars as pl
from rich.table import Table
from rich.text import Text

from grading.words import Language, mark, say
from lantian.whatif.answering import Answer
from reports.names import grade_text
from reports.whatif.axes import axis_text, missed_text
from reports.whatif.sweep import CELL_WORDS
from reports.whatif.words import (
    EXEMPT_WORDS,
    REASON_WORDS,
    change_text,
    explained,
    money,
    signed_money,
    targets_sentence,
)

MOST_ROWS = 8


def numbers_of(answer: Answer, language: Language) -> dict[str, object]:
    """Return what a what-if comes to. Losses in CNY a season."""
    whatif, losses = answer.whatif, answer.whatif.contrast.losses
    sure = losses.sure_change
    return {
        **dict(whatif.provenance),
        "title": whatif.title,
        "changes": [change_text(change, language) for change in whatif.changes],
        "hits": {hit.key: {"enterprises": len(hit.enterprises), "units": len(hit.units)} for hit in answer.asked.hits},
        "loss_before_cny_per_season": losses.before,
        "loss_after_cny_per_season": losses.after,
        "loss_change_cny_per_season": losses.change,
        "sure_change_cny_per_season": None if sure is None else list(sure),
        "retrofit_cost_cny_per_season": whatif.retrofit_cost_cny_per_season,
        "proof": whatif.status_after.proof.value,
        "relative_gap": whatif.status_after.relative_gap,
        "targets_missed": answer.after.plan.targets.filter(pl.col("state") == "missed").select(
            pl.col("level", "target").cast(pl.String)
        ).rows(),
        "enterprises_changed": whatif.contrast.enterprises.height,
        "units_changed": whatif.contrast.orders["unit_id"].n_unique(),
        "reasons": dict(whatif.contrast.orders.group_by("reason").len().sort("reason").iter_rows()),
        "exempt": dict(whatif.contrast.exempt.group_by("change").len().sort("change").iter_rows()),
        "stayed": dict(whatif.contrast.stayed.group_by("why").len().sort("why").iter_rows()),
        "explanation": explained(whatif, language),
    }  # fmt: skip


def table_of(answer: Answer, language: Language) -> Table:
    """Return the summary as a table: the city first, then the enterprises that change most."""
    whatif, losses = answer.whatif, answer.whatif.contrast.losses
    heading = whatif.reason if whatif.title == whatif.reason else f"{whatif.title}: {whatif.reason}"
    table = Table(title=Text(heading), caption=_caption(answer, language), title_justify="left")
    for header in (mark("Enterprise"), mark("Grade")):
        table.add_column(say(language, header))
    for header in (mark("Loss before"), mark("Loss after"), mark("Change")):
        table.add_column(say(language, header), justify="right")
    table.add_column(say(language, mark("Why")))
    table.add_row(
        Text(say(language, mark("the whole city")), "bold"), "", money(losses.before, language),
        money(losses.after, language), signed_money(losses.change, language), "", end_section=True,
    )  # fmt: skip
    firms = whatif.contrast.enterprises.head(MOST_ROWS).with_columns(
        *(grade_text(pl.col(f"grade_{side}"), language).fill_null("–").alias(side) for side in ("before", "after"))
    )
    for firm in firms.iter_rows(named=True):
        grade = firm["after"] if firm["before"] == firm["after"] else f"{firm['before']} → {firm['after']}"
        amounts = [money(firm[f"loss_cny_per_season_{side}"], language) for side in ("before", "after")]
        change = signed_money(firm["loss_change_cny_per_season"], language)
        word = REASON_WORDS[firm["reason"]]
        table.add_row(*(Text(cell) for cell in (firm["name"], grade, *amounts, change, say(language, word))))
    return table


def _caption(answer: Answer, language: Language) -> Text:
    whatif = answer.whatif
    more = whatif.contrast.enterprises.height - MOST_ROWS
    exempt = dict(whatif.contrast.exempt.group_by("change").len().iter_rows())
    lines = [
        *([say(language, mark("… and {n} more"), n=more)] if more > 0 else []),
        targets_sentence(whatif, language),
        *(f"{say(language, mark('Exempt list'))} {say(language, word)}: {exempt[code]}"
          for code, word in EXEMPT_WORDS.items() if code in exempt),
    ]  # fmt: skip
    return Text("\n".join(lines), justify="left")


def sweep_of(rows: pl.DataFrame, names: Sequence[str], language: Language) -> Table:
    """Return a table of what-ifs for the terminal, one row per combination."""
    table = Table()
    for name in names or [say(language, mark("What-if"))]:
        table.add_column(axis_text(name, language), overflow="fold")
    table.add_column(say(language, mark("Status")), overflow="fold")
    for header in (mark("Loss a season"), mark("Enterprises cut at red"), mark("Orders that change")):
        table.add_column(say(language, header), justify="right", overflow="fold")
    table.add_column(say(language, mark("Missed, or why not")), overflow="fold")
    for row in rows.iter_rows(named=True):
        loss = "–" if row["loss_cny_per_season"] is None else money(row["loss_cny_per_season"], language)
        counts = ["–" if row[name] is None else str(row[name]) for name in ("enterprises_cut_red", "orders_changed")]
        word = CELL_WORDS[row["state"]]
        values = (row["x"], row["y"])[: max(len(names), 1)]
        cells = (*values, say(language, word), loss, *counts, missed_text(row["missed"], language) or row["why"])
        table.add_row(*(Text(cell) for cell in cells))
    return table
