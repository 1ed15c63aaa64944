"""Coverage counts every cell once, and the map says in words what its colours say."""

import json
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from grading.law.resolve import load_pack
from grading.scale import SCHEMES, STATUSES
from reports.rulebook.colours import STATUS_FILL
from tests.grading.law.smallpack import write_pack
from tests.lantian.rules_book import run


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


def cube(*options: str) -> list[dict[str, object]]:
    code, spoken, _ = run("rules", "coverage", "--json", "--on", "2022-01-01", *options)
    assert code == 0
    rows: list[dict[str, object]] = json.loads(spoken)
    return rows


def test_the_small_pack_is_counted_by_hand() -> None:
    found = {
        (row["industry"], row["dimension"], row["grade"]): tuple(row[status] for status in STATUSES)
        for row in cube("--pack", "small")
    }
    assert found == {
        ("kilns", "emission_limit", "A"): (0, 1, 0, 0),
        ("kilns", "emission_limit", "B"): (0, 0, 1, 0),
        ("kilns", "emission_limit", "C"): (0, 0, 0, 1),
        ("kilns", "management", "A"): (0, 1, 0, 0),
        ("kilns", "management", "B"): (0, 1, 0, 0),
        ("kilns", "management", "C"): (0, 1, 0, 0),
        ("kilns", "ladder", "B"): (0, 3, 0, 0),
        (None, "ladder", "D"): (0, 0, 3, 0),
    }


def test_cells_with_two_readings_are_counted_beside_their_status(tmp_path: Path) -> None:
    write_pack(tmp_path, "industries/kilns.yaml", "C: {unknown: 20-30}", "C: {number: 20, may_number: 30}")
    rows = {(row["dimension"], row["grade"]): row for row in cube("--pack", "small")}
    page = tmp_path / "map.html"
    spoken = run("rules", "coverage", "--pack", "small", "--on", "2022-01-01", "--lang", "en", "--html", page)[1]

    assert [rows["emission_limit", grade]["two_readings"] for grade in "ABC"] == [0, 0, 1]
    assert (rows["emission_limit", "C"]["reported"], rows["emission_limit", "C"]["unknown"]) == (1, 0)
    assert sum(int(str(row["two_readings"])) for row in rows.values()) == 1
    assert "two readings 1" in spoken
    assert page.read_text(encoding="utf-8").count("two readings 1") == 2  # in the map, and in the industry's own
    assert "1 of all cells are open between two readings" in page.read_text(encoding="utf-8")


def slow_count(name: str) -> Counter[str]:
    """Count the cells of one industry that states every row for itself, straight from the models."""
    pack = load_pack("cn-2020-340", None)
    assert pack.general is not None
    (industry,) = (entry for entry in pack.general.model.industries if entry.id == name)
    table = pack.tables[name].model
    blocks = [pack.common[block].model.indicators for block in table.include]
    counts: Counter[str] = Counter()
    for row in [*table.indicators, *(row for block in blocks for row in block)]:
        for grade in SCHEMES[str(industry.scheme)]:
            cell = row.requirement[grade]  # type: ignore[index]
            target = row.requirement[cell.same_as] if cell.same_as else cell
            if target.floor is None and target.not_differentiated is None:
                own = cell.evidence or target.evidence or row.evidence
                counts["unknown" if target.unknown is not None else own.status] += 1
    for block in table.ladder:
        for levels in block.grades.values():
            for order in levels.values():
                status = "unknown" if order.kind == "unknown" else (order.evidence or block.evidence).status
                counts[status] += max(len(block.processes), 1)
    return counts


@pytest.mark.parametrize("industry", ["lime", "secondary_nonferrous", "carbon"])
def test_the_counts_agree_with_a_slow_count(industry: str) -> None:
    rows = [row for row in cube("--on", "2026-11-20") if row["industry"] == industry]
    counted = Counter({status: sum(int(str(row[status])) for row in rows) for status in STATUSES})
    assert +counted == slow_count(industry)


class Cells(HTMLParser):
    """Every body cell with its class and words, and every address the page names."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.addresses += [str(named[name]) for name in ("src", "href", "action") if name in named]
        if tag == "td":
            self.cells.append((str(named.get("class")), ""))

    def handle_data(self, data: str) -> None:
        if self.cells and data.strip():
            kind, words = self.cells[-1]
            self.cells[-1] = (kind, f"{words} {data.strip()}".strip())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_is_one_page_with_words_in_every_cell(tmp_path: Path, language: str) -> None:
    path = tmp_path / "out" / "map.html"
    assert run("rules", "coverage", "--html", path, "--on", "2026-11-20", "--lang", language)[0] == 0
    text = path.read_text(encoding="utf-8")
    page = Cells()
    page.feed(text)
    assert page.addresses == []
    assert "url(" not in text
    assert "default-src 'none'" in unescape(text)
    assert len(page.cells) > 40 * 9
    assert all(words for _, words in page.cells)
    word = {"zh": "未核实", "en": "unverified"}[language]
    assert all(word in words for kind, words in page.cells if kind == "unverified")


def test_the_map_escapes_what_a_pack_says(tmp_path: Path) -> None:
    write_pack(tmp_path, "general.yaml", "{zh: 窑业, en: Kilns}", '{zh: "<script>窑", en: "<b>Kilns"}')
    path = tmp_path / "map.html"
    assert run("rules", "coverage", "--pack", "small", "--on", "2022-01-01", "--html", path)[0] == 0
    text = path.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;窑" in text


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour as WCAG defines it."""
    parts = [int(part, 16) / 255 for part in re.findall("..", colour.removeprefix("#"))]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_fills_part_in_grey_and_carry_dark_text() -> None:
    levels = [luminance(STATUS_FILL[status]) for status in ("verified", "reported", "unverified", "unknown")]
    steps = [lighter / darker for lighter, darker in pairwise(levels)]
    assert min(steps) > 1.15
    ink = luminance("#16202a")
    assert min((level + 0.05) / (ink + 0.05) for level in levels) >= 4.5


def test_the_terminal_shows_industries_and_dimensions() -> None:
    code, spoken, _ = run("rules", "coverage", "--pack", "small", "--on", "2022-01-01", "--lang", "en")
    assert code == 0
    assert "Kilns" in spoken
    assert "Emission limit" in spoken
