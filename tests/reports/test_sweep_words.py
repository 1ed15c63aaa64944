"""A table of what-ifs speaks of what is varied and what is missed in the words of the trade."""

import pytest

from grading.words import Language
from lantian.whatif.rows import Row, frame_of
from reports.whatif.axes import axis_text, missed_text
from reports.whatif.sweep import Sweep, render_sweep


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("target.red.nox", "红色NOx应减比例", "Red NOx, required share"),
        ("list.dust.orange.pm", "扬尘源清单的橙色PM，千克/日", "Orange PM from the list dust, kg/d"),
        ("grade.industry.cement", "cement的绩效等级", "grade of cement"),
        ("price.county.东城区", "东城区的损失系数", "factor on the losses of 东城区"),
        ("target.blue.soot", "bluesoot应减比例", "blue soot, required share"),
        ("情景", "情景", "情景"),
    ],
)
def test_what_is_varied(name: str, zh: str, en: str) -> None:
    assert [axis_text(name, "zh"), axis_text(name, "en")] == [zh, en]


def test_what_is_missed() -> None:
    assert missed_text("", "zh") == ""
    assert missed_text("red so2+nox, orange pm", "zh") == "红色SO₂+NOx、橙色PM"
    assert missed_text("red so2+nox, orange pm", "en") == "Red SO₂+NOx, Orange PM"


@pytest.mark.parametrize(("language", "word"), [("zh", "有目标未达标"), ("en", "a target is missed")])
def test_the_page_says_what_a_red_point_is_only_where_there_is_one(language: Language, word: str) -> None:
    rows: list[Row] = [
        {"scenario": x, "x": x, "y": "", "state": state, "missed": missed, "loss_cny_per_season": 1e6}
        for x, state, missed in (("0.2", "met", ""), ("0.3", "missed", "red nox"))
    ]
    sweeps = [Sweep("朔岭市", "2026-2027", "x", "", "?", frame_of(kept)) for kept in (rows, rows[:1])]
    pages = [render_sweep(sweep, language) for sweep in sweeps]
    assert [page.split("</svg>")[0].count(word) > page.split("<svg")[0].count(word) for page in pages] == [True, False]
    assert "Red NOx" in pages[0] or "红色NOx" in pages[0]
