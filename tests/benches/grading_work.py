"""Two ways to grade the same generated enterprises; each is run in a process of its own.

Run as `python -m tests.benches.grading_work <ours|duckdb> <folder>`: loads the tables, then grades them, prints
seconds and peak memory as JSON and writes both answers beside the data.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from grading.assess import grade as graded_by_product
from grading.assess.decision import verdict_counts
from grading.assess.reasons import WrittenReasons
from tests.benches import grading_in_duckdb
from tests.benches.made_enterprises import made_law, stored
from tests.benches.memory import peak_mb

SEED = 7
Answer = tuple[pl.DataFrame, pl.DataFrame]


def ours(folder: Path) -> Callable[[], Answer]:
    """Return the product's own grading of the case, which is in memory; the ends and counts are read out of it."""
    law, case = made_law(SEED), stored(folder)

    def grade() -> Answer:
        graded = graded_by_product(case, law)
        ends = graded.grades.select("enterprise_id", grade_best="computed_best", grade_worst="computed_worst")
        if not isinstance(graded.reasons, WrittenReasons):
            raise TypeError(graded.reasons)
        return ends, verdict_counts(graded.reasons.decision)

    return grade


def duckdb(folder: Path) -> Callable[[], Answer]:
    """Return the statement that grades the same tables, which are in memory."""
    law, connection = made_law(SEED), grading_in_duckdb.load(folder)

    def grade() -> Answer:
        found = folder / "found.duckdb_answer"
        connection.execute(f"COPY ({grading_in_duckdb.statement(law.on)}) TO '{found}' (FORMAT parquet)")
        return grading_in_duckdb.answers(pl.read_parquet(found), pl.read_parquet(folder / "enterprises.parquet"), law)

    return grade


WORK = {"ours": ours, "duckdb": duckdb}


def main(which: str, folder: Path) -> None:
    """Run one contender and print what it took."""
    started = time.perf_counter()
    grade = WORK[which](folder)
    loaded, cpu_loaded = time.perf_counter(), time.process_time()
    ends, verdicts = grade()
    seconds, cpu_seconds = time.perf_counter() - loaded, time.process_time() - cpu_loaded
    ends.sort("enterprise_id").write_parquet(folder / f"{which}.ends")
    verdicts.sort("indicator", "verdict").write_parquet(folder / f"{which}.verdicts")
    taken = {"load_seconds": loaded - started, "seconds": seconds, "cpu_seconds": cpu_seconds}
    print(json.dumps({name: round(value, 2) for name, value in taken.items()} | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
