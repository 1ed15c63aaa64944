"""The law in force on one day, as flat tables that Polars can join."""

from dataclasses import dataclass, field

import dataframely as dy
import polars as pl

from grading.scale import GRADES, LEVELS, STATUSES


class Requirements(dy.Schema):
    """One row per industry, subtype, indicator and grade: what that grade demands.

    `operator` is one of le, lt, ge, gt (number), one_of, all_of (choices, `|` between them), is_true.
    `threshold` null and `choices` null with status `unknown`: the cell exists, its content is not known. Where a number
    has two readings, `threshold` is the harder one and `may_threshold` the easier: nobody can tell what lies between.
    `scope` says whose evidence is read: the enterprise's, or each unit's of `process`. `note` holds what has been
    heard of an unknown cell, or a remark; `source` where the cell comes from. `applies_when`, `applies_unless`: ids of
    `Conditions`, `|` between them, null where the row always applies; `condition_*` says so in words.
    """

    industry = dy.String()
    subtype = dy.String(nullable=True)
    indicator = dy.String()
    dimension = dy.String()
    title_zh = dy.String()
    title_en = dy.String()
    scope = dy.Enum(["enterprise", "unit"])
    process = dy.String(nullable=True)
    quantity = dy.String()
    unit = dy.String(nullable=True)
    reference_o2_percent = dy.Float64(nullable=True)
    averaging = dy.String(nullable=True)
    grade = dy.Enum(GRADES)
    operator = dy.Enum(["le", "lt", "ge", "gt", "one_of", "all_of", "is_true"])
    threshold = dy.Float64(nullable=True)
    may_threshold = dy.Float64(nullable=True)
    choices = dy.String(nullable=True)
    clause = dy.String()
    status = dy.Enum(STATUSES)
    confidence = dy.String()
    effort = dy.Enum(["document", "operation", "equipment"])
    note = dy.String(nullable=True)
    source = dy.String(nullable=True)
    applies_when = dy.String(nullable=True)
    applies_unless = dy.String(nullable=True)
    condition_zh = dy.String(nullable=True)
    condition_en = dy.String(nullable=True)


class Conditions(dy.Schema):
    """One row per industry and condition on which rows of its table depend.

    `asks` and its two titles name the evidence that is read, in `unit` at `reference_o2_percent`; `operator` is one of
    le, lt, ge, gt (number), any_of (at least one of `choices` is stated), is_true. Where only the weaker of the two
    contents holds (`may_threshold`, `may_choices`), whether the condition holds is not known. `vocabulary`: every
    choice that may be stated. `title_*` says what holds, after "where".
    """

    industry = dy.String()
    condition = dy.String()
    title_zh = dy.String()
    title_en = dy.String()
    asks = dy.String()
    asks_zh = dy.String()
    asks_en = dy.String()
    scope = dy.Enum(["enterprise", "unit"])
    unit = dy.String(nullable=True)
    reference_o2_percent = dy.Float64(nullable=True)
    operator = dy.Enum(["le", "lt", "ge", "gt", "any_of", "is_true"])
    threshold = dy.Float64(nullable=True)
    may_threshold = dy.Float64(nullable=True)
    choices = dy.List(dy.String())
    may_choices = dy.List(dy.String())
    vocabulary = dy.List(dy.String())
    clause = dy.String()
    status = dy.Enum(STATUSES)
    confidence = dy.String()
    note = dy.String(nullable=True)
    source = dy.String(nullable=True)


class Ladder(dy.Schema):
    """One row per industry, subtype, process, grade and level: the least measure the law asks.

    Null industry, subtype or process means "any"; the most specific row wins. `kind` is one of
    none, voluntary, load_cut, stop_share_by_line, stop, coking_time_h, bank, keep_hot, unknown.
    `share` is the production share to cut (load_cut) or the share of lines to stop. `note` and `source` as in
    Requirements.
    """

    industry = dy.String(nullable=True)
    subtype = dy.String(nullable=True)
    process = dy.String(nullable=True)
    grade = dy.Enum(GRADES)
    level = dy.Enum(LEVELS)
    kind = dy.String()
    share = dy.Float64(nullable=True, min=0, max=1)
    hours = dy.Float64(nullable=True)
    transport = dy.Enum(["none", "ban_national_4_and_below", "stop_road_transport"])
    is_general = dy.Bool()
    clause = dy.String()
    status = dy.Enum(STATUSES)
    confidence = dy.String()
    note = dy.String(nullable=True)
    source = dy.String(nullable=True)


