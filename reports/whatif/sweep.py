"""The page of a sweep: a table with a status in every cell, and small multiples of loss, cuts and changes."""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import polars as pl
from markupsafe import Markup
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.charts.canvas import BAD, HAIR, INK, SOFT, WIDTH, dot, drawn, label, line, short
from reports.charts.chart import Chart
from reports.format import WHOLE, largest, money_column, percent, plain, spoken
from reports.page import Section
from reports.selfcontained import policy, static
from reports.sentences import spelled
from reports.table import Column, Table, text_rows
from reports.templating import environment
from reports.whatif.axes import missed_text
from reports.whatif.page import Fact, Page

CELL_WORDS = {
    "met": mark("targets hold"),
    "missed": mark("a target is missed"),
    "no_plan": mark("no plan"),
    "refused": mark("cannot be asked"),
}
PROOF_WORDS = {
    "optimal": mark("proven optimal"),
    "within_gap": mark("within the gap"),
    "not_proven": mark("not proven"),
    "infeasible": mark("proven impossible"),
    "failed": mark("check failed"),
}
PANELS = (
    ("loss_cny_per_season", mark("Loss a season")),
    ("enterprises_cut_red", mark("Enterprises cut at red")),
    ("orders_changed", mark("Orders that change")),
)
PANEL_HEIGHT, PER_ROW = 150.0, 3


@dataclass(frozen=True)
class Sweep:
    """A table of what-ifs. `rows` as `lantian.whatif.rows.ROWS`; `y_name` is empty for a one-way table."""

    city_name: str
    season: str
    x_name: str
    y_name: str
    question: str
    rows: pl.DataFrame


def rows_table(sweep: Sweep, language: Language) -> Table:
    """Return every combination with its status, loss, proof and what changes."""
    money = money_column(largest(sweep.rows["loss_cny_per_season"]), language)
    none = mark("–")
    rows = sweep.rows.select(
        x="x",
        **({"y": pl.col("y")} if sweep.y_name else {}),
        state=spelled(pl.col("state"), CELL_WORDS, language),
        state_mark=pl.when(pl.col("state") == "met").then(pl.lit("")).otherwise(pl.lit("state-missed")),
        loss=plain(pl.col("loss_cny_per_season"), money, language, none),
        gap=pl.when(pl.col("relative_gap").is_null())
        .then(pl.lit("–"))
        .otherwise(percent(pl.col("relative_gap"), language)),
        proof=spelled(pl.col("proof"), PROOF_WORDS, language),
        cut=plain(pl.col("enterprises_cut_red"), WHOLE, language, none),
        changed=plain(pl.col("orders_changed"), WHOLE, language, none),
        missed=pl.concat_str(_in_words(sweep.rows["missed"], language), "why", separator=" ").str.strip_chars(),
    ).with_columns(pl.col("missed", "proof").replace("", "–"))
    return Table(
        id="sweep",
        caption=say(language, mark("Every combination")),
        columns=(
            Column(sweep.x_name),
            *([Column(sweep.y_name)] if sweep.y_name else []),
            Column(say(language, mark("Status"))),
            Column(say(language, mark("Loss a season")), money.unit, "number"),
            Column(say(language, mark("Gap")), "", "number"),
            Column(say(language, mark("Proof"))),
            Column(say(language, mark("Enterprises cut at red")), "", "number"),
            Column(say(language, mark("Orders that change")), "", "number"),
            Column(say(language, mark("Missed, or why not")), align="prose"),
        ),
        rows=text_rows(rows, ("state_mark",)),
        note=say(
            language, mark("Source: one plan per row, re-checked without the solver; the same rows as sweep.parquet.")
        ),
        empty=say(language, mark("Nothing was asked.")),
        is_long=sweep.rows.height > 12,
    )


def _in_words(missed: pl.Series, language: Language) -> pl.Expr:
    told = {each: missed_text(each, language) for each in missed.unique()}
    return pl.col("missed").replace_strict(told, return_dtype=pl.String)


def grid_table(sweep: Sweep, language: Language) -> Table:
    """Return the two-way table: loss, and the status in every cell that does not simply hold."""
    money = money_column(largest(sweep.rows["loss_cny_per_season"]), language)
    words = {code: say(language, word) for code, word in CELL_WORDS.items()}
    amount = plain(pl.col("loss_cny_per_season"), money, language, mark("–"))
    state = pl.col("state").replace(words)
    brackets = ("（", "）") if language == "zh" else (" (", ")")
    cell = (
        pl.when(pl.col("state") == "met").then(amount)
        .when(pl.col("loss_cny_per_season").is_null()).then(state)
        .otherwise(pl.concat_str(amount, pl.lit(brackets[0]), state, pl.lit(brackets[1])))
    )  # fmt: skip
    columns = sweep.rows["x"].unique(maintain_order=True).to_list()
    wide = sweep.rows.select("y", "x", cell=cell).pivot("x", index="y", values="cell", maintain_order=True)
    return Table(
        id="grid",
        caption=say(language, mark("Loss of every combination, {unit}"), unit=money.unit),
        columns=(Column(sweep.y_name or sweep.x_name), *(Column(str(value), "", "number") for value in columns)),
        rows=text_rows(wide.fill_null("–")),
        note=say(language, mark("Across: {x}. A cell with words does not hold its targets."), x=sweep.x_name),
        empty=say(language, mark("Nothing was asked.")),
    )


