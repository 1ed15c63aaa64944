"""`pack.yaml`: which regulation a pack is, when it holds, and where its statements come from."""

from typing import Literal

from grading.law.pack import Evidence, Id, InForce, Source, Title


class Supplement(InForce):
    """A part of the regulation, or a letter that supplements it, with a number and perhaps a day of its own."""

    document: str
    """Document number, or the name of the part."""
    title: Title
    """Full title."""
    kind: Literal["part", "supplement"]
    """part: issued together with the regulation; supplement: issued later, changing or adding to it."""
    content: str
    """What is known of what it says; blank when nothing is."""
    is_encoded: bool
    """Whether the rows of this pack hold what it says. false: they stand as they would without it."""
    evidence: Evidence
    """Evidence of its existence and of `content`."""


class PackHeader(InForce):
    """`pack.yaml`: which regulation this is."""

    id: Id
    """Id of the pack; the name of its folder."""
    title: Title
    """Full title."""
    document: str
    """Document number."""
    authority: str
    """Who issued it."""
    parent: Id | None = None
    """Pack whose rules hold wherever this one says nothing."""
    note: str = ""
    """What a reader must know about the evidence of the whole pack."""
    sources: dict[Id, Source]
    """Every source that a statement may name."""
    supplements: tuple[Supplement, ...] = ()
    """Its parts and the letters that supplement it; an overlay adds to those of its parent."""
