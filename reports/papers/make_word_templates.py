"""Make our own Word templates: `python -m reports.papers.make_word_templates`; a test makes them again and compares.

A bureau opens one in Word, changes what it likes, and names it under [documents] in case.toml.
"""

import io
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from docx import Document
from docx.document import Document as Made
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell

from grading.words import LANGUAGES, Language, mark, say
from reports.papers.word import KINDS, stamped

FOLDER = Path(__file__).resolve().parent.parent / "wordtemplates"
CJK = "SimSun"
LATIN = "Times New Roman"
LEVEL_COLOURS = {"yellow": "F2C200", "orange": "F08300", "red": "D7000F"}
IDENTITY_CM = (2.9, 5.7, 2.9, 5.7)
FIXED = datetime(2000, 1, 1)


class Say(Protocol):
    """Says a message in the language of the template."""

    def __call__(self, message: str) -> str:
        """Return the message in words."""
        ...


def make(kind: str, language: Language) -> bytes:
    """Return our template of a kind of paper."""
    made = Document()
    _set_page(made)
    words: Say = partial(say, language)
    {"plan": _plan, "gate": _gate, "help": _help}[kind](made, words)
    core = made.core_properties
    core.created = core.modified = FIXED
    core.author, core.last_modified_by, core.title, core.comments = "Lantian", "Lantian", "", ""
    data = io.BytesIO()
    made.save(data)
    return stamped(data.getvalue())


def _set_page(made: Made) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.8)
    style = made.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), CJK)
    speech = OxmlElement("w:lang")
    speech.set(qn("w:val"), "en-US")
    speech.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(speech)
    style.paragraph_format.space_after = Pt(3)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: object, code: str) -> None:
    """Add a field that Word counts by itself."""
    run = paragraph.add_run()  # type: ignore[attr-defined]
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _heading(made: Made, text: str, size_pt: float = 13) -> None:
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(size_pt)


def _level_heading(made: Made, words: Say, size_pt: float) -> None:
    """Add the heading of a level three times, each with its legal colour, of which one stays."""
    text = words(mark("{level} alert")).replace("{level}", "{{ level.word }}")
    for level, colour in LEVEL_COLOURS.items():
        _tag(made, f'{{%p if level.level == "{level}" %}}')
        paragraph = made.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.keep_with_next = True
        swatch = paragraph.add_run("■ ")
        run = paragraph.add_run(text)
        swatch.font.color.rgb = RGBColor.from_string(colour)
        swatch.font.size = run.font.size = Pt(size_pt)
        run.bold = True
        _tag(made, "{%p endif %}")


def _title(made: Made, text: str, size_pt: float = 18) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(size_pt)


def _tag(made: Made, tag: str) -> None:
    made.add_paragraph(tag)


def _small(made: Made, text: str) -> None:
    run = made.add_paragraph().add_run(text)
    run.font.size, run.font.color.rgb = Pt(8.5), RGBColor(0x59, 0x59, 0x59)


def _table(
    made: Made, heads: tuple[str, ...], loop: str, cells: tuple[str, ...], widths_cm: tuple[float, ...]
) -> Table:
    """Add a table whose middle row is repeated by `loop`; its header repeats on every page."""
    table: Table = made.add_table(rows=4, cols=len(heads), style="Table Grid")
    table.autofit = False
    for place, (head, cell, width) in enumerate(zip(heads, cells, widths_cm, strict=True)):
        _write(table.cell(0, place), head, is_bold=True)
        _write(table.cell(2, place), cell)
        table.columns[place].width = Cm(width)
        for row in table.rows:
            row.cells[place].width = Cm(width)
    table.cell(1, 0).text = f"{{%tr for row in {loop} %}}"
    table.cell(3, 0).text = "{%tr endfor %}"
    _repeat_header(table)
    return table


