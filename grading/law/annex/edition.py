"""A pack as it is written in one language: every word of it, and what is remarked beside a cell."""

from collections.abc import Iterable
from dataclasses import dataclass

from grading.law.annex import contents
from grading.law.annex.named import Names
from grading.law.files import Pack
from grading.law.pack import Content, Evidence, Title
from grading.law.remarks import told
from grading.words import Language, mark, say


@dataclass(frozen=True)
class Edition:
    """A pack, the language its sheets are written in, and what its choices are called."""

    pack: Pack
    language: Language
    names: Names

    @classmethod
    def of(cls, pack: Pack, language: Language) -> "Edition":
        """Return the edition of a pack in a language."""
        return cls(pack, language, Names.of(pack))

    def say(self, words: str, **values: object) -> str:
        """Return a sentence of the program."""
        return say(self.language, words, **values)

    def title(self, title: Title) -> str:
        """Return a name of the pack."""
        return title.zh if self.language == "zh" else title.en

    def told(self, text: str) -> str:
        """Return a remark of the pack."""
        return told(text, self.language)

    def shown(self, content: Content) -> contents.Value:
        """Return a cell as it is shown."""
        return contents.shown(content, self.names, self.language)

    def remark(self, clause: str, evidence: Evidence, status: str, remarks: Iterable[str]) -> str:
        """Return what is said beside a cell: clause, status, source, and what the pack remarks."""
        source = self.pack.header.model.sources.get(evidence.source)
        lines = [
            self.say(mark("Clause: {clause}"), clause=clause),
            self.say(mark("Status: {status}"), status=status),
            self.say(mark("Source: {source}"), source=self.told(source.title) if source else evidence.source),
            *(self.say(mark("Remark: {text}"), text=self.told(text)) for text in dict.fromkeys(remarks) if text),
        ]
        return "\n".join(lines)
