"""What the emissions of the lines rest on: the method of each, and the factors behind those that rest on factors."""

import polars as pl

from grading.scale import POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import SHARE, Scale, plain
from reports.names import POLLUTANT_NAMES, STATUS_WORDS
from reports.platforms import SOURCE_WORDS, planned_factors
from reports.sentences import sentence, spelled
from reports.table import Column, Table, text_rows

ONE_DIGIT = Scale("", 1.0, 1)
NONE = mark("–")


def basis_table(context: ReportContext, language: Language) -> Table:
    """Return how many lines, and how much emission, rest on which method."""
    long = pl.concat(
        context.units.filter(~pl.col("is_idle")).select(
            method=f"{p}_method", pollutant=pl.lit(POLLUTANT_NAMES[p]), kg=f"{p}_kg_per_day"
        )
        for p in POLLUTANTS
    )
    order = {name: at for at, name in enumerate(SOURCE_WORDS)}
    place = pl.col("method").cast(pl.String).replace_strict(order, return_dtype=pl.Int8)
    counted = long.group_by("method", "pollutant", maintain_order=True).agg(
        lines=pl.len().cast(pl.String), kg=pl.when(pl.col("kg").count() > 0).then(pl.col("kg").sum())
    )
    rows = counted.sort(place, "pollutant").select(
        method=spelled(pl.col("method"), SOURCE_WORDS, language),
        pollutant="pollutant",
        lines="lines",
        kg=plain(pl.col("kg"), ONE_DIGIT, language),
    )
    return Table(
        id="emission-basis",
        caption=say(language, mark("What the emissions rest on")),
        columns=(
            Column(say(language, mark("Source"))),
            Column(say(language, mark("Pollutant")), "", "word"),
            Column(say(language, mark("Lines")), "", "number"),
            Column(say(language, mark("Emission")), "kg/d", "number"),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: plan.csv, line by line. Order of belief: monitored mass, permit report, emission factor, the "
                "bureau's table, disclosure. Idle lines are left out."
            ),
        ),
        empty=say(language, mark("There is no line.")),
    )


def _by_factor(context: ReportContext) -> pl.DataFrame:
    """Return one row per factor, with the lines that it fits and what is planned with it."""
    is_counted, is_planned = pl.col("state") == "counted", pl.col("is_planned_with")
    return (
        planned_factors(context)
        .group_by("source_file", "source_row", maintain_order=True)
        .agg(
            pl.col(
                "document",
                "clause",
                "issued_on",
                "evidence_status",
                "pollutant",
                "factor_kg_per_activity",
                "activity_unit",
                "removal_share",
            ).first(),
            fitting=pl.len(),
            uncounted=(~is_counted).sum(),
            planned=is_planned.sum(),
            kg=pl.col("kg_per_day").filter(is_planned).sort().sum(),
        )
    )


def factors_table(context: ReportContext, language: Language) -> Table:
    """Return every emission factor that fits a line: who states it, how surely, and how much is planned with it."""
    found = _by_factor(context)
    none = say(language, NONE)
    rows = found.sort("source_file", "source_row").select(
        source=pl.concat_str("document", "clause", separator=" ", ignore_nulls=True),
        dated=pl.col("issued_on").dt.strftime("%Y-%m-%d").fill_null(none),
        status=spelled(pl.col("evidence_status"), STATUS_WORDS, language),
        pollutant=pl.col("pollutant").cast(pl.String).replace(POLLUTANT_NAMES),
        factor=sentence(
            language, mark("{kg} kg/{activity}"),
            kg=pl.col("factor_kg_per_activity").round_sig_figs(6), activity=pl.col("activity_unit"),
        ),
        removed=plain(pl.col("removal_share"), SHARE, language, NONE),
        **{name: pl.col(name).cast(pl.String) for name in ("fitting", "uncounted", "planned")},
        kg=plain(pl.col("kg"), ONE_DIGIT, language),
    )  # fmt: skip
    counts = (mark("Lines it fits"), mark("Of them without a result"), mark("Planned with"))
    return Table(
        id="emission-factors",
        caption=say(language, mark("Emission factors, and how much is planned with them")),
        columns=(
            Column(say(language, mark("Source"))),
            Column(say(language, mark("Dated")), "", "word"),
            Column(say(language, mark("How far verified"))),
            Column(say(language, mark("Pollutant")), "", "word"),
            Column(say(language, mark("Factor")), "", "word"),
            Column(say(language, mark("Removed")), "%", "number"),
            *(Column(say(language, header), "", "number") for header in counts),
            Column(say(language, mark("Emission planned with it")), "kg/d", "number"),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: emission_factors.csv, line by line. Factor times last year's output of the line, less what is "
                "removed; it goes behind monitored mass and permit report. The factors are the bureau's own table."
            ),
        ),
        empty=say(language, mark("No emission factor fits a line of this case.")),
        is_long=True,
    )
