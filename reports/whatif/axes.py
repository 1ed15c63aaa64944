"""What is varied in a table of what-ifs, and which targets are missed, in words."""

from grading.words import Language, mark, say
from reports.names import LEVEL_WORDS, LIST_WORDS, POLLUTANT_NAMES


def axis_text(name: str, language: Language) -> str:
    """Return an axis as it was typed (`target.red.nox`) in words; what is none, such as a title, stays as it is."""
    match name.split("."):
        case ["target", level, pollutant]:
            return say(language, mark("{target}, required share"), target=target_text(level, pollutant, language))
        case ["list", of, level, pollutant]:
            target = target_text(level, pollutant, language)
            named = say(language, LIST_WORDS[of]) if of in LIST_WORDS else of
            return say(language, mark("{target} from the list {of}, kg/d"), target=target, of=named)
        case ["grade", _, *whom]:
            return say(language, mark("grade of {whom}"), whom=".".join(whom))
        case ["price", _, *whom]:
            return say(language, mark("factor on the losses of {whom}"), whom=".".join(whom))
        case ["pack"]:
            return say(language, mark("rule pack"))
        case _:
            return name


def target_text(level: str, pollutant: str, language: Language) -> str:
    """Return a target's level and pollutant; codes that mean nothing here stay as they are."""
    word = say(language, LEVEL_WORDS[level]) if level in LEVEL_WORDS else level
    return say(language, mark("{level} {pollutant}"), level=word, pollutant=POLLUTANT_NAMES.get(pollutant, pollutant))


def missed_text(missed: str, language: Language) -> str:
    """Return missed targets (`red nox, red so2+nox`) in words."""
    targets = (target.partition(" ") for target in missed.split(", ") if target)
    return say(language, mark(", ")).join(target_text(level, which, language) for level, _, which in targets)
