"""What leaves the house: who is on which notice, and no person on any."""

import dataclasses
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from grading.words import LANGUAGES, Language
from lantian.documents import Wanted, write_documents
from reports.papers.dossiers import Planned
from reports.papers.public import PublicList, public_lists
from reports.papers.withheld import private_numbers, without_numbers
from tests.reports.papers.conftest import with_notice
from tests.reports.sample import FIRMS


def column(notice: PublicList, place: int) -> list[str]:
    return [row[place].text for row in notice.table.rows]


def test_notices_hold_whom_they_should(planned: Planned) -> None:
    laid_open, announced, exempt, fell = public_lists(planned, "zh")
    keys = {firm[0] for firm in FIRMS if firm[3] != "other"}
    assert set(column(laid_open, 2)) == set(column(announced, 2)) == keys
    assert set(column(exempt, 2)) == {FIRMS[2][0], FIRMS[3][0]}
    assert fell.table.rows == ()
    assert fell.table.empty == "没有降级企业。"


def test_a_downgrade_stands_with_its_grounds(planned: Planned) -> None:
    is_last = pl.col("enterprise_id") == FIRMS[5][0]
    grades = planned.context.grades.with_columns(
        approved_grade=pl.when(is_last).then(pl.lit("B")).otherwise("approved_grade").cast(
            planned.context.grades.schema["approved_grade"]
        ),
        veto_is_sure=pl.lit(value=True),
    )  # fmt: skip
    context = dataclasses.replace(planned.context, grades=grades)
    fell = public_lists(dataclasses.replace(planned, context=context), "zh")[3]
    assert column(fell, 5) == ["B级"]
    assert column(fell, 6) == ["D级"]
    assert column(fell, 7) == ["2026-06-01处罚：exceed_permit（指南 总则）"]


def test_the_period_is_stated_or_blank(planned: Planned) -> None:
    stated = with_notice(
        planned, objection_from=date(2026, 9, 1), objection_to=date(2026, 9, 7), objection_phone="0472-1234567"
    )
    for language, words in (("zh", "2026年9月1日至2026年9月7日"), ("en", "2026-09-01 to 2026-09-07")):
        lines = {line.label: line.words for line in public_lists(stated, language)[0].lines}  # type: ignore[arg-type]
        assert words in lines.values()
        assert "0472-1234567" in lines.values()
    half = with_notice(planned, objection_from=date(2026, 9, 1))
    assert public_lists(half, "zh")[0].lines[0].words == ""


def readable(path: Path) -> str:
    """Return the text of a page, or of every part of a Word file."""
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist())


def persons_in(folder: Path, planned: Planned) -> list[str]:
    """Return every public file that holds a telephone or a contact of the case."""
    firms = planned.case.enterprises
    private = {text for name in ("phone", "contact") for text in firms[name].drop_nulls().to_list()}
    return [
        path.name
        for path in sorted((folder / "public").rglob("*"))
        if path.is_file() and any(text in readable(path) for text in private)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_person_is_in_any_public_file(planned: Planned, tmp_path: Path, language: Language) -> None:
    written = write_documents(planned, Wanted(language, in_word=language == "zh"), tmp_path)
    assert written.files == len([path for path in tmp_path.rglob("*") if path.is_file()])
    assert persons_in(tmp_path, planned) == []
    assert "13900000000" in (tmp_path / "internal" / f"plan-{FIRMS[0][0]}.html").read_text(encoding="utf-8")


def test_a_seeded_person_is_found(planned: Planned, tmp_path: Path) -> None:
    write_documents(planned, Wanted("zh", (FIRMS[0][0],)), tmp_path)
    page = tmp_path / "public" / "gate" / f"gate-{FIRMS[0][0]}.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</main>", "+86 王某</main>"), encoding="utf-8")
    assert persons_in(tmp_path, planned) == [page.name]


def test_a_number_typed_into_a_basis_is_withheld(planned: Planned, tmp_path: Path) -> None:
    exempt = planned.context.exemptions.with_columns(exemption_basis=pl.lit("名单,联系139 0000 0000"))
    leaky = dataclasses.replace(planned, context=dataclasses.replace(planned.context, exemptions=exempt))
    write_documents(leaky, Wanted("zh", (FIRMS[0][0],)), tmp_path)
    page = (tmp_path / "public" / "exempt-list.html").read_text(encoding="utf-8")
    assert "139 0000 0000" not in page
    assert "名单,联系［号码不公开］" in page


@pytest.mark.parametrize(
    "text",
    ["13900000000", "139 0000 0000", "+86-139-0000-0000", "电话13900000000。", "0472 13900000000"],
)
def test_spellings_of_a_number_are_withheld(planned: Planned, text: str) -> None:
    private = private_numbers(planned.case.enterprises, ())
    assert "0000" not in without_numbers(text, private, "zh").replace("0472", "")


def test_other_numbers_stay(planned: Planned) -> None:
    private = private_numbers(planned.case.enterprises, ())
    for text in ("91150400000000001A", "2026-2027", "12,345,678", "环办大气函〔2020〕340号"):
        assert without_numbers(text, private, "zh") == text


def test_an_office_number_is_public_even_where_a_firm_gives_the_same(planned: Planned) -> None:
    private = private_numbers(planned.case.enterprises, ("139-0000-0000",))
    assert without_numbers("13900000000", private, "zh") == "13900000000"
