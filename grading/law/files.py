"""From a pack's folder to its models: every file read, every fault of every file told together."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from grading.faults import Fault, InputError
from grading.law import strictyaml
from grading.law.pack import CommonFile, GeneralFile, TableFile
from grading.law.packheader import PackHeader
from grading.law.packrules import PhysicsFile, RegisterFile, VetoFile, VocabularyFile
from grading.words import mark

Model = TypeVar("Model", bound=BaseModel)
Content = tuple[tuple[str, bytes], ...]
SINGLE: dict[str, type[BaseModel]] = {
    "pack.yaml": PackHeader,
    "general.yaml": GeneralFile,
    "vetoes.yaml": VetoFile,
    "registers.yaml": RegisterFile,
    "physics.yaml": PhysicsFile,
    "vocabulary.yaml": VocabularyFile,
}
FOLDERS: dict[str, type[BaseModel]] = {"industries": TableFile, "common": CommonFile}


@dataclass(frozen=True)
class Read(Generic[Model]):
    """A validated file together with its places."""

    model: Model
    document: strictyaml.Document


@dataclass(frozen=True)
class Pack:
    """One pack as written; the parts a pack leaves out are None or empty."""

    header: Read[PackHeader]
    general: Read[GeneralFile] | None
    vetoes: Read[VetoFile] | None
    registers: Read[RegisterFile] | None
    physics: Read[PhysicsFile] | None
    vocabulary: Read[VocabularyFile] | None
    tables: dict[str, Read[TableFile]]
    common: dict[str, Read[CommonFile]]
    content: Content
    """Name and bytes of every file, in order."""


def pack_folder(pack: str, case_folder: Path | None) -> Traversable:
    """Return the folder of a packaged id, or of a path relative to the case."""
    if "\0" in pack:
        raise InputError([_not_found(pack)])
    packaged = files("grading").joinpath("packs").joinpath(pack) if _is_plain(pack) else None
    if packaged is not None and packaged.joinpath("pack.yaml").is_file():
        return packaged
    folder = (case_folder or Path()) / pack
    if (folder / "pack.yaml").is_file():
        return folder
    raise InputError([_not_found(pack)])


def _not_found(pack: str) -> Fault:
    return Fault(
        file="case.toml",
        sheet="",
        row=0,
        column="law.pack",
        rule="pack.not_found",
        message=mark("There is no rule pack {pack}; packaged are: {known}."),
        repair=mark("Name a packaged id, or a folder with a pack.yaml relative to the case."),
        value=pack,
        severity="fatal",
        values={"pack": pack, "known": ", ".join(packaged_ids())},
    )


def packaged_ids() -> tuple[str, ...]:
    """Return the ids of the packs that come with the program."""
    folder = files("grading").joinpath("packs")
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.joinpath("pack.yaml").is_file()))


def read_pack(folder: Traversable) -> Pack:
    """Return the pack in `folder`, or raise an InputError with all its faults."""
    return pack_of(folder.name, tuple(_contents(folder)))


@lru_cache(maxsize=16)
def pack_of(folder: str, content: Content) -> Pack:
    """Return the pack of these files, or raise an InputError with all its faults."""
    documents = {name: strictyaml.parse(f"{folder}/{name}", data) for name, data in content}
    read = {name: _validated(name, document) for name, document in documents.items()}
    strictyaml.raise_all(documents.values())
    header = _part(read, "pack.yaml", PackHeader)
    if header is None or ("general.yaml" not in read and header.model.parent is None):
        raise InputError([_absent(folder, "general.yaml" if header else "pack.yaml")])
    return Pack(
        header=header,
        general=_part(read, "general.yaml", GeneralFile),
        vetoes=_part(read, "vetoes.yaml", VetoFile),
        registers=_part(read, "registers.yaml", RegisterFile),
        physics=_part(read, "physics.yaml", PhysicsFile),
        vocabulary=_part(read, "vocabulary.yaml", VocabularyFile),
        tables=_folder(read, "industries", TableFile),
        common=_folder(read, "common", CommonFile),
        content=content,
    )


def content_sha256(pack: Pack) -> str:
    """Return one hash over the names and bytes of every file of a pack and its parents."""
    digest = hashlib.sha256()
    for name, data in pack.content:
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _is_plain(pack: str) -> bool:
    return bool(pack) and "/" not in pack and "\\" not in pack and not pack.startswith(".")


def _contents(folder: Traversable) -> list[tuple[str, bytes]]:
    top = [(entry.name, entry) for entry in folder.iterdir() if entry.is_file()]
    below = [
        (f"{name}/{entry.name}", entry)
        for name in FOLDERS
        if folder.joinpath(name).is_dir()
        for entry in folder.joinpath(name).iterdir()
    ]
    return [(name, entry.read_bytes()) for name, entry in sorted(top + below) if name.endswith(".yaml")]


def _validated(name: str, document: strictyaml.Document) -> Read[BaseModel] | None:
    head, _, tail = name.partition("/")
    kind = FOLDERS.get(head) if tail else SINGLE.get(name)
    if kind is None:
        document.faults.append(
            document.fault(
                (),
                "pack.unknown_file",
                mark("The file {name} has no place in a rule pack."),
                mark("A pack holds: {known}."),
                name=name,
                known=", ".join([*SINGLE, *(f"{folder}/<id>.yaml" for folder in FOLDERS)]),
            )
        )
        return None
    model = strictyaml.validate(document, kind)
    return Read(model, document) if model is not None else None


def _part(read: dict[str, Read[BaseModel] | None], name: str, kind: type[Model]) -> Read[Model] | None:
    part = read.get(name)
    return Read(part.model, part.document) if part is not None and isinstance(part.model, kind) else None


def _absent(folder: str, name: str) -> Fault:
    return strictyaml.Document(f"{folder}/{name}").fault(
        (),
        "pack.missing_file",
        mark("The file {value} is missing."),
        mark("A pack without a parent has at least pack.yaml and general.yaml."),
        value=name,
    )


def _folder(read: dict[str, Read[BaseModel] | None], folder: str, kind: type[Model]) -> dict[str, Read[Model]]:
    return {
        name.removeprefix(f"{folder}/").removesuffix(".yaml"): Read(part.model, part.document)
        for name, part in read.items()
        if part is not None and name.startswith(f"{folder}/") and isinstance(part.model, kind)
    }
