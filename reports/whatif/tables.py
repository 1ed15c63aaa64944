"""The tables of the diff page, and the machine table of `diff.csv`."""

from collections.abc import Mapping

import polars as pl

from grading.scale import POLLUTANTS
from grading.words import Language, mark, say
from reports.format import WHOLE, Scale, largest, mass_scale, money_column, percent, plain
from reports.names import LEVEL_WORDS, POLLUTANT_NAMES, STATE_WORDS, TREATMENT_WORDS, grade_text
from reports.orders import measure_text
from reports.sentences import spelled
from reports.table import Column, Table, text_rows
from reports.whatif.model import WhatIf
from reports.whatif.words import EXEMPT_WORDS, KIND_WORDS, REASON_WORDS, STAY_WORDS

NOTHING = mark("not in the case")
ALL_TREATMENTS: Mapping[str, str] = TREATMENT_WORDS | {"pinned_exempt": mark("exempt by the planner's pin")}
KG = Scale("kg/d", 1.0, 1)


def diff_table(whatif: WhatIf, language: Language) -> pl.DataFrame:
    """Return `diff.csv`: one row per line and level that differs, numbers as numbers, and `*_text` columns in words."""
    worded = _with_measures(whatif, language)
    return worded.with_columns(
        industry_text=whatif.names.industry(language, pl.col("industry")),
        level_text=spelled(pl.col("level"), LEVEL_WORDS, language),
        reason_text=spelled(pl.col("reason"), REASON_WORDS, language),
        loss_change_cny_per_season=_change("loss_cny_per_season"),
        **{f"{p}_change_kg_per_day": _change(f"{p}_removed_kg_per_day") for p in POLLUTANTS},
    )


def _with_measures(whatif: WhatIf, language: Language) -> pl.DataFrame:
    orders = whatif.contrast.orders
    for side, source in (("before", whatif.orders_before), ("after", whatif.orders_after)):
        words = source.select("unit_id", pl.col("level").cast(pl.String), measure_text(language).alias(f"{side}_text"))
        orders = orders.join(words, on=["unit_id", "level"], how="left", maintain_order="left")
    return orders.with_columns(pl.col("before_text", "after_text").fill_null(say(language, NOTHING)))


def _change(name: str) -> pl.Expr:
    return pl.col(f"{name}_after").fill_null(0.0) - pl.col(f"{name}_before").fill_null(0.0)


def orders_table(whatif: WhatIf, language: Language) -> Table:
    """Return every order that changes, line by line."""
    frame = diff_table(whatif, language)
    money = money_column(largest(frame["loss_change_cny_per_season"]), language)
    rows = frame.select(
        "name",
        line=pl.coalesce("unit_name", "unit_id"),
        level="level_text",
        level_mark=pl.format("level-{}", "level"),
        before="before_text",
        after="after_text",
        **{p: plain(pl.col(f"{p}_change_kg_per_day"), KG, language) for p in POLLUTANTS},
        loss=plain(pl.col("loss_change_cny_per_season"), money, language),
        reason="reason_text",
    )
    return Table(
        id="changed-orders",
        caption=say(language, mark("Every order that changes")),
        columns=(
            Column(say(language, mark("Enterprise"))),
            Column(say(language, mark("Line"))),
            Column(say(language, mark("Level")), align="word"),
            Column(say(language, mark("Before")), align="tight"),
            Column(say(language, mark("After")), align="tight"),
            *(Column(POLLUTANT_NAMES[p], "kg/d", "number") for p in POLLUTANTS),
            Column(say(language, mark("Change of loss a season")), money.unit, "number"),
            Column(say(language, mark("Why")), align="prose"),
        ),
        rows=text_rows(rows, ("level_mark",)),
        note=say(
            language,
            mark(
                "Source: orders of both plans, the same rows as diff.csv. Kilograms are the change of what the order "
                "removes on a day; a negative loss is a relief."
            ),
        ),
        empty=say(language, mark("No order changes.")),
        is_long=True,
    )


