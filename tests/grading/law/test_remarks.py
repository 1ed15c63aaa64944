"""Remarks of the packs: each has Chinese, keeps its numbers, and nothing in their catalogue is dead."""

import re
from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from grading.law.files import pack_folder, packaged_ids, read_pack
from grading.law.pack import Condition, Content, Indicator, Order, Source
from grading.law.remarks import NUMBER, PLACE, catalogue, is_english, told

TOLD: dict[type[BaseModel], tuple[str, ...]] = {
    Indicator: ("note",),
    Content: ("note", "unknown", "floor", "not_differentiated"),
    Condition: ("note",),
    Order: ("note",),
    Source: ("title",),
}
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;?!(]|[,:;?!)][\u4e00-\u9fff]")


def remarks_of(node: object) -> Iterator[str]:
    """Yield every remark below a part of a pack."""
    if isinstance(node, BaseModel):
        yield from (text for name in TOLD.get(type(node), ()) if (text := getattr(node, name)))
        for name in type(node).model_fields:
            yield from remarks_of(getattr(node, name))
    elif isinstance(node, dict):
        for part in node.values():
            yield from remarks_of(part)
    elif isinstance(node, tuple | list):
        for part in node:
            yield from remarks_of(part)


@cache
def packaged_remarks() -> frozenset[str]:
    packs = [read_pack(pack_folder(name, None)) for name in packaged_ids()]
    parts = [
        part for pack in packs for part in (pack.header, pack.general, *pack.tables.values(), *pack.common.values())
    ]
    return frozenset(remark for part in parts if part is not None for remark in remarks_of(part.model))


def untold(remarks: frozenset[str]) -> list[str]:
    """Return every remark with English words that nobody has put into Chinese: add it to locale/remarks/zh.po."""
    return sorted(remark for remark in remarks if is_english(remark) and told(remark, "zh") == remark)


def test_every_remark_of_every_pack_has_chinese() -> None:
    assert len(packaged_remarks()) > 400
    assert untold(packaged_remarks()) == []


def test_a_seeded_remark_is_missed() -> None:
    assert untold(frozenset({"nobody said this in Chinese", "上限20", "upper end of the band 7-9"})) == [
        "nobody said this in Chinese"
    ]


def test_numbers_keep_their_place() -> None:
    for remark in packaged_remarks():
        assert NUMBER.findall(told(remark, "zh")) == NUMBER.findall(remark), remark
    assert told("upper end of the band 7-9.5", "zh") == "区间7-9.5取上限"
    assert told("or at most 20 mg/m3 where it is burnt", "zh") == "or at most 20 mg/m3 where it is burnt"


def test_every_entry_is_used_and_well_written() -> None:
    used = packaged_remarks() | {NUMBER.sub(PLACE, remark) for remark in packaged_remarks()}

    assert sorted(set(catalogue()) - used) == []
    for message, chinese in catalogue().items():
        assert message.count(PLACE) == chinese.count(PLACE), message
        assert not HALF_WIDTH.search(chinese), chinese
        assert not is_english(chinese), chinese


def test_english_and_the_words_of_a_bureau_stay() -> None:
    assert told("partial record", "en") == "partial record"
    assert told("市局核定", "zh") == told("市局核定", "en") == "市局核定"
