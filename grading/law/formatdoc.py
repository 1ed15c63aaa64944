"""The reference page of the rule pack, written from the field docstrings."""

import types
from typing import Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from grading.law import cases, pack, packheader, packrules

INTRO = """\
# The format of a rule pack

Written from the field docstrings of `grading/law/pack.py`, `packheader.py`, `packrules.py` and `cases.py`
(`python -m grading.law.formatdoc > docs/rulepack-format.md`); a test fails when the two differ.

A pack is a folder: `pack.yaml`, `general.yaml`, `vetoes.yaml`, `registers.yaml`, `physics.yaml`, `vocabulary.yaml`,
`industries/<id>.yaml`, `common/<block>.yaml`, and expert cases in `cases/`. YAML 1.2, UTF-8; an unknown key, a
duplicate key and an anchor are errors with file and line, and every fault of a pack is told at once.

Rules that hold everywhere:

- Every statement names its evidence: a status, a confidence and a source. A cell may override its row.
- Every indicator has a cell for every grade of the scheme. What nobody knows is written `unknown`, with what has been
  heard as its text. A range such as 10-15, or two sources that differ, is a number with a `may_number` beside it: what
  keeps to the number meets the grade, what does not even keep to the other misses it, and between the two the grade
  stays open. `floor` is the bottom of the scheme, where only the law
  itself applies; `not_differentiated` says the table asks nothing of that grade.
- A grade that demands nothing has no row in the resolved tables; an unknown cell has one, with status `unknown`.
- A row may depend on conditions. Where they surely do not hold it asks nothing; where they may hold it may ask, and a
  value that misses it leaves the grade open.
- Both ends of an in-force window belong to it. Two versions of one row, fact or condition may not hold on the same day;
  on every day of a row the conditions it names are in force, and what they ask.
- Names are compared without blanks, brackets, letter case and width; a name leads to one industry only.
- Every choice that a cell names has an entry in the vocabulary. Within one indicator a word leads to one choice only.
- A pack with a `parent` holds only what differs: industries, rows, vetoes, registers, physics, choices and ladder
  grades by their ids, single cells of the parent's tables under `changes`. All else stays, with the parent's evidence.
- The hash of a law covers every file of the pack and of its parents, except the cases.
"""

PAGES: tuple[tuple[str, tuple[type[BaseModel], ...]], ...] = (
    ("pack.yaml", (packheader.PackHeader, pack.Source, packheader.Supplement)),
    ("Shared parts", (pack.Evidence, pack.Title)),
    ("general.yaml", (pack.GeneralFile, pack.Industry, pack.Subtype, pack.Check)),
    ("industries/<id>.yaml", (pack.TableFile, pack.Process, pack.Indicator, pack.Content, pack.CellChange)),
    ("On what a row depends", (pack.Fact, pack.Condition)),
    ("common/<block>.yaml", (pack.CommonFile,)),
    ("The ladder", (pack.LadderBlock, pack.Order)),
    ("physics.yaml", (packrules.PhysicsFile, packrules.PhysicsRow, packrules.Between)),
    ("vetoes.yaml", (packrules.VetoFile, packrules.Veto)),
    ("registers.yaml", (packrules.RegisterFile, packrules.Register)),
    ("vocabulary.yaml", (packrules.VocabularyFile, packrules.Choice)),
    ("cases/<name>.yaml", (cases.CaseFile, cases.Case, cases.Answer, cases.Rung)),
)


def format_page() -> str:
    """Return the page as Markdown."""
    parts = [INTRO]
    for title, models in PAGES:
        parts += [f"## {title}\n", *(_model(model) for model in models)]
    return "\n".join(parts)


def _model(model: type[BaseModel]) -> str:
    head = " ".join((model.__doc__ or "").split())
    rows = [_row(field.alias or name, field) for name, field in model.model_fields.items()]
    return "\n".join(
        [f"### {model.__name__}\n", f"{head}\n", "| key | kind | needed | meaning |", "|---|---|---|---|", *rows, ""]
    )


def _row(name: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split()).replace("|", "\\|")
    needed = "yes" if field.is_required() else "no"
    return f"| `{name}` | {_kind(field.annotation)} | {needed} | {meaning} |"


def _kind(annotation: object) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _SIMPLE.get(annotation, getattr(annotation, "__name__", str(annotation)))
    if origin is Literal:
        return "one of " + ", ".join(f"`{value}`" for value in arguments)
    kinds = [_kind(argument) for argument in arguments if isinstance(argument, type) or get_origin(argument)]
    if origin in (Union, types.UnionType):
        return " or ".join(kinds)
    return {tuple: "list of {0}", dict: "map of {0} to {1}"}.get(origin, "{0}").format(*kinds)


_SIMPLE: dict[object, str] = {
    str: "text",
    float: "number",
    int: "whole number",
    bool: "true or false",
    type(None): "null",
}


if __name__ == "__main__":
    import sys

    sys.stdout.write(format_page())