def enterprises_table(whatif: WhatIf, language: Language) -> Table:
    """Return every enterprise whose orders, grade or treatment change, the largest change of loss first."""
    frame = whatif.contrast.enterprises
    money = money_column(largest(frame["loss_change_cny_per_season"]), language)
    none = pl.lit(say(language, NOTHING))
    rows = frame.select(
        "name",
        "county",
        industry=whatif.names.industry(language, pl.col("industry")),
        grade=_from_to(
            grade_text(pl.col("grade_before"), language).fill_null(none),
            grade_text(pl.col("grade_after"), language).fill_null(none),
        ),
        lines=plain(pl.col("units_changed"), WHOLE, language),
        before=plain(pl.col("loss_cny_per_season_before"), money, language),
        after=plain(pl.col("loss_cny_per_season_after"), money, language),
        change=plain(pl.col("loss_change_cny_per_season"), money, language),
        why=spelled(pl.col("reason"), REASON_WORDS, language),
    )
    return Table(
        id="changed-enterprises",
        caption=say(language, mark("Enterprises that change")),
        columns=(
            Column(say(language, mark("Enterprise"))),
            Column(say(language, mark("County")), align="tight"),
            Column(say(language, mark("Industry")), align="tight"),
            Column(say(language, mark("Grade")), align="word"),
            Column(say(language, mark("Lines")), "", "number"),
            Column(say(language, mark("Loss before")), money.unit, "number"),
            Column(say(language, mark("Loss after")), money.unit, "number"),
            Column(say(language, mark("Change")), money.unit, "number"),
            Column(say(language, mark("Why")), align="prose"),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: orders of both plans over a season, changed lines only. The reason is that of the line with "
                "the largest change; the table below gives each line its own."
            ),
        ),
        empty=say(language, mark("No enterprise changes.")),
        is_long=True,
    )


