"""`lantian alert`: which alert level a forecast of daily AQI reaches, by the thresholds in force on its first day."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grading.words import Language, mark, say
from lantian.cli_words import LANGUAGE, AsJson, Lang, answer, faults_spoken, help_text

if TYPE_CHECKING:
    from grading.alerts import ThresholdSet

ALERT_HELP = mark("The alert level a forecast reaches. Example: lantian alert my-city --forecast aqi.csv")


def alert(
    case: Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))],
    forecast: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=help_text(mark("Table with the columns day and aqi, perhaps forecast; blank: not known")),
        ),
    ],
    thresholds: Annotated[
        str, typer.Option(help=help_text(mark("Id of a local set of thresholds; else the national one of the day")))
    ] = "",
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Say the level of each forecast, from when to when, and what days nobody has forecast may add; write nothing."""
    from grading.alerts import classify
    from grading.alerts.forecast import read_forecast
    from grading.alerts.thresholds import chosen
    from grading.case.settings_file import read_settings

    with faults_spoken(language, as_json):
        settings = read_settings(case / "case.toml")
        days = read_forecast(forecast)
        rules = chosen(thresholds, days["day"].sort()[0])
    rows = classify(days, rules).to_dicts()
    told = {"city": settings.city.name, "thresholds": rules.id, "status": rules.evidence.status, "forecasts": rows}
    lines = (text for row in rows for text in _lines(row, language))
    answer(told, (_head(settings.city.name, rules, language), *lines), as_json)


def _head(city: str, rules: "ThresholdSet", language: Language) -> str:
    from reports.names import STATUS_WORDS

    status = STATUS_WORDS[rules.evidence.status]
    title = rules.title.zh if language == "zh" else rules.title.en
    words = mark("{city}: thresholds of {title} ({clause}; {status}).")
    return say(language, words, city=city, title=title, clause=rules.clause, status=say(language, status))


def _lines(row: dict[str, Any], language: Language) -> Iterator[str]:
    from reports.names import LEVEL_PHRASES

    prefix = say(language, mark("Forecast {name}: "), name=row["forecast"]) if row["forecast"] else ""
    if row["level"] is None:
        yield prefix + say(language, mark("no alert level is reached."))
    else:
        words = mark(
            "Alert level {level}, {first} to {last}; its orders stand under {level} in plan.csv and on the list."
        )
        level = LEVEL_PHRASES[row["level"]]
        yield prefix + say(
            language, words, level=say(language, level), first=_day(row["first_day"]), last=_day(row["last_day"])
        )
    if row["may_reach"] != row["level"]:
        words = mark("Days nobody has forecast ({n}) may raise it to {level}.")
        level = LEVEL_PHRASES[row["may_reach"]]
        yield prefix + say(language, words, n=row["unknown_days"], level=say(language, level))


def _day(day: datetime) -> str:
    return f"{day:%Y-%m-%d}"
