"""What codes are called: levels, pollutants, grades, states, and the law's own names of industries and processes."""

from dataclasses import dataclass, field

import polars as pl

from grading.assess.vetoes import penalty_names
from grading.law.model import Law
from grading.words import Language, mark, say

LEVEL_WORDS = {"yellow": mark("Yellow"), "orange": mark("Orange"), "red": mark("Red"), "season": mark("Whole season")}
LEVEL_PHRASES = {"yellow": mark("yellow"), "orange": mark("orange"), "red": mark("red")}
POLLUTANT_NAMES = {"so2": "SO₂", "nox": "NOx", "pm": "PM", "vocs": "VOCs", "so2+nox": "SO₂+NOx"}
GRADE_WORDS = {
    "A": mark("A"),
    "leading": mark("leading"),
    "B": mark("B"),
    "B-": mark("B-"),
    "C": mark("C"),
    "non_leading": mark("non-leading"),
    "D": mark("D"),
}
TREATMENT_WORDS = {
    "none": mark("no exemption"),
    "grade_exempt": mark("exempt by grade"),
    "register_exempt": mark("exempt by register"),
    "register_quota": mark("guaranteed output only"),
    "long_idle": mark("long idle"),
    "small_micro": mark("small or micro emitter"),
}
REGISTER_WORDS = {
    "protected": mark("livelihood guarantee"),
    "positive_list": mark("enforcement positive list"),
    "leading": mark("leading enterprise"),
    "project": mark("guaranteed project"),
    "strategic": mark("strategic or emerging industry"),
    "export": mark("military or export order"),
    "green_leader": mark("green leader"),
}
REFUSAL_WORDS = {
    "no_rule": mark("the rule pack does not know this register"),
    "no_permit": mark("no discharge permit"),
    "grade_d": mark("grade D is never exempt"),
    "not_graded": mark("key industry, not graded"),
    "grade_too_low": mark("grade below what the register asks"),
}
REASON_WORDS = {
    "evidence": mark("evidence decides"),
    "interval_worse_end": mark("evidence missing, planned at the worse end"),
    "veto": mark("capped by a penalty"),
    "approved": mark("approved by the authority"),
    "approved_but_capped": mark("approved, but a penalty or the evidence proves less"),
    "approved_in_part": mark("approved for single industries or lines"),
    "not_graded": mark("not graded"),
    "register_leading": mark("leading by register"),
}
STATUS_WORDS = {
    "verified": mark("verified against the official text"),
    "reported": mark("reported by a secondary source"),
    "unverified": mark("not verified"),
    "unknown": mark("content not known"),
}
STATE_WORDS = {"met": mark("met"), "missed": mark("missed"), "not_stated": mark("not stated")}
WAY_WORDS = {
    "plan": mark("this plan"),
    "uniform": mark("everyone cut alike"),
    "grade_only": mark("legal measures, then whole grades harder, D first"),
    "greedy": mark("cheapest per tonne first"),
}
PIN_WORDS = {
    "applied": mark("applied"),
    "extended": mark("followed, because a higher level may not be gentler"),
    "below_law": mark("applied, below the legal minimum"),
    "above_exemption": mark("applied, beyond what the exemption allows"),
    "above_notice": mark("applied, though the line needs more notice than the level gives"),
    "against_physics": mark("not applied: the line cannot do this"),
    "contradicts_nesting": mark("not applied: contradicts another level"),
    "superseded": mark("not applied: another pin stands"),
    "not_understood": mark("not applied: the measure was not understood"),
    "unknown_unit": mark("not applied: no such line"),
    "idle": mark("not applied: the line is idle"),
}
OPTION_WORDS = {
    "grade_order": mark("the order of grades inside an industry"),
    "equal_treatment": mark("equal treatment inside a class"),
    "county_share": mark("the limit on a county's share of the loss"),
    "quota": mark("the output that must stay"),
    "receptor": mark("the wanted drop at a receptor"),
}
HOLDER_WORDS = {
    "grade_exempt": mark("exempt by grade"),
    "register_exempt": mark("exempt by register"),
    "register_quota": mark("guaranteed output only"),
    "small_micro": mark("small or micro emitter"),
    "override": mark("the planner's pin"),
    "physics": mark("what the lines can physically do"),
    "notice": mark("lines that need more notice than the level gives"),
    "idle": mark("idle lines, no credit"),
    "unknown_emission": mark("emission unknown"),
    "outside_list": mark("sources outside the list"),
}
LIST_WORDS = {
    "mobile": mark("road vehicles"),
    "non_road": mark("non-road machinery"),
    "dust": mark("dust"),
    "building_coating": mark("building coating"),
}


