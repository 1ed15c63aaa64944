"""Which lines nobody asked whether they can be ready when a level begins."""

from grading.scale import POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import count, largest, mass_scale, spoken
from reports.names import LEVEL_WORDS, POLLUTANT_NAMES
from reports.table import Cell, Column, Table

STATE_WORDS = {
    "not_stated": mark("the lines need notice, the case does not state it ([episode] notice_h)"),
    "not_known": mark("what notice the lines need is not known"),
}


def notice_table(context: ReportContext, language: Language) -> Table:
    """Return, per level, the lines that were planned as if they could be ready in time, and what they emit."""
    emissions = [f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS]
    why = {state: say(language, word) for state, word in STATE_WORDS.items()}
    scale = mass_scale(largest(context.notice.select(emissions).unpivot()["value"]))
    rows = tuple(
        (
            Cell(say(language, LEVEL_WORDS[str(row["level"])])),
            Cell(why[row["state"]]),
            Cell(count(row["lines"], language)),
            *(Cell(spoken(row[emission], scale, language)) for emission in emissions),
        )
        for row in context.notice.iter_rows(named=True)
    )
    pollutants = (Column(POLLUTANT_NAMES[p], "", "number") for p in POLLUTANTS)
    return Table(
        id="notice",
        caption=say(language, mark("Lines not asked whether they can be ready in time")),
        columns=(
            Column(say(language, mark("Level"))),
            Column(say(language, mark("Why not asked"))),
            Column(say(language, mark("Lines")), "", "number"),
            *pollutants,
        ),
        rows=rows,
        note=say(language, mark("Source: rule pack and case.toml; what these lines emit on an operating day.")),
        empty=say(language, mark("Every line was asked.")),
    )
