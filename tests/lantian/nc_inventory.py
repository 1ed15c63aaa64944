"""EPA's 1996 North Carolina point inventory and EPA's control measures v5.3, as a case folder.

Test-side only: the data stay outside the repository. Dollars a year stand in the loss column as they are, one for one
and divided by 365: the study compares ways of planning, not currencies.
"""

import os
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = Path("nei96-nc/us_nei96_NC_point.ida.txt")
MEASURES = Path("cost-v5.3-point")
KG_PER_SHORT_TON = 907.18474
DAYS = 365
COLUMNS = {"NOX": "nox", "SO2": "so2", "PM10": "pm"}
FIRST_POLLUTANT = 250
POLLUTANT_WIDTH = 52
SOURCE_KEY = ["plant", "point", "stack", "segment"]


def shared_data() -> Path | None:
    """Return the folder that holds the public data, or None where it is absent."""
    named = os.environ.get("LANTIAN_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if (folder / INVENTORY).exists() and (folder / MEASURES).exists() else None


def _field(first: int, last: int) -> pl.Expr:
    """Return the text of columns `first` to `last`, counted from 1 as the format's description does."""
    return pl.col("line").str.slice(first - 1, last - first + 1).str.strip_chars()


def read_sources(folder: Path) -> pl.DataFrame:
    """Return one row per source and pollutant: tons a year as reported and the existing control's efficiency.

    The file holds its 35 segments twice, byte for byte; a source counts once.
    """
    lines = (folder / INVENTORY).read_text(encoding="latin-1").splitlines()
    order = next(line for line in lines if line.startswith("#DATA")).split()[1:]
    table = pl.DataFrame({"line": [line for line in lines if not line.startswith("#")]}).unique(maintain_order=True)
    places = {"plant": (6, 20), "point": (21, 35), "stack": (36, 47), "segment": (60, 61), "name": (62, 101)}
    places |= {"scc": (102, 111), "lat": (231, 239), "lon": (240, 248)}
    blocks = []
    for at, pollutant in enumerate(order):
        start = FIRST_POLLUTANT + POLLUTANT_WIDTH * at
        blocks.append(
            table.select(
                *(_field(*place).alias(name) for name, place in places.items()),
                pollutant=pl.lit(pollutant),
                tons=_field(start, start + 12).cast(pl.Float64),
                existing_percent=_field(start + 26, start + 32).cast(pl.Float64),
            )
        )
    sources = pl.concat(blocks).filter(pl.col("pollutant").is_in(list(COLUMNS)))
    assert sources.select([*SOURCE_KEY, "pollutant"]).is_unique().all()
    return sources.with_columns(source=pl.concat_str(SOURCE_KEY, separator="-"))


def read_efficiencies(folder: Path) -> pl.DataFrame:
    """Return one row per measure, pollutant and size class, with its cost per ton where the database has one."""
    table = pl.read_csv(folder / MEASURES / "Eff.csv", infer_schema=False)
    share = pl.col("ControlEfficiency").str.strip_suffix("%").cast(pl.Float64) / 100
    for column in ("RuleEff", "RulePen"):
        share = share * pl.col(column).cast(pl.Float64) / 100
    return table.select(
        measure="CMAbbreviation",
        pollutant=pl.col("Pollutant").str.to_uppercase(),
        least_tons=pl.col("MinEmissions").cast(pl.Float64),
        most_tons=pl.col("MaxEmissions").cast(pl.Float64),
        efficiency=share,
        usd_per_ton=pl.col("CostPerTon").cast(pl.Float64),
    )


def applicable(folder: Path) -> pl.DataFrame:
    """Return one row per source, pollutant and measure that applies: tons removed and dollars a year.

    Left out: measures without a cost per ton, and measures no better than the control that is there.
    """
    scc = pl.read_csv(folder / MEASURES / "SCC.csv", infer_schema=False).select(measure="CMAbbreviation", scc="SCC")
    pairs = (
        read_sources(folder)
        .filter(pl.col("tons") > 0)
        .join(scc.unique(), on="scc")
        .join(read_efficiencies(folder), on=["measure", "pollutant"])
        .filter(
            pl.col("least_tons").is_null() | (pl.col("tons") >= pl.col("least_tons")),
            pl.col("most_tons").is_null() | (pl.col("tons") <= pl.col("most_tons")),
            pl.col("usd_per_ton").is_not_null(),
            pl.col("efficiency") * 100 > pl.col("existing_percent"),
        )
        .with_columns(removed_tons=pl.col("tons") * pl.col("efficiency"))
        .with_columns(usd=pl.col("removed_tons") * pl.col("usd_per_ton"))
    )
    assert (pairs["existing_percent"] == 0).all(), "replacing a control needs its own arithmetic"
    return pairs.sort("pollutant", "source", "removed_tons", "usd", "measure")


def attainable_tons(pairs: pl.DataFrame) -> float:
    """Return what is removed when every source takes its strongest measure."""
    return float(pairs.group_by("source").agg(pl.col("removed_tons").max())["removed_tons"].sum())


def write_case(folder: Path, sources: pl.DataFrame, pairs: pl.DataFrame, share: float) -> None:
    """Write a case folder for one pollutant; `share` is the part of the attainable reduction that is asked for.

    Every source is one enterprise with one line, so that "one measure per source and pollutant" is the planner's own.
    Sources no measure applies to count in the society's emission but are not listed: on the list the planner would
    offer to stop them, which is none of EPA's measures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    column = COLUMNS[sources["pollutant"].unique().item()]
    society = float(sources["tons"].sum()) * KG_PER_SHORT_TON / DAYS
    required = share * attainable_tons(pairs) * KG_PER_SHORT_TON / DAYS / society
    (folder / "case.toml").write_text(_settings(column, society, required), encoding="utf-8")
    listed = sources.join(pairs, on="source", how="semi")
    _enterprises(listed).write_csv(folder / "enterprises.csv")
    _units(listed, column).write_csv(folder / "units.csv")
    _measures(pairs, column).write_csv(folder / "measures.csv")


def _settings(column: str, society: float, required: float) -> str:
    return f"""[city]
name = "North Carolina 1996"
season = "1996"
id_scheme = "local"

[law]
pack = "cn-2020-340"
on = 2026-10-08

[society]
unit = "kg/d"

[society.sectors]
"point sources" = {{ {column} = {society!r} }}

[targets]
red = {{ {column} = {required!r} }}

[episode.expected_days_per_season]
yellow = 0.0
orange = 0.0
red = 1.0

[policy]
joint_so2_nox = false
protect_grades = false
legal_floors = false
mip_gap = 0.0

[industries]
"point source" = "other"
"""


def _enterprises(sources: pl.DataFrame) -> pl.DataFrame:
    return sources.select(
        enterprise_id="source",
        name=pl.col("name") + " " + pl.col("source"),
        county=pl.lit("Alamance"),
        industry=pl.lit("point source"),
        status=pl.lit("operating"),
        approved_grade=pl.lit("C"),
        approved_on=pl.lit("2026-09-01"),
        approved_by=pl.lit("study"),
    )


def _units(sources: pl.DataFrame, column: str) -> pl.DataFrame:
    return sources.select(
        unit_id=pl.col("source") + "/u",
        enterprise_id="source",
        process=pl.lit("SCC ") + pl.col("scc"),
        status=pl.lit("operating"),
        **{f"{column}_kg_per_day": pl.col("tons") * KG_PER_SHORT_TON / DAYS},
        operating_days_per_year=pl.lit(DAYS),
    )


def _measures(pairs: pl.DataFrame, column: str) -> pl.DataFrame:
    pollutants = ("so2", "nox", "pm", "vocs")
    shares = {f"{p}_removed_share": pl.col("efficiency") if p == column else pl.lit(0.0) for p in pollutants}
    return pairs.select(
        unit_id=pl.col("source") + "/u",
        measure_id="measure",
        name="measure",
        severity=pl.int_range(1, pl.len() + 1).over("source"),
        **shares,
        loss_cny_per_day=pl.col("usd") / DAYS,
    )


def write_traded_case(folder: Path, sources: pl.DataFrame, pairs: pl.DataFrame, share: float) -> dict[str, float]:
    """Write a case in which SO2 and NOx are traded, and return each one's whole emission in tons a year.

    Both are asked for `share` of what they could give; only the sum of both, as shares of whole emission, must hold.
    Every source is one enterprise with one line per pollutant, as EPA's measures are per source and pollutant.
    """
    folder.mkdir(parents=True, exist_ok=True)
    traded = {name: COLUMNS[name] for name in ("SO2", "NOX")}
    whole = {name: float(sources.filter(pl.col("pollutant") == name)["tons"].sum()) for name in traded}
    asked = {name: share * attainable_tons(pairs.filter(pl.col("pollutant") == name)) / whole[name] for name in traded}
    settings = _settings("{column}", 0.0, 0.0).replace("joint_so2_nox = false", "joint_so2_nox = true")
    society = ", ".join(f"{column} = {whole[name] * KG_PER_SHORT_TON / DAYS!r}" for name, column in traded.items())
    targets = ", ".join(f"{column} = {asked[name]!r}" for name, column in traded.items())
    settings = settings.replace('"point sources" = { {column} = 0.0 }', f'"point sources" = {{ {society} }}')
    settings = settings.replace("red = { {column} = 0.0 }", f"red = {{ {targets} }}")
    (folder / "case.toml").write_text(settings, encoding="utf-8")
    own = [(column, pairs.filter(pl.col("pollutant") == name)) for name, column in traded.items()]
    listed = [(column, sources.join(rows, on=["source", "pollutant"], how="semi")) for column, rows in own]
    firms = pl.concat([rows for _, rows in listed]).unique("source", maintain_order=True)
    _enterprises(firms).write_csv(folder / "enterprises.csv")
    units = [_units(rows, column).with_columns(unit_id=pl.col("unit_id") + column) for column, rows in listed]
    pl.concat(units, how="diagonal").with_columns(pl.col("^.*_kg_per_day$").fill_null(0.0)).write_csv(
        folder / "units.csv"
    )
    measures = [_measures(rows, column).with_columns(unit_id=pl.col("unit_id") + column) for column, rows in own]
    pl.concat(measures).write_csv(folder / "measures.csv")
    return whole
