"""The grading rules as one DuckDB statement, written from the rules and not from the code.

It says what grading says of cases with one industry per enterprise and a process for every rule about lines, that
state each fact in one spelling: no full-width forms, no measured oxygen, no provider on a black list.
It is written for speed as well: each distinct text is judged once, enterprises and subjects are numbered, what
orders the rows of a question is packed into one integer, and missing answers enter the same aggregate as given ones.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from grading.law.model import Law
from grading.scale import SCHEMES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STEPS = ", ".join(
    f"('{scheme}', '{grade}', {step}, {len(grades) - 1})"
    for scheme, grades in SCHEMES.items()
    for step, grade in enumerate(grades)
)
LISTED = range(max(map(len, SCHEMES.values())) - 1)


def _each(template: str, separator: str = ",\n    ") -> str:
    return separator.join(template.replace("#", str(step)) for step in LISTED)


def _refuted(step: int) -> str:
    """A better grade's unknown number is missed by who misses a worse grade's."""
    worse = " OR ".join(f"m{other} IS FALSE" for other in LISTED if other > step)
    if not worse:
        return f"m{step}"
    return f"CASE WHEN m{step} IS NULL AND is_number AND ({worse}) THEN false ELSE m{step} END AS m{step}"


CELLS = _each(
    """max(threshold) FILTER (step = # AND is_known) AS t#,
    max(coalesce(may_threshold, threshold)) FILTER (step = # AND is_known) AS y#,
    any_value(words) FILTER (step = # AND is_known) AS w#,
    coalesce(bool_or(is_known) FILTER (step = #), false) AS k#,
    max(step) < # OR # >= max(last_step) AS free#"""
)
MET = _each(
    """CASE WHEN free# THEN true WHEN lack OR NOT k# THEN NULL
      WHEN operator = 'le' THEN CASE WHEN number <= t# THEN true WHEN number > y# THEN false END
      WHEN operator = 'lt' THEN CASE WHEN number < t# THEN true WHEN number >= y# THEN false END
      WHEN operator = 'ge' THEN CASE WHEN number >= t# THEN true WHEN number < y# THEN false END
      WHEN operator = 'gt' THEN CASE WHEN number > t# THEN true WHEN number <= y# THEN false END
      WHEN operator = 'is_true' THEN is_yes
      WHEN list_has_all(w#, said) THEN true
      WHEN NOT list_has_any(w#, said) AND list_has_all(vocabulary, said) THEN false END AS m#"""
)
UNANSWERED = _each("CASE WHEN free# THEN true END AS m#")
BEST = "CASE " + _each("WHEN # >= last_step OR m# IS NOT FALSE THEN #", " ") + " ELSE last_step END"
WORST = "CASE " + _each("WHEN # >= last_step OR m# IS TRUE THEN #", " ") + " ELSE last_step END"
# The grade steps and the verdict of a question in one integer.
CODE = f"(({BEST}) * 8 + ({WORST})) * 3 + CASE WHEN m0 IS NULL THEN 0 WHEN m0 THEN 1 ELSE 2 END"

STATEMENT = f"""
WITH steps(scheme, grade, step, last_step) AS (VALUES {STEPS}),
cells AS (
  SELECT r.*, step, last_step, string_split(choices, '|') AS words,
    r.status <> 'unknown' AND (operator = 'is_true' OR threshold IS NOT NULL OR choices IS NOT NULL) AS is_known
  FROM requirements r JOIN industries i USING (industry)
  JOIN steps s ON s.scheme = i.scheme AND s.grade = r.grade WHERE step < last_step
), rules AS (
  SELECT industry, indicator, (row_number() OVER (ORDER BY industry, indicator))::INT AS rule,
    * EXCLUDE (industry, indicator)
  FROM (SELECT industry, indicator, any_value(operator) AS operator, any_value(unit) AS unit, any_value(scope) AS scope,
    any_value(process) AS process, max(last_step) AS last_step,
    any_value(operator) IN ('le', 'lt', 'ge', 'gt') AS is_number,
    flatten(list(words) FILTER (words IS NOT NULL)) || ['none', 'other', '无', '其他', '其它'] AS vocabulary, {CELLS}
    FROM cells GROUP BY industry, indicator)
), names AS (
  SELECT DISTINCT indicator, unnest([indicator, title_zh, title_en]) AS called FROM requirements
), lines AS (
  SELECT (2 * u.rowid + 1)::INT AS subject, e.rowid::INT AS owner, unit_id, enterprise_id,
    coalesce(u.industry, e.industry) AS industry, u.process,
    count(*) OVER (PARTITION BY e.rowid, coalesce(u.industry, e.industry), u.process) = 1 AS is_only
  FROM units u JOIN enterprises e USING (enterprise_id) WHERE u.status = 'operating'
), subjects AS (
  SELECT (2 * e.rowid)::INT AS subject, e.rowid::INT AS owner, enterprise_id AS subject_id, industry,
    'enterprise' AS scope, NULL AS process, true AS is_own FROM enterprises e
  UNION ALL SELECT subject, owner, unit_id, industry, 'unit', process, true FROM lines
  UNION ALL SELECT subject, owner, enterprise_id, industry, 'unit', process, false FROM lines WHERE is_only
), asked AS (
  SELECT s.subject, s.owner, s.subject_id, r.* FROM subjects s
  JOIN rules r ON r.industry = s.industry AND r.scope = s.scope AND (r.process IS NULL OR r.process = s.process)
  WHERE s.is_own
), texts AS (
  SELECT DISTINCT indicator, value, unit FROM evidence
), found AS (
  SELECT r.*, called, value, t.unit AS given, lower(trim(value)) AS text,
    CASE WHEN value LIKE '%\\%' ESCAPE '\\' THEN '%' WHEN t.unit IS NULL THEN '1'
      WHEN lower(t.unit) = 'mg/nm3' THEN 'mg/m3' ELSE lower(t.unit) END AS stated
  FROM texts t JOIN names n ON n.called = t.indicator JOIN rules r ON r.indicator = n.indicator
), read AS (
  SELECT *, CASE WHEN is_number THEN round(try_cast(rtrim(text, '%') AS DOUBLE) * CASE
      WHEN stated = coalesce(unit, '1') THEN 1 WHEN stated = '%' AND unit IS NULL THEN 0.01
      WHEN stated = '1' AND unit = '%' THEN 100 END, 7) END AS number,
    CASE WHEN text IN ('yes', 'true', 'y', '1', '是', '有', '符合', '满足', '达标', '√', '✓') THEN true
      WHEN text IN ('no', 'false', 'n', '0', '否', '无', '不符合', '不满足', '未达标', '×', '✗') THEN false
    END AS is_yes,
    CASE WHEN operator = 'one_of' THEN string_split(text, '|') END AS said
  FROM found
), usable AS (
  SELECT *, CASE WHEN is_number THEN number IS NULL WHEN operator = 'is_true' THEN is_yes IS NULL
    ELSE NOT list_has_any(vocabulary, said) END AS lack FROM read
), met AS (
  SELECT rule, industry, scope, process, called, value, given, last_step, is_number, lack, {MET} FROM usable
), refuted AS (
  SELECT * REPLACE ({", ".join(map(_refuted, LISTED[:-1]))}) FROM met
), coded AS (
  SELECT *, {CODE} AS code FROM refuted
), candidates AS (
  SELECT s.subject, s.owner, c.rule, code, (((lack::BIGINT * 8
        + CASE source WHEN 'monitoring' THEN 0 WHEN 'permit' THEN 1 WHEN 'site_check' THEN 2
          WHEN 'third_party' THEN 3 WHEN 'disclosure' THEN 4 WHEN 'credit' THEN 5 ELSE 6 END) * 8388608
      + coalesce(DATE '9999-12-31' - observed_on, 8388607)) * 2 + (NOT is_own)::INT) * 4294967296 + source_row AS place
  FROM evidence e JOIN subjects s ON s.subject_id = e.subject_id
  JOIN coded c ON c.industry = s.industry AND c.scope = s.scope AND (c.process IS NULL OR c.process = s.process)
    AND c.called = e.indicator AND c.value = e.value AND coalesce(c.given, '') = coalesce(e.unit, '')
  WHERE observed_on IS NULL OR observed_on <= DATE '{{on}}'
  UNION ALL
  SELECT subject, owner, rule, {CODE}, 9223372036854775807
  FROM (SELECT subject, owner, rule, last_step, {UNANSWERED} FROM asked)
), answered AS (
  SELECT owner, rule, arg_min(code, place) AS code FROM candidates GROUP BY subject, owner, rule
)
SELECT owner, rule, code % 3 AS verdict, max(code // 24) AS best, max(code // 3 % 8) AS worst, count(*) AS questions
FROM answered GROUP BY GROUPING SETS ((owner), (rule, code % 3))
"""


TABLES = ("enterprises", "units", "evidence", "requirements", "industries")


def write_law(law: Law, folder: Path) -> None:
    """Write the two tables of the law that the statement reads."""
    for name, frame in (("requirements", law.requirements), ("industries", law.industries)):
        frame.with_columns(pl.selectors.enum().cast(pl.String)).write_parquet(folder / f"{name}.parquet")


def load(folder: Path) -> "DuckDBPyConnection":
    """Return a connection with the case's tables and the law's in memory."""
    import duckdb  # noqa: PLC0415 - only this contender needs it

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    for name in TABLES:
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder / name}.parquet'")
    return connection


def statement(on: str) -> str:
    """Return the statement for one day."""
    return STATEMENT.replace("{on}", on)


def answers(found: pl.DataFrame, enterprises: pl.DataFrame, law: Law) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what the statement found in the words of the grading: ends per enterprise, verdicts per indicator."""
    steps = pl.DataFrame(
        [(scheme, grade, step) for scheme, grades in SCHEMES.items() for step, grade in enumerate(grades)],
        schema={"scheme": pl.String, "grade": pl.String, "step": pl.Int32},
        orient="row",
    )
    owners = enterprises.select("enterprise_id", "industry").with_row_index("owner").cast({"owner": pl.Int32})
    ends = found.filter(pl.col("owner").is_not_null()).join(owners, on="owner")
    ends = ends.join(law.industries.select("industry", "scheme"), on="industry")
    for end in ("best", "worst"):
        ends = ends.join(steps.rename({"step": end, "grade": f"grade_{end}"}), on=["scheme", end])
    rules = law.requirements.select("industry", "indicator").unique().sort("industry", "indicator")
    numbered = rules.with_row_index("rule", offset=1).cast({"rule": pl.Int32})
    words = pl.col("verdict").replace_strict({0: "unknown", 1: "met", 2: "not_met"}, return_dtype=pl.String)
    told = found.filter(pl.col("rule").is_not_null()).join(numbered, on="rule")
    verdicts = told.group_by("indicator", words).agg(pl.col("questions").sum())
    return ends.select("enterprise_id", "grade_best", "grade_worst"), verdicts