def _writing_table(
    made: Made, heads: tuple[str, ...], loop: str, cells: tuple[str, ...], widths_cm: tuple[float, ...]
) -> None:
    """Add a table whose last column is empty and high enough to write in by hand."""
    _table(made, heads, loop, (*cells, ""), widths_cm).rows[2].height = Cm(1.1)


def _write(cell: _Cell, text: str, is_bold: bool = False) -> None:
    run = cell.paragraphs[0].add_run(text)
    run.bold, run.font.size = is_bold, Pt(9)


def _repeat_header(table: Table) -> None:
    properties = table.rows[0]._tr.get_or_add_trPr()
    element = OxmlElement("w:tblHeader")
    element.set(qn("w:val"), "true")
    properties.append(element)
    for row in table.rows:
        split = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(split)


def _identity(made: Made, words: Say) -> None:
    rows = (
        (words(mark("Enterprise name")), "{{ identity.name }}", words(mark("Unified social credit code")),
         "{{ identity.enterprise_id }}"),
        (words(mark("County")), "{{ identity.county }}", words(mark("Park")), "{{ identity.park }}"),
        (words(mark("Type of industry")), "{{ identity.industry }}", words(mark("Discharge permit")),
         "{{ identity.permit_no }}"),
        (words(mark("Planned as")), "{{ identity.grade }}", words(mark("Exemption or state")),
         "{{ identity.treatment }}"),
        (words(mark("Contact")), "{{ contact.person }}", words(mark("Telephone")), "{{ contact.phone }}"),
    )  # fmt: skip
    table = made.add_table(rows=0, cols=4, style="Table Grid")
    for texts in rows:
        cells = table.add_row().cells
        for cell, text, width in zip(cells, texts, IDENTITY_CM, strict=True):
            _write(cell, text)
            cell.width = Cm(width)
    table.autofit = False
    for column, width in zip(table.columns, IDENTITY_CM, strict=True):
        column.width = Cm(width)


def _grounds(made: Made, words: Say) -> None:
    _heading(made, words(mark("Grade, and why")))
    for text in ("{%p for sentence in grounds %}", "{{ sentence }}", "{%p endfor %}"):
        _tag(made, text)


def _signature(made: Made, texts: tuple[str, ...]) -> None:
    made.add_paragraph()
    table = made.add_table(rows=1, cols=len(texts))
    for cell, text in zip(table.rows[0].cells, texts, strict=True):
        _write(cell, text)
    table.rows[0].height = Cm(2.2)


def _plan(made: Made, words: Say) -> None:
    _small(made, "{{ frame.city }} · {{ frame.season }}")
    _title(made, words(mark("Operation plan for heavy-pollution alerts")))
    _identity(made, words)
    _grounds(made, words)
    _heading(made, words(mark("What to do, and by when")))
    made.add_paragraph(words(mark(
        "Measures are in place when the alert takes effect, and hold until it is lifted. Where the alert order names "
        "another time, that time holds."
    )))  # fmt: skip
    _tag(made, "{%p for level in levels %}")
    _level_heading(made, words, 11)
    heads = (mark("Production line"), mark("Order"), mark("By when"), mark("Reduction"), mark("Way of checking"))
    cells = ("{{ row.line }}\n{{ row.unit_id }}", "{{ row.order }}", "{{ row.begin_by }}", "{{ row.removed }}",
             "{{ row.checking }}")  # fmt: skip
    _table(made, tuple(words(head) for head in heads), "level.orders", cells, (3.0, 5.4, 3.0, 2.9, 2.9))
    _tag(made, "{%p endfor %}")
    _heading(made, words(mark("The way up")))
    made.add_paragraph("{{ upgrade }}")
    _tag(made, "{%p for step in steps %}")
    _heading(made, words(mark("To reach {grade}")).replace("{grade}", "{{ step.grade }}"), 11)
    heads = (mark("Indicator"), mark("What the grade asks"), mark("Now"), mark("Effort"), mark("Evidence of the rule"))
    cells = ("{{ row.title }}", "{{ row.asked }}", "{{ row.now }}", "{{ row.effort }}", "{{ row.status }}")
    _table(made, tuple(words(head) for head in heads), "step.needs", cells, (4.4, 4.6, 3.6, 2.3, 2.3))
    _tag(made, "{%p endfor %}")
    _signature(made, (
        words(mark("For the enterprise (signature, seal)")), words(mark("For the county branch (signature, seal)")),
        words(mark("Date")),
    ))  # fmt: skip
    _small(made, "{{ frame.rules }}")


