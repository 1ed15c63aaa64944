"""Everything a document may show, in one documented object: numbers are still numbers, nothing is worded yet."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.case.platforms import Platforms
from grading.faults import Fault
from grading.law.model import Law
from optimizer.answers import Answers
from optimizer.city.notice import unexamined_notice
from optimizer.result import Check, City, Plan, SolveStatus
from reports import tally
from reports.answers import Caution, LevelAnswer, cautions, level_answers, pins_of
from reports.changes import grade_changes
from reports.exemptions import exempt_enterprises, refused_exemptions
from reports.names import Names, names_of
from reports.official_list.layout import Layout, layout_of
from reports.places import places_of


@dataclass(frozen=True)
class ReportContext:
    """What report, list and tables are made of; every field is read by at least one of them."""

    city_name: str
    """Name of the city as on the list."""
    season: str
    """Season of the list."""
    remark: str
    """The bureau's own remark for page one; may be empty."""
    law_pack: str
    """Id of the rule pack."""
    law_title: str
    """Title of the rule pack; laws keep their Chinese names."""
    law_gloss: str
    """English for that title; may be empty."""
    law_on: str
    """Day the rules were read for (ISO)."""
    law_sha256: str
    """Hash of the rule pack's content."""
    levels: tuple[LevelAnswer, ...]
    """Whether each alert level holds, mildest first."""
    cautions: tuple[Caution, ...]
    """What must be read before anything else; empty when nothing needs it."""
    enterprises_total: int
    """Enterprises on the list."""
    enterprises_exempt: int
    """Enterprises exempt by grade or register, held to a quota, or small or micro: the rows of `exemptions`."""
    loss_cny_per_season: float
    """Expected loss of the plan over the season (CNY)."""
    targets: pl.DataFrame
    """`optimizer.tables.TargetResults`."""
    attainability: pl.DataFrame
    """`optimizer.tables.Attainability`."""
    holders: pl.DataFrame
    """Who holds what stays: level, pollutant, holder, units, held_kg_per_day."""
    comparison: pl.DataFrame
    """`optimizer.tables.Comparison`."""
    cost_by_county: pl.DataFrame
    """`reports.tally.cost_by_county`."""
    cost_by_industry: pl.DataFrame
    """`reports.tally.cost_by` industry."""
    cost_by_grade: pl.DataFrame
    """`reports.tally.cost_by` grade."""
    grade_mix: pl.DataFrame
    """`reports.tally.grade_mix`."""
    grades: pl.DataFrame
    """`grading.assess.model.Grades`."""
    previous_season: str
    """Season of the earlier list; empty when none is named."""
    changes: pl.DataFrame | None
    """`reports.changes.grade_changes`; None when no earlier list is named, which is not the same as no change."""
    places: pl.DataFrame
    """`reports.places.places_of` at red."""
    boundaries: pl.DataFrame | None
    """`grading.case.boundaries.SCHEMA`; None when the bureau supplies none."""
    exemptions: pl.DataFrame
    """`reports.exemptions.exempt_enterprises`."""
    refusals: pl.DataFrame
    """`reports.exemptions.refused_exemptions`."""
    orders: pl.DataFrame
    """`optimizer.tables.Orders` with `loss_cny_per_season`, the register that exempts, its basis and quota."""
    units: pl.DataFrame
    """`optimizer.tables.PlanUnits`: baseline and emissions of each line."""
    enterprises: pl.DataFrame
    """`grading.case.schemas.Enterprises`: identity for the list; phone numbers stay out of the report."""
    lines: pl.DataFrame
    """`grading.case.schemas.Units`: the capacities and the state of each line as the bureau gave them."""
    other_lists: pl.DataFrame
    """What mobile, non-road, dust and further lists bring: list, level, pollutant, kg_per_day."""
    overrides: pl.DataFrame
    """`reports.answers.pins_of`: one row per planner's pin and level, and what became of it."""
    faults: tuple[Fault, ...]
    """Every fault found in the input."""
    absent_tables: tuple[str, ...]
    """Tables the case does not have."""
    notes: tuple[tuple[str, int], ...]
    """What was assumed on the way, in units."""
    notice: pl.DataFrame
    """`optimizer.city.notice.unexamined_notice`: lines that were not asked whether they can be ready in time."""
    evidence: pl.DataFrame
    """`reports.tally.evidence_of_law`."""
    weak_law: pl.DataFrame
    """`grading.assess.model.WeakLaw`: whose grade or legal measure rests on less than the official text."""
    status: SolveStatus
    """How the solving ended."""
    checks: tuple[Check, ...]
    """The check without the solver, constraint by constraint."""
    platforms: Platforms | None
    """What monitors, permits, credit and disclosure say; None where the case has none of them."""
    names: Names
    """What the law calls industries and processes."""
    manifest: Mapping[str, object]
    """Hashes, versions, options and status of the run."""
    mobile_list: pl.DataFrame
    """`grading.case.schemas.MobileList`; empty where only its total is stated."""
    dust_list: pl.DataFrame
    """`grading.case.schemas.DustList`; empty where only its total is stated."""
    layout: Layout
    """How the official list is laid out: the bureau's way, or ours."""
    answers: Answers
    """What is told beside the plan: prices, ways out, alternatives; a question without an answer says why."""


