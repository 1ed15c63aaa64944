"""Pairs of orders that could change at equal loss: where the planner may choose by what no table knows."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import largest, money_column
from reports.names import LEVEL_WORDS
from reports.orders import measure_text
from reports.sections.asked import Asked, asked_table, money, signed
from reports.sentences import sentence, spelled
from reports.table import Table


def swaps_table(context: ReportContext, language: Language) -> Table:
    """Return one row per swap: the line eased, the line hardened for it, and what both together cost more."""
    answer = context.answers.swaps
    frame = answer.frame
    scale = money_column(0.0 if frame is None else largest(frame["extra_loss_cny_per_season"].abs()), language)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        named = context.enterprises.select("enterprise_id", enterprise="name")
        worded = found.join(named, on="enterprise_id", how="left", maintain_order="left").select(
            "swap",
            pl.col("side").cast(pl.String),
            "extra_loss_cny_per_season",
            line=pl.format("{} {}", pl.col("enterprise").fill_null("—"), "unit_id"),
            change=_change(found, language),
        )
        eased, hardened = (worded.filter(side=side).drop("side") for side in ("eased", "hardened"))
        pairs = eased.join(
            hardened.drop("extra_loss_cny_per_season"), on="swap", suffix="_hardened", maintain_order="left"
        )
        extra = money("extra_loss_cny_per_season", scale, language)
        return pairs.select(
            "line",
            "change",
            "line_hardened",
            "change_hardened",
            signed(extra, pl.col("extra_loss_cny_per_season")).alias("extra"),
        )

    return asked_table(
        Asked(
            "swaps",
            mark("Pairs of orders that could change at equal loss"),
            (
                (mark("Line eased"), "", "text"),
                (mark("Its change"), "", "text"),
                (mark("Line hardened for it"), "", "text"),
                (mark("Change of that line"), "", "text"),
                (mark("Extra loss a season"), scale.unit, "number"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: docs/model.md, 14. Each pair alone keeps law, targets and pins; two together may not. "
                    "To take one, pin both lines and plan again."
                ),
            ),
        ),
        answer,
        language,
    )


def _change(found: pl.DataFrame, language: Language) -> pl.Series:
    """Return level and change of measure of each row: red: Cut 30% → Stop."""
    changes = found.select("level", before=_measures(found, "from", language), after=_measures(found, "to", language))
    level = spelled(pl.col("level"), LEVEL_WORDS, language)
    told = sentence(
        language,
        mark("{level}: {before} → {after}"),
        level=level, before=pl.col("before"), after=pl.col("after"),
    )  # fmt: skip
    return changes.select(told).to_series()


def _measures(found: pl.DataFrame, way: str, language: Language) -> pl.Series:
    """Return measures in the words of orders; only an order has a reason and vehicles."""
    measures = found.select(
        *(pl.col(f"{way}_{word}").alias(word) for word in ("kind", "measure_id", "cut_share", "measure_name")),
        k=pl.lit(0),
        **{name: pl.lit(text) for name, text in (("transport", "none"), ("reason_code", ""), ("floor_state", ""))},
    )
    return measures.select(measure_text(language)).to_series()
