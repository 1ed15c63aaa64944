"""Do the targets hold, what could be reached at most, and who holds the rest."""

import polars as pl

from grading.scale import POLLUTANTS
from grading.words import Language, mark, say
from reports.answers import JOINT, counts_in_sum
from reports.context import ReportContext
from reports.format import SHARE, WHOLE, Scale, largest, mass_scale, plain, with_unit
from reports.names import HOLDER_WORDS, LEVEL_WORDS, POLLUTANT_NAMES, STATE_WORDS
from reports.sentences import spelled
from reports.table import Column, Table, text_rows

NOT_STATED = mark("not stated")
JOINT_SCALE = Scale("%", 0.01, 2)


def targets_table(context: ReportContext, language: Language) -> Table:
    """Return required, planned, slack and status per level and pollutant."""
    frame = context.targets
    scale = mass_scale(largest(frame.filter(pl.col("target") != JOINT)["required"]))
    amounts = {name: _amount(name, scale, language) for name in ("required", "planned", "other_lists", "slack")}
    is_aside = counts_in_sum()
    state = spelled(pl.col("state"), STATE_WORDS, language)
    aside = pl.lit(say(language, mark("counts through SO₂+NOx")))
    rows = frame.select(
        level=spelled(pl.col("level"), LEVEL_WORDS, language),
        target=pl.col("target").replace(POLLUTANT_NAMES),
        **amounts,
        share=plain(pl.col("planned_share"), SHARE, language),
        state=pl.when(is_aside).then(aside).otherwise(state),
        level_mark=pl.lit("level-") + pl.col("level").cast(pl.String),
        state_mark=pl.when(is_aside)
        .then(pl.lit("aside"))
        .otherwise(pl.lit("state-") + pl.col("state").cast(pl.String)),
    )
    unit = scale.unit
    return Table(
        id="targets",
        caption=say(language, mark("Required, planned and slack, per alert level and pollutant")),
        columns=(
            Column(say(language, mark("Level")), "", "word"),
            Column(say(language, mark("Pollutant")), "", "word"),
            Column(say(language, mark("Required")), unit, "number"),
            Column(say(language, mark("Planned, other lists included")), unit, "number"),
            Column(say(language, mark("of which other lists")), unit, "number"),
            Column(say(language, mark("Slack")), unit, "number"),
            Column(say(language, mark("Share of whole society")), "%", "number"),
            Column(say(language, mark("Status")), "", "word"),
        ),
        rows=text_rows(rows, ("level_mark", "state_mark")),
        note=say(
            language,
            mark(
                "Source: targets and whole-society emissions in case.toml; sums of the orders. Slack is planned "
                "minus required. SO₂+NOx is the sum of both shares of whole-society emission."
            ),
        ),
        empty=say(language, mark("No target is stated in case.toml.")),
    )


def _amount(name: str, scale: Scale, language: Language) -> pl.Expr:
    value = pl.col(name)
    share = with_unit(value, JOINT_SCALE, language, NOT_STATED)
    return pl.when(pl.col("target") == JOINT).then(share).otherwise(plain(value, scale, language, NOT_STATED))


