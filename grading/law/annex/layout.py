"""What stands in which cell: the pack as sheets of blocks of lines of slots, the same for writing and for reading.

Every sheet, head and line has a key in the hidden first column, so a filled-in workbook is read by key, not by
position. A slot is one cell of the law: its value, its status, and what the remark beside it says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from grading.law.annex import contents, orders, words
from grading.law.annex.depends import condition_lines
from grading.law.annex.edition import Edition
from grading.law.conditions import dependence
from grading.law.files import Pack, Read
from grading.law.frames import schemes
from grading.law.pack import Content, Evidence, Indicator, Industry, InForce, LadderBlock, Order, TableFile
from grading.scale import GRADES, LEVELS, SCHEMES
from grading.words import Language, mark

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
    conditions: tuple[str, ...] = ()
    """What is said of each condition on which the row depends."""


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
    edition = Edition.of(pack, language)
    found = [
        Sheet(industry.id, edition.title(industry.title), edition.title(industry.title), _blocks(edition, industry))
        for industry in pack.general.model.industries
        if industry.id in pack.tables
    ]
    general = _ladder(edition, GENERAL, pack.general.model.ladder)
    title = edition.say(mark("General measures"))
    return [*(sheet for sheet in found if sheet.blocks), *([Sheet(GENERAL, title, title, general)] if general else [])]


def rows_with_subtypes(pack: Pack, table: Read[TableFile]) -> Iterator[tuple[Indicator, tuple[str, ...]]]:
    """Yield every row of a table and of its common blocks, with the subtypes it is for (empty: all)."""
    for indicator in table.model.indicators:
        yield indicator, indicator.subtypes
    for block, subtypes in table.model.include.items():
        if block in pack.common:
            for indicator in pack.common[block].model.indicators:
                yield indicator, subtypes


def _blocks(edition: Edition, industry: Industry) -> tuple[Block, ...]:
    table = edition.pack.tables[industry.id]
    rows = list(rows_with_subtypes(edition.pack, table))
    used = {grade for scheme in schemes(industry).values() for grade in SCHEMES[scheme]}
    families = {
        "letters": tuple(grade for grade in GRADES if grade in used and grade not in LEADING),
        "leading": tuple(grade for grade in GRADES if grade in used and grade in LEADING),
    }
    blocks = []
    for family, grades in families.items():
        lines = [
            line for row, subtypes in rows if (line := _line(edition, industry, row, subtypes, grades)) is not None
        ]
        if grades and lines:
            blocks.append(_grade_block(edition, family, grades, sorted(lines, key=_by_dimension)))
    return (*blocks, *_ladder(edition, industry.id, table.model.ladder, industry))


def _start(entry: InForce) -> str:
    """Return the first day of a row or ladder, which tells its versions apart."""
    return entry.in_force_from.isoformat() if entry.in_force_from else ""


def _by_dimension(line: Line) -> int:
    """Return where the annex has the dimension of a row; rows of one dimension keep the pack's order."""
    return list(words.DIMENSIONS).index(line.source.dimension) if isinstance(line.source, Indicator) else 0


def _grade_block(edition: Edition, family: str, grades: tuple[str, ...], lines: list[Line]) -> Block:
    titles = {
        "letters": mark("Differentiating indicators"),
        "leading": mark("Differentiating indicators of leading enterprises"),
    }
    return Block(
        key=f"head/{family}",
        title=edition.say(titles[family]),
        heads=tuple(edition.say(head) for head in HEADS),
        columns=grades,
        spelled=tuple(edition.say(words.GRADES[grade]) for grade in grades),  # type: ignore[index]
        lines=tuple(lines),
    )


def _line(
    edition: Edition,
    industry: Industry,
    row: Indicator,
    subtypes: tuple[str, ...],
    grades: tuple[str, ...],
) -> Line | None:
    by_subtype = schemes(industry)
    own = {grade for subtype in (subtypes or by_subtype) for grade in SCHEMES[by_subtype.get(subtype, "leading")]}
    slots = tuple(_slot(edition, row, grade, own) if grade in own else None for grade in grades)
    if not any(slots):
        return None
    conditions = tuple(condition_lines(edition, industry.id, row))
    return Line(
        key=f"row/{row.id}/{'+'.join(subtypes)}/{_start(row)}",
        labels=(
            edition.say(words.DIMENSIONS[row.dimension]),
            _where(edition, industry.id, row, subtypes),
            edition.title(row.title),
            unit_text(edition, row),
        ),
        slots=tuple(slot and replace(slot, remark="\n".join((slot.remark, *conditions))) for slot in slots),
        clause=row.clause,
        sign=words.SIGNS.get(row.operator, ""),
        source=row,
        industry=industry.id,
        conditions=conditions,
    )


def _where(edition: Edition, industry: str, row: Indicator, subtypes: tuple[str, ...]) -> str:
    """Return the subtypes, the process and the condition of a row."""
    place = _applies_to(edition, industry, subtypes, (row.process,) if row.process else ())
    condition = dependence(edition.pack.tables[industry].model, row)[f"condition_{edition.language}"]
    if condition is None or not (subtypes or row.process):
        return condition or place
    return edition.say(mark("; ")).join((place, condition))


