"""The map of what is known: one self-contained page, every cell in words, colours that part in grey."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

import polars as pl
from markupsafe import Markup

from grading.law.annex import words
from grading.law.model import Law
from grading.scale import GRADES, STATUSES
from grading.words import Language, mark, say
from reports.rulebook.colours import STATUS_FILL
from reports.rulebook.guide import STATUS_MEANINGS
from reports.templating import environment

LADDER = "ladder"
DIMENSIONS = {**words.DIMENSIONS, LADDER: mark("Measures")}
TWO_READINGS = "two_readings"
OF_THEM = mark("two readings {n}")
"""How many cells of a field are open between two readings; they are counted under their status too."""


@dataclass(frozen=True)
class MapCell:
    """One field of the map: its words, and the status that colours it (empty: nothing is demanded)."""

    lines: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class MapRow:
    """One row: its name and its fields in the order of the heads."""

    name: str
    cells: tuple[MapCell, ...]


@dataclass(frozen=True)
class MapTable:
    """One table of the map."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[MapRow, ...]


@dataclass(frozen=True)
class CoveragePage:
    """What the template gets, all of it text."""

    language: Language
    """For the html element."""
    title: str
    """Title of the document."""
    rests_on: str
    """Which pack, day and hash."""
    summary: tuple[str, ...]
    """How many cells of all stand at each status."""
    legend: tuple[tuple[str, str, str], ...]
    """Status id, word, meaning."""
    whole: MapTable
    """Industries by dimension."""
    parts: tuple[MapTable, ...]
    """Per industry: grades by dimension."""
    style: Markup
    """The style sheet, ours."""
    policy: str
    """The content security policy: this style, nothing from anywhere."""


def render_coverage(cube: pl.DataFrame, law: Law, language: Language) -> str:
    """Return the page as one self-contained HTML document.

    Args:
        cube: one row per industry, dimension and grade with a count per status.
        law: the law it was counted from.
        language: of every word.
    """
    template = environment().get_template("coverage.html.j2")
    return template.render(page=coverage_page(cube, law, language), _=partial(say, language))


def coverage_page(cube: pl.DataFrame, law: Law, language: Language) -> CoveragePage:
    """Return everything the page says."""
    names = _names(law, language)
    style = _style()
    heads = tuple(say(language, word) for word in DIMENSIONS.values())
    title = say(language, mark("How well is the law known? {pack}"), pack=law.pack_id)
    return CoveragePage(
        language=language,
        title=title,
        rests_on=say(
            language,
            mark("{title}, as of {day}, content hash {hash}."),
            title=law.title if language == "zh" else law.gloss,
            day=law.on,
            hash=law.content_sha256[:12],
        ),
        summary=_summary(cube, language),
        legend=tuple(
            (status, say(language, words.STATUSES[status]), say(language, STATUS_MEANINGS[status]))
            for status in STATUS_FILL
        ),
        whole=_whole(cube, names, heads, language),
        parts=tuple(_part(cube, industry, name, heads, language) for industry, name in names.items()),
        style=Markup(style),  # noqa: S704 - our own file
        policy=f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; base-uri 'none'; form-action 'none'",
    )


def _names(law: Law, language: Language) -> dict[str | None, str]:
    """Return industry -> name in the regulation's order; None names the general measures."""
    title = "zh" if language == "zh" else "en"
    listed = law.industries.sort("number", nulls_last=True, maintain_order=True)
    rows = listed.group_by("industry", maintain_order=True).agg(pl.col(f"name_{title}").first())
    has_subtypes = set(law.industries.filter(pl.col("subtype").is_not_null())["industry"])
    cut = {True: lambda name: name.split("(")[0].strip(), False: lambda name: name}
    named: dict[str | None, str] = {
        industry: cut[industry in has_subtypes](name) for industry, name in rows.iter_rows()
    }
    return named | {None: say(language, mark("General measures"))}


def _style() -> str:
    sheet = files("reports").joinpath("static", "coverage.css").read_text(encoding="utf-8")
    fills = "".join(f".{status}{{background:{fill}}}\n" for status, fill in STATUS_FILL.items())
    return sheet + fills


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _summary(cube: pl.DataFrame, language: Language) -> tuple[str, ...]:
    counts: dict[str, int] = dict(zip(STATUSES, cube.select(pl.col(STATUSES).sum()).row(0), strict=True))
    total = sum(counts.values())
    between = say(language, mark("{n} of all cells are open between two readings"), n=cube[TWO_READINGS].sum())
    of_status = tuple(
        say(
            language,
            mark("{status}: {n} of {all} cells ({share} %)"),
            status=say(language, word),
            n=counts[status],
            all=total,
            share=f"{100 * counts[status] / total:.1f}" if total else "0",
        )
        for status, word in words.STATUSES.items()
    )
    return (*of_status, between)


def _whole(cube: pl.DataFrame, names: Mapping[str | None, str], heads: tuple[str, ...], language: Language) -> MapTable:
    counts = _counts(cube, ["industry", "dimension"])
    rows = tuple(
        MapRow(name, tuple(_cell(counts.get((industry, dimension)), language) for dimension in DIMENSIONS))
        for industry, name in names.items()
    )
    return MapTable(say(language, mark("Industries by dimension")), heads, rows)


def _part(cube: pl.DataFrame, industry: str | None, name: str, heads: tuple[str, ...], language: Language) -> MapTable:
    mine = cube.filter(pl.col("industry").eq_missing(pl.lit(industry, dtype=pl.String)))
    counts = _counts(mine, ["grade", "dimension"])
    used = [grade for grade in GRADES if grade in set(mine["grade"])]
    rows = tuple(
        MapRow(
            say(language, words.GRADES[grade]),  # type: ignore[index]
            tuple(_cell(counts.get((grade, dimension)), language) for dimension in DIMENSIONS),
        )
        for grade in used
    )
    return MapTable(name, heads, rows)


def _counts(cube: pl.DataFrame, by: Sequence[str]) -> dict[tuple[object, ...], tuple[int, ...]]:
    summed = cube.group_by(by).agg(pl.col(*STATUSES, TWO_READINGS).sum())
    return {tuple(row[: len(by)]): tuple(row[len(by) :]) for row in summed.iter_rows()}


def _cell(counts: tuple[int, ...] | None, language: Language) -> MapCell:
    """Return the words of a field; the status of most cells colours it, the weaker one where two are even."""
    *of_status, between = counts or (0,)
    found = [(status, number) for status, number in zip(STATUSES, of_status, strict=bool(counts)) if number]
    if not found:
        return MapCell(("—",), "none")
    lines = tuple(f"{say(language, words.STATUSES[status])} {number}" for status, number in found)  # type: ignore[index]
    lines += (say(language, OF_THEM, n=between),) if between else ()
    most = max(number for _, number in found)
    return MapCell(lines, [status for status, number in found if number == most][-1])
