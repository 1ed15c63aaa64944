"""A zoo of broken packs: each must fail, at its place, in words that help."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from grading.case.settings import LawChoice
from grading.faults import InputError
from grading.law import resolve_law
from grading.law.model import Law
from tests.grading.law.smallpack import write_pack

ZOO: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(Path(__file__).with_name("zoo.yaml"))


def resolve(folder: Path) -> Law:
    return resolve_law(LawChoice(pack="small", on=date(2024, 1, 1)), folder)


def test_the_unbroken_pack_resolves(tmp_path: Path) -> None:
    write_pack(tmp_path)
    assert resolve(tmp_path).requirements.height > 0


@pytest.mark.parametrize("entry", ZOO, ids=[entry["name"] for entry in ZOO])
def test_a_broken_pack_is_refused_at_its_place(tmp_path: Path, entry: dict[str, Any]) -> None:
    write_pack(tmp_path, entry["file"], entry["old"], entry["new"])

    with pytest.raises(InputError) as caught:
        resolve(tmp_path)

    told = str(caught.value)
    assert all(phrase in told for phrase in entry["phrases"]), told
    assert all(fault.severity == "fatal" and fault.file.startswith("small/") for fault in caught.value.faults)
    assert entry["line"] in {0, *(fault.row for fault in caught.value.faults)}, told


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    root = write_pack(tmp_path, "industries/kilns.yaml", "operator: le", "operator: below\n    colour: red")
    general = root / "general.yaml"
    general.write_text(general.read_text("utf-8").replace("number: 1", "number: -1"), "utf-8")
    (root / "vetoes.yaml").write_text("vetoes: []\nvetoes: []\n", "utf-8")

    with pytest.raises(InputError) as caught:
        resolve(tmp_path)

    places = {(fault.file, fault.column) for fault in caught.value.faults}
    assert places == {
        ("small/industries/kilns.yaml", "indicators.0.operator"),
        ("small/industries/kilns.yaml", "indicators.0.colour"),
        ("small/general.yaml", "industries.0.number"),
        ("small/vetoes.yaml", "vetoes"),
    }


def test_a_missing_pack_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no rule pack nowhere.*cn-2020-340"):
        resolve_law(LawChoice(pack="nowhere", on=date(2024, 1, 1)), tmp_path)


@pytest.mark.parametrize("pack", ["", ".", "..", "../small", "/", "cn-2020-340/..", "a\x00b"])
def test_an_odd_pack_name_is_a_fault_not_a_crash(tmp_path: Path, pack: str) -> None:
    with pytest.raises(InputError):
        resolve_law(LawChoice(pack=pack, on=date(2024, 1, 1)), tmp_path)


def test_a_pack_without_its_general_file_is_refused(tmp_path: Path) -> None:
    root = write_pack(tmp_path)
    (root / "general.yaml").unlink()

    with pytest.raises(InputError, match=r"general\.yaml is missing"):
        resolve(tmp_path)
