"""`case.toml` to settings, with every error at once."""

from pathlib import Path

from grading.case.rules import Place, fault
from grading.case.settings import CaseSettings
from grading.case.strict_toml import validated
from grading.case.text import decode
from grading.case.toml_lines import line_of
from grading.faults import InputError


def read_settings(path: Path) -> CaseSettings:
    """Return the settings of a case.

    Raises:
        InputError: the file is missing, is not TOML, or holds unknown, missing or impossible values.
    """
    if not path.is_file():
        raise InputError([fault("missing_file", Place(path.name), path.name, path.name)])
    text = decode(path.read_bytes(), path.name)
    settings = validated(CaseSettings, text, path.name)
    _refuse_backward_period(settings, path.name, text)
    return settings


def _refuse_backward_period(settings: CaseSettings, file: str, text: str) -> None:
    first, last = settings.notice.objection_from, settings.notice.objection_to
    if first and last and last < first:
        keys = ("notice", "objection_to")
        place = Place(file, row=line_of(text, keys), column=".".join(keys))
        raise InputError([fault("ends_before_start", place, str(last), str(first))])
