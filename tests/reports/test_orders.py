"""Orders and reasons in words, against published orders and against every code the contract allows."""

from itertools import product

import polars as pl
import pytest

from grading.words import LANGUAGES, Language
from optimizer import tables
from reports.context import ReportContext
from reports.names import Names
from reports.orders import order_texts
from reports.reasons import reasons_by_unit
from tests.reports.sample import made
from tests.reports.sample_plan import sample_orders

NO_NAMES = Names(
    pl.DataFrame(schema={"industry": pl.String, "name_zh": pl.String, "name_en": pl.String}),
    pl.DataFrame(schema={"industry": pl.String, "process": pl.String, "name_zh": pl.String, "name_en": pl.String}),
    pl.DataFrame(schema={"indicator": pl.String, "title_zh": pl.String, "title_en": pl.String}),
    pl.DataFrame(schema={"kind": pl.String, "name_zh": pl.String, "name_en": pl.String}),
)
REASONS = tables.Orders.reason_code.categories
MAY_BE_NULL = (
    "product", "baseline_t_per_day", "allowed_t_per_day", "verification", "law_share", "law_hours",
    "reason_pollutant", "override_reason", "override_by", "measure_name",
)  # fmt: skip
TEXTS = ("order_text", "measure_text", "reason_text", "brief_reason", "verification_text")


def order(**changes: object) -> pl.DataFrame:
    """Return one order, a cement line cut at orange, with changes."""
    row = sample_orders().filter((pl.col("unit_id") == "C-1") & (pl.col("level") == "orange")).row(0, named=True)
    return made(tables.Orders, [row | changes])


def text(frame: pl.DataFrame, column: str, language: Language = "zh") -> str:
    value: str = order_texts(frame, NO_NAMES, language)[column].item()
    return value


def test_the_cement_line_at_b_orange_reads_as_published() -> None:
    words = text(order(), "order_text")
    assert words == (
        "限产20%\uff1a熟料日产量不超过3,440t\uff08基准4,300t/d\uff0c取环评、许可、上年实际产量的最小值\uff0c即上年实际产量\uff09"
        "\uff1b停止使用国四及以下重型载货车辆\uff08含燃气\uff09运输"
    )


def test_the_xingtai_glass_line_goes_from_960_to_768() -> None:
    glass = order(
        product="玻璃液", baseline_t_per_day=960.0, allowed_t_per_day=768.0, transport="none", baseline_source="eia"
    )
    assert text(glass, "order_text", "en") == (
        "Cut by 20%: at most 768 t of 玻璃液 a day "
        "(baseline 960 t/d: EIA capacity, the least of EIA, permit and last year's actual output)"
    )


def test_an_unknown_baseline_orders_no_tonnes() -> None:
    words = text(order(baseline_t_per_day=None, allowed_t_per_day=None, baseline_source="unknown"), "order_text")
    assert "须先现场核定" in words
    assert "日产量不超过" not in words


@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({"kind": "stop", "measure_id": "stop", "cut_share": 1.0}, "停产\uff08kiln\uff09"),
        ({"kind": "stop", "measure_id": "hold", "cut_share": 1.0}, "停产保温"),
        (
            {"kind": "stop", "law_kind": "stop_share_by_line", "law_share": 0.5, "reason_code": "counted_by_line"},
            "本生产线停产\uff08kiln\uff0c按生产线条数停产50%\uff09",
        ),
        ({"measure_id": "coking_28h"}, "结焦时间延长至28h"),
        ({"kind": "bureau", "measure_name": "换用低硫煤"}, "采取措施\uff1a换用低硫煤"),
        ({"kind": "none", "k": 0, "reason_code": "idle", "floor_state": "idle"}, "长期停产\uff0c预警期间不得复产"),
        ({"kind": "none", "k": 0, "reason_code": "voluntary", "transport": "none"}, "自主减排"),
        (
            {
                "kind": "none",
                "k": 0,
                "reason_code": "no_measure_needed",
                "floor_state": "limited_by_notice",
                "transport": "none",
            },
            "未下达\uff1a生产线所需提前量超过该级别预警的提前量",
        ),
        ({"kind": "none", "k": 0, "reason_code": "no_measure_needed"}, "生产不停不限\uff1b停止使用国四"),
    ],
)
def test_each_kind_has_its_words(changes: dict[str, object], starts: str) -> None:
    assert text(order(**changes), "order_text").startswith(starts)


@pytest.mark.parametrize("floor_state", ["lifted_by_exemption", "idle"])
def test_vehicles_are_free_where_the_law_is_lifted(floor_state: str) -> None:
    assert "重型载货车辆" not in text(order(floor_state=floor_state), "order_text")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_order_is_without_words(language: Language) -> None:
    """One order for each kind and reason, with everything unknown that may be."""
    [known] = order().to_dicts()
    bare: dict[str, object] = {"law_clause": "", "baseline_source": "unknown", **dict.fromkeys(MAY_BE_NULL)}
    pairs = list(product(("none", "load_cut", "stop", "bureau"), REASONS))
    orders = made(
        tables.Orders,
        [known | bare | {"unit_id": f"{kind} {why}", "kind": kind, "reason_code": why} for kind, why in pairs],
    )  # fmt: skip
    worded = order_texts(orders, NO_NAMES, language)
    assert worded["unit_id"].to_list() == [f"{kind} {why}" for kind, why in pairs]
    for column in TEXTS:
        silent = worded.filter(pl.col(column).fill_null("") == "")
        assert silent["unit_id"].to_list() == [], column


@pytest.mark.parametrize(
    ("status", "is_doubtful"), [("verified", False), ("reported", False), ("unverified", True), ("unknown", True)]
)
def test_an_unverified_rule_is_called_so(status: str, is_doubtful: bool) -> None:
    for column in ("reason_text", "brief_reason"):
        assert ("依据未核实" in text(order(law_status=status), column)) is is_doubtful


def test_the_reason_names_clause_industry_grade_and_level(context: ReportContext) -> None:
    worded = order_texts(context.orders, context.names, "zh")
    row = worded.filter((pl.col("unit_id") == "C-1") & (pl.col("level") == "orange"))
    assert row["reason_text"].item() == "法定最低措施\uff08环办大气函〔2020〕340号 水泥熟料 水泥 B级 橙色\uff09"


def test_the_general_ladder_says_it_is_general() -> None:
    assert text(order(law_is_general=True), "reason_text").startswith("按通用阶梯")


def test_a_line_spared_because_others_stop_says_so() -> None:
    spared = order(kind="none", k=0, reason_code="no_measure_needed", floor_state="counted_by_line")
    assert text(spared, "reason_text") == "本企业其他生产线停产已满足法定条数"


def test_levels_with_one_reason_are_named_together() -> None:
    worded = pl.DataFrame(
        {
            "unit_id": ["u", "u", "u", "v", "v"],
            "level": ["yellow", "orange", "red", "orange", "red"],
            "why": ["甲", "乙", "乙", "丙", "丙"],
        },
        schema_overrides={"level": pl.Enum(["yellow", "orange", "red"])},
    )
    assert dict(reasons_by_unit(worded, "why", "zh").iter_rows()) == {
        "u": "黄色\uff1a甲\uff1b橙色、红色\uff1a乙",
        "v": "丙",
    }


def test_rows_keep_their_order(context: ReportContext) -> None:
    shuffled = context.orders.sample(fraction=1.0, shuffle=True, seed=7)
    assert order_texts(shuffled, context.names, "en")["unit_id"].to_list() == shuffled["unit_id"].to_list()
