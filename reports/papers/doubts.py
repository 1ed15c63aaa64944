"""What an officer should clear up on site: sources that disagree, and what the plan had to assume."""

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.scale import POLLUTANTS, rank
from grading.words import Language, mark, say
from reports.format import UNKNOWN, tonnes
from reports.names import POLLUTANT_NAMES, grade_text
from reports.papers.measures import WHOLE_ENTERPRISE
from reports.sentences import sentence, spelled

SOURCE_WORDS = {
    "permit": mark("discharge permit"),
    "monitoring": mark("automatic monitoring"),
    "credit": mark("credit record"),
    "disclosure": mark("public disclosure"),
    "site_check": mark("site check"),
    "self_report": mark("the enterprise itself"),
    "third_party": mark("third-party report"),
}
# Column of the units table, what to ask, and what the plan did without the answer.
UNIT_QUESTIONS = (
    ("can_stop", mark("Can the line be stopped at short notice?"), mark("taken from the industry's usual practice")),
    ("min_load", mark("What is the least load at which it runs safely?"), mark("taken from the industry, or as 0")),
    ("cut_off_hours", mark("How many hours does it take to stop?"), mark("no lead time could be set")),
    ("restart_cost_wan", mark("What does a restart cost?"), mark("counted as nothing")),
    ("operating_days_per_year", mark("On how many days a year does it run?"), mark("330 days a year assumed")),
    ("verification", mark("Which meter or monitor proves the order?"), mark("the industry's usual way of checking")),
)  # fmt: skip
CAPACITIES = ("capacity_eia_t_per_day", "capacity_permit_t_per_day", "output_last_year_t_per_day")
FIRM_QUESTIONS = (
    ("permit_no", mark("What is the number of the discharge permit?"), mark("without one no register exempts")),
    ("contact", mark("Who answers for curtailment?"), mark("nobody is named")),
    ("phone", mark("How is that person reached?"), mark("no telephone is named")),
    ("value_added_wan", mark("What is the value added of the year?"), mark("loss estimated otherwise")),
)


