"""The environmental credit register: level, score, decisions and their repair, held against the case's penalties.

Levels are kept as written: provinces grade in colours, letters or words, and no text maps one onto the other.
"""

from pathlib import Path

import dataframely as dy
import polars as pl

from grading.case.cells import BLANK, MISSING
from grading.case.headers import normal
from grading.checked import checked
from grading.faults import Fault
from grading.monitoring.dates import is_not_a_day, read_day
from grading.monitoring.hourly import NUMBER
from grading.monitoring.judged import Wrong, judge, open_list

WORDS: dict[str, tuple[str, ...]] = {
    "enterprise_id": ("enterprise_id", "统一社会信用代码", "企业编号", "信用代码"),
    "level": ("level", "信用等级", "评价等级", "信用颜色"),
    "score": ("score", "信用得分", "评价得分", "得分"),
    "decided_on": ("decided_on", "处罚日期", "处罚决定日期", "决定日期"),
    "repaired_on": ("repaired_on", "信用修复日期", "修复日期"),
}
DAYS = ("decided_on", "repaired_on")
PENALTY = ["enterprise_id", "decided_on"]


class Credit(dy.Schema):
    """One row per enterprise and decision in the credit register; without a decision only the level is stated."""

    enterprise_id = dy.String()
    level = dy.String(nullable=True)
    score = dy.Float64(nullable=True)
    decided_on = dy.Date(nullable=True)
    repaired_on = dy.Date(nullable=True)
    source_file = dy.String()
    source_row = dy.Int64(min=1)


class CreditDisagreements(dy.Schema):
    """One row per decision on which the credit register and the case's penalties differ.

    `kind`: the decision is missing in the case, or in the register; or its repair has two different dates (blank:
    not repaired).
    """

    enterprise_id = dy.String()
    decided_on = dy.Date()
    kind = dy.Enum(["missing_in_case", "missing_in_register", "repair_differs"])
    repaired_on_register = dy.Date(nullable=True)
    repaired_on_case = dy.Date(nullable=True)


def read_credit(path: Path, enterprises: pl.DataFrame) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the register's rows for the enterprises of the case, and its faults.

    Shape: `Credit`. A row with a date or score that cannot be read is a fault and is not used.

    Raises:
        InputError: the file cannot be read or names no enterprise.
    """
    names = {normal(word): (name, "") for name, words in WORDS.items() for word in words}
    sheet = open_list(path, names, ("enterprise_id",), WORDS)
    cells = {name: sheet.cell(name).str.strip_chars(BLANK) for name in WORDS}
    present = {name: pl.when(~cell.str.to_uppercase().is_in(MISSING)).then(cell) for name, cell in cells.items()}
    rows = sheet.rows.select(
        "row",
        *(present[name].alias(name) for name in ("enterprise_id", "level")),
        *(read_day(cells[name]).alias(name) for name in DAYS),
        score=present["score"].str.extract(f"^{NUMBER}$", 1).cast(pl.Float64, strict=False),
        **{f"{name}_text": cells[name] for name in (*DAYS, "score")},
    )
    known = pl.col("enterprise_id").is_in(enterprises["enterprise_id"].implode()).fill_null(value=False)
    is_unread_score = pl.col("score").is_null() & ~pl.col("score_text").str.to_uppercase().is_in(MISSING)
    wrong = [
        Wrong("unknown_enterprise", "enterprise_id", ~known, "enterprise_id"),
        *(
            Wrong("not_a_day", name, is_not_a_day(pl.col(f"{name}_text"), pl.col(name)), f"{name}_text")
            for name in DAYS
        ),
        Wrong("not_a_number", "score", is_unread_score, "score_text"),
    ]
    usable, faults = judge(rows, wrong, sheet.at)
    traced = usable.with_columns(source_file=pl.lit(sheet.file), source_row="row")
    return Credit.validate(traced.select(Credit.column_names()).sort("enterprise_id", "source_row")), faults


def credit_disagreements(credit: pl.DataFrame, penalties: pl.DataFrame) -> pl.DataFrame:
    """Return the decisions on which the register and the case's penalties differ.

    Shape: `CreditDisagreements`, sorted.
    """
    register = credit.filter(pl.col("decided_on").is_not_null()).select(*PENALTY, in_register="repaired_on")
    own = penalties.select(*PENALTY, in_case="credit_repaired_on")
    joined = (
        register.unique(PENALTY, keep="first", maintain_order=True)
        .with_columns(is_in_register=pl.lit(value=True))
        .join(
            own.unique(PENALTY, keep="first", maintain_order=True).with_columns(is_in_case=pl.lit(value=True)),
            on=PENALTY,
            how="full",
            coalesce=True,
        )
    )
    kind = (
        pl.when(pl.col("is_in_case").is_null())
        .then(pl.lit("missing_in_case"))
        .when(pl.col("is_in_register").is_null())
        .then(pl.lit("missing_in_register"))
        .when(pl.col("in_register").ne_missing(pl.col("in_case")))
        .then(pl.lit("repair_differs"))
    )
    rows = joined.with_columns(kind=kind).filter(pl.col("kind").is_not_null())
    shaped = rows.select(*PENALTY, "kind", repaired_on_register="in_register", repaired_on_case="in_case")
    return checked(CreditDisagreements, shaped.sort(PENALTY))
