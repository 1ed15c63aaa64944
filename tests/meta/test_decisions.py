"""Decisions are numbered one after the other, in name and title alike: a number names one decision."""

from pathlib import Path

import pytest

DECISIONS = Path(__file__).resolve().parents[2] / "docs" / "decisions"


def _wrong(folder: Path) -> list[str]:
    """Return what is wrong with the numbers of a folder of decisions."""
    files = sorted(folder.glob("*.md"))
    numbers = [file.name[:4] for file in files]
    expected = [f"{at:04}" for at in range(1, len(files) + 1)]
    titles = [file.read_text(encoding="utf-8").split(maxsplit=2)[1] for file in files]
    return [
        f"{file.name}: the next number is {number}, the title says {title}"
        for file, found, number, title in zip(files, numbers, expected, titles, strict=True)
        if not found == number == title.rstrip(".:")
    ]


def test_every_decision_has_a_number_of_its_own() -> None:
    assert _wrong(DECISIONS) == []


@pytest.mark.parametrize(
    "second", [("0001-again.md", "# 0001 Again"), ("0003-gap.md", "# 0003 A gap"), ("0002-title.md", "# 0003 Title")]
)
def test_a_number_twice_skipped_or_in_the_title_alone_is_found(tmp_path: Path, second: tuple[str, str]) -> None:
    (tmp_path / "0001-first.md").write_text("# 0001 First", encoding="utf-8")
    (tmp_path / second[0]).write_text(second[1], encoding="utf-8")

    assert _wrong(tmp_path)
