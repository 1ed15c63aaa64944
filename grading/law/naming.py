"""From the bureau's words to the pack's ids: industries, subtypes, processes, and the choices of evidence.

A name is compared without blanks, brackets, letter case or width, so 玻璃（平板） and 玻璃(平板) are one name.
The case's own `[industries]` mapping comes before the pack's names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from grading.case.model import Case
from grading.faults import Fault, InputError
from grading.law.choices import name_choices
from grading.law.model import Law
from grading.law.spelling import key
from grading.words import mark

_NAMES = ("key", "industry", "named_subtype")


def name_case(case: Case, law: Law) -> Case:
    """Return the case in the pack's ids; rows whose industry or subtype no name fits are rejected with a fault.

    A process or a choice that the pack does not know stays as it stands. A unit's blank industry, and its blank subtype
    where the industry is the same, are its enterprise's. Rows of other tables go with their enterprise or unit.
    """
    _check_mapping(case, law)
    words = _words_of(case, law)
    firms = _named(case.enterprises, words)
    units = _named(case.units, words)
    bad_firms, firms = _split(firms)
    bad_units, units = _split(units)
    faults = [*_name_faults(bad_firms, law), *_name_faults(bad_units, law)]
    lost = units.join(bad_firms, on="enterprise_id", how="semi")
    units = units.join(bad_firms, on="enterprise_id", how="anti", maintain_order="left")
    faults += _orphans(lost, "enterprise_id", "units")
    firms = _subtype_from_units(firms, units)
    units = _processes(_inherit(units, firms), law)
    named = replace(
        case,
        enterprises=firms.select(case.enterprises.columns),
        units=units.select(case.units.columns),
    )
    gone = pl.concat([bad_units[["unit_id"]], lost[["unit_id"]]])
    kept, orphaned = _followers(named, bad_firms[["enterprise_id"]], gone)
    kept = replace(kept, evidence=name_choices(kept.evidence, kept.enterprises, kept.units, law))
    return replace(kept, faults=(*case.faults, *sorted([*faults, *orphaned])))


def name_kinds(rows: pl.DataFrame, case: Case, law: Law) -> pl.DataFrame:
    """Return rows of `industry`, `subtype` and `process` with the pack's ids in place of the words that are known.

    `industry_word` and `subtype_word` keep what was written, `industry_wrong` and `subtype_wrong` say that no
    name fits. A process that the pack does not know stays as it stands.
    """
    return _spelled_processes(_named(rows, _words_of(case, law)), law)


def _industry_names(case: Case, law: Law) -> pl.DataFrame:
    """Return key -> industry and, where the name itself says so, subtype; the first source of a name wins."""
    own = pl.DataFrame(
        {"key": list(case.settings.industries), "industry": list(case.settings.industries.values())},
        schema={"key": pl.String, "industry": pl.String},
    ).with_columns(named_subtype=pl.lit(None, dtype=pl.String))
    industry = law.industries.select(
        pl.col("synonyms").alias("key"), "industry", pl.lit(None, dtype=pl.String).alias("named_subtype")
    ).explode("key")
    subtype = law.industries.select(
        pl.concat_list("subtype_synonyms", pl.concat_list("name_zh", "name_en")).alias("key"),
        "industry",
        pl.col("subtype").alias("named_subtype"),
    )
    subtype = subtype.drop_nulls("named_subtype").explode("key").pipe(_unambiguous)
    names = pl.concat([frame.select(_NAMES) for frame in (own, industry, subtype)])
    return names.with_columns(key(pl.col("key"))).unique("key", keep="first", maintain_order=True)


def _unambiguous(names: pl.DataFrame) -> pl.DataFrame:
    """Drop subtype names that two industries use, such as 其他; they say nothing about the industry."""
    return names.filter(pl.col("industry").n_unique().over(key(pl.col("key"))) == 1)


def _subtype_names(law: Law) -> pl.DataFrame:
    return (
        law.industries.drop_nulls("subtype")
        .select(
            "industry",
            pl.concat_list("subtype_synonyms", pl.concat_list("name_zh", "name_en")).alias("subtype_key"),
            pl.col("subtype").alias("known_subtype"),
        )
        .explode("subtype_key")
        .with_columns(key(pl.col("subtype_key")))
        .unique(["industry", "subtype_key"], keep="first", maintain_order=True)
    )


@dataclass(frozen=True)
class _Words:
    """What leads to an industry, to a subtype of it, and which industries have subtypes."""

    of_industries: pl.DataFrame
    of_subtypes: pl.DataFrame
    has_subtypes: pl.DataFrame


def _words_of(case: Case, law: Law) -> _Words:
    has_subtypes = law.industries.drop_nulls("subtype").select("industry").unique().with_columns(has_subtypes=True)
    return _Words(_industry_names(case, law), _subtype_names(law), has_subtypes)


def _named(rows: pl.DataFrame, known: _Words) -> pl.DataFrame:
    """Add `industry_wrong` and `subtype_wrong`; put ids in place of the words that are known."""
    words = rows.rename({"industry": "industry_word", "subtype": "subtype_word"})
    keyed = words.with_columns(key=key(pl.col("industry_word")), subtype_key=key(pl.col("subtype_word")))
    return (
        keyed.join(known.of_industries, on="key", how="left", maintain_order="left")
        .join(known.of_subtypes, on=["industry", "subtype_key"], how="left", maintain_order="left")
        .join(known.has_subtypes, on="industry", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("known_subtype", "named_subtype").alias("subtype"),
            industry_wrong=pl.col("industry_word").is_not_null() & pl.col("industry").is_null(),
            subtype_wrong=pl.col("has_subtypes").fill_null(False)
            & pl.col("subtype_word").is_not_null()
            & pl.col("known_subtype").is_null(),
        )
    )


def _split(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    wrong = pl.col("industry_wrong") | pl.col("subtype_wrong")
    return rows.filter(wrong), rows.filter(~wrong)


def _subtype_from_units(firms: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Fill an enterprise's blank subtype where all its units of that industry name one and the same."""
    told = (
        units.drop_nulls(["industry", "subtype"])
        .group_by("enterprise_id", "industry")
        .agg(pl.col("subtype").n_unique().alias("kinds"), pl.col("subtype").min().alias("units_subtype"))
        .filter(pl.col("kinds") == 1)
    )
    return firms.join(told, on=["enterprise_id", "industry"], how="left", maintain_order="left").with_columns(
        subtype=pl.coalesce("subtype", "units_subtype")
    )


