"""Which rows apply to whom: conditions asked of the same lines and enterprises, and what follows for each answer.

A condition surely holds, surely does not, or nobody can tell. A row whose condition surely fails asks nothing; one
whose condition cannot be told may ask: a value that meets it meets it anyway, a value that misses it leaves the grade
open from the best grade down to the one it reaches.
"""

from dataclasses import dataclass
from functools import cache

import polars as pl

from grading.assess.evidence import NOTHING, ORIGIN, Answers, plain
from grading.assess.model import Facts
from grading.assess.questions import LACKS_PROCESS, NOT_APPLICABLE, Questions
from grading.assess.rules import NUMERIC, SIDES
from grading.assess.schemes import weakest, weakness
from grading.assess.subjects import PAIR
from grading.checked import checked
from grading.law.model import Law

FAILS, OPEN, HOLDS = range(3)
_PLACE = [*PAIR, "scope", "process"]
_LINKS = {"applies_when": False, "applies_unless": True}


def links_of(rules: pl.DataFrame) -> pl.DataFrame:
    """Return one row per rule and condition on which it depends: rule, condition, is_unless, and its place."""
    found = [
        rules.filter(pl.col(column).is_not_null())
        .select("rule", *PAIR, "process", pl.col(column).str.split("|").alias("condition"), is_unless=pl.lit(is_unless))
        .explode("condition")
        for column, is_unless in _LINKS.items()
    ]
    return pl.concat(found)