def compose(  # noqa: PLR0913, PLR0917 - one argument per step of the pipeline
    case: Case, law: Law, graded: Graded, city: City, plan: Plan, answers: Answers, manifest: Mapping[str, object]
) -> ReportContext:
    """Return the context of a planned city; reads every frame, changes none."""
    orders = tally.season_loss(_with_exemptions(plan.orders, graded), city.days_per_season)
    exempt = exempt_enterprises(graded, law, city.units)
    return ReportContext(
        city_name=case.settings.city.name,
        season=case.settings.city.season,
        remark=case.settings.city.grid_note,
        law_pack=law.pack_id,
        law_title=law.title,
        law_gloss=law.gloss,
        law_on=law.on,
        law_sha256=law.content_sha256,
        levels=level_answers(plan, city),
        cautions=cautions(case, graded, city, plan),
        enterprises_total=graded.grades.height,
        enterprises_exempt=exempt.height,
        loss_cny_per_season=float(orders["loss_cny_per_season"].sum()),
        targets=plan.targets,
        attainability=plan.attainability,
        holders=plan.holders,
        comparison=plan.comparison,
        cost_by_county=tally.cost_by_county(orders, case.enterprises),
        cost_by_industry=tally.cost_by(orders, "industry"),
        cost_by_grade=tally.cost_by(orders, "grade"),
        grade_mix=tally.grade_mix(graded.grades),
        grades=graded.grades,
        previous_season=case.settings.previous.season if case.settings.previous else "",
        changes=grade_changes(case.previous, graded.grades),
        places=places_of(case.enterprises, graded.grades, orders),
        boundaries=case.boundaries,
        exemptions=exempt,
        refusals=refused_exemptions(case, graded),
        orders=orders,
        units=city.units,
        enterprises=case.enterprises,
        lines=case.units,
        other_lists=tally.other_lists(case),
        overrides=pins_of(city, plan),
        faults=case.faults,
        absent_tables=case.absent_tables,
        notes=city.notes,
        notice=unexamined_notice(city),
        evidence=tally.evidence_of_law(graded, plan.orders),
        weak_law=graded.weak_law,
        status=plan.status,
        checks=plan.verification.checks,
        platforms=case.platforms,
        names=names_of(law),
        manifest=manifest,
        mobile_list=case.mobile_list,
        dust_list=case.dust_list,
        layout=layout_of(case),
        answers=answers,
    )


def _with_exemptions(orders: pl.DataFrame, graded: Graded) -> pl.DataFrame:
    basis = graded.grades.select("enterprise_id", "exemption_register", "exemption_basis", "quota_share")
    return orders.join(basis, on="enterprise_id", how="left", maintain_order="left")
