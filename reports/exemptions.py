"""Who is exempt and on what basis, and who asked and was refused."""

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.law.model import Law
from grading.scale import POLLUTANTS

_EXEMPT = ("grade_exempt", "register_exempt", "register_quota", "small_micro")
_PENALTY = ("kind", "decided_on")


def exempt_enterprises(graded: Graded, law: Law, units: pl.DataFrame) -> pl.DataFrame:
    """Return every enterprise that is spared up to some level.

    Shape: one row per enterprise: identity, grade, treatment, `exempt_up_to`, register, basis, `clause` and `status`
    of the rule that grants it, `quota_share`, what its lines emit (`*_kg_per_day`, null if any line is unknown), and
    `approval_doubt` with the penalty (`veto_kind`, `veto_decided_on`) that may cap the grade by which it is exempt.
    """
    rules = law.register_rules.select(
        exemption_register="register", clause="clause", status=pl.col("status").cast(pl.String)
    )
    emitted = units.group_by("enterprise_id").agg(_known_sum(f"{p}_kg_per_day") for p in POLLUTANTS)
    return (
        graded.grades.filter(pl.col("treatment").cast(pl.String).is_in(_EXEMPT))
        .with_columns(is_doubted=pl.col("approval_doubt").is_not_null())
        .join(rules, on="exemption_register", how="left")
        .join(emitted, on="enterprise_id", how="left")
        .select(
            "enterprise_id", "name", "county", "industry", "planned_grade", "treatment", "exempt_up_to",
            "exemption_register", "exemption_basis", "quota_share", "clause", "status",
            *(f"{p}_kg_per_day" for p in POLLUTANTS),
            "approval_doubt", *(pl.when("is_doubted").then(f"veto_{part}").alias(f"veto_{part}") for part in _PENALTY),
        )
        .sort("treatment", "county", "enterprise_id")
    )  # fmt: skip


def _known_sum(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_not_null().all()).then(pl.col(column).sum()).alias(column)


def refused_exemptions(case: Case, graded: Graded) -> pl.DataFrame:
    """Return every exemption that was asked for and refused. Shape: one row per enterprise and register."""
    asked = case.registers.select("enterprise_id", "basis", register=pl.col("register").cast(pl.String)).unique(
        ["enterprise_id", "register"], keep="first", maintain_order=True
    )
    return (
        graded.grades.filter(pl.col("exemption_refused").is_not_null())
        .with_columns(pl.col("exemption_refused").str.split(";"))
        .explode("exemption_refused")
        .with_columns(
            register=pl.col("exemption_refused").str.split(":").list.first(),
            refusal=pl.col("exemption_refused").str.split(":").list.last(),
        )
        .join(asked, on=["enterprise_id", "register"], how="left")
        .select("enterprise_id", "name", "county", "industry", "planned_grade", "register", "refusal", "basis")
        .sort("county", "enterprise_id", "register")
    )
