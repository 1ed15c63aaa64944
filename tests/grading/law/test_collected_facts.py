"""Every cell of the 39 industries against a transcription written from what was collected, not from the packs."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from grading.law.resolve import load_pack
from tests.grading.law.conftest import law_of
from tests.grading.law.oracle import rows

ON = "2026-11-20"
LEVELS = ("yellow", "orange", "red")
YEAR = "one year of data"
OWN_MEAN = {
    ("frp", "plant_nmhc_single"): "single reading",
    ("industrial_coating", "stack_nmhc"): YEAR,
    ("industrial_coating", "stack_tvoc"): YEAR,
    ("common", "in_plant_nmhc_single"): "single reading",
}
STATUS = {"F": "reported", "high": "unverified/high", "med": "unverified/medium", "low": "unverified/low"}
KINDS = {"V": "voluntary", "STOP": "stop", "KH": "keep_hot", "BANK": "bank", "?": "unknown", "": "none"}
SHARED = {"L": "stop_share_by_line", "C": "load_cut", "CT": "coking_time_h"}
TRANSPORT = {"T4": "ban_national_4_and_below", "NT": "stop_road_transport", "": "none"}
COMMON = {"footwear": ("A", "B", "C"), "construction_machinery": ("leading",)}
"""Where the blocks that the VOC industries share are read: their letters in one industry, leading in another."""
SHARED_ELSEWHERE = ("gate_system",)
"""A row of the shared blocks that was collected with the regulation, not with these industries."""
COMMON_RANGES = ("dcs_history", "treatment_record_history", "in_plant_nmhc_hourly", "in_plant_nmhc_single")
"""Ranges of the rows that many tables share."""
Said = dict[tuple[str, ...], str]


def parts(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield industry, head and tail of every line of a transcription."""
    industry = ""
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()[5:]:
        if line.startswith("["):
            industry = line.strip("[]")
        elif line:
            head, _, tail = line.partition(":")
            yield industry, head, tail


@cache
def transcribed_cells(name: str = "heavy_facts.txt") -> Said:
    said: Said = {}
    for industry, head, tail in parts(name):
        if not head.startswith(("ladder ", "where ")):
            for key, cell in cells(industry, head, tail):
                said[industry, *key] = cell
    return said


