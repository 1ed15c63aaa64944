"""The words of the papers, against the handmade city."""

import dataclasses

import polars as pl

from optimizer.answers.answer import Answer, Reason, answered, not_proven
from optimizer.answers.tables import UpgradeValues
from reports.papers.dossiers import Planned, dossiers
from reports.papers.model import Dossier
from tests.reports.sample import CEMENT_NAME, FIRMS, made

CEMENT, GLASS = FIRMS[0][0], FIRMS[1][0]


def test_every_enterprise_has_its_papers_once(chinese: dict[str, Dossier]) -> None:
    assert set(chinese) == {firm[0] for firm in FIRMS}


def test_a_plan_says_what_every_line_does_at_every_level(chinese: dict[str, Dossier]) -> None:
    levels = {level.level: level.orders for level in chinese[CEMENT].plan.levels}
    assert list(levels) == ["yellow", "orange", "red"]
    assert [order.unit_id for order in levels["orange"]] == ["C-1", "C-2"]
    cut = levels["orange"][0]
    assert cut.order.startswith("限产20%：熟料日产量不超过3,440t")
    assert "NOx 240kg/d" in cut.removed
    assert cut.begin_by == "预警生效时到位；所需提前量未知，现场商定"
    assert levels["yellow"][0].begin_by == "–"


def test_a_slow_line_begins_before_the_alert(planned: Planned) -> None:
    lines = planned.context.lines.with_columns(cut_off_hours=pl.lit(6.5))
    slow = dataclasses.replace(planned, context=dataclasses.replace(planned.context, lines=lines))
    [dossier] = dossiers(slow, "zh", [CEMENT])
    assert dossier.plan.levels[1].orders[0].begin_by == "提前6.5h开始，预警生效时到位"


def test_an_unknown_emission_is_never_shown_as_a_cut(chinese: dict[str, Dossier]) -> None:
    red = chinese[GLASS].plan.levels[2].orders[0]
    assert "VOCs 未知" in red.removed


def test_the_gate_groups_lines_under_the_same_measure_hardest_first(chinese: dict[str, Dossier]) -> None:
    yellow, orange, red = chinese[CEMENT].gate.levels
    assert [(entry.measure, entry.lines) for entry in red.entries] == [("停产", "全部生产线")]
    assert [entry.measure for entry in orange.entries] == ["停产", "限产20%，日产量不超过3,440t"]
    assert [entry.lines for entry in yellow.entries] == ["C-2号线", "C-1号线"]
    assert "国四及以下" in orange.vehicles


def test_the_gate_names_no_person(chinese: dict[str, Dossier]) -> None:
    for dossier in chinese.values():
        assert "13900000000" in str(dossier.plan)
        assert "13900000000" not in str(dossier.gate)
        assert "王某" not in str(dossier.gate)


def test_what_an_upgrade_saves_is_not_computed_until_it_is(chinese: dict[str, Dossier], planned: Planned) -> None:
    assert chinese[CEMENT].plan.upgrade == "本次运行未计算晋级后本季可减少的损失。"
    row = {
        "enterprise_id": CEMENT, "name": CEMENT_NAME, "industry": "cement", "grade_from": "B", "grade_to": "A",
        "units": 2, "firm_loss_cny_per_season": 9e6, "firm_saves_cny_per_season": 1_234_000.0, "missed_before": "",
        "missed_after": "", "state": "confirmed",
    }  # fmt: skip
    told = with_upgrades(planned, answered(made(UpgradeValues, [row]), Reason.NOBODY_CAN_RISE))
    [cement] = dossiers(told, "zh", [CEMENT])
    assert cement.plan.upgrade == "由B级升至A级，本季可少损失123.4万元（按升级后重新编制的方案）。"
    [glass] = dossiers(told, "zh", [GLASS])
    assert glass.plan.upgrade.startswith("无可计算的上一等级")
    [nobody] = dossiers(with_upgrades(planned, answered(UpgradeValues.create_empty(), Reason.OPTION)), "zh", [GLASS])
    assert nobody.plan.upgrade.startswith("无可计算的上一等级")
    [late] = dossiers(with_upgrades(planned, not_proven()), "zh", [GLASS])
    assert late.plan.upgrade.startswith("本次运行未计算")


def with_upgrades(planned: Planned, answer: Answer) -> Planned:
    answers = dataclasses.replace(planned.context.answers, upgrade_values=answer)
    return dataclasses.replace(planned, context=dataclasses.replace(planned.context, answers=answers))


def test_an_officer_asks_what_the_plan_had_to_assume(chinese: dict[str, Dossier]) -> None:
    asked = {one.question: one for one in chinese[GLASS].help.questions}
    assert asked["该生产线运行日排放多少（VOCs）？"].lines == "G-1号线"
    assert "停产需要多少小时？" in asked
    assert "联系电话是多少？" not in asked
    assert chinese[FIRMS[4][0]].help.questions == ()  # an idle line is asked nothing


def test_sources_that_disagree_are_told(planned: Planned) -> None:
    units = planned.case.units.with_columns(
        output_last_year_t_per_day=pl.when(pl.col("unit_id") == "C-1").then(4400.0).otherwise(None)
    )
    evidence = pl.concat(
        [
            _fact(planned, "permit", "80"),
            _fact(planned, "self_report", "95"),
            _fact(planned, "self_report", "95").with_columns(subject_id=pl.lit("C-2")),
        ]
    )
    case = dataclasses.replace(planned.case, units=units, evidence=evidence)
    [dossier] = dossiers(dataclasses.replace(planned, case=case), "zh", [CEMENT])
    found = {(one.subject, one.matter): one.statements for one in dossier.help.disagreements}
    assert found["C-1号线", "产量"] == "上年实际日产量4,400t，许可日产能4,300t"
    assert found["C-1号线", "出铁场颗粒物"] == "排污许可证（2026-05-01）：80 mg/m3；企业自报（2026-05-01）：95 mg/m3"
    assert ("C-2号线", "出铁场颗粒物") not in found  # one source is no disagreement


def _fact(planned: Planned, source: str, value: str) -> pl.DataFrame:
    schema = planned.case.evidence.schema
    row = {
        "subject_id": "C-1", "indicator": "出铁场颗粒物", "value": value, "unit": "mg/m3", "source": source,
        "provider": None, "document": None, "source_file": "e.csv", "source_sheet": "", "source_row": 2,
    }  # fmt: skip
    frame = pl.DataFrame([row]).with_columns(observed_on=pl.date(2026, 5, 1))
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
