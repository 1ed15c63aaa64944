"""The list in LibreOffice: it opens as written, keeps its cells, and prints one page wide on A3."""

import re
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.official_list.workbook import write_curtailment_list

pytestmark = pytest.mark.office
A3_LANDSCAPE, A4_LANDSCAPE = (1191, 842), (842, 595)


@pytest.fixture(scope="module", params=LANGUAGES)
def written(request: pytest.FixtureRequest, context: ReportContext, tmp_path_factory: pytest.TempPathFactory) -> Path:
    language: Language = request.param
    path = tmp_path_factory.mktemp("office") / f"list-{language}.xlsx"
    write_curtailment_list(context, path, language)
    return path


def converted(soffice: str, source: Path, kind: str) -> Path:
    """Return the file LibreOffice makes of `source`; one profile serves all, for making one takes seconds."""
    folder = source.parent / "converted"
    profile = f"-env:UserInstallation={(source.parent.parent / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{source.stem}.{kind}"


def page_sizes(pdf: Path) -> list[tuple[int, int]]:
    boxes = re.findall(
        rb"/Type\s*/Page\b[^s].*?/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf.read_bytes(), re.DOTALL
    )
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def sheets(path: Path) -> dict[str, list[list[object]]]:
    """Return every cell; numbers to twelve digits, for an office keeps fifteen."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: [
            [float(f"{cell:.12g}") if isinstance(cell, float) else cell for cell in row]
            for row in book.get_sheet_by_name(name).to_python()
        ]
        for name in book.sheet_names
    }


def test_every_sheet_prints_one_page_wide(soffice: str, written: Path) -> None:
    sizes = page_sizes(converted(soffice, written, "pdf"))
    # Every sheet takes one page; a second column of pages would add to them.
    assert sizes == [A3_LANDSCAPE, A3_LANDSCAPE, A4_LANDSCAPE, A3_LANDSCAPE, A3_LANDSCAPE, A4_LANDSCAPE]


def test_an_office_keeps_every_cell(soffice: str, written: Path) -> None:
    assert sheets(converted(soffice, written, "xlsx")) == sheets(written)