def multiples(sweep: Sweep, language: Language) -> Chart:
    """Return small multiples over the first axis: one panel per quantity, one line per value of the second axis."""
    series = sweep.rows["y"].unique(maintain_order=True).to_list()
    values = sweep.rows["x"].unique(maintain_order=True).to_list()
    lines = series if sweep.y_name else []
    is_missed = "missed" in sweep.rows["state"]
    height = PANEL_HEIGHT + 34 + 16 * (len(lines) + is_missed)

    def paint(axes: Axes) -> None:
        width = WIDTH / PER_ROW
        for place, (column, title) in enumerate(PANELS):
            _panel(axes, sweep, (place * width + 66, width - 98), (column, say(language, title)), language)
        for place, name in enumerate(lines):
            y = PANEL_HEIGHT + 40 + 16 * place
            line(axes, (46, y), (76, y), _tone(place, len(series)), 2.0)
            label(axes, (84, y), short(f"{sweep.y_name} = {name}", 60), "left", SOFT)
        if is_missed:
            y = PANEL_HEIGHT + 40 + 16 * len(lines)
            dot(axes, (61, y), BAD)
            label(axes, (84, y), say(language, CELL_WORDS["missed"]), "left", SOFT)

    title = say(language, mark("How do loss, cuts and orders follow {x}?"), x=sweep.x_name)
    alt = "; ".join(f"{value}" for value in values)
    return Chart("multiples", title, f"{title} {alt}", drawn(f"multiples-{language}", height, paint))


def _tone(place: int, of: int) -> str:
    tones = (INK, "#2b7377", SOFT, "#b89f84", "#6e4526", "#0b5394")
    return tones[place % len(tones)] if of > 1 else INK


def _panel(axes: Axes, sweep: Sweep, across: tuple[float, float], what: tuple[str, str], language: Language) -> None:
    column, title = what
    left, width = across
    rows = sweep.rows.with_columns(value=pl.col(column).cast(pl.Float64))
    known = rows["value"].drop_nulls()
    label(axes, (left - 56, 10), title, is_strong=True)
    if known.is_empty():
        return
    low, high = float(str(known.min())), float(str(known.max()))
    top, bottom = 34.0, PANEL_HEIGHT - 16
    places = {value: place for place, value in enumerate(rows["x"].unique(maintain_order=True))}
    step = width / max(len(places) - 1, 1)

    def point(x: str, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return left + places[x] * step, bottom - share * (bottom - top)

    line(axes, (left, bottom + 8), (left + width, bottom + 8), HAIR)
    for number, (_, part) in enumerate(rows.group_by("y", maintain_order=True)):
        shown = part.drop_nulls("value")
        points = [point(x, value) for x, value in shown.select("x", "value").iter_rows()]
        for start, end in pairwise(points):
            line(axes, start, end, _tone(number, rows["y"].n_unique()), 1.4)
        for place, state in zip(points, shown["state"], strict=True):
            dot(axes, place, BAD if state == "missed" else _tone(number, rows["y"].n_unique()))
    money = money_column(high, language)
    scale = money if column.startswith("loss") else WHOLE
    for value in {low, high}:
        label(axes, (left - 56, point(next(iter(places)), value)[1] - 9), spoken(value, scale, language), "left", SOFT)
    for x in (next(iter(places)), list(places)[-1]):
        label(axes, (left + places[x] * step, bottom + 20), short(x, 10), "center", SOFT)


def render_sweep(sweep: Sweep, language: Language) -> str:
    """Return the page of a sweep as one self-contained HTML document."""
    style, script = static("report.css"), static("report.js")
    states = sweep.rows["state"].to_list()
    facts = [Fact(say(language, mark("Combinations")), str(len(states)))]
    facts += [Fact(say(language, word), str(states.count(code))) for code, word in CELL_WORDS.items() if code in states]
    tables = (*([grid_table(sweep, language)] if sweep.y_name else []), rows_table(sweep, language))
    title = say(language, mark("Table of what-ifs"))
    question = say(language, mark("How does the plan follow?"))
    section = Section("table", question, (), (multiples(sweep, language),), tables)
    name = f"{sweep.x_name} × {sweep.y_name}" if sweep.y_name else sweep.x_name
    page = Page(
        language=language, title=f"{sweep.city_name}: {title}", city=sweep.city_name, season=sweep.season, name=name,
        question=sweep.question, verdict="", sentences=(), facts=tuple(facts), sections=(section,),
        style=Markup(style), script=Markup(script), policy=policy(style, script),  # noqa: S704 - our own files
    )  # fmt: skip
    return environment().get_template("whatif.html.j2").render(page=page, _=partial(say, language))
