"""The same evaluation again, one row at a time in plain Python: slow, and read from the rules, not from the code."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property

from grading.case.model import Case
from grading.law.model import Law
from grading.scale import RANK, SCHEMES
from tests.grading.assess.factory import Row

SOURCES = ["monitoring", "permit", "site_check", "third_party", "disclosure", "credit", "self_report"]
NOTHING = {"none", "other", "无", "其他"}
Interval = tuple[str, str]


def every(said: list[bool | None]) -> bool | None:
    """All of them: false when one is, open when none is false and one cannot be told."""
    return False if False in said else None if None in said else True


def rounded(value: Decimal) -> Decimal:
    """Nine significant digits."""
    return value if value == 0 else value.quantize(Decimal(1).scaleb(value.adjusted() - 8))


def as_number(text: str, unit: str | None, asked: str | None) -> Decimal | None:
    if text.endswith("%"):
        text, unit = text[:-1], "%"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    factor = {("%", "1"): Decimal("0.01"), ("1", "%"): Decimal(100)}
    pair = (unit or "1", asked or "1")
    if pair[0] == pair[1]:
        return rounded(number)
    return rounded(number * factor[pair]) if pair in factor else None


def compare(operator: str, number: Decimal, threshold: Decimal) -> bool:
    answers = {"le": number <= threshold, "lt": number < threshold, "ge": number >= threshold, "gt": number > threshold}
    return answers[operator]


def among(operator: str, value: str, choices: set[str], vocabulary: set[str]) -> bool | None:
    words = set(value.split("|"))
    strange = words - vocabulary
    if operator == "one_of":
        if words <= choices:
            return True
        return None if strange or words & choices else False
    if choices <= words:
        return True
    return None if strange else False


def shares(value: str, choices: list[str], known: set[str]) -> bool | None:
    """At least one of the words is among the choices; open where a word is not understood."""
    words = set(value.split("|"))
    if not choices:
        return False
    return True if words & set(choices) else None if words - known else False


class Oracle:
    """Judges one case under one law."""

    def __init__(self, case: Case, law: Law) -> None:
        self.on = date.fromisoformat(law.on)
        self.enterprises = case.enterprises.to_dicts()
        self.units = case.units.to_dicts()
        self.evidence = case.evidence.to_dicts()
        self.requirements = law.requirements.to_dicts()
        self.conditions = {(c["industry"], c["condition"]): c for c in law.conditions.to_dicts()}
        self.industries = law.industries.to_dicts()
        self.answers_for: dict[str, str] = {}
        self.processes = {(p["industry"], p["process"]) for p in law.processes.to_dicts()}

    def pairs(self, enterprise: Row) -> set[tuple[str, str | None]]:
        own = [self.filled(u, enterprise) for u in self.units if u["enterprise_id"] == enterprise["enterprise_id"]]
        running = [u for u in own if u["status"] == "operating"] or own
        found = {(u["industry"], u["subtype"]) for u in running}
        if enterprise["industry"] not in {industry for industry, _ in found}:
            found.add((enterprise["industry"], enterprise["subtype"]))
        return found

    @staticmethod
    def filled(unit: Row, enterprise: Row) -> Row:
        industry = unit["industry"] or enterprise["industry"]
        inherited = enterprise["subtype"] if industry == enterprise["industry"] else None
        return {**unit, "industry": industry, "subtype": unit["subtype"] or inherited}

    def scheme(self, industry: str, subtype: str | None) -> str:
        for row in self.industries:
            if (row["industry"], row["subtype"]) == (industry, subtype):
                return str(row["scheme"])
        raise AssertionError("the strategies only draw known pairs")

    @cached_property
    def intervals(self) -> dict[tuple[str, str, str | None, str], Interval]:
        """Interval per (subject, industry, subtype, indicator)."""
        found: dict[tuple[str, str, str | None, str], Interval] = {}
        for enterprise in self.enterprises:
            for industry, subtype in self.pairs(enterprise):
                for indicator, cells in self.table(industry, subtype).items():
                    for subject, is_open in self.subjects(enterprise, industry, subtype, cells[0]):
                        state = self.applies(enterprise["enterprise_id"], subject, is_open, cells[0])
                        interval = self.interval(subject, is_open, cells, self.scheme(industry, subtype), state)
                        found[subject, industry, subtype, indicator] = interval
        return found

    def applies(self, enterprise_id: str, subject: str, is_asked: bool | None, cell: Row) -> bool | None:
        """Whether a row asks anything of a subject: all conditions of `when` hold, and not all of `unless`."""
        said = {
            column: [
                self.holds(enterprise_id, subject, is_asked, self.conditions[cell["industry"], name])
                for name in (cell[column] or "").split("|")
                if name
            ]
            for column in ("applies_when", "applies_unless")
        }
        when = every(said["applies_when"])
        excepted = every(said["applies_unless"]) if said["applies_unless"] else False
        return every([when, None if excepted is None else not excepted])

    def holds(self, enterprise_id: str, subject: str, is_asked: bool | None, condition: Row) -> bool | None:
        if condition["scope"] == "unit" and is_asked is not True:
            return None
        names = {str(condition[name]).lower() for name in ("asks", "asks_zh", "asks_en")}
        own = subject if condition["scope"] == "unit" else enterprise_id
        also = self.answers_for.get(subject) if condition["scope"] == "unit" else None
        row = self.first(names, (own, also), lambda e: self.can_answer(e, condition))
        if row is None or condition["status"] == "unknown":
            return None
        if condition["operator"] == "is_true":
            return row["value"] in ("是", "yes")
        if condition["operator"] == "any_of":
            known = {*condition["vocabulary"], *NOTHING}
            surely, maybe = (shares(row["value"], condition[name], known) for name in ("choices", "may_choices"))
        else:
            number = as_number(row["value"], row["unit"], condition["unit"])
            assert number is not None
            surely, maybe = (
                edge is not None and compare(condition["operator"], number, rounded(Decimal(repr(edge))))
                for edge in (condition["threshold"], condition["may_threshold"])
            )
        return True if surely else None if surely is None or maybe is not False else False

    def can_answer(self, row: Row, condition: Row) -> bool:
        if condition["operator"] == "is_true":
            return row["value"] in ("是", "否", "yes", "no")
        if condition["operator"] == "any_of":
            return bool(set(row["value"].split("|")) & {*condition["vocabulary"], *NOTHING})
        return as_number(row["value"], row["unit"], condition["unit"]) is not None

    def table(self, industry: str, subtype: str | None) -> dict[str, list[Row]]:
        rows = [r for r in self.requirements if r["industry"] == industry and r["subtype"] in (None, subtype)]
        specific = {r["indicator"] for r in rows if r["subtype"] is not None}
        rows = [r for r in rows if (r["subtype"] is not None) == (r["indicator"] in specific)]
        rows = [r for r in rows if r["grade"] in SCHEMES[self.scheme(industry, subtype)][:-1]]
        return {name: [r for r in rows if r["indicator"] == name] for name in sorted({r["indicator"] for r in rows})}

    def subjects(
        self, enterprise: Row, industry: str, subtype: str | None, cell: Row
    ) -> Iterable[tuple[str, bool | None]]:
        """Subject and whether it is asked: True asked, None open for lack of a process, False does not apply."""
        self.answers_for = {}
        if cell["scope"] == "enterprise":
            return [(enterprise["enterprise_id"], True)]
        own = [self.filled(u, enterprise) for u in self.units if u["enterprise_id"] == enterprise["enterprise_id"]]
        own = [u for u in own if (u["industry"], u["subtype"]) == (industry, subtype)]
        asked = [u for u in own if u["status"] == "operating" and cell["process"] in (None, u["process"])]
        if asked:
            if len(asked) == 1:
                self.answers_for[asked[0]["unit_id"]] = enterprise["enterprise_id"]
            return [(u["unit_id"], True) for u in asked]
        all_known = bool(own) and all((industry, u["process"]) in self.processes for u in own)
        return [(enterprise["enterprise_id"], False if all_known else None)]

    def interval(
        self, subject: str, is_asked: bool | None, cells: list[Row], scheme: str, applies: bool | None
    ) -> Interval:
        ladder = SCHEMES[scheme]
        if is_asked is False or applies is False:
            return ladder[0], ladder[0]
        by_grade = {c["grade"]: c for c in cells}
        listed = [ladder.index(g) for g in by_grade]
        row = self.chosen(subject, cells) if is_asked else None
        verdicts: list[bool | None] = []
        for step, grade in enumerate(ladder[:-1]):
            if step > max(listed):
                verdicts.append(True)
            else:
                verdicts.append(self.verdict(row, by_grade.get(grade), cells))
        if all(c["operator"] in ("le", "lt", "ge", "gt") for c in cells):
            verdicts = [False if v is None and False in verdicts[i + 1 :] else v for i, v in enumerate(verdicts)]
        best = next((i for i, v in enumerate(verdicts) if v is not False), len(ladder) - 1)
        worst = next((i for i, v in enumerate(verdicts) if v is True), len(ladder) - 1)
        return ladder[best if applies else 0], ladder[worst]

    def chosen(self, subject: str, cells: list[Row]) -> Row | None:
        names = {cells[0]["indicator"].lower(), cells[0]["title_zh"].lower(), cells[0]["title_en"].lower()}
        subjects = (subject, self.answers_for.get(subject))
        return self.first(names, subjects, lambda e: self.is_usable(e, cells))

    def first(self, names: set[str], subjects: tuple[str, str | None], usable: Callable[[Row], bool]) -> Row | None:
        rows = [
            e
            for e in self.evidence
            if e["subject_id"] in subjects
            and e["indicator"].strip().lower() in names
            and (e["observed_on"] is None or e["observed_on"] <= self.on)
            and usable(e)
        ]
        rows.sort(
            key=lambda e: (
                SOURCES.index(e["source"]),
                -(e["observed_on"] or date.min).toordinal(),
                e["subject_id"] != subjects[0],
                e["source_row"],
            )
        )
        return rows[0] if rows else None

    def is_usable(self, row: Row, cells: list[Row]) -> bool:
        operator = cells[0]["operator"]
        if operator == "is_true":
            return row["value"] in ("是", "否", "yes", "no")
        if operator in ("one_of", "all_of"):
            return bool(set(row["value"].split("|")) & self.vocabulary(cells))
        return as_number(row["value"], row["unit"], cells[0]["unit"]) is not None

    @staticmethod
    def vocabulary(cells: list[Row]) -> set[str]:
        return {word for c in cells if c["choices"] for word in c["choices"].split("|")} | NOTHING

    def verdict(self, row: Row | None, cell: Row | None, cells: list[Row]) -> bool | None:
        if row is None or cell is None or cell["status"] == "unknown":
            return None
        if cell["operator"] == "is_true":
            return row["value"] in ("是", "yes")
        if cell["operator"] in ("one_of", "all_of"):
            return among(cell["operator"], row["value"], set(cell["choices"].split("|")), self.vocabulary(cells))
        number = as_number(row["value"], row["unit"], cell["unit"])
        assert number is not None
        edges = [edge for edge in (cell["threshold"], cell["may_threshold"]) if edge is not None]
        keeps = [compare(cell["operator"], number, rounded(Decimal(repr(edge)))) for edge in edges]
        return True if all(keeps) else None if any(keeps) else False

    def worst_of(self, enterprise_id: str, industry: str, subtype: str | None) -> tuple[int, int]:
        """Interval of ranks of an industry: its worst indicator."""
        owned = {u["unit_id"] for u in self.units if u["enterprise_id"] == enterprise_id} | {enterprise_id}
        mine = [
            interval
            for (subject, i, s, _), interval in self.intervals.items()
            if subject in owned and (i, s) == (industry, subtype)
        ]
        return max(RANK[b] for b, _ in mine), max(RANK[w] for _, w in mine)

    def line_set(self, enterprise: Row, industry: str, subtype: str | None, process: str | None) -> Interval | None:
        """Interval of the running lines of one process; None where nothing is asked of them."""
        ranks: list[tuple[int, int]] = []
        scheme = self.scheme(industry, subtype)
        for cells in self.table(industry, subtype).values():
            if cells[0]["scope"] == "unit" and cells[0]["process"] not in (None, process):
                continue
            asked = list(self.subjects(enterprise, industry, subtype, cells[0]))
            for subject, _ in asked:
                if cells[0]["scope"] == "unit" and not self.is_of(subject, process):
                    continue
                applies = self.applies(enterprise["enterprise_id"], subject, is_asked=True, cell=cells[0])
                if applies is False:
                    continue
                best, worst = self.interval(subject, is_asked=True, cells=cells, scheme=scheme, applies=applies)
                ranks.append((RANK[best], RANK[worst]))
        if not ranks:
            return None
        name = {RANK[grade]: grade for grade in SCHEMES[scheme]}
        return name[max(best for best, _ in ranks)], name[max(worst for _, worst in ranks)]

    def is_of(self, unit_id: str, process: str | None) -> bool:
        return any(u["unit_id"] == unit_id and u["process"] == process for u in self.units)
