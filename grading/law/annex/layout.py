"""What stands in which cell: the pack as sheets of blocks of lines of slots, the same for writing and for reading.

Every sheet, head and line has a key in the hidden first column, so a filled-in workbook is read by key, not by
position. A slot is one cell of the law: its value, its status, and what the remark beside it says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from grading.law.annex import contents, orders, words
from grading.law.files import Pack, Read
from grading.law.frames import schemes
from grading.law.pack import Content, Evidence, Indicator, Industry, LadderBlock, Order, TableFile
from grading.scale import GRADES, LEVELS, SCHEMES
from grading.words import Language, mark, say

LABELS = 4
"""Columns between the key and the first grade: dimension, subtype or process, indicator, unit."""
GENERAL = "general"
LEADING = ("leading", "non_leading")
HEADS = (mark("Dimension"), mark("Applies to"), mark("Indicator"), mark("Unit and comparison"))
LADDER_HEADS = (mark("Measures"), mark("Applies to"), mark("Grade of the enterprise"), mark("Clause"))
CLAUSE = mark("Clause")
CLOSED = "—"
"""What stands where a row's scheme has no such grade."""


@dataclass(frozen=True)
class Slot:
    """One cell of the law as the workbook shows it."""

    column: str
    """Grade or level."""
    value: contents.Value
    status: str
    remark: str
    content: Content | Order
    evidence: Evidence | None
    """Evidence of its own; None where the cell follows another."""


@dataclass(frozen=True)
class Line:
    """One row: labels, then a slot per column, None where the scheme has no such grade."""

    key: str
    labels: tuple[str, ...]
    slots: tuple[Slot | None, ...]
    clause: str
    sign: str
    source: Indicator | LadderBlock
    industry: str


@dataclass(frozen=True)
class Block:
    """Lines under one head."""

    key: str
    title: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    spelled: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet: an industry, or the general measures."""

    key: str
    name: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def width(self) -> int:
        """Return how many grade or level columns the widest block has."""
        return max((len(block.columns) for block in self.blocks), default=0)


def sheets_of(pack: Pack, language: Language) -> list[Sheet]:
    """Return one sheet per industry with a table or ladder of its own, in the pack's order, then the general one."""
    if pack.general is None:
        return []
    found = [
        Sheet(industry.id, _title(industry, language), _title(industry, language), _blocks(pack, industry, language))
        for industry in pack.general.model.industries
        if industry.id in pack.tables
    ]
    general = _ladder(pack, GENERAL, pack.general.model.ladder, language)
    title = say(language, mark("General measures"))
    return [*(sheet for sheet in found if sheet.blocks), *([Sheet(GENERAL, title, title, general)] if general else [])]


def _title(industry: Industry, language: Language) -> str:
    return industry.title.zh if language == "zh" else industry.title.en


def rows_with_subtypes(pack: Pack, table: Read[TableFile]) -> Iterator[tuple[Indicator, tuple[str, ...]]]:
    """Yield every row of a table and of its common blocks, with the subtypes it is for (empty: all)."""
    for indicator in table.model.indicators:
        yield indicator, indicator.subtypes
    for block, subtypes in table.model.include.items():
        if block in pack.common:
            for indicator in pack.common[block].model.indicators:
                yield indicator, subtypes


def _blocks(pack: Pack, industry: Industry, language: Language) -> tuple[Block, ...]:
    table = pack.tables[industry.id]
    rows = list(rows_with_subtypes(pack, table))
    used = {grade for scheme in schemes(industry).values() for grade in SCHEMES[scheme]}
    families = {
        "letters": tuple(grade for grade in GRADES if grade in used and grade not in LEADING),
        "leading": tuple(grade for grade in GRADES if grade in used and grade in LEADING),
    }
    blocks = []
    for family, grades in families.items():
        lines = [
            line
            for number, (row, subtypes) in enumerate(rows)
            if (line := _line(pack, industry, (number, row, subtypes), grades, language)) is not None
        ]
        if grades and lines:
            blocks.append(_grade_block(f"{family}", grades, sorted(lines, key=_by_dimension), language))
    return (*blocks, *_ladder(pack, industry.id, table.model.ladder, language, industry))


