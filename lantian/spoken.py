"""Which language the command line speaks, before any command is parsed."""

from collections.abc import Mapping, Sequence

from grading.words import LANGUAGES, Language


def spoken_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language asked for by `--lang`, else by LANTIAN_LANG, else Chinese."""
    asked = environment.get("LANTIAN_LANG", "zh")
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        elif argument == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
    return next((language for language in LANGUAGES if language == asked), "zh")
