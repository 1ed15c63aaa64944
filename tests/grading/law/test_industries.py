"""The packs against the list of industries, written down here from the notices and not from the packs.

Source: the list of 39 in the order of 内蒙古's notice of 2022; schemes as the notices and recollection have them.
"""

import polars as pl
import pytest

from tests.grading.law.conftest import law_of

ON = "2026-11-20"
LEADING, ABC, ABCD, ABBMCD = "leading", "ABC", "ABCD", "ABBmCD"
KEY_INDUSTRIES: tuple[tuple[str, dict[str, str]], ...] = (
    ("长流程联合钢铁", {"": ABBMCD}),
    ("短流程钢铁", {"电炉炼钢": ABCD, "独立轧钢": LEADING}),
    ("铁合金", {"矿热炉法": ABCD, "电解锰": LEADING}),
    ("焦化", {"": ABBMCD}),
    ("石灰窑", {"": ABCD}),
    ("铸造", {"铸件(天然气、电炉)": ABCD, "铸件(冲天炉)": ABCD, "铸造用生铁": ABCD}),
    ("氧化铝", {"": ABCD}),
    ("电解铝", {"": ABCD}),
    ("炭素", {"": ABCD}),
    ("铜冶炼", {"": ABC}),
    ("铅锌冶炼", {"": ABC}),
    ("钼冶炼", {"": ABC}),
    ("再生铜铝铅锌", {"": ABC}),
    ("有色金属压延", {"": LEADING}),
    ("水泥", {"水泥熟料": ABCD, "独立粉磨站": LEADING, "水泥制品": LEADING}),
    ("砖瓦窑", {"烧结砖瓦": ABCD, "非烧结砖": LEADING}),
    ("陶瓷", {"": ABCD}),
    ("耐火材料", {"": ABCD}),
    ("玻璃", {"平板玻璃": ABCD, "日用玻璃": ABCD, "玻璃纤维与电子玻璃": ABCD}),
    ("岩矿棉", {"": ABCD}),
    ("玻璃钢", {"": LEADING}),
    ("防水建筑材料", {"": ABCD}),
    ("炼油与石油化工", {"": ABCD}),
    ("炭黑", {"": ABCD}),
    ("煤制(氮)肥", {"": ABCD}),
    ("制药", {"": ABCD}),
    ("农药", {"": ABCD}),
    ("涂料", {"溶剂型与水性涂料": ABCD, "粉末涂料": LEADING}),
    ("油墨", {"": ABCD}),
    ("纤维素醚", {"": ABCD}),
    ("包装印刷", {"": ABCD}),
    ("人造板", {"": ABCD}),
    ("塑料人造革与合成革", {"": ABCD}),
    ("橡胶制品", {"": ABCD}),
    ("制鞋", {"": ABCD}),
    ("家具制造", {"": ABCD}),
    ("汽车整车制造", {"": ABCD}),
    ("工程机械整机制造", {"": LEADING}),
    ("工业涂装", {"": ABCD}),
)
OVERLAYS = {
    "cn-guangdong-voc-2021": 13,
    "cn-hebei-eight": 1,
    "cn-hebei-incentive": 7,
    "cn-henan-2020": 3,
    "cn-henan-2021": 6,
    "cn-sichuan-2023": 4,
    "cn-chongqing-2024": 4,
    "cn-leather-2025": 1,
}


def schemes_of(pack: str) -> dict[str, dict[str, str]]:
    """Return Chinese name of the industry -> name of the subtype (blank without one) -> scheme."""
    own = pl.col("name_zh").str.strip_prefix(pl.col("industry_zh"))
    rows = law_of(pack, ON).industries.select("industry_zh", "name_zh", "subtype", "scheme", own.alias("rest"))
    found: dict[str, dict[str, str]] = {}
    for row in rows.iter_rows(named=True):
        subtype = "" if row["subtype"] is None else row["rest"].removeprefix("(").removesuffix(")")
        found.setdefault(row["industry_zh"], {})[subtype] = row["scheme"]
    return found


@pytest.mark.parametrize("pack", ["cn-2020-340", "cn-2026-2"])
def test_the_pack_holds_the_39_industries_with_their_subtypes_and_schemes(pack: str) -> None:
    found = schemes_of(pack)
    found.pop("其他行业")

    assert found == dict(KEY_INDUSTRIES)
    assert len(KEY_INDUSTRIES) == 39


@pytest.mark.parametrize("pack", ["cn-2020-340", "cn-2026-2"])
def test_every_industry_and_subtype_has_a_table(pack: str) -> None:
    industries = law_of(pack, ON).industries.filter(pl.col("industry") != "other")

    assert industries.filter(~pl.col("has_table"))["name_zh"].to_list() == []


@pytest.mark.parametrize(("pack", "added"), OVERLAYS.items())
def test_an_overlay_adds_its_industries_each_with_a_table_and_keeps_the_39(pack: str, added: int) -> None:
    base, law = law_of("cn-2020-340", ON), law_of(pack, ON)
    new = law.industries.join(base.industries, on=["industry", "subtype"], how="anti", nulls_equal=True)

    assert new.height == added
    assert new["has_table"].all()
    assert law.industries.height == base.industries.height + added


def test_what_nobody_has_read_is_unknown_and_never_met() -> None:
    for pack, industry in (("cn-guangdong-voc-2021", "gd_voc_ink"), ("cn-hebei-eight", "hebei_eight")):
        cells = law_of(pack, ON).requirements.filter(pl.col("industry") == industry)
        assert set(cells["status"]) == {"unknown"}
        assert cells["threshold"].is_null().all()


def test_both_letters_of_2021_stand_beside_the_guide_as_not_encoded() -> None:
    letters = law_of("cn-2020-340", ON).supplements.filter(pl.col("kind") == "supplement")

    assert letters.select("document", "is_encoded", "in_force_from").rows() == [
        ("环办便函〔2021〕341号", False, None),
        ("环办便函〔2021〕439号", False, None),
    ]


def test_an_overlay_keeps_the_parts_of_its_parent_and_adds_its_own_from_their_first_day() -> None:
    opinion = law_of("cn-2026-2", ON).supplements["document"].to_list()

    assert {"环办便函〔2021〕341号", "技术总则", "A+"} <= set(opinion)
    assert "A+" not in law_of("cn-2020-340", ON).supplements["document"].to_list()
