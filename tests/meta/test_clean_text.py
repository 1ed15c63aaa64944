"""No tracked text names a package registry's host or a path of somebody's machine."""

import re
import subprocess
from pathlib import Path

FORBIDDEN = re.compile(
    "|".join(
        [
            "files" + r"\.pythonhosted\.org",
            "pypi" + r"\.org",
            "registry" + r"\.npmjs",
            "deb" + r"\.debian\.org",
            r"/root/\.",
            "/" + "work/",
        ]
    )
)


def offending_lines(name: str, text: str) -> list[str]:
    return [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if FORBIDDEN.search(line)]


def test_tracked_text_is_clean(root: Path) -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    found: list[str] = []
    for name in filter(None, listing.stdout.split("\0")):
        data = (root / name).read_bytes() if (root / name).is_file() else b""
        if b"\0" not in data:
            found += offending_lines(name, data.decode("utf-8", errors="replace"))
    assert found == []


def test_a_seeded_address_is_found() -> None:
    assert offending_lines("x", "see https://" + "pypi" + ".org/simple") == ["x:1"]
