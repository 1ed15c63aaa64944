"""The page in fragments: tables, first screen, escaping, and nothing from outside."""

import base64
import dataclasses
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import polars as pl
import pytest

from grading.words import LANGUAGES, Language
from optimizer.result import Check, Outcome, Proof
from reports.context import ReportContext
from reports.page import page_of, render_report, sections_of
from reports.sections.first import first_screen
from reports.table import Cell, Column, Table, text_rows
from tests.reports.sample import FORMULA_NAME, HOSTILE_NAMES, LONG_NAME, SCRIPT_NAME

VOID = {"meta", "input", "br"}
IMPLIED = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr")}
"""End tags that HTML lets a writer leave out, by the tag that follows."""


class Reader(HTMLParser):
    """Notes elements, attributes and text, and whether every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self.open and self.open[-1] in IMPLIED.get(tag, ()):  # a cell ends where the next one begins
            self.open.pop()
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in ("tbody", "table") and self.open[-1] in IMPLIED["tr"]:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def chinese(context: ReportContext) -> str:
    return render_report(context, "zh")


@pytest.fixture(scope="module")
def english(context: ReportContext) -> str:
    return render_report(context, "en")


def outside(reader: Reader) -> Iterator[str]:
    """Yield every reference to something that is not on the page itself."""
    for tag, attributes in reader.elements:
        for name in ("src", "href", "srcset", "action", "data", "poster", "background", "ping", "formaction"):
            value = attributes.get(name)
            if value is not None and not value.startswith("#"):
                yield f"{tag} {name}={value}"
        style = attributes.get("style") or ""
        yield from (f"{tag} style {found}" for found in re.findall(r"url\((?!#)[^)]*\)", style))
    yield from (
        tag for tag, _ in reader.elements if tag in ("link", "iframe", "object", "embed", "base", "img", "form")
    )


def test_nothing_is_asked_from_outside(chinese: str, english: str) -> None:
    for html in (chinese, english):
        assert list(outside(read(html))) == []
        assert "@import" not in html
        assert not re.search(r"url\((?!#)", html)
        assert not re.search(r"(?:fetch|XMLHttpRequest|WebSocket|sendBeacon|import)\s*\(", html)


@pytest.mark.parametrize(
    "seeded",
    [
        '<img src="x.png">',
        '<a href="//evil.example/">x</a>',
        '<p style="background:url(http://x)">y</p>',
        '<link rel="x">',
    ],
)
def test_a_seeded_outside_reference_is_found(seeded: str) -> None:
    assert list(outside(_lenient(seeded)))


def _lenient(html: str) -> Reader:
    reader = Reader()
    reader.open = ["a", "p"]  # whatever it closes
    reader.feed(re.sub(r"</\w+>", "", html))
    return reader


def test_hostile_names_come_out_as_text(chinese: str) -> None:
    reader = read(chinese)
    text = "".join(reader.text)
    assert SCRIPT_NAME in text
    assert FORMULA_NAME in text
    assert "阳平{砖}瓦厂 & Söhne" in text
    assert "居民区紧邻<i>" in text
    assert "[U+202E]反向供热有限公司[U+202C]" in text
    assert "\u202e" not in chinese
    assert sum(tag == "script" for tag, _ in reader.elements) == 1
    assert not {tag for tag, _ in reader.elements} & {"i", "b>"}


def test_the_long_name_is_whole(context: ReportContext) -> None:
    html = render_report(dataclasses.replace(context, city_name=LONG_NAME), "zh")
    assert LONG_NAME in "".join(read(html).text)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_city_does_no_harm(context: ReportContext, name: str) -> None:
    reader = read(render_report(dataclasses.replace(context, city_name=name, season=name, remark=name), "en"))
    assert sum(tag == "script" for tag, _ in reader.elements) == 1
    assert list(outside(reader)) == []


def test_the_policy_allows_exactly_our_style_and_script(chinese: str) -> None:
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', chinese)
    for kind in ("style", "script"):
        [body] = re.findall(rf"<{kind}>(.*?)</{kind}>", chinese, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"sha256-{digest}" in policy.replace("&#39;", "'")
    assert policy.replace("&#39;", "'").startswith("default-src 'none'")
    assert "script-src 'unsafe-inline'" not in policy


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_caption_scopes_note_and_label(context: ReportContext, language: Language) -> None:
    html = render_report(context, language)
    fragments = re.findall(r'<div class="table.*?</p>\n</div>', html, flags=re.DOTALL)
    tables = [table for section in sections_of(context, language) for table in section.tables]
    assert len(fragments) == len(tables) > 30
    for fragment, table in zip(fragments, tables, strict=True):
        assert "<caption>" in fragment
        assert 'role="region" aria-label="' in fragment
        assert fragment.count('<th scope="col"') == len(table.columns)
        assert fragment.count("<th scope=row") == len(table.rows)
        assert re.search(r'<p class="note">.{4,}</p>', fragment)


def test_ids_are_unique(chinese: str) -> None:
    ids = [attributes["id"] for _, attributes in read(chinese).elements if attributes.get("id")]
    assert len(ids) == len(set(ids))


def test_links_of_the_page_lead_somewhere(chinese: str) -> None:
    elements = read(chinese).elements
    ids = {attributes.get("id") for _, attributes in elements}
    wanted = {value.removeprefix("#") for tag, a in elements if tag == "a" and (value := a.get("href")) is not None}
    assert wanted - ids == set()
    assert len(wanted) > 10


def test_the_targets_come_first(context: ReportContext) -> None:
    assert sections_of(context, "zh")[0].tables[0].id == "targets"


def test_one_row_of_the_targets_table(context: ReportContext) -> None:
    table = sections_of(context, "zh")[0].tables[0]
    row = next(row for row in table.rows if (row[0].text, row[1].text) == ("橙色", "VOCs"))
    assert [cell.text for cell in row] == ["橙色", "VOCs", "180", "85", "85", "−95", "9.4", "未达标"]
    assert [column.unit for column in table.columns][2:7] == ["kg/d", "kg/d", "kg/d", "kg/d", "%"]


def test_a_level_says_in_words_whether_it_holds(context: ReportContext) -> None:
    lines = {line.level: line for line in first_screen(context, "zh").levels}
    assert lines["yellow"].sentence == "3项目标中2项达标\uff1bVOCs缺5.0kg/d"
    assert lines["yellow"].is_bad
    met = dataclasses.replace(
        context, levels=tuple(dataclasses.replace(a, missed=(), rows_met=a.rows_stated) for a in context.levels)
    )
    orange = next(line for line in first_screen(met, "zh").levels if line.level == "orange")
    assert orange.sentence == "3项目标全部达标\uff0c最紧的PM余量132.0kg/d"
    assert not orange.is_bad


def test_the_box_appears_only_when_needed(context: ReportContext, chinese: str) -> None:
    assert "签发前须知" in chinese
    assert "签发前须知" not in render_report(dataclasses.replace(context, cautions=()), "zh")


@pytest.mark.parametrize(
    ("proof", "gap", "words"),
    [
        (Proof.OPTIMAL, 0.0, "Proven optimal"),
        (Proof.GAP, 0.0007, "within 0.0700%"),
        (Proof.NOT_PROVEN, None, "Not proven"),
    ],
)
def test_optimal_is_said_only_with_a_proof(context: ReportContext, proof: Proof, gap: float | None, words: str) -> None:
    status = dataclasses.replace(context.status, proof=proof, relative_gap=gap)
    html = render_report(dataclasses.replace(context, status=status), "en")
    assert words in html
    assert ("Proven optimal" in html) is (proof is Proof.OPTIMAL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_plan_the_page_says_why(context: ReportContext, language: Language) -> None:
    status = dataclasses.replace(
        context.status, outcome=Outcome.NO_PLAN, proof=Proof.INFEASIBLE, relative_gap=None, stages=()
    )
    empty = {
        name: getattr(context, name).clear()
        for name in ("orders", "targets", "comparison", "overrides", "evidence", "holders")
    }
    costs = {name: getattr(context, name).clear() for name in ("cost_by_county", "cost_by_industry", "cost_by_grade")}
    check = Check("contradiction", 7, 1, 1.0, ("C-1 red: floor 2 above ceiling 1",))
    bare = dataclasses.replace(context, status=status, checks=(check,), loss_cny_per_season=0.0, **empty, **costs)
    html = render_report(bare, language)
    assert "C-1 red: floor 2 above ceiling 1" in html
    assert ("不能公布方案" if language == "zh" else "No plan can be published") in html
    assert 'class="levels"' not in html


def test_every_empty_table_says_so(context: ReportContext) -> None:
    quiet = dataclasses.replace(
        context,
        faults=(),
        absent_tables=(),
        notes=(),
        refusals=context.refusals.clear(),
        overrides=context.overrides.clear(),
    )
    html = render_report(quiet, "zh")
    for words in ("未发现问题。", "数据表齐全。", "无需假定。", "无不予豁免情形。", "无人工指定事项。"):
        assert words in html


def test_chinese_pages_speak_chinese(context: ReportContext) -> None:
    page = page_of(context, "zh")
    headers = [column.header for section in page.sections for table in section.tables for column in table.columns]
    assert [
        header for header in headers if header.isascii() and not re.fullmatch(r"[A-DN][-Ox]{0,2}|PM|VOCs", header)
    ] == []


def test_phone_numbers_stay_out(chinese: str, english: str) -> None:
    assert "13900000000" not in chinese + english
    assert "王某" not in chinese + english


def test_same_context_same_bytes(context: ReportContext, chinese: str) -> None:
    assert render_report(context, "zh") == chinese


def test_a_cell_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="without a word: b"):
        text_rows(pl.DataFrame({"a": ["x"], "b": [None]}, schema_overrides={"b": pl.String}))


@pytest.mark.parametrize("missing", ["caption", "note", "empty"])
def test_a_table_without_its_parts_is_refused(missing: str) -> None:
    parts = {"caption": "c", "note": "n", "empty": "e"} | {missing: ""}
    with pytest.raises(ValueError, match="lacks"):
        Table("t", parts["caption"], (Column("a"),), ((Cell("x"),),), parts["note"], parts["empty"])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="match"):
        Table("t", "c", (Column("a"), Column("b")), ((Cell("x"),),), "n", "e")
