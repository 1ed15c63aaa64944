"""Every user-facing word passes through here: English in the code, Chinese from the catalogue.

The catalogue is the folder `grading/locale/zh/`, one .po file per area; it is read at run time, so no
compiled copy can go stale.
`mark` names a message that is stored now and translated when somebody reads it.
"""

import io
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def mark(message: str) -> str:
    """Name a message for extraction without translating it yet."""
    return message


@cache
def translations(language: Language) -> NullTranslations:
    """Return the catalogue of `language`; English is the source and needs none."""
    if language == "en":
        return NullTranslations()
    merged = Catalog(locale=language)
    folder = files("grading").joinpath(f"locale/{language}")
    for area in sorted((entry for entry in folder.iterdir() if entry.name.endswith(".po")), key=lambda e: e.name):
        for message in read_po(io.BytesIO(area.read_bytes()), locale=language):
            if message.id:
                merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


def say(language: Language, message: str, **values: object) -> str:
    """Translate `message` and fill its named fields: `say("zh", "{n} rows", n=3)`."""
    translated: str = translations(language).gettext(message)
    return translated.format(**values) if values else translated
