"""One question and what became of it: a frame where it was answered, a named reason where it was not."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class State(StrEnum):
    """What became of a question. Only `ANSWERED` has a frame."""

    ANSWERED = "answered"
    NOTHING = "nothing_to_answer"
    """Asked, and there is nothing of the kind: no pin to price, no target missed."""
    NOT_ASKED = "not_asked"
    """Not asked in this run, or not askable of this case."""
    NOT_PROVEN = "not_proven"
    """Asked, but a solver call ended before it could prove what the answer rests on."""


class Reason(StrEnum):
    """Why a question has no frame."""

    ALL_TARGETS_REACHABLE = "all_targets_reachable"
    NO_TARGET_STATED = "no_target_stated"
    NO_TARGET_PRICED = "no_target_priced"
    NO_SHIELD = "no_shield"
    NO_PIN = "no_pin"
    NOBODY_CAN_RISE = "nobody_can_rise"
    OPTION = "option"
    """Left out by `--answers`."""
    LARGE = "large"
    """Takes long for a city of this size, so that only `--answers full` asks it."""
    NO_ERRORS_STATED = "no_errors_stated"
    """The case states no `[uncertainty]`."""
    NO_REBUILD = "no_rebuild"
    """Asking it needs the case, not the city alone, and the case was not at hand."""
    NO_SWAP = "no_swap"
    """Among the choices looked at (`optimizer.whole.swaps`): the nearest, and none of the very largest plans."""
    TIME_LIMIT = "time_limit"


@dataclass(frozen=True)
class Answer:
    """What became of one question. `frame` is None unless `state` is `answered`; then it is never empty."""

    state: State
    reason: Reason | None
    frame: pl.DataFrame | None

    @property
    def rows(self) -> pl.DataFrame:
        """Return the frame of an answered question; a question without an answer has none and is refused."""
        if self.frame is None:
            raise LookupError(f"not answered: {self.state.value}, {self.reason}")
        return self.frame


def answered(frame: pl.DataFrame, if_empty: Reason) -> Answer:
    """Return the answer that a frame is, or `nothing_to_answer` for the reason given where it has no row."""
    if frame.is_empty():
        return Answer(State.NOTHING, if_empty, None)
    return Answer(State.ANSWERED, None, frame)


def not_asked(reason: Reason) -> Answer:
    """Return a question that was not asked."""
    return Answer(State.NOT_ASKED, reason, None)


def not_proven() -> Answer:
    """Return a question whose proof did not come in time."""
    return Answer(State.NOT_PROVEN, Reason.TIME_LIMIT, None)