@dataclass(frozen=True)
class Names:
    """The law's names in two languages: industries, processes (by industry), indicators, penalties, checks."""

    industries: pl.DataFrame
    processes: pl.DataFrame
    indicators: pl.DataFrame
    penalties: pl.DataFrame
    checks: pl.DataFrame = field(default_factory=pl.DataFrame)

    def industry(self, language: Language, code: pl.Expr) -> pl.Expr:
        """Return the name of an industry; a code the law does not know stays as it is."""
        pairs = dict(self.industries.select("industry", f"name_{language}").iter_rows())
        return code.cast(pl.String).replace(pairs)

    def process(self, language: Language, industry: pl.Expr, code: pl.Expr) -> pl.Expr:
        """Return the name of a process of an industry; a code the law does not know stays as it is."""
        table = self.processes.select(pl.format("{}|{}", "industry", "process"), f"name_{language}")
        key = pl.concat_str(industry.cast(pl.String), pl.lit("|"), code.cast(pl.String))
        if table.is_empty():
            return code.cast(pl.String)
        return key.replace_strict(dict(table.iter_rows()), default=code.cast(pl.String))

    def indicator_list(self, language: Language, codes: pl.Expr) -> pl.Expr:
        """Return the titles of indicators, from codes joined with semicolons."""
        pairs = dict(self.indicators.select("indicator", f"title_{language}").iter_rows())
        titles = codes.str.split(";").list.eval(pl.element().replace(pairs))
        return titles.list.join(say(language, mark(", ")))

    def way_of_checking(self, language: Language, text: pl.Expr) -> pl.Expr:
        """Return how an order is checked; the bureau's own words stay as they are."""
        return text if language == "zh" else text.replace(dict(self.checks.iter_rows()))

    def penalty(self, language: Language, code: pl.Expr) -> pl.Expr:
        """Return the name of a kind of penalty; a bureau's own word stays as it is."""
        return code.replace(dict(self.penalties.select("kind", f"name_{language}").iter_rows()))


def names_of(law: Law) -> Names:
    """Return the names of a law; an industry is called by its own name, whatever its subtypes."""
    industries = law.industries.unique("industry", keep="first", maintain_order=True).select(
        "industry", name_zh="industry_zh", name_en="industry_en"
    )
    processes = law.processes.unique(["industry", "process"], keep="first", maintain_order=True)
    indicators = law.requirements.unique("indicator", keep="first", maintain_order=True)
    return Names(
        industries,
        processes.select("industry", "process", "name_zh", "name_en"),
        indicators.select("indicator", "title_zh", "title_en"),
        penalty_names(law),
        law.physics.select("verification", "verification_en")
        .drop_nulls()
        .unique("verification", keep="first", maintain_order=True),
    )


def level_word(level: str, language: Language) -> str:
    """Return the legal colour word of a level: 橙色, Orange."""
    word = LEVEL_WORDS[level]
    return say(language, word)


def way_word(way: str, language: Language) -> str:
    """Return the name of a way of planning."""
    word = WAY_WORDS[way]
    return say(language, word)


def grade_text(grade: pl.Expr, language: Language) -> pl.Expr:
    """Return the grade as it is spoken: B级, 引领性; grade B, leading."""
    code = grade.cast(pl.String)
    word = code.replace({name: say(language, word) for name, word in GRADE_WORDS.items()})
    is_word = code.is_in(["leading", "non_leading"])
    return pl.when(is_word).then(word).otherwise(word + "级" if language == "zh" else "grade " + word)


def glossed(title: str, gloss: str, language: Language) -> str:
    """Return the title of a law as it stands, in English with what it means behind it."""
    return f"{title} ({gloss})" if language == "en" and gloss else title
