"""Every rule that reading a case can find broken: one name, one sentence, one repair."""

from dataclasses import dataclass

from grading.faults import Fault, Severity
from grading.words import mark


@dataclass(frozen=True)
class Rule:
    """The words of one rule; fields in braces are filled from the fault's values."""

    severity: Severity
    message: str
    repair: str


FILES: dict[str, Rule] = {
    "no_folder": Rule(
        "fatal", mark("There is no case folder at this place."), mark("Give the folder that holds case.toml.")
    ),
    "missing_file": Rule(
        "fatal",
        mark("The required file {value} is missing."),
        mark("Put it into the case folder; accepted names: {expected}."),
    ),
    "missing_template": Rule(
        "fatal",
        mark("The template {value} is not a file inside the case folder."),
        mark("Put it beside case.toml, or leave out the key: then our own template is used."),
    ),
    "two_files": Rule(
        "fatal",
        mark("Two sources claim the same table: {expected}."),
        mark("Keep one and move the others out of the case folder."),
    ),
    "unsupported_format": Rule(
        "fatal",
        mark("Files of type {value} are not read."),
        mark("Save the table as .xlsx, .csv or .parquet."),
    ),
    "unreadable_file": Rule(
        "fatal",
        mark("The file cannot be opened: {expected}."),
        mark("Open it in its own program, save it again under a new name, and remove any password."),
    ),
    "encoding": Rule(
        "fatal",
        mark("The text is neither clean UTF-8 nor clean GB18030: {expected}."),
        mark("Save the file again as UTF-8; nothing is guessed, so that no name is damaged."),
    ),
    "lost_characters": Rule(
        "fatal",
        mark("Line {row} holds characters that an earlier program already destroyed: {value}."),
        mark("Go back to the original file; the lost characters cannot be restored from this copy."),
    ),
    "broken_csv": Rule(
        "fatal",
        mark("The text table breaks off at line {row}: {expected}."),
        mark("Look for a quotation mark that is opened and never closed."),
    ),
    "zip_bomb": Rule(
        "fatal",
        mark("The workbook is refused before unpacking: {expected}."),
        mark("Copy the data into a new workbook and save it; a real list never packs like this."),
    ),
    "sheet_too_large": Rule(
        "fatal",
        mark("The sheet reaches to cell {value}: {expected}."),
        mark("Delete the stray cells to the right of and below the table, then save."),
    ),
    "date_system_1904": Rule(
        "fatal",
        mark("The workbook counts dates from 1904, which shifts plain date numbers by four years."),
        mark("Switch off the 1904 date system in the options of the workbook and check the dates."),
    ),
    "empty_sheet": Rule(
        "fatal", mark("There is no data on any visible sheet."), mark("Fill in the table, or remove the file.")
    ),
    "two_sheets": Rule(
        "fatal",
        mark("More than one sheet holds this table: {expected}."),
        mark("Bring all rows onto one sheet, or hide the sheets that do not count."),
    ),
    "nested_column": Rule(
        "fatal",
        mark("Column {column} holds {value}, not plain values."),
        mark("Write text, numbers, dates or yes/no into the Parquet file."),
    ),
}

HEADERS: dict[str, Rule] = {
    "no_header": Rule(
        "fatal",
        mark("No header row was found in the first {expected} rows."),
        mark("Write the column names of the template into one row (or two merged rows) above the data."),
    ),
    "missing_column": Rule(
        "fatal",
        mark("The required column {column} is missing."),
        mark("Add it; accepted headers: {expected}."),
    ),
    "duplicate_column": Rule(
        "fatal",
        mark("Several columns mean the same thing: {expected}."),
        mark("Keep the one that is right and delete or rename the others."),
    ),
    "unknown_unit": Rule(
        "fatal",
        mark("The unit {value} in the header {column} is not known for this column."),
        mark("Use one of: {expected}."),
    ),
    "unit_in_title": Rule(
        "fatal",
        mark("A line above the header names the unit {value}, but not the columns it is meant for."),
        mark("Write the unit behind each column name, for example SO2(t/a)."),
    ),
    "no_rows": Rule(
        "fatal", mark("The table has a header but no rows."), mark("Fill in the rows, or remove the file.")
    ),
    "nothing_accepted": Rule(
        "fatal",
        mark("Not one row of the table could be accepted."),
        mark("Repair the rows named in this list; the rules are given beside each."),
    ),
}