def _big(made: Made, text: str, size_pt: float, is_bold: bool = False) -> None:
    paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = is_bold, Pt(size_pt)


def _gate(made: Made, words: Say) -> None:
    _title(made, words(mark("Curtailment in heavy-pollution alerts")), 26)
    _title(made, "{{ identity.name }}", 30)
    _title(made, "{{ identity.industry }} · {{ identity.grade }} · {{ identity.treatment }}", 20)
    _tag(made, "{%p for level in levels %}")
    _level_heading(made, words, 26)
    _tag(made, "{%p for entry in level.entries %}")
    _big(made, "{{ entry.measure }}", 24, is_bold=True)
    _big(made, "{{ entry.lines }}", 20)
    _tag(made, "{%p endfor %}")
    colon = words(mark(": "))
    _big(made, words(mark("Vehicles")) + colon + "{{ level.vehicles }}", 20)
    _tag(made, "{%p endfor %}")
    for label, tag in (
        (mark("Responsible person of the enterprise"), "____________"),
        (mark("Reports by the public"), "{{ supervision }}"),
        (mark("Supervised by"), "{{ frame.issuer }}"),
    ):
        _big(made, words(label) + colon + tag, 20)
    _small(made, "{{ frame.city }} · {{ frame.season }} · {{ frame.rules }}")


def _help(made: Made, words: Say) -> None:
    _small(made, "{{ frame.city }} · {{ frame.season }}")
    _title(made, words(mark("Help sheet for the visit")))
    _identity(made, words)
    _grounds(made, words)
    seen, answer = words(mark("Seen on site")), words(mark("Answer"))
    _heading(made, words(mark("What is lacking")))
    _writing_table(
        made,
        (words(mark("Indicator")), words(mark("Where")), words(mark("What is lacking")),
         words(mark("What the grade asks")), seen),
        "gaps",
        ("{{ row.title }}", "{{ row.subject }}", "{{ row.lacking }}", "{{ row.asked }}"),
        (4.0, 2.2, 2.6, 3.4, 5.0),
    )  # fmt: skip
    _heading(made, words(mark("Where sources disagree")))
    _writing_table(
        made,
        (words(mark("Where")), words(mark("Matter")), words(mark("Who says what")), seen),
        "disagreements",
        ("{{ row.subject }}", "{{ row.matter }}", "{{ row.statements }}"),
        (2.4, 2.4, 7.4, 5.0),
    )
    _heading(made, words(mark("Questions to ask")))
    _writing_table(
        made,
        (words(mark("Question")), words(mark("Where")), words(mark("What the plan did without the answer")), answer),
        "questions",
        ("{{ row.question }}", "{{ row.lines }}", "{{ row.consequence }}"),
        (4.6, 4.2, 3.4, 5.0),
    )
    for title in (mark("Requests of the enterprise"), mark("Agreed, and until when")):
        _heading(made, words(title))
        for _line in range(5):
            made.add_paragraph("_" * 78)
    _signature(made, (
        words(mark("Officer (signature)")), words(mark("For the enterprise (signature)")), words(mark("Date")),
    ))  # fmt: skip
    _small(made, "{{ frame.rules }}")


def main() -> None:
    """Write every template into the package."""
    for kind in KINDS.values():
        for language in LANGUAGES:
            (FOLDER / f"{kind}-{language}.docx").write_bytes(make(kind, language))


if __name__ == "__main__":
    main()