class Physics(dy.Schema):
    """One row per industry and process: what a line can do at short notice. Null means not known.

    The row without industry and process holds how orders are checked wherever no other row says so.
    `pay_off_days` is infinite for a line whose stop never pays off.
    """

    industry = dy.String(nullable=True)
    process = dy.String(nullable=True)
    can_stop = dy.Bool(nullable=True)
    min_load = dy.Float64(nullable=True, min=0, max=1)
    emission_elasticity = dy.Float64(nullable=True, min=0, max=1)
    normal_coking_time_h = dy.Float64(nullable=True)
    notice_h = dy.Float64(nullable=True, min=0)
    decay_h = dy.Float64(nullable=True, min=0)
    start_up_extra_h = dy.Float64(nullable=True, min=0)
    pay_off_days = dy.Float64(nullable=True, min=0, allow_inf=True)
    verification = dy.String(nullable=True)
    verification_en = dy.String(nullable=True)
    clause = dy.String()
    status = dy.Enum(STATUSES)
    confidence = dy.String()


class Industries(dy.Schema):
    """One row per industry and subtype the pack knows, with every name a list may use for it.

    `name_*` name the industry with its subtype, `industry_*` the industry alone. `synonyms` name the industry,
    `subtype_synonyms` the subtype; both hold the titles and the ids too. `number`: in the regulation's list.
    """

    industry = dy.String()
    subtype = dy.String(nullable=True)
    number = dy.Int64(nullable=True)
    name_zh = dy.String()
    name_en = dy.String()
    industry_zh = dy.String()
    industry_en = dy.String()
    synonyms = dy.List(dy.String())
    subtype_synonyms = dy.List(dy.String())
    scheme = dy.String()
    has_table = dy.Bool()
    is_key_industry = dy.Bool()
    status = dy.Enum(STATUSES)


class Processes(dy.Schema):
    """One row per industry and process the pack knows, with every name a list may use for it.

    A process that is part of another (ovens from a certain height on) names it in `part_of`; a unit of that
    process whose oven is at least `oven_height_from_m` high is taken as the part.
    """

    industry = dy.String()
    process = dy.String()
    name_zh = dy.String()
    name_en = dy.String()
    synonyms = dy.List(dy.String())
    part_of = dy.String(nullable=True)
    oven_height_from_m = dy.Float64(nullable=True)


class Vetoes(dy.Schema):
    """One row per penalty kind: the best grade still possible inside the look-back window.

    Null means nobody has stated it: `cap` (to which grade), `look_back_days` (how long; where `until_rectified`
    the finding counts until it is put right instead), `minor_and_rectified_is_spared`, `credit_repair_lifts`.
    Up to `may_last_days` it may still count. `effect` is cap, as_lowest or outside_grading.
    """

    kind = dy.String()
    synonyms = dy.List(dy.String())
    cap = dy.Enum(GRADES, nullable=True)
    look_back_days = dy.Int64(nullable=True)
    until_rectified = dy.Bool(nullable=True)
    may_last_days = dy.Int64(nullable=True)
    minor_and_rectified_is_spared = dy.Bool(nullable=True)
    credit_repair_lifts = dy.Bool(nullable=True)
    effect = dy.String(nullable=True)
    clause = dy.String()
    status = dy.Enum(STATUSES)


class RegisterRules(dy.Schema):
    """One row per register: what it does to the plan, level by level.

    `exempt_up_to` is the highest level at which the register exempts; `needs_grade` is the worst grade
    that still qualifies in a key industry (null: none asked).
    """

    register = dy.String()
    exempt_up_to = dy.Enum(LEVELS, nullable=True)
    needs_grade = dy.Enum(GRADES, nullable=True)
    uses_quota = dy.Bool()
    clause = dy.String()
    status = dy.Enum(STATUSES)


class Vocabulary(dy.Schema):
    """One row per choice: what officers call it.

    `synonyms` hold every word for it, the id and both names too. Where an indicator does not know the choice itself
    it counts as the wider ones in `falls_under`.
    """

    choice = dy.String()
    name_zh = dy.String()
    name_en = dy.String()
    synonyms = dy.List(dy.String())
    falls_under = dy.List(dy.String())


class Supplements(dy.Schema):
    """One row per part of the regulation or letter that supplements it, in force or of unknown day.

    `is_encoded` false: the pack's rows stand as they would without it, because its text was not seen.
    """

    document = dy.String()
    title_zh = dy.String()
    title_en = dy.String()
    kind = dy.Enum(["part", "supplement"])
    in_force_from = dy.Date(nullable=True)
    content = dy.String()
    is_encoded = dy.Bool()
    status = dy.Enum(STATUSES)


@dataclass(frozen=True)
class Law:
    """One rule pack, resolved for one day."""

    pack_id: str
    title: str
    on: str
    content_sha256: str
    industries: pl.DataFrame
    processes: pl.DataFrame
    requirements: pl.DataFrame
    ladder: pl.DataFrame
    physics: pl.DataFrame
    vetoes: pl.DataFrame
    register_rules: pl.DataFrame
    vocabulary: pl.DataFrame = field(default_factory=Vocabulary.create_empty)
    supplements: pl.DataFrame = field(default_factory=Supplements.create_empty)
    conditions: pl.DataFrame = field(default_factory=Conditions.create_empty)
    gloss: str = ""
    """English for the title, which stays Chinese; empty where the pack has none."""