def cells(industry: str, head: str, tail: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (indicator, grade) and what it asks: operator, value, oxygen, mean, evidence."""
    match = re.fullmatch(r"(\w+)(?: \{(.+)\})?(?: @([\d.]+))?(?: (\w+))?", head)
    assert match, head
    stem, endings, oxygen, word = match.groups()
    operator = word if word and word != "unaveraged" else "le"
    names = [f"{stem}_{ending}" for ending in endings.split()] if endings else [stem]
    for grade, *values in (text.split() for text in tail.split(";")):
        tag = values.pop() if len(values) > len(names) else ""
        assert len(values) == len(names), (head, grade)
        for name, value in zip(names, values, strict=True):
            has_mean = operator == "le" and word != "unaveraged"
            mean = OWN_MEAN.get((industry, name), "hourly") if has_mean else "-"
            how = "unknown" if value == "?" else STATUS[tag]
            yield (name, grade), f"{operator} {value} @{oxygen or '-'} {mean} {how}"


def evidence_of(status: str, confidence: str | None) -> str:
    """Return the evidence as far as a tag tells it."""
    return f"{status}/{confidence}" if status == "unverified" else status


@cache
def packed_cells() -> Said:
    law = law_of("cn-2020-340", ON)
    pack = load_pack("cn-2020-340", None)
    own = {(name, row.id) for name, table in pack.tables.items() for row in table.model.indicators}
    names = ("industry", "indicator", "grade", "operator", "threshold", "may_threshold", "choices")
    said: Said = {}
    for *key, operator, number, other, choices, oxygen, mean, status, confidence in rows(
        law.requirements, *names, "reference_o2_percent", "averaging", "status", "confidence"
    ):
        is_common = key[2] in COMMON.get(key[0], ()) and key[1] not in SHARED_ELSEWHERE
        if (key[0], key[1]) in own or is_common:
            key[0] = key[0] if (key[0], key[1]) in own else "common"
            ends = "?".join(f"{end:g}" for end in (number, other) if end is not None)
            value = "?" if status == "unknown" else choices or ends or "yes"
            at = "-" if oxygen is None else f"{oxygen:g}"
            cell = f"{operator} {value} @{at} {mean or '-'} {evidence_of(status, confidence)}"
            assert said.setdefault(tuple(key), cell) == cell
    return said


@cache
def transcribed_rungs() -> Said:
    said: Said = {}
    for industry, head, tail in parts("heavy_facts.txt"):
        if head.startswith("ladder "):
            names, _, subtype = head.removeprefix("ladder ").partition(" of ")
            for name in names.split():
                place = (industry, subtype, "" if name == "*" else name)
                said.update({(*place, *rung): measure for text in tail.split(";") for rung, measure in rungs(text)})
    return said


def rungs(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (grade, level) and the measure with its evidence."""
    grade, measures, *tag = text.split()
    tags = tag[0].split(",") if tag else [""]
    for level, measure, own in zip(LEVELS, measures.split(","), tags * 3 if len(tags) == 1 else tags, strict=True):
        main, _, lorries = measure.partition("+")
        if main in ("T4", "NT"):
            main, lorries = "", main
        match = re.fullmatch(r"(CT|[LC])(\d+)", main)
        asked = f"{SHARED[match[1]]} {match[2]}" if match else f"{KINDS[main]} -"
        yield (grade, level), f"{asked} {TRANSPORT[lorries]} {'unknown' if main == '?' else STATUS[own]}"


@cache
def packed_rungs() -> Said:
    said: Said = {}
    law = law_of("cn-2020-340", ON)
    names = ("industry", "subtype", "process", "grade", "level", "kind", "share", "hours", "transport")
    for *key, kind, share, hours, lorries, status, confidence in rows(law.ladder, *names, "status", "confidence"):
        amount = f"{share * 100:g}" if share is not None else "-" if hours is None else f"{hours:g}"
        said[tuple(part or "" for part in key)] = f"{kind} {amount} {lorries} {evidence_of(status, confidence)}"
    return said


@cache
def transcribed_conditions() -> Said:
    """Return what each condition asks, and (industry, condition, row) -> how the row depends on it."""
    said: Said = {}
    for name in ("heavy_facts.txt", "voc_facts.txt"):
        for industry, head, tail in parts(name):
            if head.startswith("where "):
                condition = head.removeprefix("where ")
                asked, named = tail.split(";")
                *content, tag = asked.split()
                said[industry, condition] = " ".join([*content, STATUS[tag]])
                for row in named.split():
                    how = "unless" if row.startswith("-") else "when"
                    said[industry, condition, row.lstrip("-")] = how
    return said


@cache
def packed_conditions() -> Said:
    law, said = law_of("cn-2020-340", ON), Said()
    for row in law.conditions.to_dicts():
        edges = [row["threshold"], row["may_threshold"]]
        numbers = [f"{mark}{edge:g}" for mark, edge in zip(("", "?"), edges, strict=True) if edge is not None]
        words = [f"{mark}{'|'.join(row[name])}" for mark, name in (("", "choices"), ("?", "may_choices")) if row[name]]
        content = [row["asks"], row["operator"], *numbers, *words, evidence_of(row["status"], row["confidence"])]
        said[row["industry"], row["condition"]] = " ".join(content)
    for industry, indicator, *named in rows(
        law.requirements, "industry", "indicator", "applies_when", "applies_unless"
    ):
        for how, conditions in zip(("when", "unless"), named, strict=True):
            said |= {(industry, name, indicator): how for name in (conditions or "").split("|") if name}
    return said


PROVINCIAL = {
    "cn-henan-2020": """
        asphalt_mixing stack_so2 leading 35?50 low; asphalt_mixing stack_nox leading 50?100 low;
        asphalt_mixing stack_pitch leading 10?20 low; machining oil_mist_efficiency A 90?80 low""",
    "cn-henan-2021": """
        generic_boiler gas_boiler_so2 B 10?35 med; generic_boiler oil_boiler_so2 B 20?35 med;
        generic_boiler biomass_boiler_pm B 10?20 low; generic_boiler biomass_boiler_so2 B 35?50 low;
        generic_boiler gas_furnace_pm B 10?20 med; generic_boiler gas_furnace_so2 A 35?50 med;
        generic_boiler gas_furnace_so2 B 50?100 med; generic_voc treatment_efficiency A 90?80 low;
        generic_voc low_voc_share A 80?60 low""",
    "cn-sichuan-2023": """
        electronics stack_pm C 20?120 low; metal_surface_heat acid_mist_hcl A 10?30 low;
        metal_surface_heat acid_mist_hcl B 10?30 low; metal_surface_heat furnace_nox A 100?150 low;
        metal_surface_heat furnace_nox B 100?150 low; metal_surface_heat stack_pm A 10?20 low;
        metal_surface_heat stack_pm B 10?20 low""",
}
"""Every range of the provincial tables that was collected, copied from the collection and not from the packs."""


@pytest.mark.parametrize("pack", PROVINCIAL)
def test_every_provincial_range_says_what_was_collected(pack: str) -> None:
    tags = {evidence: tag for tag, evidence in STATUS.items()}
    ranges = law_of(pack, ON).requirements.filter(pl.col("may_threshold").is_not_null())
    columns = ("industry", "indicator", "grade", "threshold", "may_threshold", "status", "confidence")

    packed = {
        f"{industry} {indicator} {grade} {number:g}?{other:g} {tags[evidence_of(status, confidence)]}"
        for industry, indicator, grade, number, other, status, confidence in rows(ranges, *columns)
        if industry in PROVINCIAL[pack]
        if indicator not in COMMON_RANGES
    }

    assert packed == {" ".join(line.split()) for line in PROVINCIAL[pack].split(";")}


def differences(said: Said, packed: Said) -> list[str]:
    """Return one line per cell that differs or stands on one side only, for the industries transcribed."""
    industries = {key[0] for key in said}
    keys = sorted(set(said) | {key for key in packed if key[0] in industries})
    return [f"{key}: {said.get(key)} | pack {packed.get(key)}" for key in keys if said.get(key) != packed.get(key)]


def test_every_cell_says_what_was_collected() -> None:
    assert len({key[0] for key in transcribed_cells()}) == 22
    assert differences(transcribed_cells(), packed_cells()) == []


def test_every_cell_of_the_voc_industries_says_what_was_collected() -> None:
    said = transcribed_cells("voc_facts.txt")

    assert len({key[0] for key in said}) == 17 + 1  # and what they share
    assert differences(said, packed_cells()) == []


@pytest.mark.parametrize(
    "row",
    [("paint", "stack_nmhc"), ("furniture", "low_voc_glue_share"), ("rubber", "mixing_capture"), ("pharma", "ldar")],
)
def test_a_row_on_one_side_only_is_told(row: tuple[str, str]) -> None:
    said, packed = transcribed_cells("voc_facts.txt"), packed_cells()

    assert len(differences(without(said, row), packed)) == 3  # A, B and C
    assert len(differences(said, without(packed, row))) == 3


def without(cells_of_rows: Said, row: tuple[str, str]) -> Said:
    return {key: cell for key, cell in cells_of_rows.items() if key[:2] != row}


def test_every_measure_says_what_was_collected() -> None:
    industries = {key[0] for key in transcribed_rungs()}
    packed = {key: cell for key, cell in packed_rungs().items() if key in transcribed_rungs()}

    assert len(industries) == 22
    assert differences(transcribed_rungs(), packed) == []


def test_every_condition_says_what_was_collected() -> None:
    said, packed = transcribed_conditions(), packed_conditions()

    assert len(said) > 40
    assert differences(said, packed) == []
    assert len(differences(without(said, ("lime", "burns_coal")), packed)) == 2  # the condition, and its row


@pytest.mark.parametrize(
    ("key", "other"),
    [
        (("coking", "coke_stack_nox", "B"), "le 150 @8 hourly unverified/low"),
        (("lime", "kiln_pm", "A"), "le 10 @18 hourly unverified/low"),
        (("refractory", "uht_kiln_nox", "A"), "le 150 @18 hourly unverified/low"),
        (("refractory", "uht_kiln_nox", "B"), "le 200?250 @18 hourly unverified/low"),
        (("cement", "kiln_tail_nh3", "A"), "le 5 @10 hourly verified"),
        (("wood_panels", "adhesive", "A"), "one_of formaldehyde_free|e0|e1 @- - unverified/low"),
        (("paint", "filling", "B"), "one_of automatic_with_capture|hood @- - unverified/medium"),
        (("vehicle_assembly", "oven_treatment", "A"), "one_of tnv|rto @- - verified"),
        (("petrochem", "flare_gas_recovery", "B"), "is_true yes @- - unverified/medium"),
        (("common", "ledger", "C"), "all_of production @- - unverified/high"),
    ],
)
def test_a_changed_cell_is_told(key: tuple[str, ...], other: str) -> None:
    said = transcribed_cells() | transcribed_cells("voc_facts.txt")

    assert len(differences(said, packed_cells() | {key: other})) == 1
