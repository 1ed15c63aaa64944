"""No word a user reads stands outside the catalogues: not in Python, not in a template, not in a script."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROSE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")
SINGLE = re.compile(r"^[A-Z][a-z]{2,}|" + PROSE.pattern)
LETTERS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
TRANSLATED = {"mark", "say", "_", "gettext", "sentence"}
NOT_SHOWN = {"compile", "filterwarnings"}
"""Patterns; an error that ends in a trace (`...Error`) speaks to a programmer, faults speak through `mark`."""
SHOWN = {"Column", "Cell", "Fact", "label", "write_string", "echo"}
"""What these are given is read by a user, even a single word."""

KNOWN: dict[str, tuple[str, ...]] = {
    "reports/format.py": ("万元", "亿元", "thousand CNY", "million CNY"),  # units, chosen by language
    "reports/names.py": ("级",),  # the suffix of a Chinese grade
    "reports/papers/public.py": ("年", "月", "日"),  # parts of a Chinese date
    "reports/sections/first.py": ("个百分点",),
    "reports/sections/sensitivity.py": ("元/kg",),
    "reports/charts/canvas.py": ("DejaVu Sans", "<svg aria-hidden=\"true\" ", "font(?:-family)?: ?'DejaVu Sans'"),
    "optimizer/city/pins.py": (
        # what a bureau may write in a pin
        "豁免", "不限产", "不停限产", "停产", "全部停产", "禁止加严", "不得加严", "^(?:cut|load cut",
    ),
    # Examples of a failed check, for whoever repairs the program or the law.
    "optimizer/choices.py": (" above ceiling ", " (nesting included)", " lines must stop, "),
    "optimizer/couplings.py": (": the lawful minimum, ", ": contradicts the lawful minimum"),
    "optimizer/lexicographic.py": ("no whole plan keeps these together: ",),
    "reports/papers/make_word_templates.py": ("Times New Roman", "Table Grid", "{%"),  # fonts, styles, template code
    "reports/papers/pdf.py": ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC"),
    "lantian/whatif/combine.py": ("retrofit costs",),  # a key, not shown
    "grading/law/annex/overlay_files.py": (" cells entered by ",),  # a comment in a file for the law's keeper
    "grading/case/schemas.py": ("",),  # accepted headers of input tables
    "grading/case/vocabulary.py": ("out of use",),
    "grading/law/formatdoc.py": ("",),  # writes the English format reference, docs/rulepack-format.md
}  # fmt: skip
"""File -> beginnings of what may stand there untranslated; "" is the whole file."""


def outside_of_python(source: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string that reads like words and goes through no catalogue."""
    tree = ast.parse(source)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    shown: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in TRANSLATED | NOT_SHOWN or name.endswith("Error"):
                skipped |= {id(part) for part in ast.walk(node)}
            if name in SHOWN:
                shown |= {id(part) for part in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            wanted = SINGLE if id(node) in shown else pattern
            if wanted.search(node.value):
                yield node.lineno, node.value


def outside_of_template(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every word between tags, or in an attribute that is read out, that is no expression."""
    source = re.sub(r"\{% block kind %\}\w+\{% endblock %\}", "", source)  # a class of the page
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    read_out = "|".join(re.findall(r'(?:aria-label|title|alt|placeholder|content)="([^"]*)"', bare))
    text = re.sub(r"<[^>]*>|&\w+;", "\n", bare)
    for number, line in enumerate(text.splitlines(), 1):
        if LETTERS.search(line):
            yield number, line.strip()
    if PROSE.search(re.sub(r"width=device-width, initial-scale=1|no-referrer", "", read_out)):
        yield 0, read_out


def outside_of_script(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string of a script that reads like words."""
    code = re.sub(r"(?m)^\s*//.*$", "", source)
    for number, line in enumerate(code.splitlines(), 1):
        for found in re.findall(r'"([^"\\]*)"|`([^`$]*)`', line):
            text = "".join(found)
            if PROSE.search(text) and text != "use strict":
                yield number, text


def found(root: Path) -> list[str]:
    told = []
    for package in ("reports", "lantian", "optimizer", "grading"):
        for path in sorted((root / package).rglob("*")):
            place = path.relative_to(root).as_posix()
            if path.suffix == ".py":
                # `grading` holds the Chinese words of input tables; its English must be marked all the same.
                hits = outside_of_python(path.read_text(encoding="utf-8"), ENGLISH if package == "grading" else PROSE)
            elif path.suffix == ".j2":
                hits = outside_of_template(path.read_text(encoding="utf-8"))
            elif path.suffix == ".js":
                hits = outside_of_script(path.read_text(encoding="utf-8"))
            else:
                continue
            told += [f"{place}:{n}: {text}" for n, text in hits if not text.startswith(KNOWN.get(place, ("\0",)))]
    return told


def test_every_word_is_in_a_catalogue(root: Path) -> None:
    assert found(root) == []


def test_every_exception_is_still_needed(root: Path) -> None:
    missing = [
        (place, text)
        for place, texts in KNOWN.items()
        for text in texts
        if not any(
            value.startswith(text) for _, value in outside_of_python((root / place).read_text(encoding="utf-8"), PROSE)
        )
    ]
    assert missing == []


@pytest.mark.parametrize(
    "seeded",
    ['x = "No target holds"', 'Column("Total")', 'y = f"{n} rows were lost"', 'z = "合计"', 'print("two words")'],
)
def test_a_seeded_word_in_python_is_found(seeded: str) -> None:
    assert list(outside_of_python(seeded, PROSE))


@pytest.mark.parametrize("clean", ['say(language, mark("No target holds"))', 'x = "so2_kg_per_day"', '"""Words."""'])
def test_what_is_translated_is_not(clean: str) -> None:
    assert list(outside_of_python(clean, PROSE)) == []


def test_seeded_words_in_templates_and_scripts_are_found() -> None:
    assert list(outside_of_template("<p>{{ x }}</p>\n<p>Hello</p>")) == [(4, "Hello")] or list(
        outside_of_template("<p>Hello</p>")
    )
    assert list(outside_of_template('<p aria-label="Read this first">{{ x }}</p>'))
    assert not list(outside_of_template('<p class="note big">{{ _("Hello you") }}</p>'))
    assert list(outside_of_script('b.textContent = "Show all rows";'))
    assert not list(outside_of_script('// a word or two\nx.y = "aria-sort";'))