def _by_dimension(line: Line) -> int:
    """Return where the annex has the dimension of a row; rows of one dimension keep the pack's order."""
    return list(words.DIMENSIONS).index(line.source.dimension) if isinstance(line.source, Indicator) else 0


def _grade_block(family: str, grades: tuple[str, ...], lines: list[Line], language: Language) -> Block:
    titles = {
        "letters": mark("Differentiating indicators"),
        "leading": mark("Differentiating indicators of leading enterprises"),
    }
    return Block(
        key=f"head/{family}",
        title=say(language, titles[family]),
        heads=tuple(say(language, head) for head in HEADS),
        columns=grades,
        spelled=tuple(say(language, words.GRADES[grade]) for grade in grades),  # type: ignore[index]
        lines=tuple(lines),
    )


def _line(
    pack: Pack,
    industry: Industry,
    numbered: tuple[int, Indicator, tuple[str, ...]],
    grades: tuple[str, ...],
    language: Language,
) -> Line | None:
    number, row, subtypes = numbered
    by_subtype = schemes(industry)
    own = {grade for subtype in (subtypes or by_subtype) for grade in SCHEMES[by_subtype.get(subtype, "leading")]}
    slots = tuple(_slot(pack, row, grade, own, language) if grade in own else None for grade in grades)
    if not any(slots):
        return None
    return Line(
        key=f"row/{row.id}/{number}",
        labels=(
            say(language, words.DIMENSIONS[row.dimension]),
            _applies_to(pack, industry.id, subtypes, (row.process,) if row.process else (), language),
            row.title.zh if language == "zh" else row.title.en,
            unit_text(row, language),
        ),
        slots=slots,
        clause=row.clause,
        sign=words.SIGNS.get(row.operator, ""),
        source=row,
        industry=industry.id,
    )


def unit_text(row: Indicator, language: Language) -> str:
    """Return how a row compares: sign, unit, reference oxygen, averaging; or how its choices are taken."""
    taken = {
        "one_of": mark("one of these"),
        "all_of": mark("all of these"),
        "is_true": mark("the statement holds"),
    }
    if row.operator in taken:
        return say(language, taken[row.operator])
    parts = [f"{words.SIGNS[row.operator]} {row.unit or ''}".strip()]
    if row.reference_o2_percent is not None:
        parts.append(say(language, mark("at {o2} % oxygen"), o2=f"{row.reference_o2_percent:g}"))
    if row.averaging == "hourly":
        parts.append(say(language, mark("hourly mean")))
    elif row.averaging:
        parts.append(row.averaging)
    return ("，" if language == "zh" else ", ").join(parts)


def _applies_to(
    pack: Pack, industry: str, subtypes: tuple[str, ...], processes: tuple[str, ...], language: Language
) -> str:
    titles = {
        subtype.id: subtype.title
        for entry in (pack.general.model.industries if pack.general else ())
        if entry.id == industry
        for subtype in entry.subtypes
    }
    table = pack.tables.get(industry)
    titles |= {f"/{process.id}": process.title for process in (table.model.processes if table else ())}
    named = [(subtype, titles.get(subtype)) for subtype in subtypes]
    named += [(process, titles.get(f"/{process}")) for process in processes]
    if not named:
        return say(language, mark("all"))
    comma = "、" if language == "zh" else ", "
    return comma.join((title.zh if language == "zh" else title.en) if title else name for name, title in named)


def _slot(pack: Pack, row: Indicator, grade: str, own: set[str], language: Language) -> Slot:
    cell = row.requirement[grade]  # type: ignore[index]
    target = row.requirement[cell.same_as] if cell.same_as else None
    shows_target = target is not None and cell.same_as not in own
    content = target if target is not None and shows_target else cell
    follows = target is not None and not shows_target and cell.evidence is None
    evidence = cell.evidence or content.evidence or row.evidence
    if follows:
        status = words.as_word(str(cell.same_as), language)
    elif content.unknown is not None:
        status = words.status_word("unknown", None, language)
    else:
        status = words.evidence_word(evidence, language)
    remarks = [_choice_names(pack, content, language), cell.note or content.note, row.note]
    clause = cell.clause or content.clause or row.clause
    return Slot(
        column=grade,
        value=contents.shown(content, language),
        status=status,
        remark=_remark(pack, clause, evidence, status, remarks, language),
        content=content,
        evidence=None if follows else evidence,
    )