CELLS: dict[str, Rule] = {
    "blank": Rule("row", mark("{column} is blank."), mark("Fill it in; this column may not be left blank.")),
    "not_a_number": Rule(
        "row",
        mark("{value} in {column} is not a number."),
        mark("Write digits with a point as decimal mark, for example 1234.5; leave the cell blank if not known."),
    ),
    "not_whole": Rule("row", mark("{value} in {column} is not a whole number."), mark("Write a whole number.")),
    "cell_unit": Rule(
        "row",
        mark("{value} in {column} carries a unit that cannot be converted."),
        mark("Write the number alone; units known for this column: {expected}."),
    ),
    "needs_operating_days": Rule(
        "row",
        mark("{value} in {column} is a yearly amount, but the operating days of the year are missing."),
        mark("Fill in the operating days per year, or give the amount per day."),
    ),
    "not_a_date": Rule(
        "row",
        mark("{value} in {column} is not a date."),
        mark("Write the day as 2026-10-01, 2026/10/1, 2026.10.1, 20261001 or 2026年10月1日."),
    ),
    "not_yes_no": Rule("row", mark("{value} in {column} is neither yes nor no."), mark("Write 是 or 否.")),
    "not_in_list": Rule(
        "row", mark("{value} in {column} is not one of the allowed words."), mark("Use one of: {expected}.")
    ),
    "below_min": Rule(
        "row",
        mark("{value} in {column} is below {expected}, the least that is possible."),
        mark("Correct the number; leave the cell blank if it is not known."),
    ),
    "above_max": Rule(
        "row",
        mark("{value} in {column} is above {expected}, the most that is possible."),
        mark("Correct the number or its unit; leave the cell blank if it is not known."),
    ),
    "share_above_one": Rule(
        "row",
        mark("{value} in {column} is more than the whole; a share lies between 0 and 1."),
        mark("Write 0.8 or 80% for eighty per cent."),
    ),
    "code_as_number": Rule(
        "row",
        mark("The code {value} in {column} was stored as a number and has lost digits."),
        mark("Format the column as text and enter the code again from the original."),
    ),
    "credit_code_form": Rule(
        "row",
        mark(
            "{value} is not a unified social credit code, which has 18 characters: "
            "digits and capitals without I, O, S, V and Z."
        ),
        mark('Copy the code from the business licence; for other numbering set id_scheme = "local" under [city].'),
    ),
    "credit_code_check": Rule(
        "row",
        mark("The check character of credit code {value} is wrong; the first 17 characters ask for {expected}."),
        mark("Compare every character with the business licence (GB 32100-2015)."),
    ),
    "damaged_text": Rule(
        "row",
        mark("{column} holds characters that cannot be printed or were destroyed."),
        mark("Type the text again."),
    ),
    "formula_cell": Rule(
        "row",
        mark("{column} holds a formula whose result cannot be relied on."),
        mark("Copy the column and paste it back as values."),
    ),
    "error_cell": Rule(
        "row",
        mark("{column} shows the error {value}."),
        mark("Repair the formula behind it, then paste the result as a value; leave the cell blank if not known."),
    ),
    "merged_number": Rule(
        "row",
        mark("The amount in {column} is merged over several rows; it cannot be told how it is shared."),
        mark("Unmerge the cells and give each row its own amount."),
    ),
    "merged_sideways": Rule(
        "row",
        mark("Cells are merged across columns, starting in {column}."),
        mark("Unmerge the cells and fill in each column."),
    ),
    "ragged": Rule(
        "row",
        mark("The line has {value} cells, the header has {expected}."),
        mark("Look for a missing or an extra separator; put text that holds the separator in quotation marks."),
    ),
    "total_row": Rule(
        "row",
        mark("This looks like a total or a remark ({value}), not like a record."),
        mark("Delete the row; totals are computed again."),
    ),
}

TABLES_TOGETHER: dict[str, Rule] = {
    "duplicate_key": Rule(
        "row",
        mark("{value} appears more than once (rows {expected}); every copy is rejected."),
        mark("Keep the right row and delete the others."),
    ),
    "unit_in_two_enterprises": Rule(
        "row",
        mark("Unit {value} is claimed by several enterprises (rows {expected}); every copy is rejected."),
        mark("Give each production line its own number, best with the enterprise's code in front."),
    ),
    "orphan": Rule(
        "row",
        mark("{value} in {column} is not in the table {expected}."),
        mark("Correct the code, or add the missing row there."),
    ),
    "parent_rejected": Rule(
        "row",
        mark("{value} in {column} was rejected in the table {expected}, so this row goes with it."),
        mark("Repair the row there; this one needs no change."),
    ),
    "future_date": Rule(
        "row",
        mark("{value} in {column} lies after {expected}, the day for which the rules are read."),
        mark("Correct the date, or the day under [law] on in case.toml."),
    ),
    "ends_before_start": Rule(
        "row",
        mark("The validity ends on {value}, before it begins on {expected}."),
        mark("Correct one of the two dates."),
    ),
    "emission_above_society": Rule(
        "row",
        mark("{value} kg a day in {column} is more than the whole society emits ({expected} kg a day): a unit mix-up."),
        mark("Check kg against t and day against year, in the header too; then check [society] in case.toml."),
    ),
    "emission_above_output": Rule(
        "row",
        mark("{value} kg a day in {column} weighs more than the line can produce ({expected} t a day): a unit mix-up."),
        mark("Check kg against t and day against year, for the emission and for the capacity."),
    ),
    "capacity_mix_up": Rule(
        "row",
        mark("The figures for capacity and output of this line differ more than {expected} times: a unit mix-up."),
        mark("Check t a day against t a year in all three columns."),
    ),
}

