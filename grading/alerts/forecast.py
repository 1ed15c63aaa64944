"""A forecast of daily AQI from a file: one row per day, perhaps of several forecasts; every fault told at once."""

from pathlib import Path

import dataframely as dy
import polars as pl

from grading.case.cells import BLANK, MISSING
from grading.case.headers import normal
from grading.faults import InputError
from grading.monitoring.dates import read_day
from grading.monitoring.hourly import NUMBER
from grading.monitoring.input_rules import fault
from grading.monitoring.judged import Wrong, judge, open_list

WORDS: dict[str, tuple[str, ...]] = {
    "forecast": ("forecast", "预报", "预报单位", "模式", "会商"),
    "day": ("day", "date", "日期", "预报日期"),
    "aqi": ("aqi", "AQI", "日均AQI", "空气质量指数", "预报AQI"),
}


class ForecastDays(dy.Schema):
    """One row per forecast and day; `aqi` is null where the file leaves it blank: nobody has forecast that day."""

    forecast = dy.String(primary_key=True)
    day = dy.Date(primary_key=True)
    aqi = dy.Float64(nullable=True, min=0)


def read_forecast(path: Path) -> pl.DataFrame:
    """Return the days of a forecast file as `ForecastDays`; without a column that names forecasts there is one, "".

    Raises:
        InputError: the file cannot be read, lacks a column or holds no day, a day or number cannot be read, or a day
            of one forecast stands twice.
    """
    names = {normal(word): (name, "") for name, words in WORDS.items() for word in words}
    sheet = open_list(path, names, ("day", "aqi"), WORDS)
    text = {name: sheet.cell(name).str.strip_chars(BLANK) for name in WORDS}
    rows = sheet.rows.select(
        "row",
        text["forecast"].fill_null("").alias("forecast"),
        read_day(text["day"]).alias("day"),
        text["aqi"].str.extract(f"^{NUMBER}$", 1).cast(pl.Float64, strict=False).alias("aqi"),
        day_text=text["day"].fill_null(""),
        aqi_text=text["aqi"].fill_null(""),
    )
    is_blank = pl.col("aqi_text").str.to_uppercase().is_in(MISSING)
    is_twice = pl.col("day").is_not_null() & pl.struct("forecast", "day").is_duplicated()
    wrong = [
        Wrong("no_forecast_day", "day", pl.col("day").is_null(), "day_text"),
        Wrong("no_forecast_aqi", "aqi", (pl.col("aqi").is_null() | (pl.col("aqi") < 0)) & ~is_blank, "aqi_text"),
        Wrong("day_twice", "day", is_twice, "day_text"),
    ]
    _, faults = judge(rows, wrong, sheet.at)
    if faults or rows.is_empty():
        raise InputError(faults or [fault("no_days", sheet.header)])
    return ForecastDays.validate(rows.select(ForecastDays.column_names()).sort("forecast", "day"))
