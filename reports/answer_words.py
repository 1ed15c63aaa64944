"""What the questions about a plan are called, and why one has no answer."""

from grading.words import Language, mark, say
from optimizer.answers import Answer, Reason, State

QUESTION_WORDS = {
    "marginal_prices": mark("What one kilogram more or less of each target is worth"),
    "cost_curve": mark("What it costs to loosen or tighten a target"),
    "exemption_prices": mark("What every exemption costs the others"),
    "override_prices": mark("What every planner's pin costs"),
    "upgrade_values": mark("What a better grade saves an enterprise and the city"),
    "alternatives": mark("Plans that cost a little more and serve another goal better"),
    "alternative_orders": mark("The orders of those other plans"),
    "swaps": mark("Pairs of orders that could change at equal loss"),
    "target_odds": mark("How surely each target holds"),
    "safe_plan": mark("The plan that holds more surely, and what that costs"),
    "conflicts": mark("What stands in the way of each target that cannot be met"),
    "relaxations": mark("Ways out of targets that cannot be met, cheapest first"),
    "relaxation_steps": mark("The numbers that each way out changes"),
}
ANSWER_STATE_WORDS = {
    State.ANSWERED: mark("answered"),
    State.NOTHING: mark("nothing to answer"),
    State.NOT_ASKED: mark("not asked"),
    State.NOT_PROVEN: mark("asked, not proven"),
}
ANSWER_REASON_WORDS = {
    Reason.ALL_TARGETS_REACHABLE: mark("every target can be met"),
    Reason.NO_TARGET_STATED: mark("the case states no target"),
    Reason.NO_TARGET_PRICED: mark("no target costs anything: the legal measures alone meet them"),
    Reason.NO_SHIELD: mark("no exemption keeps a running line from a measure"),
    Reason.NO_PIN: mark("no planner's pin is in force"),
    Reason.NOBODY_CAN_RISE: mark("no running enterprise has a better grade above it"),
    Reason.OPTION: mark("left out by the option --answers"),
    Reason.LARGE: mark("a city of this size is asked it with --answers full only"),
    Reason.NO_ERRORS_STATED: mark("the case states no [uncertainty]"),
    Reason.NO_REBUILD: mark("the case was not at hand"),
    Reason.NO_SWAP: mark("no such pair among the nearest choices that were looked at"),
    Reason.TIME_LIMIT: mark("the time limit ended the proof"),
}


def why_unanswered(answer: Answer, language: Language) -> str:
    """Return why a question has no answer, as a few words; empty where it has one."""
    if answer.state == State.ANSWERED or answer.reason is None:
        return ""
    state = say(language, ANSWER_STATE_WORDS[answer.state])
    return say(
        language, mark("{state}: {reason}"), state=state, reason=say(language, ANSWER_REASON_WORDS[answer.reason])
    )