def _inherit(units: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    owner = firms.select(
        "enterprise_id", pl.col("industry").alias("own_industry"), pl.col("subtype").alias("own_subtype")
    )
    joined = units.join(owner, on="enterprise_id", how="left", maintain_order="left").with_columns(
        industry=pl.coalesce("industry", "own_industry")
    )
    same = pl.col("industry") == pl.col("own_industry")
    return joined.with_columns(subtype=pl.coalesce("subtype", pl.when(same).then(pl.col("own_subtype"))))


def _spelled_processes(rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    known = (
        law.processes.select("industry", pl.col("synonyms").alias("process_key"), known_process="process")
        .explode("process_key")
        .with_columns(key(pl.col("process_key")))
        .unique(["industry", "process_key"], keep="first", maintain_order=True)
    )
    keyed = rows.with_columns(process_key=key(pl.col("process")))
    return keyed.join(known, on=["industry", "process_key"], how="left", maintain_order="left").with_columns(
        process=pl.coalesce("known_process", "process")
    )


def _processes(units: pl.DataFrame, law: Law) -> pl.DataFrame:
    named = _spelled_processes(units, law)
    parts = law.processes.drop_nulls("part_of").select(
        "industry", "oven_height_from_m", part=pl.col("process"), process=pl.col("part_of")
    )
    is_part = pl.col("oven_height_m") >= pl.col("oven_height_from_m")
    return named.join(parts, on=["industry", "process"], how="left", maintain_order="left").with_columns(
        process=pl.when(is_part).then(pl.col("part")).otherwise(pl.col("process"))
    )


def _followers(case: Case, firms: pl.DataFrame, units: pl.DataFrame) -> tuple[Case, list[Fault]]:
    """Return the case without the rows of rejected enterprises and units, and a fault for each such row."""
    subjects = pl.concat([firms.rename({"enterprise_id": "id"}), units.rename({"unit_id": "id"})])
    faults: list[Fault] = []
    kept: dict[str, pl.DataFrame] = {}
    if subjects.is_empty():
        return case, faults
    for table, column in (
        ("evidence", "subject_id"),
        ("penalties", "enterprise_id"),
        ("registers", "enterprise_id"),
        ("overrides", "unit_id"),
        ("measures", "unit_id"),
    ):
        rows: pl.DataFrame = getattr(case, table)
        faults += _orphans(rows.join(subjects, left_on=column, right_on="id", how="semi"), column, table)
        kept[table] = rows.join(subjects, left_on=column, right_on="id", how="anti", maintain_order="left")
    return replace(case, **kept), faults  # type: ignore[arg-type]


def _orphans(rows: pl.DataFrame, column: str, table: str) -> list[Fault]:
    return [
        _row_fault(
            row,
            column,
            f"{table}.subject_rejected",
            mark("The enterprise or unit {value} of this row was rejected."),
            mark("Repair the row of the enterprise or unit; this row then counts again."),
            {"value": row[column]},
        )
        for row in rows.select("source_file", "source_sheet", "source_row", column).iter_rows(named=True)
    ]


def _name_faults(rows: pl.DataFrame, law: Law) -> list[Fault]:
    columns = ["source_file", "source_sheet", "source_row", "industry", "industry_word", "subtype_word"]
    wrong = rows.select(*columns, "industry_wrong")
    return [_name_fault(row, law) for row in wrong.iter_rows(named=True)]


def _name_fault(row: dict[str, object], law: Law) -> Fault:
    if row["industry_wrong"]:
        return _row_fault(
            row,
            "industry",
            "industry.unknown",
            mark("The rule pack knows no industry {value}."),
            mark('Map it under [industries] in case.toml, for example "{value}" = "other".'),
            {"value": row["industry_word"]},
        )
    known = law.industries.filter(pl.col("industry") == row["industry"])["name_zh"].to_list()
    return _row_fault(
        row,
        "subtype",
        "subtype.unknown",
        mark("The industry {industry} has no subtype {value}."),
        mark("Use one of: {known}."),
        {"value": row["subtype_word"], "industry": row["industry_word"], "known": "; ".join(known)},
    )


def _row_fault(
    row: dict[str, object], column: str, rule: str, message: str, repair: str, values: dict[str, object]
) -> Fault:
    return Fault(
        file=str(row["source_file"]),
        sheet=str(row["source_sheet"]),
        row=int(str(row["source_row"])),
        column=column,
        rule=rule,
        message=message,
        repair=repair,
        value=str(values["value"]),
        severity="row",
        values=values,
    )


def _check_mapping(case: Case, law: Law) -> None:
    """Raise an InputError naming every `[industries]` entry that leads to no industry of the pack."""
    known: Sequence[str] = law.industries["industry"].unique(maintain_order=True).to_list()
    faults = [
        Fault(
            file="case.toml",
            sheet="",
            row=0,
            column=f"industries.{word}",
            rule="industries.target",
            message=mark("The rule pack has no industry id {value}."),
            repair=mark("Use one of: {known}."),
            value=target,
            severity="fatal",
            values={"value": target, "known": ", ".join(known)},
        )
        for word, target in case.settings.industries.items()
        if target not in known
    ]
    if faults:
        raise InputError(faults)
