"""Lines in TOML: every path tomllib reads has one, and it is the line the writer put it on."""

import tomllib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from grading.case.toml_lines import Key, Path, line_of, offsets_of

TEXT = """# a note with [brackets] = and "quotes"
title = "a # no comment, { no table"

[[sheet]]
id = 'lines'  # [[not a header]]
[[sheet.block]]
columns = [
  { field = "name", width_px = 200 },  # first
  # between
  { field = "a]b}", more = [1, [2, 3],
      4] },
]
[[sheet.block]]
"quoted key" = 1979-05-27 07:32:00
[sheet.block.inner]
deep.er = \"\"\"
[not.a.table]
x = 1\"\"\"\"
last = 1
[[sheet]]
[[sheet.block]]
id = "second"
"""
LINES: dict[Path, int] = {
    ("title",): 2,
    ("sheet", 0): 4,
    ("sheet", 0, "id"): 5,
    ("sheet", 0, "block", 0): 6,
    ("sheet", 0, "block", 0, "columns", 0, "width_px"): 8,
    ("sheet", 0, "block", 0, "columns", 1): 10,
    ("sheet", 0, "block", 0, "columns", 1, "more", 1, 1): 10,
    ("sheet", 0, "block", 0, "columns", 1, "more", 2): 11,
    ("sheet", 0, "block", 1): 13,
    ("sheet", 0, "block", 1, "quoted key"): 14,
    ("sheet", 0, "block", 1, "inner"): 15,
    ("sheet", 0, "block", 1, "inner", "deep", "er"): 16,
    ("sheet", 0, "block", 1, "inner", "last"): 19,
    ("sheet", 1, "block", 0, "id"): 22,
    ("sheet", 1, "block", 0, "gone"): 21,
    ("gone", 0): 0,
}


def paths_of(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield every path of a document as tomllib reads it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from paths_of(inner, (*path, key))


def test_lines_are_those_an_editor_shows() -> None:
    assert {path: line_of(TEXT, path) for path in LINES} == LINES


def test_every_path_that_tomllib_reads_has_its_place() -> None:
    assert set(paths_of(tomllib.loads(TEXT))) == set(offsets_of(TEXT))


SCALARS = st.sampled_from(["1", "-2.5e3", "true", '"a, [b] # \\" {c}"', "'x = 1'", "2026-10-01", "2026-10-01 07:00:00"])
NAMES = st.sampled_from(["a", "b-1", '"c d"', "'e.f'", '"中文"'])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: "[\n  " + ",\n  ".join(parts) + " # end\n]" if parts else "[ ]")
        | st.dictionaries(NAMES, inner, max_size=3).map(
            lambda pairs: "{ " + ", ".join(f"{k} = {v}" for k, v in pairs.items() if "\n" not in v) + " }"
        )
    ),
    max_leaves=6,
)
TABLES = st.lists(st.tuples(st.booleans(), st.dictionaries(NAMES, VALUES, max_size=3)), max_size=4)


@given(TABLES)
def test_a_written_document_is_found_again_line_by_line(tables: list[tuple[bool, dict[str, str]]]) -> None:
    lines: list[str] = []
    written: dict[Path, int] = {}
    rows = 0
    for number, (is_row, pairs) in enumerate(tables):
        lines.append("[[row]]" if is_row else f"[table{number}.inner]")
        path: tuple[Key, ...] = ("row", rows) if is_row else (f"table{number}", "inner")
        rows += is_row
        written[path] = len(lines)
        for name, value in pairs.items():
            written[(*path, name.strip("\"'"))] = len(lines) + 1
            lines += f"{name} = {value}".split("\n")
    text = "\n".join(lines)

    assert set(offsets_of(text)) == set(paths_of(tomllib.loads(text)))
    assert {path: line_of(text, path) for path in written} == written
