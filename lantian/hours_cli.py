"""`lantian hours`: the hours behind one line of monitoring.csv, each in its state."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grading.words import Language, mark, say
from lantian.cli_words import BAD_INPUT, LANGUAGE, Lang, faults_spoken, help_text, speak

if TYPE_CHECKING:
    import polars as pl

    from grading.case.model import Case

HOURS_HELP = mark("The hours behind a line of monitoring.csv. Example: lantian hours my-city 3 --out hours.csv")


def hours(
    case: Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))],
    line: Annotated[int, typer.Argument(help=help_text(mark("Line of monitoring.csv, as `lantian why` names it")))],
    out: Annotated[Path, typer.Option(help=help_text(mark("File to write (CSV)")))],
    language: Lang = LANGUAGE,
) -> None:
    """Write every hour of one outlet, pollutant and month with its state; exit 2 where there is no such line."""
    from grading.safecsv import write_csv
    from lantian.journal import Journal
    from lantian.pipeline import read_named_case
    from lantian.run import Options

    with faults_spoken(language):
        read, _ = read_named_case(case, Options(out=Path(), language=language, journal=Journal(echo=lambda _: None)))
    found = hours_of_line(read, line, language)
    if found is None:
        words = mark("monitoring.csv of this case has no line {line}; its lines are 2 to {last}.")
        last = read.platforms.months.height + 1 if read.platforms else 1
        Console(stderr=True, soft_wrap=True).print(say(language, words, line=line, last=last), markup=False)
        raise typer.Exit(BAD_INPUT)
    write_csv(found, out)
    speak(say(language, mark("{n} hours written to {out}"), n=found.height, out=out))


def hours_of_line(case: "Case", line: int, language: Language) -> "pl.DataFrame | None":
    """Return the hours of a line of monitoring.csv in time order with their state in words; None without such a line.

    Shape: `grading.monitoring.tables.HourStates` and `state_text`.
    """
    import polars as pl

    from grading.monitoring.evidence import FIRST_LINE
    from reports.platforms import HOUR_WORDS
    from reports.sentences import spelled

    place = line - FIRST_LINE
    platforms = case.platforms
    if platforms is None or platforms.hours is None or not 0 <= place < platforms.months.height:
        return None
    row = platforms.months.row(place, named=True)
    month = pl.col("started_at").dt.date().dt.truncate("1mo")
    is_behind = (
        (pl.col("outlet_id") == row["outlet_id"]) & (pl.col("pollutant") == row["pollutant"]) & (month == row["month"])
    )
    behind = platforms.hours.filter(is_behind).collect(engine="streaming").sort("started_at")
    return behind.with_columns(state_text=spelled(pl.col("state"), HOUR_WORDS, language))