def _from_to(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    return pl.when(before == after).then(after).otherwise(pl.concat_str(before, pl.lit(" → "), after))


def targets_table(whatif: WhatIf, language: Language) -> Table:
    """Return the targets of both plans, one row per level and target."""
    frame = whatif.contrast.targets
    mass = mass_scale(largest(frame.filter(pl.col("unit") == "kg/d")["planned_after"]))

    def amount(name: str) -> pl.Expr:
        is_mass = pl.col("unit") == "kg/d"
        not_stated = say(language, mark("not stated"))
        in_mass = plain(pl.col(name), mass, language, mark("not stated"))
        return pl.when(is_mass).then(in_mass).otherwise(percent(pl.col(name), language).replace(not_stated, not_stated))

    rows = frame.select(
        level=spelled(pl.col("level"), LEVEL_WORDS, language),
        level_mark=pl.format("level-{}", "level"),
        target=pl.col("target").replace(POLLUTANT_NAMES),
        required=_from_to(amount("required_before"), amount("required_after")),
        planned_before=amount("planned_before"),
        planned_after=amount("planned_after"),
        price_before=_price("before", language),
        price_after=_price("after", language),
        state=_from_to(*(spelled(pl.col(f"state_{side}"), STATE_WORDS, language) for side in ("before", "after"))),
        state_mark=pl.when(pl.col("state_after") == "missed").then(pl.lit("state-missed")).otherwise(pl.lit("")),
    )
    unit = say(language, mark("{mass}; sums in %"), mass=mass.unit)
    headers = (
        (mark("Required"), unit), (mark("Planned before"), unit), (mark("Planned after"), unit),
        (mark("Price before"), "CNY/kg"), (mark("Price after"), "CNY/kg"),
    )  # fmt: skip
    return Table(
        id="targets-beside",
        caption=say(language, mark("Targets of both plans")),
        columns=(
            Column(say(language, mark("Level")), align="word"),
            Column(say(language, mark("Target")), align="word"),
            *(Column(say(language, header), of, "number") for header, of in headers),
            Column(say(language, mark("Held?")), align="word"),
        ),
        rows=text_rows(rows, ("level_mark", "state_mark")),
        note=say(
            language,
            mark("Source: targets of both plans. The price is what one more kilogram a day would cost (CNY a day)."),
        ),
        empty=say(language, mark("No target is stated.")),
    )


def _price(side: str, language: Language) -> pl.Expr:
    price = pl.col(f"marginal_price_cny_per_kg_{side}")
    return pl.when(price.is_null()).then(pl.lit("–")).otherwise(plain(price, WHOLE, language))


def cost_table(whatif: WhatIf, language: Language, group: str) -> Table:
    """Return who pays and who gains by county, industry or grade."""
    headers = {"county": mark("County"), "industry": mark("Industry"), "grade": mark("Grade")}
    captions = {
        "county": mark("Who pays and who gains, by county"),
        "industry": mark("Who pays and who gains, by industry"),
        "grade": mark("Who pays and who gains, by grade"),
    }
    frame = whatif.contrast.cost.filter(pl.col("group") == group)
    money = money_column(largest(frame["loss_after_cny_per_season"]), language)
    key = {
        "county": pl.col("key"),
        "industry": whatif.names.industry(language, pl.col("key")),
        "grade": grade_text(pl.col("key"), language),
    }[group]
    rows = frame.select(
        key=key,
        before=plain(pl.col("loss_before_cny_per_season"), money, language),
        after=plain(pl.col("loss_after_cny_per_season"), money, language),
        change=plain(pl.col("loss_change_cny_per_season"), money, language),
        more=plain(pl.col("enterprises_paying_more"), WHOLE, language),
        less=plain(pl.col("enterprises_paying_less"), WHOLE, language),
    )
    columns = (
        (mark("Loss before"), money.unit), (mark("Loss after"), money.unit), (mark("Change"), money.unit),
        (mark("Enterprises that pay more"), ""), (mark("Enterprises that pay less"), ""),
    )  # fmt: skip
    return Table(
        id=f"cost-{group}-beside",
        caption=say(language, captions[group]),
        columns=(
            Column(say(language, headers[group])),
            *(Column(say(language, header), unit, "number") for header, unit in columns),
        ),
        rows=text_rows(rows),
        note=say(language, mark("Source: orders of both plans over a season; a changed grade counts where it is now.")),
        empty=say(language, mark("Nobody is on the list.")),
        is_long=frame.height > 12,
    )


def exempt_table(whatif: WhatIf, language: Language) -> Table:
    """Return who enters or leaves the exempt list."""
    rows = whatif.contrast.exempt.select(
        "name",
        "county",
        change=spelled(pl.col("change"), EXEMPT_WORDS, language),
        before=spelled(pl.col("treatment_before"), dict(ALL_TREATMENTS), language).fill_null(say(language, NOTHING)),
        after=spelled(pl.col("treatment_after"), dict(ALL_TREATMENTS), language).fill_null(say(language, NOTHING)),
    )
    headers = (mark("Enterprise"), mark("County"), mark("Exempt list"), mark("Before"), mark("After"))
    return Table(
        id="exempt-beside",
        caption=say(language, mark("Who enters or leaves the exempt list")),
        columns=tuple(Column(say(language, header)) for header in headers),
        rows=text_rows(rows),
        note=say(language, mark("Source: treatment of both gradings, and the planner's pins.")),
        empty=say(language, mark("The exempt list stays as it is.")),
        is_long=True,
    )


def stayed_table(whatif: WhatIf, language: Language) -> Table:
    """Return who keeps his orders although the scenario changed something for him."""
    rows = whatif.contrast.stayed.select(
        "name",
        "county",
        grade=_from_to(grade_text(pl.col("grade_before"), language), grade_text(pl.col("grade_after"), language)),
        why=spelled(pl.col("why"), STAY_WORDS, language),
    ).with_columns(pl.col("grade").fill_null(say(language, NOTHING)))
    headers = (mark("Enterprise"), mark("County"), mark("Grade"), mark("Why nothing changes"))
    return Table(
        id="stayed",
        caption=say(language, mark("Changed by the scenario, and still the same orders")),
        columns=tuple(Column(say(language, header)) for header in headers),
        rows=text_rows(rows),
        note=say(language, mark("Source: orders of both plans; the reason is that of the line with the largest loss.")),
        empty=say(language, mark("Everyone whom the scenario changes gets other orders.")),
        is_long=True,
    )


def changes_table(whatif: WhatIf, language: Language) -> Table:
    """Return what was asked, change by change, with what each selector hit."""
    city = say(language, mark("the whole city"))
    rows = pl.DataFrame(
        [
            (
                say(language, KIND_WORDS[change.kind]),
                change.value or "–",
                change.said,
                city if change.enterprises is None else str(change.enterprises),
                city if change.units is None else str(change.units),
            )
            for change in whatif.changes
        ],
        schema=["kind", "value", "said", "enterprises", "units"],
        orient="row",
    )
    headers = (
        (mark("Change"), "text"), (mark("To what"), "text"), (mark("Whom or what"), "text"),
        (mark("Enterprises hit"), "number"), (mark("Lines hit"), "number"),
    )  # fmt: skip
    return Table(
        id="asked",
        caption=say(language, mark("What the scenario changes")),
        columns=tuple(Column(say(language, header), "", align) for header, align in headers),  # type: ignore[arg-type]
        rows=text_rows(rows),
        note=say(language, mark("Source: the scenario file; counts are of the parent.")),
        empty=say(language, mark("The scenario changes nothing.")),
    )


def provenance_table(whatif: WhatIf, language: Language) -> Table:
    """Return where the two plans come from: hashes of inputs, law and plan."""
    rows = pl.DataFrame(list(whatif.provenance), schema=["what", "value"], orient="row").with_columns(
        value_mark=pl.lit("code")
    )
    return Table(
        id="provenance",
        caption=say(language, mark("Where this comes from")),
        columns=(Column(say(language, mark("What"))), Column(say(language, mark("Value")))),
        rows=text_rows(rows, ("value_mark",)),
        note=say(language, mark("Source: whatif.json beside this page; hashes are SHA-256.")),
        empty=say(language, mark("Nothing is on record.")),
    )
