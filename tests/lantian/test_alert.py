"""`lantian alert`: the published cases from a file, in both languages, and every fault of the file at once."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lantian.cli import app

DEMO = Path(__file__).parents[2] / "fixtures" / "cases" / "demo"


def alert(folder: Path, text: str, *options: str) -> Result:
    file = folder / "aqi.csv"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["alert", str(DEMO), "--forecast", str(file), *options])


def days(*aqi: object) -> str:
    return "日期,AQI\n" + "".join(f"2026-11-{20 + n},{value}\n" for n, value in enumerate(aqi))


@pytest.mark.parametrize(
    ("aqi", "level"),
    [
        ([160, 170], "yellow"), ([160, 170, 180], "orange"), ([210], "yellow"), ([210, 220], "orange"),
        ([210, 310, 220], "red"), ([210, 220, 230], "orange"), ([150, 150], None), ([200], None),
    ],
)  # fmt: skip
def test_the_published_cases_from_a_file(tmp_path: Path, aqi: list[int], level: str | None) -> None:
    told = json.loads(alert(tmp_path, days(*aqi), "--json").output)

    assert told["thresholds"] == "cn-2024-6"
    assert [row["level"] for row in told["forecasts"]] == [level]


def test_it_is_said_in_chinese_with_the_clause_and_what_is_not_forecast(tmp_path: Path) -> None:
    done = alert(tmp_path, days(160, 170, "", 310), "--lang", "zh")

    assert done.exit_code == 0, done.output
    assert "环大气〔2024〕6号" in done.output
    assert "黄色预警，2026-11-20至2026-11-21" in done.output
    assert "有1天未作预报，级别可能升至橙色。" in done.output


def test_several_forecasts_stand_in_one_file_and_old_days_have_old_thresholds(tmp_path: Path) -> None:
    rows = "".join(
        f"{name},2019-11-{day},{aqi}\n" for name, aqi in (("市站", 210), ("省站", 310)) for day in (20, 21, 22)
    )

    told = json.loads(alert(tmp_path, "预报,日期,AQI\n" + rows, "--json").output)

    assert told["thresholds"] == "jjj-2018"
    assert {row["forecast"]: row["level"] for row in told["forecasts"]} == {"市站": "yellow", "省站": "orange"}


def test_every_fault_of_the_file_at_once(tmp_path: Path) -> None:
    done = alert(tmp_path, "日期,AQI\n2026-11-20,high\n明天,200\n2026-11-22,150\n2026-11-22,-1\n", "--lang", "en")

    assert done.exit_code == 2
    assert done.output.count("aqi.csv") == 5
    for phrase in ("high is not an AQI", "明天 is not a day", "2026-11-22 stands more than once", "-1 is not an AQI"):
        assert phrase in done.output


@pytest.mark.parametrize(
    ("options", "phrase"), [(["--thresholds", "nowhere"], "known are: jjj-2018"), ([], "2012-11-20")]
)
def test_without_thresholds_there_is_no_level(tmp_path: Path, options: list[str], phrase: str) -> None:
    done = alert(tmp_path, "day,aqi\n2012-11-20,300\n", "--lang", "en", *options)

    assert done.exit_code == 2
    assert phrase in done.output
