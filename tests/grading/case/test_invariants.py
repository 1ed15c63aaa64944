"""What must not matter does not: order of rows and columns, kind of file, encoding; and faults stay where they are."""

import random
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.case import Case, read_case
from grading.case.credit_code import complete
from grading.case.headers import data_columns, names_of, normal
from grading.case.schemas import TABLES
from tests.grading.case.same import assert_same_as_base
from tests.grading.case.workbooks import Rows, base_rows, write_workbook
from tests.grading.case.zoo import BASE, clean_copy, faults_of

PRESENT = ("enterprises", "units", "evidence", "penalties", "registers", "overrides")
SOME = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def write_table(folder: Path, table: str, rows: Rows, kind: str) -> None:
    (folder / f"{table}.csv").unlink()
    if kind == "xlsx":
        write_workbook(folder / f"{table}.xlsx", {"Sheet1": rows})
    elif kind == "parquet":
        columns = {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}
        pl.DataFrame(columns).write_parquet(folder / f"{table}.parquet")
    else:
        text = "".join(",".join(row) + "\n" for row in rows)
        (folder / f"{table}.csv").write_bytes(text.encode(kind))


@SOME
@given(
    seed=st.randoms(use_true_random=False),
    kinds=st.tuples(*[st.sampled_from(["utf-8", "gb18030", "utf-8-sig", "xlsx", "parquet"])] * len(PRESENT)),
)
def test_order_and_kind_of_file_do_not_matter(seed: random.Random, kinds: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = clean_copy(Path(place) / "case")
        for table, kind in zip(PRESENT, kinds, strict=True):
            head, *body = base_rows(table)
            seed.shuffle(body)
            order = seed.sample(range(len(head)), len(head))
            write_table(folder, table, [[row[at] for at in order] for row in [head, *body]], kind)

        assert_same_as_base(folder)


@SOME
@given(bad=st.sets(st.integers(0, 29)), seed=st.randoms(use_true_random=False))
def test_exactly_the_broken_rows_are_rejected(bad: set[int], seed: random.Random) -> None:
    """A broken row takes its own children along and nobody else's."""
    if len(bad) == 30:
        return
    ids = [complete(f"9114010000000{at:04d}") for at in range(30)]
    with tempfile.TemporaryDirectory() as place:
        folder = clean_copy(Path(place) / "case", "evidence.csv", "penalties.csv", "registers.csv", "overrides.csv")
        firms = [f"{code},厂{at},{'' if at in bad else '甲县'},水泥,正常生产\n" for at, code in enumerate(ids)]
        lines = [f"{code}-1,{code},熟料,运行\n" for code in ids]
        seed.shuffle(firms)
        seed.shuffle(lines)
        (folder / "enterprises.csv").write_text("enterprise_id,name,county,industry,status\n" + "".join(firms), "utf-8")
        (folder / "units.csv").write_text("unit_id,enterprise_id,process,status\n" + "".join(lines), "utf-8")

        case = read_case(folder)

    assert case.enterprises["enterprise_id"].to_list() == sorted(code for at, code in enumerate(ids) if at not in bad)
    assert {row[:18] for row in case.units["unit_id"]} == set(case.enterprises["enterprise_id"])
    assert sorted(fault.rule for fault in case.faults) == ["blank"] * len(bad) + ["parent_rejected"] * len(bad)


def test_reading_twice_gives_the_same() -> None:
    first, second = read_case(BASE), read_case(BASE)

    assert first.inputs == second.inputs
    assert first.faults == second.faults


def test_hashes_are_of_the_bytes(tmp_path: Path) -> None:
    folder = clean_copy(tmp_path / "case")
    (folder / "units.csv").write_bytes((folder / "units.csv").read_bytes() + b"\n")

    changed = {
        now.name
        for now, before in zip(read_case(folder).inputs, read_case(BASE).inputs, strict=True)
        if now.sha256 != before.sha256
    }

    assert changed == {"units.csv"}


def test_accepted_tables_keep_their_contract() -> None:
    case: Case = read_case(BASE)

    for name, schema in TABLES.items():
        assert schema.is_valid(getattr(case, name)), name


@pytest.mark.parametrize("table", TABLES)
def test_no_header_means_two_columns(table: str) -> None:
    claimed = [
        normal(header)
        for attribute, column in data_columns(TABLES[table]).items()
        for header in {attribute, column.metadata["zh"], *column.metadata["synonyms"]}  # type: ignore[index]
    ]

    assert sorted(claimed) == sorted(set(claimed))
    assert set(claimed) <= set(names_of(table))


def test_a_table_that_cannot_be_read_blames_no_child(tmp_path: Path) -> None:
    folder = clean_copy(tmp_path / "case")
    (folder / "enterprises.csv").write_text("x,y\n1,2\n", "utf-8")

    assert [fault.rule for fault in faults_of(folder)] == ["no_header"]
