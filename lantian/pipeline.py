"""The seven steps from a city's tables to signed documents. Read this file first.

read -> accept or reject -> resolve the law -> grade -> plan and verify -> compose -> render
"""

from pathlib import Path

from grading.assess import grade
from grading.case import read_case
from grading.case.model import Case
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.platforms import hear_platforms
from grading.words import mark, say
from lantian.manifest import manifest_of
from lantian.outputs import write_faults, write_grading, write_plan
from lantian.publish import published, refuse_foreign_folder
from lantian.rebuild import rebuild_of
from lantian.run import GradedCase, NoPlanFound, Options, PlannedCase
from optimizer import plan_city
from optimizer.answers import answers_of
from optimizer.city import build_city
from optimizer.result import Outcome
from reports.context import compose
from reports.official_list.layout import layout_of


def read_named_case(folder: Path, options: Options) -> tuple[Case, Law]:
    """Return the accepted case in the law's own names; raises InputError with every fatal fault at once."""
    options.journal(say(options.language, mark("Reading the case")))
    read = read_case(folder)  # 1 read, 2 accept or reject: faults stay with the case
    layout_of(read)  # a layout that cannot be used is refused before anything is worked out
    law = resolve_law(read.settings.law, folder)  # 3 resolve the law
    return hear_platforms(name_case(read, law), law), law  # monitors, permits, credit, disclosure join the case


def grade_case(folder: Path, options: Options) -> GradedCase:
    """Return the graded case of `folder`."""
    case, law = read_named_case(folder, options)
    options.journal(say(options.language, mark("Grading {n} enterprises"), n=case.enterprises.height))
    return GradedCase(case, law, grade(case, law, options.require))  # 4 grade


def plan_case(folder: Path, options: Options) -> PlannedCase:
    """Return the planned case of `folder`, re-checked without the solver; writes nothing.

    Raises NoPlanFound when no plan holds.
    """
    graded_case = grade_case(folder, options)
    case, law, graded = graded_case.case, graded_case.law, graded_case.graded
    city = build_city(case, graded, law)
    options.journal(say(options.language, mark("Planning {n} units"), n=city.units.height))
    plan = plan_city(city)  # 5 plan and verify
    if plan.status.outcome is not Outcome.USABLE or not plan.verification.holds:
        raise NoPlanFound(plan)
    options.journal(say(options.language, mark("Answering what a planner asks of the plan")))
    answers = answers_of(city, plan, rebuild_of(case, law, graded), options.answers)
    manifest = manifest_of(case, law, graded, plan, options.on_record())
    context = compose(case, law, graded, city, plan, answers, manifest)  # 6 compose
    return PlannedCase(graded_case, city, plan, context)


def publish_faults(folder: Path, options: Options) -> tuple[Case, Law]:
    """Read `folder` and write what was rejected into the out folder."""
    refuse_foreign_folder(options.out)
    case, law = read_named_case(folder, options)
    with published(options.out) as fresh:
        write_faults(case, law, options, fresh)
    return case, law


def publish_grades(folder: Path, options: Options) -> GradedCase:
    """Grade `folder` and write grades, indicators, rejected rows and manifest into the out folder."""
    refuse_foreign_folder(options.out)
    graded_case = grade_case(folder, options)
    with published(options.out) as fresh:
        write_grading(graded_case, options, fresh)
    return graded_case


def publish_plan(folder: Path, options: Options) -> PlannedCase:
    """Plan `folder` and write every document into the out folder."""
    refuse_foreign_folder(options.out)
    planned = plan_case(folder, options)
    options.journal(say(options.language, mark("Writing the documents")))
    with published(options.out) as fresh:
        write_plan(planned, options, fresh)  # 7 render
    return planned
