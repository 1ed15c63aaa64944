"""From a pack's models to the flat tables of the day."""

from collections.abc import Iterator
from datetime import date
from math import inf
from typing import Any

import dataframely as dy
import polars as pl

from grading.checked import checked
from grading.law.conditions import dependence, in_force
from grading.law.files import Pack
from grading.law.model import (
    Conditions,
    Industries,
    Ladder,
    Physics,
    Processes,
    RegisterRules,
    Requirements,
    Supplements,
    Vetoes,
    Vocabulary,
)
from grading.law.pack import Check, Content, Evidence, Indicator, Industry, LadderBlock, Order
from grading.law.packrules import Between, PhysicsRow
from grading.scale import SCHEMES, STATUSES

Row = dict[str, Any]
NO_CONFIDENCE = "none"


def frame(schema: type[dy.Schema], rows: list[Row], order: list[str]) -> pl.DataFrame:
    """Return `rows` validated as `schema`, in a fixed order; blanks come first."""
    built = pl.DataFrame(rows, schema=schema.create_empty().schema)
    return checked(schema, built.sort(order, nulls_last=False, maintain_order=True))


def schemes(industry: Industry) -> dict[str | None, str]:
    """Return subtype -> scheme; an industry without subtypes has the one key None."""
    if industry.scheme is not None:
        return {None: industry.scheme}
    return {subtype.id: subtype.scheme for subtype in industry.subtypes}


def rows_of(pack: Pack, industry: Industry) -> Iterator[tuple[Indicator, str | None]]:
    """Yield every row of an industry's table with each subtype it applies to, common blocks included."""
    table = pack.tables.get(industry.id)
    if table is None:
        return
    every = tuple(schemes(industry))
    for indicator in table.model.indicators:
        for subtype in indicator.subtypes or every:
            yield indicator, subtype
    for block, subtypes in table.model.include.items():
        if block in pack.common:
            for indicator in pack.common[block].model.indicators:
                for subtype in subtypes or every:
                    yield indicator, subtype


def requirements(pack: Pack, on: date) -> list[Row]:
    """Return one row per cell in force that demands something; the bottom of a scheme demands nothing."""
    general = pack.general
    of_the_day = {name: in_force(table.model, on) for name, table in pack.tables.items()}
    return [
        row | dependence(of_the_day[industry.id], indicator)
        for industry in (general.model.industries if general else ())
        for indicator, subtype in rows_of(pack, industry)
        if indicator.applies(on)
        for process in with_parts(pack, industry.id, indicator.process)
        for row in _cells(industry, subtype, indicator, process)
    ]


def with_parts(pack: Pack, industry: str | None, process: str | None) -> list[str | None]:
    """Return a process and its parts."""
    table = pack.tables.get(industry) if industry and process else None
    parts = [part.id for part in table.model.processes if part.part_of == process] if table else []
    return [process, *parts]


def ladder(pack: Pack, on: date) -> list[Row]:
    """Return one row per grade and level of every ladder block in force."""
    own = [
        row
        for name, table in pack.tables.items()
        for block in table.model.ladder
        if block.applies(on)
        for row in _ladder_rows(name, block, is_general=False)
    ]
    general = [
        row
        for block in (pack.general.model.ladder if pack.general else ())
        if block.applies(on)
        for row in _ladder_rows(None, block, is_general=True)
    ]
    return own + general


def physics(pack: Pack) -> list[Row]:
    """Return one row per industry and process, and one for all: how orders are checked where no row says so."""
    general = pack.general.model.verification if pack.general else ()
    return ([_checking_row(general)] if general else []) + [
        _physics_row(row) | {"process": process}
        for row in (pack.physics.model.rows if pack.physics else ())
        for process in with_parts(pack, row.industry, row.process)
    ]


