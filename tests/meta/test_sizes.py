"""Modules stay short, functions shorter."""

import ast
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES, FUNCTION_LINES = 450, 60
FOLDERS = ("grading", "optimizer", "reports", "lantian", "fixtures", "tests")


def too_long(name: str, source: str) -> Iterator[str]:
    if source.count("\n") > MODULE_LINES:
        yield f"{name}: {source.count(chr(10))} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}:{node.lineno} {node.name}: {lines} lines"


def test_nothing_is_too_long(root: Path) -> None:
    modules = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    assert len(modules) > 20
    found = [
        line for path in modules for line in too_long(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_seeded_long_module_and_function_are_found() -> None:
    function = "def f():\n" + "    x = 1\n" * FUNCTION_LINES
    assert list(too_long("m.py", function)) == [f"m.py:1 f: {FUNCTION_LINES + 1} lines"]
    assert list(too_long("m.py", "x = 1\n" * (MODULE_LINES + 1))) == [f"m.py: {MODULE_LINES + 1} lines"]