SETTINGS: dict[str, Rule] = {
    "toml_syntax": Rule(
        "fatal",
        mark("The file cannot be read at line {row}: {expected}."),
        mark("Repair the line; text goes into quotation marks, dates stand bare as 2026-10-01."),
    ),
    "toml_missing_key": Rule("fatal", mark("The key {column} is missing."), mark("Add it at this place.")),
    "toml_unknown_key": Rule(
        "fatal",
        mark("The key {column} is not known."),
        mark("Delete it or correct its spelling; known here: {expected}."),
    ),
    "toml_not_in_list": Rule(
        "fatal", mark("{value} is not one of the words allowed for {column}."), mark("Use one of: {expected}.")
    ),
    "toml_not_a_number": Rule(
        "fatal", mark("{value} is not a number, as {column} must be."), mark("Write digits without quotation marks.")
    ),
    "toml_not_text": Rule(
        "fatal", mark("{value} is not text, as {column} must be."), mark("Put it into quotation marks.")
    ),
    "toml_not_a_date": Rule(
        "fatal", mark("{value} is not a date, as {column} must be."), mark("Write it bare, for example 2026-10-01.")
    ),
    "toml_not_yes_no": Rule(
        "fatal", mark("{value} is neither true nor false, as {column} must be."), mark("Write true or false.")
    ),
    "toml_not_a_table": Rule(
        "fatal",
        mark("{column} must hold keys of its own, not the single value {value}."),
        mark("Write it as [{column}] with one key per line."),
    ),
    "toml_out_of_bounds": Rule(
        "fatal",
        mark("{value} for {column} is outside what is possible ({expected})."),
        mark("Correct the number; a share is written as 0.1 for ten per cent."),
    ),
    "toml_bad_value": Rule(
        "fatal", mark("{value} is not allowed for {column}: {expected}."), mark("Correct the value at this line.")
    ),
}

SUMMARY: dict[str, Rule] = {
    "more_of_the_same": Rule(
        "row",
        mark("{value} more rows break the rule {expected} in this column; they are rejected, not listed one by one."),
        mark("Repair the cause shown in the rows above; it is the same."),
    ),
}

ATTACHED: dict[str, Rule] = {
    "previous_grade": Rule(
        "row",
        mark("{value} is not a grade, so this enterprise of the earlier list is compared with nothing."),
        mark("Give the grades.csv or grades.parquet as it was written; grades: {expected}."),
    ),
    "previous_twice": Rule(
        "row",
        mark("{value} stands more than once on the earlier list and is compared with nothing."),
        mark("Give the grades.csv or grades.parquet as it was written."),
    ),
    "broken_map": Rule(
        "fatal",
        mark("The boundaries cannot be drawn: {expected}."),
        mark(
            "Export them as a GeoJSON FeatureCollection of areas or lines, longitude and latitude in degrees, "
            "at most 5 MB and 200,000 points."
        ),
    ),
}

RULES: dict[str, Rule] = FILES | HEADERS | CELLS | TABLES_TOGETHER | SETTINGS | SUMMARY | ATTACHED


@dataclass(frozen=True)
class Place:
    """Where something is: row 1 is the first line as Excel shows it, 0 the whole file."""

    file: str
    sheet: str = ""
    row: int = 0
    column: str = ""


def fault(rule: str, place: Place, value: str = "", expected: str = "") -> Fault:
    """Return the fault of `rule` at one place, with its words filled in later."""
    words = RULES[rule]
    return Fault(
        file=place.file,
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        rule=rule,
        message=words.message,
        repair=words.repair,
        value=value,
        severity=words.severity,
        values={"value": value, "column": place.column, "expected": expected, "row": place.row},
    )
