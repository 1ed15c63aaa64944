"""What choices are called in a cell: written by their words, read by any of their names or their id."""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from grading.law.annex.cell_error import CellError
from grading.law.files import Pack
from grading.law.packrules import Choice
from grading.law.spelling import SEPARATORS, folded
from grading.words import Language, mark

BETWEEN: Mapping[Language, str] = {"zh": "、", "en": "; "}
"""What stands between the choices of a cell."""
NEW = "+"
"""What stands before a choice that the row did not know."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Names:
    """The vocabulary of a pack: choice -> its words."""

    entries: Mapping[str, Choice]

    @classmethod
    def of(cls, pack: Pack) -> "Names":
        """Return the words of a pack, its parents' included."""
        return cls({choice.id: choice for choice in (pack.vocabulary.model.choices if pack.vocabulary else ())})

    def with_coined(self, coined: Mapping[str, str]) -> "Names":
        """Return these words and those that a bureau has just coined (id -> word)."""
        return Names({**self.entries, **{name: Choice(id=name, zh=word, en=word) for name, word in coined.items()}})

    def label(self, choice: str, language: Language) -> str:
        """Return the word that is printed for a choice; its id where the pack has no word."""
        entry = self.entries.get(choice)
        return choice if entry is None else entry.zh if language == "zh" else entry.en

    def listed(self, choices: Collection[str], language: Language) -> str:
        """Return the choices of a cell as it shows them."""
        return BETWEEN[language].join(self.label(choice, language) for choice in choices)

    def meant(self, word: str, among: Collection[str]) -> list[str]:
        """Return which of `among` a word means, by its id or any of its names."""
        wanted = folded(word)
        return [choice for choice in sorted(among) if wanted in map(folded, self._called(choice))]

    def _called(self, choice: str) -> tuple[str, ...]:
        return self.entries[choice].names() if choice in self.entries else (choice,)


@dataclass(frozen=True)
class Asked:
    """What a cell of choices may name: those of its row first, then those of its quantity in any industry."""

    names: Names
    language: Language
    own: frozenset[str] = field(default_factory=frozenset)
    known: frozenset[str] = field(default_factory=frozenset)

    def read(self, text: str) -> list[str]:
        """Return the ids of the choices of a cell; raise a CellError for a word that means none or several."""
        return list(dict.fromkeys(self._one(part) for part in _parts(text)))

    def coined(self, text: str) -> dict[str, str]:
        """Return id -> word of every new choice of a cell that the pack has no word for."""
        new = (part.removeprefix(NEW).strip() for part in _parts(text) if part.startswith(NEW))
        return {coined_id(word): word for word in new if not self._found(word, is_new=True)}

    def _one(self, part: str) -> str:
        word, is_new = part.removeprefix(NEW).strip(), part.startswith(NEW)
        found = self._found(word, is_new=is_new)
        if len(found) > 1:
            raise _unclear(word, found)
        if found:
            return found[0]
        if is_new and folded(word):
            return coined_id(word)
        raise self._unknown(word)

    def _found(self, word: str, *, is_new: bool) -> list[str]:
        rest = frozenset(self.names.entries) if is_new or not self.known else frozenset()
        places = (self.names.meant(word, among) for among in (self.own, self.known, rest))
        return next((found for found in places if found), [])

    def _unknown(self, word: str) -> CellError:
        called = {self.names.label(choice, self.language) for choice in self.known}
        near = difflib.get_close_matches(word, sorted(called), n=1)
        return CellError(
            "annex.choice",
            mark("{cell}: the choice {choice} is not known for this row; known are: {known}."),
            mark("Correct the spelling; put + before a choice that the row does not know yet."),
            {"choice": word, "known": ", ".join([*near, *sorted(called - set(near))])},
        )


def coined_id(word: str) -> str:
    """Return the id of a new choice: the word itself where it can be one, else one that only its word decides."""
    if _ID.fullmatch(word):
        return word
    return f"choice_{hashlib.sha256(folded(word).encode()).hexdigest()[:10]}"


def _parts(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text)
    return (part.strip() for part in re.split(f"[{re.escape(SEPARATORS)}]", plain) if part.strip())


def _unclear(word: str, found: list[str]) -> CellError:
    return CellError(
        "annex.choice_unclear",
        mark("{cell}: {choice} may mean {found}."),
        mark("Write the one that is meant by its id."),
        {"choice": word, "found": ", ".join(found)},
    )
