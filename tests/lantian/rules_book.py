"""A rules workbook as an officer has it: exported by the command, edited in a spreadsheet library, imported again."""

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from lantian.cli import app

VALUE, STATUS = 6, 10
"""First value and status column of a sheet with four grades, counted from 1 as openpyxl does."""
WHO = ("--who", "张三", "--source", "附件")


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def export(
    folder: Path, pack: str = "small", name: str = "rules.xlsx", language: str = "en", only: str | None = None
) -> Path:
    path = folder / name
    chosen = ("--industry", only) if only else ()
    code, _, errors = run("rules", "export", "--pack", pack, "--xlsx", path, "--lang", language, *chosen)
    assert (code, errors) == (0, "")
    return path


def row_of(page: Worksheet, key: str, after: str = "") -> int:
    """Return the row whose hidden key starts with `key`, below the head `after`."""
    keys = [str(cell.value or "") for cell in page["A"]]
    start = keys.index(after) if after else 0
    return next(number for number, found in enumerate(keys, 1) if number > start and found.startswith(key))


def edited(path: Path, edit: Callable[[Workbook], None], name: str = "edited.xlsx") -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path.parent / name)
    return path.parent / name


def fill(sheet: str, key: str, index: int, value: object = None, status: object = None) -> Callable[[Workbook], None]:
    """Return an edit of one grade's value and status; None leaves a cell alone."""

    def edit(book: Workbook) -> None:
        page = book[sheet]
        row, width = row_of(page, key), (STATUS - VALUE)
        for column, new in ((VALUE + index, value), (VALUE + width + index, status)):
            if new is not None:
                page.cell(row, column).value = None if new == "" else new

    return edit


def both(*edits: Callable[[Workbook], None]) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for one in edits:
            one(book)

    return edit


def bring(path: Path, out: str = "ours", *more: object) -> tuple[int, str, str]:
    return run("rules", "import", path, "--out", path.parent / out, *WHO, "--when", "2022-02-01", "--lang", "en", *more)


def faults(path: Path, *more: object) -> list[dict[str, object]]:
    """Return the faults of a refused import; nothing may have been written."""
    before = sorted(path.parent.iterdir())
    code, spoken, _ = bring(path, "ours", "--pack", "small", "--json", *more)
    assert code == 2
    assert sorted(path.parent.iterdir()) == before
    found: list[dict[str, object]] = json.loads(spoken)["faults"]
    return found


def grid(path: Path) -> dict[str, list[list[object]]]:
    """Return every cell of every sheet that is shown."""
    shown = [page for page in openpyxl.load_workbook(path).worksheets if page.sheet_state == "visible"]
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in shown}
