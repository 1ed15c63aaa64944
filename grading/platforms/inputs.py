"""The optional files of the four platforms in a case folder: found by name, read, every fault kept."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import dataframely as dy
import polars as pl

from grading.case.model import Case, InputFile
from grading.case.rules import Place
from grading.case.rules import fault as case_fault
from grading.case.vocabulary import PLATFORM_NAMES
from grading.factors import Factors, read_factors
from grading.faults import Fault, InputError
from grading.monitoring.control import read_out_of_control
from grading.monitoring.credit import Credit, read_credit
from grading.monitoring.folder import (
    HOUR_FOLDER,
    MonitoringInput,
    files_inside,
    hour_files,
    is_in_contract,
    read_monitoring,
)
from grading.monitoring.hourly import ReadingOptions
from grading.monitoring.input_rules import fault
from grading.monitoring.meters import read_meters
from grading.monitoring.power import POWER_FOLDER, of_outlets, read_power, uses_of
from grading.monitoring.quantities import Quantities
from grading.monitoring.statements import read_statements
from grading.monitoring.tables import MeterUses, Outlets

LIST_TYPES = (".csv", ".txt", ".xlsx", ".parquet")
# Which source a list speaks for; the order is that of the contract.
STATEMENTS = {"permits": "permit", "permit_reports": "permit_report", "disclosures": "disclosure"}
TABLES = (*PLATFORM_NAMES, HOUR_FOLDER, POWER_FOLDER)
CHUNK = 1 << 20
Read = tuple[pl.DataFrame, list[Fault]]


@dataclass(frozen=True)
class PlatformInput:
    """What the folder holds of the platforms.

    `outlets`: `Outlets`. `hours`: columns of `Hours`, or None. `out_of_control`, `electricity`: `OutOfControl` and
    `Electricity`, or None where the folder does not have them. `meters`: `MeterUses`. `statements`: `Quantities` of
    permits, permit reports and disclosures. `factors`: `Factors`. `credit`: `Credit`. `absent`: tables the folder does
    not have. `found`: tables it has.
    """

    outlets: pl.DataFrame
    hours: pl.LazyFrame | None
    out_of_control: pl.DataFrame | None
    electricity: pl.DataFrame | None
    meters: pl.DataFrame
    statements: pl.DataFrame
    factors: pl.DataFrame
    credit: pl.DataFrame
    absent: tuple[str, ...]
    found: tuple[str, ...]
    faults: tuple[Fault, ...]
    inputs: tuple[InputFile, ...]
    ignored_columns: tuple[str, ...]

    def accepted(self) -> dict[str, int]:
        """Return the accepted rows of each list that was found; of `power` the full hours of all meters."""
        control = self.out_of_control
        stated = self.statements.group_by("source").agg(rows=pl.col("source_row").n_unique())
        of_source = dict(stated.select(pl.col("source").cast(pl.String), "rows").iter_rows())
        rows = {
            "outlets": self.outlets.height,
            "out_of_control": 0 if control is None else control.drop("pollutant").unique().height,
            "meters": self.meters.height,
            "power": int(self.meters["hours"].sum()),
            **{table: of_source.get(source, 0) for table, source in STATEMENTS.items()},
            "factors": self.factors.height,
            "credit": self.credit.height,
        }
        return {name: count for name, count in rows.items() if name in self.found}


def read_platforms(case: Case, on: date) -> PlatformInput:
    """Return what the folder of a case holds of the platforms; a list that cannot be used is a fatal fault in it."""
    files, faults = _files(case.folder)
    heard, wrong = _monitoring(case, files.get("outlets"))
    faults += wrong
    controlled, wrong = _out_of_control(files, heard.outlets)
    faults += wrong
    electricity, meters, wrong = _electricity(case, files.get("meters"), heard.outlets)
    faults += wrong
    statements = []
    for table, source in STATEMENTS.items():
        if table in files:
            found, wrong = _told(partial(read_statements, source=source, units=case.units, on=pl.lit(on)), files[table])
            statements.append(found)
            faults += wrong
    factors, wrong = _list(files, "factors", partial(read_factors, units=case.units, on=on), Factors)
    faults += wrong
    credit, wrong = _list(files, "credit", partial(read_credit, enterprises=case.enterprises), Credit)
    power = files_inside(case.folder / POWER_FOLDER)
    folders = {HOUR_FOLDER: heard.hours is not None, POWER_FOLDER: bool(power)}
    present = [name for name in TABLES if name in files or folders.get(name)]
    return PlatformInput(
        heard.outlets,
        heard.hours,
        controlled,
        electricity,
        meters,
        _joined(statements),
        factors,
        credit,
        absent=tuple(name for name in TABLES if name not in present),
        found=tuple(present),
        faults=tuple(sorted([*faults, *wrong])),
        inputs=tuple(_hashed(case.folder, path) for path in [*files.values(), *hour_files(case.folder), *power]),
        ignored_columns=heard.ignored_columns,
    )


def _joined(statements: list[pl.DataFrame]) -> pl.DataFrame:
    usable = [frame for frame in statements if frame.width]
    return pl.concat([Quantities.create_empty(), *usable])


def _files(folder: Path) -> tuple[dict[str, Path], list[Fault]]:
    """Return the file of each table; of two claimants, which is a fault, the first by name."""
    files: dict[str, Path] = {}
    faults = []
    candidates = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in LIST_TYPES)
    for table, names in PLATFORM_NAMES.items():
        claims = [path for path in candidates if path.stem.strip().lower() in names]
        if len(claims) > 1:
            places = ", ".join(path.name for path in claims)
            faults.append(case_fault("two_files", Place(claims[0].name), table, places))
        if claims:
            files[table] = claims[0]
    return files, faults


def _monitoring(case: Case, outlet_file: Path | None) -> tuple[MonitoringInput, list[Fault]]:
    """Return outlets and hours; without a list of outlets nobody can say whose hours they are, and they stay unread."""
    nothing = MonitoringInput(Outlets.create_empty(), None, (), ())
    if outlet_file is None:
        return nothing, [fault("hours_without_outlets", Place(HOUR_FOLDER))] if hour_files(case.folder) else []
    stated = case.settings.monitoring
    options = ReadingOptions(stated.stamp, stated.unmarked_is_normal)
    try:
        read = read_monitoring(case.folder, options, case.units, outlet_file.name)
    except InputError as refused:
        return nothing, [*refused.faults]
    return read, [*read.faults]


def _out_of_control(files: dict[str, Path], outlets: pl.DataFrame) -> tuple[pl.DataFrame | None, list[Fault]]:
    """Return the out-of-control periods of listed outlets; without a list of outlets there is nobody they concern."""
    if "out_of_control" not in files:
        return None, []
    if "outlets" not in files:
        return None, [fault("control_without_outlets", Place(files["out_of_control"].name))]
    found, faults = _told(partial(read_out_of_control, outlet_ids=outlets["outlet_id"]), files["out_of_control"])
    return (found if found.width else None), faults


def _electricity(
    case: Case, meter_file: Path | None, outlets: pl.DataFrame
) -> tuple[pl.DataFrame | None, pl.DataFrame, list[Fault]]:
    """Return what the line behind each outlet used by the hour, the use of each meter, and the faults of both."""
    nothing = MeterUses.create_empty()
    files = files_inside(case.folder / POWER_FOLDER)
    if meter_file is None:
        return None, nothing, [fault("power_without_meters", Place(POWER_FOLDER))] if files else []
    meters, faults = _told(partial(read_meters, units=case.units), meter_file)
    if not meters.width:
        return None, nothing, faults
    hours, wrong = read_power(files, case.folder, meters, case.settings.monitoring.stamp)
    uses = uses_of(hours, meters, outlets)
    if not files:
        return None, uses, faults
    electricity, silent = of_outlets(hours, meters, outlets)
    return electricity, uses, [*faults, *wrong, *silent]


def _list(
    files: dict[str, Path], table: str, read: Callable[[Path], Read], schema: type[dy.Schema]
) -> tuple[pl.DataFrame, list[Fault]]:
    """Return what a list says and its faults; without the list, or where it cannot be used, no row."""
    found, faults = _told(read, files[table]) if table in files else (pl.DataFrame(), [])
    return (found if found.width else schema.create_empty()), faults


def _told(read: Callable[[Path], Read], path: Path) -> Read:
    """Return what a list says, or its faults where it cannot be used at all; the frame is then without columns."""
    try:
        return read(path)
    except InputError as refused:
        return pl.DataFrame(), [*refused.faults]


def _hashed(folder: Path, path: Path) -> InputFile:
    """Return the file with its hash, read in pieces: partitions of hours may be larger than memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    rows = pl.scan_parquet(path).select(pl.len()).collect().item() if is_in_contract(path) else 0
    return InputFile(path, path.relative_to(folder).as_posix(), digest.hexdigest(), rows)