def questions(case: Case, line_names: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return the open questions, the enterprise's own first. Shape: enterprise and the fields of `Question`."""
    units = case.units.filter(pl.col("status").cast(pl.String) != "idle").join(
        line_names, on="unit_id", how="left", maintain_order="left"
    )
    no_capacity = pl.all_horizontal(pl.col(name).is_null() for name in CAPACITIES)
    capacity = _asked(
        units.filter(no_capacity),
        mark("What are EIA capacity, permitted capacity and last year's output?"),
        mark("the cut is ordered as a share, without tonnes"),
        language,
    )
    emissions = [
        _asked(
            units.filter(pl.col(f"{p}_kg_per_day").is_null()),
            mark("What does the line emit on an operating day ({pollutant})?"),
            mark("a cut is credited with nothing"),
            language,
            pollutant=POLLUTANT_NAMES[p],
        )
        for p in POLLUTANTS
    ]
    of_units = [_asked(units.filter(pl.col(name).is_null()), ask, then, language) for name, ask, then in UNIT_QUESTIONS]
    firms = [
        _asked_firm(case.enterprises.filter(pl.col(name).is_null()), ask, then, language)
        for name, ask, then in FIRM_QUESTIONS
    ]
    return pl.concat([*firms, capacity, *emissions, *of_units])


def _asked(rows: pl.DataFrame, ask: str, then: str, language: Language, **values: object) -> pl.DataFrame:
    return rows.group_by("enterprise_id", maintain_order=True).agg(
        question=pl.lit(say(language, ask, **values)).first(),
        lines=pl.col("line").str.join(say(language, mark(", "))),
        consequence=pl.lit(say(language, then)).first(),
    )


def _asked_firm(rows: pl.DataFrame, ask: str, then: str, language: Language) -> pl.DataFrame:
    return rows.select(
        "enterprise_id",
        question=pl.lit(say(language, ask)),
        lines=pl.lit(say(language, WHOLE_ENTERPRISE)),
        consequence=pl.lit(say(language, then)),
    )


def disagreements(case: Case, graded: Graded, line_names: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return where two sources do not say the same. Shape: enterprise and the fields of `Disagreement`."""
    found = [
        _grades(graded, language),
        _states(case, line_names, language),
        _capacities(case, line_names, language),
        _evidence(case, line_names, graded, language),
    ]
    return pl.concat([rows.select("enterprise_id", "subject", "matter", "statements") for rows in found])


def _grades(graded: Graded, language: Language) -> pl.DataFrame:
    """Return approvals better than anything the evidence allows, or worse than all of it."""
    approved = rank(pl.col("approved_grade"))
    outside = (approved < rank(pl.col("computed_best"))) | (approved > rank(pl.col("computed_worst")))
    said = sentence(
        language,
        mark("approved {approved}; the evidence allows {best} to {worst}"),
        approved=grade_text(pl.col("approved_grade"), language),
        best=grade_text(pl.col("computed_best"), language),
        worst=grade_text(pl.col("computed_worst"), language),
    )
    return graded.grades.filter(outside.fill_null(value=False)).select(
        "enterprise_id",
        subject=pl.lit(say(language, WHOLE_ENTERPRISE)),
        matter=pl.lit(say(language, mark("Grade"))),
        statements=said,
    )


def _states(case: Case, line_names: pl.DataFrame, language: Language) -> pl.DataFrame:
    idle = case.enterprises.filter(pl.col("status").cast(pl.String) == "long_idle").select("enterprise_id")
    running = case.units.filter(pl.col("status").cast(pl.String) == "operating").join(idle, on="enterprise_id")
    return running.join(line_names, on="unit_id", how="left", maintain_order="left").select(
        "enterprise_id",
        subject=pl.col("line"),
        matter=pl.lit(say(language, mark("State"))),
        statements=pl.lit(say(language, mark("list of enterprises: long idle; list of lines: running"))),
    )


def _capacities(case: Case, line_names: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return lines that made more last year than the permit allows."""
    over = case.units.filter(pl.col("output_last_year_t_per_day") > pl.col("capacity_permit_t_per_day"))
    said = sentence(
        language,
        mark("last year's output {output} a day; the permit allows {permit}"),
        output=tonnes(pl.col("output_last_year_t_per_day"), language),
        permit=tonnes(pl.col("capacity_permit_t_per_day"), language),
    )
    return over.join(line_names, on="unit_id", how="left", maintain_order="left").select(
        "enterprise_id", subject=pl.col("line"), matter=pl.lit(say(language, mark("Output"))), statements=said
    )


def _evidence(case: Case, line_names: pl.DataFrame, graded: Graded, language: Language) -> pl.DataFrame:
    """Return facts on which two kinds of source give different values; a series of one source is no disagreement."""
    owners = pl.concat(
        [
            case.units.join(line_names, on="unit_id", how="left").select("enterprise_id", "line", subject_id="unit_id"),
            case.enterprises.select(
                "enterprise_id", line=pl.lit(say(language, WHOLE_ENTERPRISE)), subject_id="enterprise_id"
            ),
        ]
    )
    titles = dict(graded.indicators.select("indicator", f"title_{language}").unique("indicator").iter_rows())
    unknown = say(language, UNKNOWN)
    one = sentence(
        language,
        mark("{source} ({day}): {value}{unit}"),
        source=spelled(pl.col("source"), SOURCE_WORDS, language),
        day=pl.col("observed_on").cast(pl.String).fill_null(unknown),
        value=pl.col("value"),
        unit=pl.concat_str(pl.lit(" "), pl.col("unit")).fill_null(""),
    )
    return (
        case.evidence.sort("subject_id", "indicator", "source", "observed_on", "value")
        .with_columns(said=one, told=pl.concat_str("value", pl.col("unit").fill_null("")))
        .group_by("subject_id", "indicator", maintain_order=True)
        .agg(
            statements=pl.col("said").str.join(say(language, mark("; "))),
            values=pl.col("told").n_unique(),
            sources=pl.col("source").n_unique(),
        )
        .filter((pl.col("values") > 1) & (pl.col("sources") > 1))
        .join(owners, on="subject_id", how="inner", maintain_order="left")
        .with_columns(subject=pl.col("line"), matter=pl.col("indicator").replace(titles))
    )
