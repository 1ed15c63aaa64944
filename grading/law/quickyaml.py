"""The quick reader: what libyaml reads beyond doubt. Whatever is odd or wrong is left to the exact reader.

libyaml follows YAML 1.1, so it only cuts the text into events; a plain word means what the exact reader of
version 1.2 takes it for. No fault is ever told here: where there is a doubt the answer is None, and `strictyaml`
reads the text again, slowly and with every place.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode

Path = tuple[str | int, ...]
Places = dict[Path, int]
MAX_DEPTH = 30
# What a YAML library raises on odd scalars, such as a tag without a value.
UNREADABLE = (YAMLError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError)
# Tabs, other line ends, control characters, directives and document marks: the two libraries differ there.
_DOUBTFUL = re.compile(
    r"[^\n -~\u00a1-\u2027\u202a-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|^(%|---|\.\.\.)", re.MULTILINE
)
_EXACT = YAML(typ="safe", pure=True)


class _DoubtError(Exception):
    """The exact reader has to look."""


def quick(text: str) -> tuple[object, Places] | None:
    """Return plain data and the line of every key path, or None where the exact reader has to look."""
    loader = getattr(yaml, "CSafeLoader", None)  # absent where PyYAML was built without libyaml
    if loader is None or _DOUBTFUL.search(text):
        return None
    places: Places = {}
    try:
        data = _document(yaml.parse(text, Loader=loader), places)
    except (_DoubtError, StopIteration, yaml.YAMLError, *UNREADABLE):
        return None
    return None if data is None else (data, places)


def _document(events: Iterator[yaml.Event], places: Places) -> object:
    next(events)  # the stream
    next(events)  # the document
    data = _node(events, next(events), (), places)
    next(events)  # its end
    if not isinstance(next(events), yaml.StreamEndEvent):
        raise _DoubtError
    return data


def _node(events: Iterator[yaml.Event], event: yaml.Event, path: Path, places: Places) -> object:
    if _is_odd(event) or len(path) > MAX_DEPTH:
        raise _DoubtError
    places.setdefault(path, event.start_mark.line + 1)
    if isinstance(event, yaml.ScalarEvent):
        return _meaning(event.value) if event.implicit[0] else event.value
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, path, places)
    return _sequence(events, path, places)


def _is_odd(event: yaml.Event) -> bool:
    """Return whether it is an alias, an anchor, a tag, or a block of text, which the libraries end differently."""
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag is not None:
        return True
    return isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">")


def _mapping(events: Iterator[yaml.Event], path: Path, places: Places) -> dict[str, object]:
    found: dict[str, object] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        if not isinstance(key, yaml.ScalarEvent) or _is_odd(key) or key.value in found:
            raise _DoubtError
        below = (*path, key.value)
        places[below] = key.start_mark.line + 1
        found[key.value] = _node(events, next(events), below, places)
    return found


def _sequence(events: Iterator[yaml.Event], path: Path, places: Places) -> list[object]:
    found: list[object] = []
    while not isinstance(item := next(events), yaml.SequenceEndEvent):
        if isinstance(item, yaml.ScalarEvent) and not item.value and item.implicit[0]:
            raise _DoubtError  # nothing after a dash: the two readers place nothing on different lines
        found.append(_node(events, item, (*path, len(found)), places))
    return found


@lru_cache(maxsize=20_000)
def _meaning(word: str) -> object:
    node = ScalarNode(_EXACT.resolver.resolve(ScalarNode, word, (True, False)), word)
    return _EXACT.constructor.construct_object(node, deep=True)
