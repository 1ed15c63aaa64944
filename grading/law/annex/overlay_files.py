"""Changed cells as the files of an overlay pack: the parent named, only what differs, who, when and from what."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ruamel.yaml import YAML

from grading.law.annex.changes import Change
from grading.law.annex.layout import GENERAL
from grading.law.files import Pack
from grading.law.pack import Confidence, Content, Indicator, LadderBlock, Order, Status
from grading.scale import LEVELS

Plain = dict[str, object]
KIND_OF_STATUS: dict[Status, str] = {
    "verified": "official",
    "reported": "secondary",
    "unverified": "memory",
    "unknown": "memory",
}
"""What a source must be for a status: only the official text verifies."""


@dataclass(frozen=True)
class Entry:
    """Who filled the workbook in, from what, and when."""

    who: str
    source: str
    when: date


def overlay_files(parent: Pack, pack_id: str, changes: Sequence[Change], entry: Entry) -> dict[str, bytes]:
    """Return name -> bytes of the overlay pack; the parent's industries order the files."""
    files: dict[str, Plain] = {"pack.yaml": _header(parent, pack_id, changes, entry)}
    industries = list(dict.fromkeys(change.line.industry for change in changes))
    for industry in industries:
        mine = [change for change in changes if change.line.industry == industry]
        ladder = _ladder(parent, pack_id, industry, mine)
        if industry == GENERAL:
            files["general.yaml"] = {"industries": [], "ladder": ladder}
            continue
        table: Plain = {"industry": industry}
        cells = [_cell_change(pack_id, change, entry) for change in mine if isinstance(change.line.source, Indicator)]
        table |= {"changes": cells} if cells else {}
        table |= {"ladder": ladder} if ladder else {}
        files[f"industries/{industry}.yaml"] = table
    coined = {name: word for change in changes for name, word in change.coined.items()}
    if coined:
        choices = [{"id": name, "zh": word, "en": word} for name, word in coined.items()]
        files["vocabulary.yaml"] = {"choices": choices}
    return {name: _yaml(content) for name, content in files.items()}


def _yaml(content: Plain) -> bytes:
    writer = YAML()
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 4096
    writer.representer.ignore_aliases = lambda _: True
    text = io.BytesIO()
    writer.dump(content, text)
    return text.getvalue()


def _header(parent: Pack, pack_id: str, changes: Sequence[Change], entry: Entry) -> Plain:
    model = parent.header.model
    window = {
        key: value
        for key, value in (("in_force_from", model.in_force_from), ("in_force_to", model.in_force_to))
        if value
    }
    day = entry.when.isoformat()
    return {
        "id": pack_id,
        "title": {
            "zh": f"{model.title.zh}（{entry.who}{day}补录）",
            "en": f"{model.title.en} (completed by {entry.who}, {day})",
        },
        "document": model.document,
        "authority": model.authority,
        **window,
        "parent": model.id,
        "note": f"{len(changes)} cells entered by {entry.who} on {day} from: {entry.source}",
        "sources": {
            _source_id(pack_id, evidence): {"title": f"{entry.source} ({entry.who}, {day})", "kind": _kind(*evidence)}
            for evidence in sorted({_evidence(change) for change in changes}, key=str)
        },
    }


def _evidence(change: Change) -> tuple[Status, Confidence | None]:
    return change.evidence or ("unknown", None)


def _kind(status: Status, confidence: Confidence | None) -> str:
    return "estimate" if confidence == "estimate" else KIND_OF_STATUS[status]


def _source_id(pack_id: str, evidence: tuple[Status, Confidence | None]) -> str:
    """Return the id of the entry's source; it carries the pack's id, so that no parent's source is overwritten."""
    return f"{pack_id}-{_kind(*evidence)}"


def _stated_evidence(pack_id: str, change: Change) -> Plain:
    status, confidence = _evidence(change)
    said: Plain = {"status": status} | ({"confidence": confidence} if confidence else {})
    return said | {"source": _source_id(pack_id, (status, confidence))}


def _cell_change(pack_id: str, change: Change, entry: Entry) -> Plain:
    content = change.slot.content
    if not isinstance(content, Content):
        raise TypeError(change.line.key)
    kept: Plain = {"clause": content.clause} if content.clause else {}
    if change.statement is None:
        kept |= {"note": content.note} if content.note else {}
        kept |= content.statement()
    cell: Plain = dict(change.statement or {}) | kept
    if change.evidence is not None:
        cell["evidence"] = _stated_evidence(pack_id, change)
    indicator = change.line.source.id if isinstance(change.line.source, Indicator) else ""
    return {
        "indicator": indicator,
        "grade": change.slot.column,
        "cell": cell,
        "by": entry.who,
        "on": entry.when,
    }


def _ladder(parent: Pack, pack_id: str, industry: str, changes: Sequence[Change]) -> list[Plain]:
    """Return the blocks that hold the changed grades, whole: an overlay replaces a grade with its three levels."""
    changed = [change for change in changes if isinstance(change.line.source, LadderBlock)]
    told = {(id(change.line.source), change.line.key.split("/")[3], change.slot.column): change for change in changed}
    touched = {(_reach(change.line.source), change.line.key.split("/")[3]) for change in changed}
    blocks = _blocks(parent, industry)
    written = []
    for block in blocks:
        grades = [grade for grade in block.grades if (_reach(block), grade) in touched]
        if grades:
            levels = {
                grade: {
                    level: _order(pack_id, block.grades[grade][level], told.get((id(block), grade, level)))  # type: ignore[index]
                    for level in LEVELS
                }
                for grade in grades
            }
            written.append(_block_head(block) | {"grades": levels})
    return written


def _blocks(parent: Pack, industry: str) -> Iterable[LadderBlock]:
    if industry == GENERAL:
        return parent.general.model.ladder if parent.general else ()
    return parent.tables[industry].model.ladder


def _reach(source: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not isinstance(source, LadderBlock):
        raise TypeError(source)
    return source.subtypes, source.processes


def _block_head(block: LadderBlock) -> Plain:
    head: Plain = {}
    for key in ("in_force_from", "in_force_to"):
        head |= {key: getattr(block, key)} if getattr(block, key) else {}
    for key in ("subtypes", "processes"):
        head |= {key: list(getattr(block, key))} if getattr(block, key) else {}
    return head | {"clause": block.clause, "evidence": block.evidence.model_dump(exclude_none=True)}


def _order(pack_id: str, order: Order, change: Change | None) -> Plain:
    old = {
        key: value
        for key, value in order.model_dump(exclude_none=True).items()
        if value not in ("", "none") or key == "kind"
    }
    if change is None:
        return old
    said = dict(change.statement) if change.statement is not None else old
    return {key: value for key, value in said.items() if key != "evidence"} | {
        "evidence": _stated_evidence(pack_id, change)
    }
