"""The reader never crashes, never guesses, and knows its lines."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grading.law.packheader import PackHeader
from grading.law.strictyaml import MAX_BYTES, parse, validate

PIECES = st.sampled_from(
    ["a", "b: ", ": ", "- ", "\n", "  ", "\t", "{", "}", "[", "]", "&x ", "*x", "<<: ", "? ", "!!int ", "!!python/x ",
     "2020-13-01", "'", '"', "|", ">", "#", "%YAML 1.1\n", "---\n", "...\n", "null", "1e3", "\x00", "é", "中"]
)  # fmt: skip


@example(content=b"a: &x 1\nb: &x 2\n")
@given(content=st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=25).map("".join).map(str.encode)))
@settings(max_examples=300, deadline=None)
def test_whatever_the_bytes_the_answer_is_data_or_a_fault(content: bytes) -> None:
    document = parse("x.yaml", content)
    model = validate(document, PackHeader)

    assert model is None
    assert document.faults


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on: 1", {"on": 1}),
        ("a: no", {"a": "no"}),
        ("a: 010", {"a": 10}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: 12:30:45", {"a": "12:30:45"}),
        ("a: 2020-06-30", {"a": date(2020, 6, 30)}),
        ("a: ~", {"a": None}),
        ("\ufeffa: b", {"a": "b"}),
    ],
)
def test_the_traps_of_yaml_1_1_are_not_ours(text: str, value: object) -> None:
    document = parse("x.yaml", text.encode())

    assert (document.data, document.faults) == (value, [])


def test_every_key_knows_its_line() -> None:
    document = parse("x.yaml", b"a:\n  - b: 1\n    c: 2\n  - {d: 3}\n")

    assert [document.line(path) for path in [("a", 0, "c"), ("a", 1, "d"), ("a", 1, "no", 5), ("none",)]] == [
        3,
        4,
        4,
        1,
    ]


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    assert [fault.rule for fault in parse("x.yaml", b" " * (MAX_BYTES + 1)).faults] == ["pack.too_large"]


def test_deep_nesting_is_refused() -> None:
    rules = {fault.rule for fault in parse("x.yaml", b"[" * 5000 + b"]" * 5000).faults}

    assert rules <= {"pack.anchor", "pack.syntax"}
    assert rules


def test_an_alias_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]

    assert {fault.rule for fault in parse("x.yaml", "\n".join(lines).encode()).faults} == {"pack.anchor"}