def unit_text(edition: Edition, row: Indicator) -> str:
    """Return how a row compares: sign, unit, reference oxygen, averaging; or how its choices are taken."""
    taken = {
        "one_of": mark("one of these"),
        "all_of": mark("all of these"),
        "is_true": mark("the statement holds"),
    }
    if row.operator in taken:
        return edition.say(taken[row.operator])
    parts = [f"{words.SIGNS[row.operator]} {words.unit_word(row.unit or '', edition.language)}".strip()]
    if row.reference_o2_percent is not None:
        parts.append(edition.say(mark("at {o2} % oxygen"), o2=f"{row.reference_o2_percent:g}"))
    if row.averaging:
        parts.append(edition.say(words.AVERAGING.get(row.averaging, row.averaging)))
    return ("，" if edition.language == "zh" else ", ").join(parts)


def _applies_to(edition: Edition, industry: str, subtypes: tuple[str, ...], processes: tuple[str, ...]) -> str:
    titles = {
        subtype.id: subtype.title
        for entry in (edition.pack.general.model.industries if edition.pack.general else ())
        if entry.id == industry
        for subtype in entry.subtypes
    }
    table = edition.pack.tables.get(industry)
    titles |= {f"/{process.id}": process.title for process in (table.model.processes if table else ())}
    named = [(subtype, titles.get(subtype)) for subtype in subtypes]
    named += [(process, titles.get(f"/{process}")) for process in processes]
    if not named:
        return edition.say(mark("all"))
    comma = "、" if edition.language == "zh" else ", "
    return comma.join(edition.title(title) if title else name for name, title in named)


def _slot(edition: Edition, row: Indicator, grade: str, own: set[str]) -> Slot:
    cell = row.requirement[grade]  # type: ignore[index]
    target = row.requirement[cell.same_as] if cell.same_as else None
    shows_target = target is not None and cell.same_as not in own
    content = target if target is not None and shows_target else cell
    follows = target is not None and not shows_target and cell.evidence is None
    evidence = cell.evidence or content.evidence or row.evidence
    if follows:
        status = words.as_word(str(cell.same_as), edition.language)
    elif content.unknown is not None:
        status = words.status_word("unknown", None, edition.language)
    else:
        status = words.evidence_word(evidence, edition.language)
    remarks = [*_readings(edition, row, content), cell.note or content.note, row.note]
    clause = cell.clause or content.clause or row.clause
    return Slot(
        column=grade,
        value=edition.shown(content),
        status=status,
        remark=edition.remark(clause, evidence, status, remarks),
        content=content,
        evidence=None if follows else evidence,
    )


def _readings(edition: Edition, row: Indicator, content: Content) -> Iterator[str]:
    """Yield what a number with two readings means."""
    if contents.has_two_readings(content):
        sentence = mark(
            "Two readings: what keeps to {sign}{number} meets the grade, what does not even keep to {sign}{other} "
            "misses it; between the two nobody can tell."
        )
        numbers = {"number": f"{content.number:.12g}", "other": f"{content.may_number:.12g}"}
        yield edition.say(sentence, sign=words.SIGNS[row.operator], **numbers)


def _ladder(
    edition: Edition, place: str, blocks: tuple[LadderBlock, ...], industry: Industry | None = None
) -> tuple[Block, ...]:
    used = {grade for scheme in schemes(industry).values() for grade in SCHEMES[scheme]} if industry else set(GRADES)
    ordered = sorted(
        ((block, grade) for block in blocks for grade in GRADES if grade in block.grades and grade in used),
        key=lambda pair: (_order_of(edition, place, pair[0], industry), GRADES.index(pair[1])),
    )
    lines = [_ladder_line(edition, place, block, grade) for block, grade in ordered]
    if not lines:
        return ()
    head = Block(
        key="head/ladder",
        title=edition.say(mark("Curtailment measures by grade and alert level")),
        heads=tuple(edition.say(word) for word in LADDER_HEADS),
        columns=LEVELS,
        spelled=tuple(edition.say(words.LEVELS[level]) for level in LEVELS),
        lines=tuple(lines),
    )
    return (head,)


def _order_of(edition: Edition, place: str, block: LadderBlock, industry: Industry | None) -> tuple[object, ...]:
    """Return where the lines of a block stand: by declared subtype, process and first day, whoever wrote the block."""
    declared = [subtype.id for subtype in industry.subtypes] if industry else []
    table = edition.pack.tables.get(place)
    processes = [process.id for process in table.model.processes] if table else []
    return (
        [declared.index(name) for name in block.subtypes if name in declared],
        [processes.index(name) for name in block.processes if name in processes],
        (block.in_force_from or date.min).isoformat(),
    )


def _ladder_line(edition: Edition, place: str, block: LadderBlock, grade: str) -> Line:
    slots = tuple(
        _order_slot(edition, block, level, block.grades[grade][level])  # type: ignore[index]
        for level in LEVELS
    )
    return Line(
        key=f"ladder/{'+'.join(block.subtypes)}/{'+'.join(block.processes)}/{grade}/{_start(block)}",
        labels=(
            edition.say(mark("Measure")),
            _applies_to(edition, place, block.subtypes, block.processes),
            edition.say(words.GRADES[grade]),  # type: ignore[index]
            block.clause,
        ),
        slots=slots,
        clause=block.clause,
        sign="",
        source=block,
        industry=place,
    )


def _order_slot(edition: Edition, block: LadderBlock, level: str, order: Order) -> Slot:
    evidence = order.evidence or block.evidence
    is_unknown = order.kind == "unknown"
    status = (
        words.status_word("unknown", None, edition.language)
        if is_unknown
        else words.evidence_word(evidence, edition.language)
    )
    return Slot(
        column=level,
        value=orders.shown(order, edition.language),
        status=status,
        remark=edition.remark(block.clause, evidence, status, [order.note]),
        content=order,
        evidence=evidence,
    )
