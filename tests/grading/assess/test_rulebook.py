"""A law laid out for many industries says of a few what it says laid out for them alone."""

from dataclasses import replace

import polars as pl
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from grading.assess.decision import decide
from grading.assess.evidence import CHOSEN, no_readings
from grading.assess.grade import grade
from grading.assess.registers import EXEMPTIONS, exemptions
from grading.assess.rulebook import opened, rulebook
from grading.assess.vetoes import CAPS, caps
from grading.case.parts import part_of
from grading.law.model import Vetoes
from tests.grading.assess.factory import frame, industry, make_law
from tests.grading.assess.strategies import Situation, situations

SLOW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
FRAMES = ("indicators", "industry_grades", "grades", "unit_grades", "settling", "weak_law", "line_set_grades")


@SLOW
@given(situation=situations())
def test_a_few_enterprises_are_graded_alike_by_the_book_of_all(situation: Situation) -> None:
    case, law = situation.case, situation.law
    book = decide(case, law).book
    few = part_of(case, case.enterprises["enterprise_id"].head(1))
    for part in (few, replace(few, evidence=few.evidence.clear())):
        found, alone = grade(part, law, known=book), grade(part, law)
        for name in FRAMES:
            assert_frame_equal(getattr(found, name), getattr(alone, name))


def test_a_book_of_another_law_or_demand_or_industry_is_not_opened() -> None:
    law = make_law(industries=[industry(), industry(industry="glass")])
    pairs = pl.DataFrame({"industry": ["cement", "glass"], "subtype": ["clinker", None]})
    small = rulebook(pairs.head(1), law, "unknown")
    stricter = replace(
        law, vetoes=frame(Vetoes, [{"kind": "fire", "synonyms": [], "clause": "c", "status": "verified"}])
    )
    assert opened(small, pairs.head(1), law, "unknown").facts is small.facts
    assert opened(small, pairs.head(1), stricter, "unknown").law is stricter
    assert opened(small, pairs.head(1), law, "verified").require == "verified"
    assert opened(small, pairs, law, "unknown").of_pair.height == pairs.height


@SLOW
@given(situation=situations())
def test_nothing_told_has_the_shape_of_something_told(situation: Situation) -> None:
    case, law = situation.case, situation.law
    answers = decide(case, law).answers
    assert answers.readings.schema == no_readings().schema
    assert answers.chosen.schema == pl.Schema(CHOSEN)
    assert caps(case.penalties, case.enterprises, law).schema == pl.Schema(CAPS)
    permits = case.enterprises.select("enterprise_id", "permit_no")
    graded = grade(case, law).grades.join(permits, on="enterprise_id")
    assert exemptions(case.registers, graded, law).schema == pl.Schema(EXEMPTIONS)