def attainability_table(context: ReportContext, language: Language) -> Table:
    """Return what law alone brings, what could be removed at most, and what is required."""
    frame = context.attainability
    scale = mass_scale(largest(frame.filter(pl.col("pollutant") != JOINT)["required_kg_per_day"]))
    names = (
        "society", "required", "other_lists", "legal_floor", "most_removable",
        "held_by_exempt", "held_by_physics", "held_outside_list",
    )  # fmt: skip
    in_sum = (pl.col("pollutant") == JOINT).any().over("level") & pl.col("pollutant").is_in(["so2", "nox"])
    verdict = (
        pl.when(pl.col("is_attainable"))
        .then(pl.lit(say(language, mark("attainable"))))
        .when(~pl.col("is_attainable") & in_sum)
        .then(pl.lit(say(language, mark("not alone; counts through SO₂+NOx"))))
        .when(~pl.col("is_attainable"))
        .then(pl.lit(say(language, mark("not attainable"))))
        .otherwise(pl.lit(say(language, NOT_STATED)))
    )
    rows = frame.select(
        level=spelled(pl.col("level"), LEVEL_WORDS, language),
        pollutant=pl.col("pollutant").replace(POLLUTANT_NAMES),
        **{name: _attain_amount(f"{name}_kg_per_day", scale, language) for name in names},
        verdict=verdict,
        level_mark=pl.lit("level-") + pl.col("level").cast(pl.String),
        verdict_mark=pl.when(~pl.col("is_attainable") & in_sum)
        .then(pl.lit("aside"))
        .when(~pl.col("is_attainable"))
        .then(pl.lit("state-missed"))
        .otherwise(pl.lit("")),
    )
    headers = (
        mark("Whole society"), mark("Required"), mark("Other lists"), mark("Legal minimum alone"),
        mark("Most removable"), mark("Held by exemptions"), mark("Held by physics"), mark("Outside the list"),
    )  # fmt: skip
    return Table(
        id="attainability",
        caption=say(language, mark("What could be removed at most, and who holds the rest")),
        columns=(
            Column(say(language, mark("Level")), "", "word"),
            Column(say(language, mark("Pollutant")), "", "word"),
            *(Column(say(language, header), scale.unit, "number") for header in headers),
            Column(say(language, mark("Verdict"))),
        ),
        rows=text_rows(rows, ("level_mark", "verdict_mark")),
        note=say(
            language,
            mark(
                "Source: worked out before solving, one pollutant at a time. Most removable includes the other "
                "lists; the legal minimum alone does not. The row SO₂+NOx is in shares of whole-society "
                "emission."
            ),
        ),
        empty=say(language, mark("No target is stated, so nothing can be compared.")),
    )


def _attain_amount(name: str, scale: Scale, language: Language) -> pl.Expr:
    share = pl.lit("—") if name.startswith("society") else with_unit(pl.col(name), JOINT_SCALE, language)
    return pl.when(pl.col("pollutant") == JOINT).then(share).otherwise(plain(pl.col(name), scale, language))


def holders_table(context: ReportContext, language: Language) -> Table:
    """Return who holds what stays: one row per level and holder, one column per pollutant."""
    held = context.holders.with_columns(pl.col("level").cast(pl.String), pl.col("holder").cast(pl.String))
    used = [p for p in POLLUTANTS if (held["pollutant"] == p).any()]
    scale = mass_scale(largest(held.filter(pl.col("pollutant") != JOINT)["held_kg_per_day"]))
    rows = (
        held.group_by("level", "holder", maintain_order=True)
        .agg(
            pl.col("units").max(),
            *(_of_pollutant(p, pl.col("units")).alias(f"units_{p}") for p in used),
            *(_of_pollutant(p, pl.col("held_kg_per_day")).alias(p) for p in used),
        )
        .select(
            level=spelled(pl.col("level"), LEVEL_WORDS, language),
            holder=spelled(pl.col("holder"), HOLDER_WORDS, language),
            units=pl.when(pl.col("holder") == "outside_list")
            .then(pl.lit(say(language, mark("not listed"))))
            .otherwise(plain(pl.col("units"), WHOLE, language)),
            **{
                p: pl.when(pl.col(f"units_{p}").is_null())
                .then(pl.lit("—"))
                .otherwise(plain(pl.col(p), scale, language))
                for p in used
            },
            level_mark=pl.lit("level-") + pl.col("level"),
        )
    )
    return Table(
        id="holders",
        caption=say(language, mark("Who holds what stays")),
        columns=(
            Column(say(language, mark("Level")), "", "word"),
            Column(say(language, mark("Held by"))),
            Column(say(language, mark("Lines, at most")), "", "number"),
            *(Column(POLLUTANT_NAMES[p], scale.unit, "number") for p in used),
        ),
        rows=text_rows(rows, ("level_mark",)),
        note=say(
            language,
            mark(
                "Source: as above. Lines whose emission is unknown are counted; their kilograms are not known. "
                "—: nothing of this pollutant is held so."
            ),
        ),
        empty=say(language, mark("Nothing stays, or no target is stated.")),
        is_long=True,
    )  # fmt: skip


def _of_pollutant(pollutant: str, value: pl.Expr) -> pl.Expr:
    return value.filter(pl.col("pollutant") == pollutant).first()
