"""The one YAML reader: version 1.2, line numbers kept, every fault told at once.

What `quickyaml` reads beyond doubt is taken as it is; any other text is read here, so every fault comes from here.
YAML 1.1 readers turn `on` into a truth value and let the last of two equal keys win in silence; both have
cost other rule systems a wrong parameter. Here a duplicate key, an anchor and an unknown key are errors.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from grading.faults import Fault, InputError
from grading.law.quickyaml import MAX_DEPTH, UNREADABLE, Path, quick
from grading.words import mark

Model = TypeVar("Model", bound=BaseModel)
MAX_BYTES = 2_000_000


@dataclass
class Document:
    """One parsed file: plain data, and the line of every key path."""

    file: str
    data: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of the longest prefix of `path` that stands in the file."""
        known = (path[:length] for length in range(len(path), -1, -1))
        return next((self.lines[prefix] for prefix in known if prefix in self.lines), 0)

    def fault(self, path: Iterable[str | int], rule: str, message: str, repair: str, **values: object) -> Fault:
        """Return a fatal fault at `path`."""
        place = tuple(path)
        return Fault(
            file=self.file,
            sheet="",
            row=self.line(place),
            column=".".join(str(part) for part in place),
            rule=rule,
            message=message,
            repair=repair,
            value=str(values.get("value", "")),
            severity="fatal",
            values=values,
        )


def parse(file: str, content: bytes) -> Document:
    """Return the document; its faults say what could not be read."""
    document = Document(file)
    text = _decode(document, content)
    if text is None:
        return document
    sure = quick(text)
    if sure is not None:
        document.data, document.lines = sure
        return document
    return exact(document, text)


def exact(document: Document, text: str) -> Document:
    """Return the document as read in version 1.2, with every fault: slow, and the measure of the quick reader."""
    reader = YAML(typ="safe", pure=True)
    reader.composer.warn_double_anchors = False  # every anchor is a fault below, the second one too
    try:
        root = reader.compose(text)
        if root is None:
            raise YAMLError("the file is empty")
        document.data = _plain(document, reader, root, (), set())
        if document.data is None and not document.faults:
            raise YAMLError("the file is empty")
    except (*UNREADABLE, RecursionError) as error:
        document.faults.append(_syntax(document, error))
    return document


def validate(document: Document, model: type[Model]) -> Model | None:
    """Return the document as `model`, or None after adding one fault per wrong place."""
    if document.data is None:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        document.faults.extend(_schema_fault(document, detail, model) for detail in error.errors())
        return None


def raise_all(documents: Iterable[Document]) -> None:
    """Raise one InputError with the faults of every document, or return."""
    faults = [fault for document in documents for fault in document.faults]
    if faults:
        raise InputError(faults)


def _decode(document: Document, content: bytes) -> str | None:
    if len(content) > MAX_BYTES:
        document.faults.append(
            document.fault(
                (),
                "pack.too_large",
                mark("The file is larger than {limit} bytes."),
                mark("Split the rules over several industry files."),
                limit=MAX_BYTES,
            )
        )
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.faults.append(
            document.fault(
                (),
                "pack.encoding",
                mark("The file is not UTF-8: {reason}."),
                mark("Save the file as UTF-8."),
                reason=str(error),
            )
        )
        return None


def _plain(document: Document, reader: YAML, node: Node, path: Path, seen: set[int]) -> object:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in seen or len(path) > MAX_DEPTH:
        document.faults.append(
            document.fault(
                path,
                "pack.anchor",
                mark("Anchors and deep nesting are not used in rule packs."),
                mark("Write the value out where it applies."),
            )
        )
        return None
    seen.add(id(node))
    if isinstance(node, MappingNode):
        return dict(_pairs(document, reader, node, path, seen))
    if isinstance(node, SequenceNode):
        return [_plain(document, reader, item, (*path, index), seen) for index, item in enumerate(node.value)]
    return _scalar(document, reader, node, path)


def _scalar(document: Document, reader: YAML, node: Node, path: Path) -> object:
    try:
        return reader.constructor.construct_object(node, deep=True)
    except UNREADABLE as error:
        fault = document.fault(
            path,
            "pack.value",
            mark("The value {value} is not accepted: {reason}."),
            mark("Correct the value; docs/rulepack-format.md lists what is allowed."),
            value=str(node.value)[:80],
            reason=next(iter(str(error).splitlines()), type(error).__name__),
        )
        document.faults.append(fault)
        return None


def _pairs(
    document: Document, reader: YAML, node: MappingNode, path: Path, seen: set[int]
) -> Iterator[tuple[str, object]]:
    first_lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
        line = key_node.start_mark.line + 1
        if key in first_lines:
            fault = document.fault(
                (*path, key),
                "pack.duplicate_key",
                mark("The key {key} stands twice: lines {first} and {second}."),
                mark("Keep one of the two."),
                key=key,
                first=first_lines[key],
                second=line,
                value=key,
            )
            document.faults.append(replace(fault, row=line))
            continue
        first_lines[key] = line
        document.lines[*path, key] = line
        yield key, _plain(document, reader, value_node, (*path, key), seen)


def _syntax(document: Document, error: Exception) -> Fault:
    place = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    reason = error.problem if isinstance(error, MarkedYAMLError) and error.problem else str(error)
    document.lines[()] = place.line + 1 if place is not None else 0
    return document.fault(
        (),
        "pack.syntax",
        mark("Not readable as YAML 1.2: {reason}."),
        mark("Correct the line; indent with blanks, not tabs."),
        reason=reason,
    )


def _schema_fault(document: Document, detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    path: Path = tuple(detail["loc"])
    value = str(detail["input"])[:80]
    key = str(path[-1]) if path else model.__name__
    if detail["type"] == "missing":
        return document.fault(
            path,
            "pack.missing_key",
            mark("The key {key} is missing."),
            mark("Add the key; docs/rulepack-format.md lists every key."),
            key=key,
        )
    if detail["type"] == "extra_forbidden":
        return document.fault(
            path,
            "pack.unknown_key",
            mark("The key {key} is not known here."),
            mark("Correct its spelling or remove it; docs/rulepack-format.md lists every key."),
            key=key,
            value=key,
        )
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        message, values = str(context["error"]), {}
    elif detail["type"] == "literal_error":
        message, values = mark("The value {value} is not accepted; allowed are {expected}."), dict(context)
    elif set(context) & _BOUNDS:
        bound = next(f"{_SIGNS[name]} {limit}" for name, limit in context.items() if name in _BOUNDS)
        message, values = mark("The value {value} must be {bound}."), {"bound": bound}
    else:
        message, values = mark("The value {value} is not accepted: {reason}."), {"reason": detail["msg"]}
    repair = mark("Correct the value; docs/rulepack-format.md lists what is allowed.")
    return document.fault(path, "pack.value", message, repair, value=value, **values)


_SIGNS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
_BOUNDS = set(_SIGNS)
