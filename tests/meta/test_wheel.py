"""The wheel holds every data file that git tracks, and nothing of the checkout's own."""

import subprocess
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

PACKAGES = ("grading", "optimizer", "reports", "lantian")


@pytest.fixture(scope="module")
def wheel_names(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    [built] = WheelBuilder(str(root)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def _tracked(root: Path) -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.split("\0") if name and (root / name).is_file()]


def test_every_tracked_file_of_a_package_is_in_the_wheel(root: Path, wheel_names: set[str]) -> None:
    expected = {name for name in _tracked(root) if name.split("/")[0] in PACKAGES}
    assert expected - wheel_names == set()


def test_fixtures_are_sample_inputs(root: Path, wheel_names: set[str]) -> None:
    expected = {
        name.replace("fixtures/", "lantian/sample_inputs/", 1)
        for name in _tracked(root)
        if name.startswith("fixtures/")
    }
    assert expected - wheel_names == set()


def test_no_other_top_level_folder(wheel_names: set[str]) -> None:
    assert {name.split("/")[0] for name in wheel_names} == set(PACKAGES)