def industries(pack: Pack, has_rows: set[tuple[str, str | None]]) -> list[Row]:
    """Return one row per industry and subtype."""
    rows: list[Row] = []
    for industry in pack.general.model.industries if pack.general else ():
        own_names = {"industry_zh": industry.title.zh, "industry_en": industry.title.en}
        is_key = not industry.is_outside
        shared = {"industry": industry.id, "number": industry.number, "is_key_industry": is_key, **own_names}
        names = [industry.id, industry.title.zh, industry.title.en, *industry.synonyms]
        if industry.scheme is not None:
            own: Row = {
                "subtype": None,
                "name_zh": industry.title.zh,
                "name_en": industry.title.en,
                "synonyms": names,
                "subtype_synonyms": [],
                "scheme": industry.scheme,
                "has_table": (industry.id, None) in has_rows,
                "status": industry.evidence.status,
            }
            rows.append(shared | own)
        rows += [
            shared
            | {
                "subtype": subtype.id,
                "name_zh": f"{industry.title.zh}({subtype.title.zh})",
                "name_en": f"{industry.title.en} ({subtype.title.en})",
                "synonyms": names,
                "subtype_synonyms": [subtype.id, subtype.title.zh, subtype.title.en, *subtype.synonyms],
                "scheme": subtype.scheme,
                "has_table": (industry.id, subtype.id) in has_rows,
                "status": subtype.evidence.status,
            }
            for subtype in industry.subtypes
        ]
    return rows


def processes(pack: Pack) -> list[Row]:
    """Return one row per industry and process."""
    return [
        {
            "industry": name,
            "process": process.id,
            "name_zh": process.title.zh,
            "name_en": process.title.en,
            "synonyms": [process.id, process.title.zh, process.title.en, *process.synonyms],
            "part_of": process.part_of,
            "oven_height_from_m": process.oven_height_from_m,
        }
        for name, table in pack.tables.items()
        for process in table.model.processes
    ]


def vetoes(pack: Pack, on: date) -> list[Row]:
    """Return one row per penalty kind in force."""
    return [
        {
            "kind": veto.kind,
            "synonyms": [veto.kind, veto.title.zh, veto.title.en, *veto.synonyms],
            "cap": _known(veto.cap),
            "look_back_days": veto.look_back_days if isinstance(veto.look_back_days, int) else None,
            "until_rectified": veto.look_back_days == "until_rectified",
            "may_last_days": veto.may_last_days,
            "minor_and_rectified_is_spared": _known(veto.minor_and_rectified_is_spared),
            "credit_repair_lifts": _known(veto.credit_repair_lifts),
            "effect": veto.effect,
            "clause": veto.clause,
            "status": veto.evidence.status,
        }
        for veto in (pack.vetoes.model.vetoes if pack.vetoes else ())
        if veto.applies(on)
    ]


def register_rules(pack: Pack) -> list[Row]:
    """Return one row per register."""
    return [
        {
            "register": rule.register_id,
            "exempt_up_to": rule.exempt_up_to,
            "needs_grade": rule.needs_grade,
            "uses_quota": rule.uses_quota,
            "clause": rule.clause,
            "status": rule.evidence.status,
        }
        for rule in (pack.registers.model.registers if pack.registers else ())
    ]


def vocabulary(pack: Pack) -> list[Row]:
    """Return one row per choice."""
    return [
        {
            "choice": choice.id,
            "name_zh": choice.zh,
            "name_en": choice.en,
            "synonyms": list(choice.names()),
            "falls_under": list(choice.falls_under),
        }
        for choice in (pack.vocabulary.model.choices if pack.vocabulary else ())
    ]


def supplements(pack: Pack, on: date) -> list[Row]:
    """Return one row per part or supplement in force on the day, or of a day nobody has stated."""
    return [
        {
            "document": letter.document,
            "title_zh": letter.title.zh,
            "title_en": letter.title.en,
            "kind": letter.kind,
            "in_force_from": letter.in_force_from,
            "content": letter.content,
            "is_encoded": letter.is_encoded,
            "status": letter.evidence.status,
        }
        for letter in pack.header.model.supplements
        if letter.applies(on)
    ]


# Schema and key of each flat table; the key is also the fixed order.
TABLES: dict[str, tuple[type[dy.Schema], list[str]]] = {
    "industries": (Industries, ["industry", "subtype"]),
    "processes": (Processes, ["industry", "process"]),
    "requirements": (Requirements, ["industry", "subtype", "indicator", "process", "grade"]),
    "conditions": (Conditions, ["industry", "condition"]),
    "ladder": (Ladder, ["industry", "subtype", "process", "grade", "level"]),
    "physics": (Physics, ["industry", "process"]),
    "vetoes": (Vetoes, ["kind"]),
    "register_rules": (RegisterRules, ["register"]),
    "vocabulary": (Vocabulary, ["choice"]),
    "supplements": (Supplements, ["document"]),
}


