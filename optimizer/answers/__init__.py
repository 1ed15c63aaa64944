"""What a planner asks of a finished plan: why not, at what price, and what else would do."""

from optimizer.answers.alternatives import alternatives_of
from optimizer.answers.answer import Answer, Reason, State
from optimizer.answers.answers import Answers, nothing_asked
from optimizer.answers.asking import Effort, Rebuild, answers_of
from optimizer.answers.conflict import conflicts_of
from optimizer.answers.curve import cost_curve
from optimizer.answers.exemption_price import exemption_prices
from optimizer.answers.marginal import marginal_prices
from optimizer.answers.override_price import override_prices
from optimizer.answers.relaxations import relaxations_of
from optimizer.answers.upgrade import upgrade_values

__all__ = [
    "Answer",
    "Answers",
    "Effort",
    "Reason",
    "Rebuild",
    "State",
    "alternatives_of",
    "answers_of",
    "conflicts_of",
    "cost_curve",
    "exemption_prices",
    "marginal_prices",
    "nothing_asked",
    "override_prices",
    "relaxations_of",
    "upgrade_values",
]