def _choice_names(pack: Pack, content: Content, language: Language) -> str:
    """Return what the ids of the choices of a cell mean."""
    known = {one.id: one for one in (pack.vocabulary.model.choices if pack.vocabulary else ())}
    called = [known[choice] for choice in content.choices or () if choice in known]
    return "; ".join(f"{one.id} = {one.zh if language == 'zh' else one.en}" for one in called)


def _remark(pack: Pack, clause: str, evidence: Evidence, status: str, remarks: list[str], language: Language) -> str:
    source = pack.header.model.sources.get(evidence.source)
    lines = [
        say(language, mark("Clause: {clause}"), clause=clause),
        say(language, mark("Status: {status}"), status=status),
        say(language, mark("Source: {source}"), source=source.title if source else evidence.source),
        *(say(language, mark("Remark: {text}"), text=text) for text in remarks if text),
    ]
    return "\n".join(lines)


def _ladder(
    pack: Pack, place: str, blocks: tuple[LadderBlock, ...], language: Language, industry: Industry | None = None
) -> tuple[Block, ...]:
    used = {grade for scheme in schemes(industry).values() for grade in SCHEMES[scheme]} if industry else set(GRADES)
    ordered = sorted(
        ((block, grade) for block in blocks for grade in GRADES if grade in block.grades and grade in used),
        key=lambda pair: (_order_of(pack, place, pair[0], industry), GRADES.index(pair[1])),
    )
    lines = [_ladder_line(pack, place, block, grade, language) for block, grade in ordered]
    if not lines:
        return ()
    head = Block(
        key="head/ladder",
        title=say(language, mark("Curtailment measures by grade and alert level")),
        heads=tuple(say(language, word) for word in LADDER_HEADS),
        columns=LEVELS,
        spelled=tuple(say(language, words.LEVELS[level]) for level in LEVELS),
        lines=tuple(lines),
    )
    return (head,)


def _order_of(pack: Pack, place: str, block: LadderBlock, industry: Industry | None) -> tuple[object, ...]:
    """Return where the lines of a block stand: by declared subtype, process and first day, whoever wrote the block."""
    declared = [subtype.id for subtype in industry.subtypes] if industry else []
    table = pack.tables.get(place)
    processes = [process.id for process in table.model.processes] if table else []
    return (
        [declared.index(name) for name in block.subtypes if name in declared],
        [processes.index(name) for name in block.processes if name in processes],
        (block.in_force_from or date.min).isoformat(),
    )


def _ladder_line(pack: Pack, place: str, block: LadderBlock, grade: str, language: Language) -> Line:
    start = block.in_force_from.isoformat() if block.in_force_from else ""
    slots = tuple(
        _order_slot(pack, block, level, block.grades[grade][level], language)  # type: ignore[index]
        for level in LEVELS
    )
    return Line(
        key=f"ladder/{'+'.join(block.subtypes)}/{'+'.join(block.processes)}/{grade}/{start}",
        labels=(
            say(language, mark("Measure")),
            _applies_to(pack, place, block.subtypes, block.processes, language),
            say(language, words.GRADES[grade]),  # type: ignore[index]
            block.clause,
        ),
        slots=slots,
        clause=block.clause,
        sign="",
        source=block,
        industry=place,
    )


def _order_slot(pack: Pack, block: LadderBlock, level: str, order: Order, language: Language) -> Slot:
    evidence = order.evidence or block.evidence
    is_unknown = order.kind == "unknown"
    status = words.status_word("unknown", None, language) if is_unknown else words.evidence_word(evidence, language)
    return Slot(
        column=level,
        value=orders.shown(order, language),
        status=status,
        remark=_remark(pack, block.clause, evidence, status, [order.note], language),
        content=order,
        evidence=evidence,
    )
