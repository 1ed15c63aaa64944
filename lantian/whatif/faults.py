"""Every rule that a scenario can break: one name, one sentence, one repair."""

from dataclasses import dataclass

from grading.faults import Fault
from grading.words import mark

RULES: dict[str, tuple[str, str]] = {
    "scenario_missing": (
        mark("There is no scenario {value}."),
        mark("Give a file, or one of those in the folder scenarios/ of the case: {expected}."),
    ),
    "parent_missing": (
        mark("The parent {value} is neither the case nor a scenario beside this one."),
        mark('Write parent = "case", or one of: {expected}.'),
    ),
    "parent_cycle": (
        mark("The scenario descends from itself: {value}."),
        mark("Let one of them start from the case."),
    ),
    "no_hit": (
        mark("The selector {value} hits nothing in the parent."),
        mark("Loosen a condition; alone, its conditions hit: {expected}."),
    ),
    "unknown_name": (
        mark("The case has no {column} {value}."),
        mark("Use a name of the case; closest: {expected}."),
    ),
    "empty_select": (
        mark("The selector names nobody."),
        mark("State at least one of: {expected}."),
    ),
    "not_of_enterprises": (
        mark("This change is about enterprises; {value} selects lines."),
        mark("Select by enterprise, industry, county, park, grade or where."),
    ),
    "where_not_understood": (
        mark("This part of the condition is not understood: {value}."),
        mark("Use comparisons of these columns with numbers and texts, joined by and, or, not: {expected}."),
    ),
    "nothing_changes": (
        mark("The change alters nothing: {value}."),
        mark("Leave it out, or change the selector or the value."),
    ),
    "sector_missing": (
        mark("The case has no emission sector {value}."),
        mark("Sectors of the case: {expected}."),
    ),
    "level_falls": (
        mark("The required share of {value} is lower than that of a milder level."),
        mark("Required shares never fall from yellow to orange to red."),
    ),
    "new_column": (
        mark("New row: the table has no column {value}."),
        mark("Columns of the table: {expected}."),
    ),
    "new_value": (
        mark("New row: {value} cannot stand in this column."),
        mark("The column holds: {expected}."),
    ),
    "new_missing": (
        mark("New row: {column} is not given."),
        mark("It is required; give it."),
    ),
    "new_exists": (
        mark("New row: {value} is in the case already."),
        mark("Use another id; to change a line, use retrofits."),
    ),
    "new_orphan": (
        mark("New row: the enterprise {value} is not in the case."),
        mark("Give its columns under enterprise."),
    ),
    "retrofit_twice": (
        mark("The retrofit gives both a share and an amount for {value}."),
        mark("Keep one of the two."),
    ),
    "retrofit_unknown": (
        mark("The emission of {value} is not known, so a share of it cannot be taken away."),
        mark("Give the new emission in kg/d."),
    ),
    "conflict": (
        mark("{value} is changed by both scenarios: {expected}."),
        mark("Take it out of one of them; nothing is combined as long as they disagree."),
    ),
    "option_not_understood": (
        mark("The option {column} does not understand {value}."),
        mark("Write it as in this example: {expected}."),
    ),
    "nothing_asked": (
        mark("No scenario and no change was given."),
        mark("Name a scenario of the case ({expected}), or give a change such as --target orange.nox=0.22."),
    ),
    "save_exists": (
        mark("The scenario {value} exists already."),
        mark("Choose another name; a scenario file is never overwritten."),
    ),
    "save_name": (
        mark("The name {value} cannot be a scenario's."),
        mark("Use letters, digits, - and _; the name case stands for the case itself."),
    ),
    "measures_table": (
        mark("Measures are ranked from a table, and only they: {value}."),
        mark("Write lantian rank CASE measures --table FILE; docs/measures.md shows the columns."),
    ),
    "candidate_column": (
        mark("The table of measures lacks a column {value}."),
        mark("Call it one of: {expected}."),
    ),
    "candidate_blank": (
        mark("The cell {column} is blank, but must be filled in."),
        mark("Every row names its measure and what it costs; write 0 where it costs nothing."),
    ),
    "candidate_number": (
        mark("{value} cannot stand in the column {column}."),
        mark("Write digits with a point as decimal mark, not below 0."),
    ),
    "candidate_whom": (
        mark("The row says neither or both: a line or an enterprise of the case, or another list."),
        mark("Fill in one of the two columns."),
    ),
    "candidate_unknown": (
        mark("{value} is not known in the column {column}."),
        mark("Use one of: {expected}."),
    ),
    "candidate_empty": (
        mark("The row says nothing that the measure would change: {value}."),
        mark("A line takes new emissions or a grade of its enterprise, an enterprise a grade, another list kilograms."),
    ),
    "parents_differ": (
        mark("The scenarios start from different parents: {value}."),
        mark("Combine scenarios of one parent."),
    ),
}


@dataclass(frozen=True)
class At:
    """A place in a scenario file; line 0 means the whole file, or the command line."""

    file: str
    line: int = 0
    key: str = ""


def scenario_fault(rule: str, at: At, value: str = "", expected: str = "") -> Fault:
    """Return the fault of a rule at a place; it ends the run, for half a scenario answers nothing."""
    message, repair = RULES[rule]
    values = {"value": value, "expected": expected, "column": at.key}
    return Fault(at.file, "", at.line, at.key, rule, message, repair, value, "fatal", values)
