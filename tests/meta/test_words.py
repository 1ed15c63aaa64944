"""Every word a user reads stands in the Chinese catalogue, with the same fields."""

import io
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from grading.words import say, translations

PACKAGES = ("grading", "optimizer", "reports", "lantian")
KEYWORDS = {"mark": None, "say": (2,), "_": None, "gettext": None}
FIELD = re.compile(r"\{(\w+)[^}]*\}")


def marked_messages(root: Path) -> dict[str, str]:
    """Return every message a module or template marks, and one place it stands in."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            method = {".py": "python", ".j2": "jinja2.ext:babel_extract"}.get(path.suffix)
            if method is None:
                continue
            for line, message, *_ in extract_from_file(method, path, keywords=KEYWORDS):
                words = message[-1] if isinstance(message, tuple) else message
                if words:
                    found.setdefault(words, f"{path.relative_to(root)}:{line}")
    return found


def catalogue(root: Path) -> dict[str, str]:
    entries: dict[str, str] = {}
    for path in sorted((root / "grading" / "locale" / "zh").glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes()), locale="zh"):
            if message.id:
                entries[str(message.id)] = str(message.string)
    return entries


def missing(marked: dict[str, str], known: dict[str, str]) -> list[str]:
    return [f"{place}: {message!r}" for message, place in marked.items() if not known.get(message)]


def test_every_message_has_chinese(root: Path) -> None:
    assert missing(marked_messages(root), catalogue(root)) == []


def test_a_seeded_message_is_missed(tmp_path: Path) -> None:
    module = tmp_path / "lantian" / "seeded.py"
    module.parent.mkdir()
    module.write_text('mark("Nobody translated this")\n', encoding="utf-8")
    assert missing(marked_messages(tmp_path), {}) == ["lantian/seeded.py:1: 'Nobody translated this'"]


def test_translations_keep_their_fields(root: Path) -> None:
    wrong = [
        english
        for english, chinese in catalogue(root).items()
        if Counter(FIELD.findall(english)) != Counter(FIELD.findall(chinese))
    ]
    assert wrong == []


def test_no_message_stands_twice_with_two_meanings(root: Path) -> None:
    seen: dict[str, str] = {}
    for path in sorted((root / "grading" / "locale" / "zh").glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes()), locale="zh"):
            if message.id:
                assert seen.setdefault(str(message.id), str(message.string)) == str(message.string), (
                    path.name,
                    message.id,
                )


def test_nothing_in_the_catalogue_is_dead(root: Path) -> None:
    assert sorted(set(catalogue(root)) - set(marked_messages(root))) == []


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;?!(]|[,:;?!)][\u4e00-\u9fff]")


def half_width(entries: dict[str, str]) -> list[str]:
    return [chinese for chinese in entries.values() if HALF_WIDTH.search(chinese)]


def test_chinese_punctuation_is_full_width(root: Path) -> None:
    assert half_width(catalogue(root)) == []


def test_a_seeded_half_width_comma_is_found() -> None:
    assert half_width({"a": "\u597d,\u597d"}) == ["\u597d,\u597d"]


@pytest.mark.parametrize(("language", "expected"), [("zh", "生成文件"), ("en", "Writing the documents")])
def test_say_speaks_both(language: str, expected: str) -> None:
    translations.cache_clear()
    assert say(language, "Writing the documents") == expected  # type: ignore[arg-type]
