"""Everything that can be wrong with a table of emission factors, and with a line that a factor is meant for."""

from grading.case.rules import Rule
from grading.words import mark

FACTOR_RULES: dict[str, Rule] = {
    "factor_number": Rule(
        "row",
        mark("{value} cannot stand here; the factor is not used."),
        mark("Write a number ({expected}), or leave the cell blank if it is not known."),
    ),
    "factor_unit": Rule(
        "row",
        mark("{value} is not the unit of an emission factor; the factor is not used."),
        mark("Write kg or g per unit of activity, for example kg/t."),
    ),
    "factor_unit_differs": Rule(
        "row",
        mark("The factor holds per {value}, but its activity is counted in {expected}; nothing is converted."),
        mark("Bring the unit of the factor and the unit of the activity together."),
    ),
    "one_factor": Rule(
        "row",
        mark(
            "A row states either an emission factor (排污系数) or a generation factor (产污系数), not both or neither."
        ),
        mark("Fill in the one that the document states."),
    ),
    "removal_missing": Rule(
        "row",
        mark("The generation factor {value} has no removal efficiency; what is emitted is unknown."),
        mark("Add the removal efficiency of the lines meant, 0 where nothing is removed."),
    ),
    "removal_twice": Rule(
        "row",
        mark("The emission factor {value} counts the treatment already, yet a removal efficiency stands beside it."),
        mark("Leave the removal efficiency blank, or give the factor as a generation factor."),
    ),
    "only_with_line": Rule(
        "row",
        mark("{value} can be told of a single line only; the table of lines knows neither fuels nor amounts of them."),
        mark("Name the line in unit_id, one row each."),
    ),
    "activity_amount": Rule(
        "row",
        mark("Nothing says how much of {value} there is on an operating day."),
        mark("State it in activity_per_day; only the output is in the table of lines."),
    ),
    "unknown_activity": Rule(
        "row",
        mark("{value} is not an activity that is known; the factor is not used."),
        mark("Use one of: {expected}."),
    ),
    "unknown_evidence": Rule(
        "row",
        mark("{value} does not say how far the factor can be relied on; it is not used."),
        mark("Use one of: {expected}."),
    ),
    "unknown_industry": Rule(
        "row",
        mark("{value} is not an industry that the rule pack tells apart; the factor is not used."),
        mark("Write the industry as in the rule pack, or name the lines one by one in unit_id."),
    ),
    "not_yet_issued": Rule(
        "row",
        mark("The source of the factor is dated {value}, after the day of the plan."),
        mark("Correct the date, or the day under [law] on in case.toml."),
    ),
    "several_factors": Rule(
        "row",
        mark("Several factors fit line {value} equally well (rows {expected}); none of them is used."),
        mark("Keep the one that holds, or tell them apart by product, or name the line in unit_id."),
    ),
    "no_output": Rule(
        "row",
        mark("The output of line {value} is not known, so the factor gives it no emission."),
        mark("Fill in last year's output of the line, or state the amount per day in a row of its own."),
    ),
    "output_in_tonnes": Rule(
        "row",
        mark(
            "The factor counts output in {expected}, the table of lines has t for line {value}; nothing is converted."
        ),
        mark("Give the factor per t, or state the amount per day in a row of the line's own."),
    ),
}
