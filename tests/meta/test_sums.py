"""Sums and means of groups are taken in a fixed order: taken in parts, their last bits differ from run to run."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "optimizer"
SUMS = {"sum", "mean"}
OF_WHOLE_NUMBERS = {"optimizer/city/lines.py": "lines counted", "optimizer/contrast/groups.py": "enterprises counted"}
"""Files whose sums of groups in no order are of whole numbers, which do not round."""


def unordered_sums(source: str) -> Iterator[int]:
    """Yield the line of each `group_by(...).agg(...)` that sums without `maintain_order=True`."""
    for node in ast.walk(ast.parse(source)):
        is_agg = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "agg"
        if not is_agg:
            continue
        grouped = node.func.value  # type: ignore[attr-defined]
        if not (isinstance(grouped, ast.Call) and getattr(grouped.func, "attr", "") == "group_by"):
            continue
        is_ordered = any(word.arg == "maintain_order" for word in grouped.keywords)
        parts = [part for each in (*node.args, *node.keywords) for part in ast.walk(each)]  # type: ignore[attr-defined]
        sums = any(isinstance(part, ast.Attribute) and part.attr in SUMS for part in parts)
        if sums and not is_ordered:
            yield grouped.lineno


def test_groups_are_summed_in_order(root: Path) -> None:
    found = {
        path.relative_to(root).as_posix(): list(unordered_sums(path.read_text("utf-8")))
        for path in sorted((root / PACKAGE).rglob("*.py"))
    }
    assert {name: lines for name, lines in found.items() if lines and name not in OF_WHOLE_NUMBERS} == {}
    assert [name for name in OF_WHOLE_NUMBERS if not found[name]] == []


def test_a_sum_in_no_order_is_found() -> None:
    assert list(unordered_sums('x = df.group_by("a").agg(pl.col("b").sum())')) == [1]
    assert list(unordered_sums('x = df.group_by("a", maintain_order=True).agg(pl.col("b").sum())')) == []
    assert list(unordered_sums('x = df.group_by("a").agg(pl.col("b").max())')) == []
