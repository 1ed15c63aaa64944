"""The quick reader either reads exactly what the exact reader reads, or says nothing."""

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grading.law.quickyaml import quick
from grading.law.strictyaml import Document, exact

PIECES = st.sampled_from(
    ["a", "b: ", ": ", ":", "- ", "\n", "\n  ", "\n    c: ", "  ", " ", "{", "}", "[", "]", ",", ", ", "? ", "null",
     "~", "on", "1e3", "010", "0x1F", "1_000", "1:30", "12.5", "2020-06-30", "2020-13-01", "'", '"', "'s'", '"d"',
     "\\n", "|", "|-\n", ">", ">+\n   ", "#", " #", "---\n", "...\n", "%", "&x ", "*x", "!!int ", "<<: ", "=", "\t",
     "\r\n", "\x85", "\u2028", "é", "中", "，"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def agrees(text: str) -> bool:
    """Return whether the quick reader spoke; fails where it said anything else than the exact one."""
    read = quick(text)
    if read is not None:
        document = exact(Document("x.yaml"), text)
        assert document.faults == []
        assert (repr(read[0]), read[1]) == (repr(document.data), document.lines)
    return read is not None


def packaged() -> list[Path]:
    """Return the largest rule files, and every kind of file."""
    root = Path(str(files("grading")))
    kinds = ["packs/cn-2020-340/*.yaml", "packs/*/common/*.yaml", "packs/cn-2020-340/industries/[a-c]*.yaml",
             "packs/cn-2020-340/cases/[f-g]*.yaml", "monitoring/rules/*.yaml", "alerts/rules/*.yaml"]  # fmt: skip
    return sorted(path for kind in kinds for path in root.glob(kind))


def test_the_packaged_files_are_read_quickly_and_alike() -> None:
    spoke = [agrees(path.read_text(encoding="utf-8")) for path in packaged()]

    assert sum(spoke) > 0.9 * len(spoke) > 25


@example(text=">+\n   \n    c: ")
@example(text="|-\n#")
@example(text="? >+\n   \n    c: ")
@example(text="a: 1\n...\n...\n")
@example(text="- \n- b")
@example(text="k: {a: on, b: [1e3, ~]}\n")
@given(text=st.one_of(TEXTS, TEXTS.map("k: {}\n".format), TEXTS.map("- [{}]".format)))
@settings(max_examples=400, deadline=None)
def test_where_it_speaks_it_reads_what_the_exact_reader_reads(text: str) -> None:
    agrees(text)


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2", "a: &x 1", "a: *x", "a: !!str 1", "? [1]\n: 2", "[" * 40 + "]" * 40, "a: |\n  x", "a: 1\n--- \nb: 2",
     "%YAML 1.1\n---\non: 1", "a:\t1", "a: <<", "", "~"],
)  # fmt: skip
def test_whatever_is_odd_is_left_to_the_exact_reader(text: str) -> None:
    assert quick(text) is None
