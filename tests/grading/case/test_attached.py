"""What case.toml names beside the tables: the earlier list and the boundaries."""

import json
from pathlib import Path

import polars as pl
import pytest

from grading.case import read_case
from grading.case.boundaries import MOST_BYTES, read_boundaries
from grading.case.previous import read_previous
from grading.faults import InputError
from grading.safecsv import write_csv
from tests.grading.case.zoo import clean_copy, faults_of

ID = "91140100000000101Q"


def with_settings(folder: Path, text: str) -> Path:
    clean_copy(folder)
    settings = folder / "case.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + text, encoding="utf-8")
    return folder


def previous(place: str) -> str:
    return f'\n[previous]\nseason = "2025-2026"\ngrades = "{place}"\n'


def collection(geometry: object) -> bytes:
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"x": 1}, "geometry": geometry}]}
    ).encode()


SQUARE = [[112.0, 37.0], [113.0, 37.0], [113.0, 38.0], [112.0, 37.0]]


def test_named_nothing_is_none(tmp_path: Path) -> None:
    case = read_case(clean_copy(tmp_path / "case"))
    assert case.previous is None
    assert case.boundaries is None


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_out_folder_is_read_back_as_it_was_written(tmp_path: Path, kind: str) -> None:
    folder = with_settings(tmp_path / "case", previous("../last"))
    (tmp_path / "last").mkdir()
    written = pl.DataFrame(
        {
            "enterprise_id": ["B2", ID],
            "planned_grade": ["D", "B-"],
            "name": ["=1+1", "晋源"],
            "treatment": [None, "none"],
        }
    )
    if kind == "csv":
        write_csv(written, tmp_path / "last" / "grades.csv")
    else:
        written.write_parquet(tmp_path / "last" / "grades.parquet")

    case = read_case(folder)

    assert case.previous is not None
    assert case.previous.select("enterprise_id", "planned_grade", "name").rows() == [
        (ID, "B-", "晋源"),
        ("B2", "D", "=1+1"),
    ]
    assert case.faults == ()
    assert [file.name for file in case.inputs][-1] == f"../last/grades.{kind}"


@pytest.mark.parametrize("place", ["/etc/passwd", "C:/lists/grades.csv", "\\\\\\\\server\\\\grades.csv"])
def test_a_path_of_one_machine_is_refused(tmp_path: Path, place: str) -> None:
    faults = faults_of(with_settings(tmp_path / "case", previous(place)))
    assert [(fault.rule, fault.column) for fault in faults] == [("toml_bad_value", "previous.grades")]


def test_a_file_that_is_not_there_is_fatal(tmp_path: Path) -> None:
    faults = faults_of(with_settings(tmp_path / "case", previous("gone")))
    assert [(fault.rule, fault.value, fault.severity) for fault in faults] == [("missing_file", "gone", "fatal")]


def test_another_table_is_refused() -> None:
    with pytest.raises(InputError, match="planned_grade is missing"):
        read_previous(b"enterprise_id,grade\nA1,B\n", "x.csv")


def test_a_misspelt_key_is_told_its_neighbours(tmp_path: Path) -> None:
    faults = faults_of(with_settings(tmp_path / "case", previous("x.csv") + 'sesaon = "2025"\n'))
    assert ("toml_unknown_key", "season, grades") in [(f.rule, f.values["expected"]) for f in faults]


@pytest.mark.parametrize(
    ("geometry", "rings"),
    [
        ({"type": "Polygon", "coordinates": [SQUARE]}, 1),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE, SQUARE], [SQUARE]]}, 3),
        ({"type": "LineString", "coordinates": SQUARE}, 1),
        ({"type": "MultiLineString", "coordinates": [SQUARE, [[1, 2, 3], [4, 5, 6]]]}, 2),
    ],
)
def test_areas_and_lines_become_rings(geometry: object, rings: int) -> None:
    frame = read_boundaries(collection(geometry), "x.geojson")
    assert frame["ring"].n_unique() == rings
    assert frame.select("lon", "lat").row(0) == (112.0, 37.0)


@pytest.mark.parametrize(
    "data",
    [
        b"not json",
        b"[]",
        b'{"type": "FeatureCollection", "features": []}',
        collection({"type": "Point", "coordinates": [1, 2]}),
        collection({"type": "Polygon", "coordinates": [[[1, 95], [2, 3]]]}),
        collection({"type": "Polygon", "coordinates": [[["112", "37"], ["113"]]]}),
        collection(None),
        b" " * (MOST_BYTES + 1),
        b"[" * 200_000,
    ],
)
def test_what_is_not_a_map_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="cannot be drawn"):
        read_boundaries(data, "x.geojson")