def lay_conditions(rules: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the conditions on which `rules` depend, as rules that can be asked: one row per condition and place."""
    return _laid_out(links_of(rules), law)


def telling(evidence: pl.DataFrame, conditions: pl.DataFrame) -> pl.DataFrame:
    """Return the evidence that states what a condition asks."""
    names = [conditions.select(called=plain(pl.col(name))) for name in ("indicator", "title_zh", "title_en")]
    spelled = evidence[["indicator"]].unique().with_columns(called=plain(pl.col("indicator")))
    known = spelled.join(pl.concat(names).unique(), on="called", how="semi")["indicator"]
    return evidence.filter(pl.col("indicator").is_in(known.to_list()))


@dataclass(frozen=True)
class Asked:
    """The conditions, of whom they were asked, and what was answered; `answers` count the rows of `evidence`."""

    evidence: pl.DataFrame
    conditions: pl.DataFrame
    questions: Questions
    answers: Answers


def states_of(questions: Questions, rules: pl.DataFrame, asked: Asked, law: Law, require: str) -> pl.DataFrame:
    """Return the state of every question whose rule depends on a condition: question, rule, state, weakness.

    `weakness`: of the weakest condition it depends on. Conditions weaker than `require` decide nothing.
    """
    read = asked.answers.readings.join(asked.conditions, on="rule", how="inner")
    told = asked.answers.chosen.join(read.select("reading", state=_state(require)), on="reading", how="inner")
    names = asked.conditions[["rule", "condition"]]
    by_subject = _spread(asked.questions, "condition", names).join(told, on="question", how="left")
    linked = _spread_links(questions, links_of(rules), law)
    return _of_rules(linked, by_subject[["pair", "who", "condition", "state"]], law)


def _laid_out(links: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the conditions as rules that can be asked: one row per condition and place."""
    asked = links.join(law.conditions, on=["industry", "condition"], how="inner", suffix="_law")
    process = pl.when(pl.col("scope").cast(pl.String) == "unit").then("process")
    return (
        asked.select(
            *PAIR,
            "condition",
            "scope",
            process.alias("process"),
            pl.col("asks").alias("indicator"),
            pl.col("asks_zh").alias("title_zh"),
            pl.col("asks_en").alias("title_en"),
            "unit",
            "reference_o2_percent",
            pl.col("operator").cast(pl.String),
            pl.col("threshold", "may_threshold").round_sig_figs(9),
            *(_plain_list(name) for name in ("choices", "may_choices", "vocabulary")),
            "status",
        )
        .unique(maintain_order=True)
        .sort(*_PLACE, "condition")
        .with_row_index("rule")
    )


def _plain_list(name: str) -> pl.Expr:
    return pl.col(name).list.eval(plain(pl.element())).alias(name)


@cache
def _state(require: str) -> pl.Expr:
    """Return what a reading says of its condition."""
    surely, maybe = _holds("threshold", "choices"), _holds("may_threshold", "may_choices")
    is_trusted = (weakness(pl.col("status")) <= weakness(pl.lit(require))) & (pl.col("status") != "unknown")
    return (
        pl.when(pl.col("lack").is_not_null() | ~is_trusted)
        .then(OPEN)
        .when(surely)
        .then(HOLDS)
        .when(surely.is_null() | maybe.fill_null(value=True))
        .then(OPEN)
        .otherwise(FAILS)
        .cast(pl.Int8)
    )


def _holds(number: str, choices: str) -> pl.Expr:
    """Return whether one of the two contents of a condition holds; false where it has no such content."""
    said, edge, operator = pl.col("number"), pl.col(number), pl.col("operator")
    compared = pl.coalesce([pl.when(operator == name).then(compare(said, edge)) for name, compare in SIDES.items()])
    words = pl.col("words")
    shared = words.list.set_intersection(pl.col(choices)).list.len() > 0
    understood = pl.concat_list("vocabulary", pl.lit(list(NOTHING), dtype=pl.List(pl.String)))
    is_understood = words.list.set_difference(understood).list.len() == 0
    among = pl.when(shared).then(statement=True).when(is_understood).then(statement=False)
    has_choices = pl.col(choices).list.len() > 0
    return (
        pl.when(operator == "is_true")
        .then(pl.col("is_yes") & pl.lit(number == "threshold"))
        .when(operator.is_in(NUMERIC))
        .then(pl.when(edge.is_not_null()).then(compared).otherwise(pl.lit(value=False)))
        .otherwise(pl.when(has_choices).then(among).otherwise(pl.lit(value=False)))
    )


def _spread(questions: Questions, name: str, rules: pl.DataFrame) -> pl.DataFrame:
    """Return one row per question of `rules`: question, rule, pair, who is asked, without, and the column `name`."""
    places = questions.rules[["rule", "group", "place"]].join(rules, on="rule", how="inner")
    asked = questions.asked[["pair", "enterprise_id", "subject_id", "group", "first", "without"]]
    spread = asked.join(places, on="group", how="inner")
    question = (pl.col("first") + pl.col("place")).alias("question")
    return spread.select(question, "rule", "pair", "enterprise_id", pl.col("subject_id").alias("who"), "without", name)


def _spread_links(questions: Questions, links: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return one row per question and condition of its rule, and whose answer counts."""
    scopes = law.conditions[["industry", "condition", "scope"]]
    known = links.join(scopes, on=["industry", "condition"], how="inner")
    spread = _spread(questions, "condition", known[["rule", "condition"]])
    linked = spread.join(known[["rule", "condition", "is_unless", "industry", "scope"]], on=["rule", "condition"])
    is_own = pl.col("scope").cast(pl.String) == "unit"
    return linked.with_columns(pl.when(is_own).then("who").otherwise("enterprise_id").alias("who"))


def _of_rules(linked: pl.DataFrame, told: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the state of each question: all its conditions hold, or, for an exception, not all of them."""
    statuses = law.conditions.select("industry", "condition", weakness=weakness(pl.col("status")))
    answered = linked.join(told, on=["pair", "who", "condition"], how="left").join(
        statuses, on=["industry", "condition"], how="inner"
    )
    lowest = (
        answered.with_columns(pl.col("state").fill_null(OPEN))
        .group_by("question", "rule", "is_unless")
        .agg(pl.col("state").min(), pl.col("weakness").max())
    )
    turned = pl.when("is_unless").then(HOLDS - pl.col("state")).otherwise("state")
    return lowest.group_by("question", "rule").agg(turned.min().cast(pl.Int8).alias("state"), pl.col("weakness").max())


def facts_of(asked: Asked | None) -> pl.DataFrame:
    """Return `Facts`: what was stated of what the conditions ask."""
    if asked is None:
        return Facts.create_empty()
    names = asked.conditions.select(
        "rule", "condition", *PAIR, asks="indicator", asks_zh="title_zh", asks_en="title_en"
    )
    spread = _spread(asked.questions, "condition", names[["rule", "condition"]]).join(
        names.drop("condition"), on="rule", how="inner"
    )
    spread = spread.filter(pl.col("without") != NOT_APPLICABLE)  # nobody is asked of lines the enterprise does not have
    chosen = asked.answers.chosen
    told = chosen[["question"]].hstack(asked.evidence[["value", *ORIGIN]][chosen["row"]])
    columns = [
        "enterprise_id",
        pl.col("who").alias("subject_id"),
        *PAIR,
        "asks",
        "asks_zh",
        "asks_en",
        "value",
        *ORIGIN,
    ]
    found = spread.join(told, on="question", how="left").select(columns)
    ordered = found.unique(maintain_order=True).sort("enterprise_id", *PAIR, "asks", "subject_id", maintain_order=True)
    return checked(Facts, ordered)


def heeded(judged: pl.DataFrame, outcome: pl.Series, states: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return `judged` with a row for every reading in every state met, and the outcome that points to them."""
    found = states.sort("question").with_columns(outcome=outcome.gather(states.sort("question")["question"]))
    key = ["outcome", "state", "weakness"]
    variants = found.select(key).unique(maintain_order=True).with_row_index("variant", offset=judged.height)
    rows = (
        judged[variants["outcome"]]
        .hstack(variants[["state", "weakness"]])
        .with_columns(
            _best().alias("best_step"),
            pl.when(pl.col("state") == FAILS).then(pl.lit(0, pl.Int8)).otherwise("worst_step").alias("worst_step"),
            _verdict().alias("verdict"),
            _missing().alias("missing"),
            *_statuses(),
        )
    )
    turned = found.join(variants, on=key, how="inner")
    everything = pl.concat([judged, rows.select(judged.columns).cast(judged.schema)])
    return everything, outcome.scatter(turned["question"], turned["variant"])


@cache
def _statuses() -> tuple[pl.Expr, ...]:
    """Return the status by which an end is reached or missed: the weaker of the cell's and the condition's."""
    fails = pl.col("state") == FAILS
    met, failed = (weakness(pl.col(name)) for name in ("met_status", "failed_status"))
    return (
        weakest(pl.when(~fails).then(met), pl.col("weakness")).alias("met_status"),
        weakest(pl.when(~fails).then(failed), pl.when(~fails & failed.is_not_null()).then("weakness")).alias(
            "failed_status"
        ),
    )


def _best() -> pl.Expr:
    return pl.when(pl.col("state") == HOLDS).then("best_step").otherwise(pl.lit(0, pl.Int8))


@cache
def _verdict() -> pl.Expr:
    applies_not = (pl.col("reading") == NOT_APPLICABLE) | (pl.col("state") == FAILS)
    is_open = (pl.col("state") == OPEN) & (pl.col("verdict") != "met")
    return (
        pl.when(applies_not).then(pl.lit("not_applicable")).when(is_open).then(pl.lit("unknown")).otherwise("verdict")
    )


@cache
def _missing() -> pl.Expr:
    is_settled = (pl.col("state") == FAILS) | (pl.col("worst_step") == 0)
    return (
        pl.when(is_settled)
        .then(None)
        .when((pl.col("state") == OPEN) & (pl.col("reading") != LACKS_PROCESS))
        .then(pl.lit("condition"))
        .otherwise("missing")
    )