def _cells(industry: Industry, subtype: str | None, indicator: Indicator, process: str | None) -> Iterator[Row]:
    for grade in SCHEMES[schemes(industry)[subtype]]:
        if grade not in indicator.requirement:
            continue
        cell = indicator.requirement[grade]
        content = indicator.requirement[cell.same_as] if cell.same_as else cell
        if content.floor is None and content.not_differentiated is None:
            place = {"industry": industry.id, "subtype": subtype, "process": process}
            yield place | _cell_row(indicator, grade, content, _evidence(indicator, cell, content))


def _evidence(indicator: Indicator, cell: Content, content: Content) -> Row:
    """Return the evidence of a cell, its source and what is said beside it."""
    evidence = cell.evidence or content.evidence or indicator.evidence
    remarks = [content.unknown, cell.note or content.note, indicator.note]
    said = "; ".join(remark for remark in remarks if remark) or None
    status, confidence = ("unknown", NO_CONFIDENCE) if content.unknown is not None else stated(evidence)
    return {"status": status, "confidence": confidence, "note": said, "source": evidence.source}


def stated(evidence: Evidence) -> tuple[str, str]:
    """Return status and confidence as the flat tables hold them."""
    return evidence.status, evidence.confidence or NO_CONFIDENCE


def _cell_row(indicator: Indicator, grade: str, content: Content, evidence: Row) -> Row:
    return {
        "indicator": indicator.id,
        "dimension": indicator.dimension,
        "title_zh": indicator.title.zh,
        "title_en": indicator.title.en,
        "scope": indicator.scope,
        "quantity": indicator.quantity,
        "unit": indicator.unit,
        "reference_o2_percent": indicator.reference_o2_percent,
        "averaging": indicator.averaging,
        "grade": grade,
        "operator": indicator.operator,
        "threshold": content.number,
        "may_threshold": content.may_number,
        "choices": "|".join(content.choices) if content.choices else None,
        "clause": content.clause or indicator.clause,
        "effort": indicator.effort,
    } | evidence


def _ladder_rows(industry: str | None, block: LadderBlock, *, is_general: bool) -> Iterator[Row]:
    for subtype in block.subtypes or (None,):
        for process in block.processes or (None,):
            for grade, levels in block.grades.items():
                for level, order in levels.items():
                    place = {"industry": industry, "subtype": subtype, "process": process}
                    kind = {"grade": grade, "level": level, "is_general": is_general, "clause": block.clause}
                    yield place | kind | _order(order, block)


def _order(order: Order, block: LadderBlock) -> Row:
    evidence = order.evidence or block.evidence
    status, confidence = ("unknown", NO_CONFIDENCE) if order.kind == "unknown" else stated(evidence)
    return {
        "kind": order.kind,
        "share": order.share,
        "hours": order.hours,
        "transport": order.transport,
        "status": status,
        "confidence": confidence,
        "note": order.note or None,
        "source": evidence.source,
    }


def _physics_row(row: PhysicsRow) -> Row:
    status, confidence = stated(row.evidence)
    return {
        "industry": row.industry,
        "process": row.process,
        "can_stop": row.can_stop,
        "min_load": _planned(row.min_load),
        "emission_elasticity": _planned(row.emission_elasticity),
        "normal_coking_time_h": row.normal_coking_time_h,
        "notice_h": _planned(row.notice_h),
        "decay_h": _planned(row.decay_h),
        "start_up_extra_h": _planned(row.start_up_extra_h),
        "pay_off_days": inf if row.pay_off_days == "never" else _planned(row.pay_off_days),
        "verification": row.verification.zh if row.verification else None,
        "verification_en": row.verification.en if row.verification else None,
        "clause": row.clause,
        "status": status,
        "confidence": confidence,
    }


def _known(value: str | bool) -> str | bool | None:
    return None if value == "unknown" else value


def _checking_row(checks: tuple[Check, ...]) -> Row:
    weakest = max((check.evidence for check in checks), key=lambda evidence: STATUSES.index(evidence.status))
    status, confidence = stated(weakest)
    return {
        "industry": None,
        "process": None,
        "verification": "；".join(check.how.zh for check in checks),
        "verification_en": "; ".join(check.how.en for check in checks),
        "clause": "; ".join(dict.fromkeys(check.clause for check in checks)),
        "status": status,
        "confidence": confidence,
    }


def _planned(value: float | Between | None) -> float | None:
    return value.planned_with if isinstance(value, Between) else value
