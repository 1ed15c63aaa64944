"""Writing an out folder: all of it or nothing, never over something that is not ours."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grading.faults import Fault, InputError
from grading.words import mark

MARKER = "manifest.json"


def refuse_foreign_folder(out: Path) -> None:
    """Raise InputError when `out` holds files that no earlier run of ours wrote."""
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file()):
        raise InputError(
            [
                Fault(
                    file=str(out),
                    sheet="",
                    row=0,
                    column="",
                    rule="out_folder_is_ours",
                    severity="fatal",
                    message=mark("The out folder holds files that Lantian did not write; nothing was written."),
                    repair=mark("Choose an empty or new folder with --out."),
                )
            ]
        )


@contextmanager
def published(out: Path) -> Iterator[Path]:
    """Yield a temporary folder; move it into place as `out` when the block ends without an error.

    An interrupted run leaves the last good folder as it was.
    """
    refuse_foreign_folder(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        yield fresh
        if out.exists():
            out.rename(Path(scratch) / "previous")
        fresh.rename(out)


def copy_folder(source: Path, target: Path) -> None:
    """Copy a sample case to `target`, which must not exist or be empty."""
    refuse_foreign_folder(target)
    shutil.copytree(source, target, dirs_exist_ok=True)
