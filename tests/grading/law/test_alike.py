"""Two laws are alike where they say the same to every row, whatever they are called."""

from dataclasses import fields, replace
from datetime import date

import polars as pl
import pytest

from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.law.alike import UNREAD, industries_apart, is_alike
from grading.law.model import Law

TABLES = [field.name for field in fields(Law) if field.type is pl.DataFrame or "DataFrame" in str(field.type)]


@pytest.fixture(scope="module")
def law() -> Law:
    return resolve_law(LawChoice(pack="cn-2020-340", on=date(2026, 11, 20)))


def test_a_law_of_another_name_is_alike(law: Law) -> None:
    other = replace(
        law, pack_id="another", title="another", content_sha256="another", supplements=law.supplements.clear()
    )
    assert is_alike(law, law)
    assert is_alike(law, other)
    assert industries_apart(law, other) == frozenset()


def test_a_law_of_another_day_is_not(law: Law) -> None:
    assert not is_alike(law, replace(law, on="2027-01-01"))
    assert industries_apart(law, replace(law, on="2027-01-01")) is None


@pytest.mark.parametrize("table", [name for name in TABLES if name not in UNREAD])
def test_a_law_with_a_row_less_is_not(law: Law, table: str) -> None:
    rows: pl.DataFrame = getattr(law, table)
    other = replace(law, **{table: rows.head(-1)})  # type: ignore[arg-type]
    assert not is_alike(law, other)
    last = rows["industry"].to_list()[-1] if table == "requirements" else None
    assert industries_apart(law, other) == (frozenset([last]) if table == "requirements" else None)
