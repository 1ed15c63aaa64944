"""Papers as Word files, filled into a template the bureau owns; ours come in two languages.

A template is somebody else's file: it runs in Jinja's sandbox, knows only the fields of its paper, and what is put in
leaves it as text. Same paper, same template, same bytes.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from grading.faults import Fault, InputError
from grading.words import Language, mark
from reports.invisible import visible
from reports.papers.model import GateNotice, HelpSheet, OperationPlan

Paper = OperationPlan | GateNotice | HelpSheet
KINDS: dict[type, str] = {OperationPlan: "plan", GateNotice: "gate", HelpSheet: "help"}
BLANK = "____________"
"""What an empty word is printed as: a line to fill in."""
STAMP = (1980, 1, 1, 0, 0, 0)
BROKEN = (
    mark("The Word template cannot be filled: {value}."),
    mark("Repair the tag in Word; the fields of the paper stand in docs/papers.md."),
)
NO_WORD = (mark("The file is no Word document (.docx)."), mark("Save it in Word as .docx."))


class _Remembering(ImmutableSandboxedEnvironment):
    """A sandbox that compiles the same text once: a form is filled thousands of times."""

    @cache  # noqa: B019 - one environment per form, and a form lives as long as the run
    def from_string(self, source: str) -> Template:  # type: ignore[override]
        """Return the compiled template of a text."""
        return super().from_string(source)


class WordForm:
    """One template, opened once and filled many times."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        self.environment = _Remembering(autoescape=True, undefined=StrictUndefined)

    def fill(self, paper: Paper, cleaned: Callable[[str], str] = str) -> bytes:
        """Return the paper as a Word file, every text of it `cleaned`.

        Raises InputError with the tag that cannot be filled.
        """
        made = io.BytesIO()
        try:
            template = DocxTemplate(io.BytesIO(self.data))
            template.render(plain(paper, cleaned), self.environment, autoescape=True)
            template.save(made)
        except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile) as broken:
            raise InputError([_fault(self.name, NO_WORD, str(broken))]) from broken
        except (TemplateError, SecurityError, TypeError) as broken:
            raise InputError([_fault(self.name, BROKEN, str(broken)[:200])]) from broken
        return stamped(made.getvalue())


def _fault(name: str, words: tuple[str, str], value: str) -> Fault:
    return Fault(
        file=name, sheet="", row=0, column="", rule="word_template", message=words[0], repair=words[1],
        value=value, severity="fatal", values={"value": value},
    )  # fmt: skip


def plain(value: object, cleaned: Callable[[str], str] = str) -> Any:  # noqa: ANN401 - text, list or table of them
    """Return a paper as plain data for a template: hidden marks made visible, an empty word a line to fill in."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), cleaned) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item, cleaned) for item in value]
    return visible(cleaned(str(value))) or BLANK


def stamped(data: bytes) -> bytes:
    """Return the archive without clock: every part dated alike, in the order it had."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, STAMP)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return made.getvalue()


def word_forms(folder: Path, own: Mapping[str, str | None], language: Language) -> dict[str, WordForm]:
    """Return a form per kind of paper: the bureau's own where `own` names one, else ours in `language`."""
    return {
        kind: WordForm((folder / name).read_bytes(), name) if (name := own.get(kind)) else our_form(kind, language)
        for kind in KINDS.values()
    }


def our_form(kind: str, language: Language) -> WordForm:
    """Return our own form of a kind of paper."""
    name = f"{kind}-{language}.docx"
    return WordForm(files("reports").joinpath("wordtemplates", name).read_bytes(), name)
