"""From files to the flat tables of one day."""

from datetime import date
from math import inf
from pathlib import Path

import polars as pl
import pytest

from grading.case.settings import LawChoice
from grading.faults import InputError
from grading.law import resolve_law
from grading.law.frames import TABLES
from grading.law.model import Law
from grading.law.pack import Grade, Scheme, Status
from grading.scale import GRADES, LEVELS, SCHEMES, STATUSES
from tests.grading.law.oracle import rows
from tests.grading.law.smallpack import write_pack

ON = date(2024, 1, 1)


@pytest.fixture
def small(tmp_path: Path) -> Law:
    write_pack(tmp_path)
    return resolve_law(LawChoice(pack="small", on=ON), tmp_path)


def packaged(pack: str = "cn-2020-340", on: date = date(2026, 11, 20)) -> Law:
    return resolve_law(LawChoice(pack=pack, on=on))


def test_the_pack_models_and_the_scale_speak_of_the_same_words() -> None:
    assert set(GRADES) == set(Grade.__args__)  # type: ignore[attr-defined]
    assert set(SCHEMES) == set(Scheme.__args__)  # type: ignore[attr-defined]
    assert set(STATUSES) == set(Status.__args__)  # type: ignore[attr-defined]


def test_every_cell_carries_its_own_or_its_rows_evidence(small: Law) -> None:
    found = rows(small.requirements, "grade", "threshold", "status", "confidence", indicator="dust")

    assert found == [
        ("A", 10.0, "reported", "high"),
        ("B", 20.0, "unverified", "low"),
        ("C", None, "unknown", "none"),
    ]


def test_merged_cells_are_written_out_and_the_bottom_demands_nothing(small: Law) -> None:
    found = rows(small.requirements, "grade", "choices", indicator="archive")

    assert found == [("A", "one|two"), ("B", "one|two"), ("C", "one")]


def test_a_block_may_state_grades_that_the_scheme_lacks(small: Law) -> None:
    assert "B-" not in small.requirements["grade"].to_list()


def test_a_range_in_physics_is_planned_with_the_value_said(small: Law) -> None:
    assert rows(small.physics, "min_load", "can_stop", "emission_elasticity") == [(0.8, True, None)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "notice_h: {between: [2, 8], planned_with: 8, because: late}\n    pay_off_days: never",
            (8.0, None, None, inf),
        ),
        ("decay_h: 48\n    start_up_extra_h: 6\n    pay_off_days: 3", (None, 48.0, 6.0, 3.0)),
        ("pay_off_days: {between: [1, 3], planned_with: 3, because: cautious}", (None, None, None, 3.0)),
        ("note: nothing said", (None, None, None, None)),
    ],
)
def test_times_of_a_line_stay_unknown_where_nobody_says_them(
    tmp_path: Path, words: str, expected: tuple[float | None, ...]
) -> None:
    write_pack(tmp_path, "physics.yaml", "emission_elasticity: null", f"emission_elasticity: null\n    {words}")

    physics = resolve_law(LawChoice(pack="small", on=date(2024, 1, 1)), tmp_path).physics

    assert physics.select("notice_h", "decay_h", "start_up_extra_h", "pay_off_days").rows() == [expected]


def test_times_of_lines_in_the_packaged_law_are_estimates_and_only_where_stated() -> None:
    told = (
        packaged()
        .physics.drop_nulls("industry")
        .filter(pl.any_horizontal(pl.col("notice_h", "decay_h", "start_up_extra_h", "pay_off_days").is_not_null()))
    )
    pay_off = dict(told.select(pl.format("{} {}", "industry", pl.col("process").fill_null("-")), "pay_off_days").rows())

    assert set(told.select("status", "confidence").rows()) == {("unverified", "estimate")}
    assert told["start_up_extra_h"].null_count() == told.height
    assert {line: days for line, days in pay_off.items() if days is not None and "coke_oven" not in line} == {
        "brick tunnel_kiln": 3.0,
        "cement kiln": 1.0,
        "copper_smelting -": 3.0,
        "lead_zinc_smelting -": 3.0,
        "primary_aluminium pot_line": inf,
    }


def test_the_ladder_keeps_its_own_and_the_general_rungs_apart(small: Law) -> None:
    assert rows(small.ladder, "industry", "kind", "share", level="orange") == [
        (None, "stop", None),
        ("kilns", "load_cut", 0.2),
    ]
    assert small.ladder["is_general"].to_list() == [True] * 3 + [False] * 3


def test_tables_keep_one_order_and_one_schema(small: Law) -> None:
    for name, (schema, order) in TABLES.items():
        frame = getattr(small, name)
        assert frame.equals(frame.sort(order, maintain_order=True)), name
        schema.validate(frame)


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2020, 6, 30), False),
        (date(2020, 7, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_pack_holds_on_its_first_and_last_day_and_not_outside(tmp_path: Path, on: date, holds: bool) -> None:
    write_pack(tmp_path)
    choice = LawChoice(pack="small", on=on)

    if holds:
        assert resolve_law(choice, tmp_path).on == on.isoformat()
    else:
        with pytest.raises(InputError, match=f"Nothing of small is in force on {on}.*from 2020-07-01 to 2026-12-31"):
            resolve_law(choice, tmp_path)


@pytest.mark.parametrize(("on", "limit"), [(date(2022, 12, 31), 10.0), (date(2023, 1, 1), 5.0)])
def test_the_day_picks_the_version_of_an_indicator(tmp_path: Path, on: date, limit: float) -> None:
    kilns = write_pack(tmp_path) / "industries" / "kilns.yaml"
    text = kilns.read_text("utf-8")
    first = text.split("indicators:\n")[1].split("ladder:")[0]
    second = first.replace("A: 10", "A: 5").replace("- id: dust", "- id: dust\n    in_force_from: 2023-01-01")
    old = first.replace("- id: dust", "- id: dust\n    in_force_to: 2022-12-31")
    kilns.write_text(text.replace(first, old + second), "utf-8")

    law = resolve_law(LawChoice(pack="small", on=on), tmp_path)

    assert rows(law.requirements, "threshold", indicator="dust", grade="A") == [(limit,)]


def test_one_byte_changes_the_hash_and_nothing_else_does(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    write_pack(one)
    write_pack(two)
    write_pack(three, "pack.yaml", "Seen", "Sean")

    hashes = [resolve_law(LawChoice(pack="small", on=ON), folder).content_sha256 for folder in (one, two, three)]

    assert hashes[0] == hashes[1] != hashes[2]


def test_resolving_twice_gives_the_same_frames() -> None:
    first, second = packaged(), packaged()

    assert all(getattr(first, name).equals(getattr(second, name)) for name in TABLES)
    assert first.content_sha256 == second.content_sha256


def test_all_39_key_industries_are_known_in_the_guides_order() -> None:
    law = packaged()
    key = law.industries.filter("is_key_industry")["industry"].unique().to_list()

    assert len(key) == 39
    assert rows(law.industries, "has_table", "is_key_industry", industry="other") == [(False, False)]


def test_the_clinker_ladder_is_reported_and_the_general_one_is_not() -> None:
    law = packaged()
    clinker = law.ladder.filter(pl.col("subtype") == "clinker")

    assert clinker["status"].unique().to_list() == ["reported"]
    assert not clinker["is_general"].any()
    general = law.ladder.filter("is_general")
    own_decision = general["kind"] == "voluntary"
    assert general.filter(~own_decision)["status"].unique().to_list() == ["unverified"]


def test_nothing_in_the_packs_claims_to_be_verified() -> None:
    """No official annex was opened; a cell may say `verified` only once somebody has read it there."""
    law = packaged()

    for name, (schema, _) in TABLES.items():
        if "status" in schema.column_names():
            assert "verified" not in getattr(law, name)["status"].cast(pl.String).to_list(), name


def test_an_unknown_cell_holds_no_number() -> None:
    cells = packaged().requirements.filter(pl.col("status") == "unknown")

    assert cells.height > 0
    assert cells["threshold"].is_null().all()
    assert cells["choices"].is_null().all()


def test_a_known_cell_holds_what_its_operator_reads() -> None:
    known = packaged().requirements.filter(pl.col("status") != "unknown")
    numeric = pl.col("operator").cast(pl.String).is_in(["le", "lt", "ge", "gt"])
    chosen = pl.col("operator").cast(pl.String).is_in(["one_of", "all_of"])

    assert known.filter(numeric)["threshold"].is_not_null().all()
    assert known.filter(chosen)["choices"].is_not_null().all()


def test_every_rung_stands_at_all_three_levels() -> None:
    key = ["industry", "subtype", "process", "grade", "is_general"]
    counts = packaged().ladder.group_by(key).agg(pl.col("level").n_unique(), pl.len().alias("rows"))

    assert counts.filter((pl.col("level") != len(LEVELS)) | (pl.col("rows") != len(LEVELS))).is_empty()


def test_no_rung_asks_less_at_a_worse_level() -> None:
    """Plans nest: what yellow asks, orange and red ask too (by share, then stop)."""
    weight = (
        pl.when(pl.col("kind").is_in(["none", "voluntary"])).then(0.0)
        .when(pl.col("kind").is_in(["load_cut", "stop_share_by_line"])).then(pl.col("share"))
        .when(pl.col("kind") == "coking_time_h").then(pl.col("hours") / 100)
        .when(pl.col("kind").is_in(["keep_hot", "bank"])).then(1.0)
        .when(pl.col("kind") == "stop").then(2.0)
    )  # fmt: skip
    key = ["industry", "subtype", "process", "grade", "is_general"]
    ladder = packaged().ladder.with_columns(weight=weight).drop_nulls("weight").sort(*key, "level")
    falls = ladder.with_columns(step=pl.col("weight").diff().over(key)).filter(pl.col("step") < 0)

    assert falls.is_empty(), falls


def test_veto_windows_and_registers_follow_the_published_rules() -> None:
    law = packaged()

    assert rows(law.vetoes, "cap", "look_back_days", kind="excess_emission") == [("C", 365)]
    assert rows(law.register_rules, "exempt_up_to", "needs_grade", "uses_quota", register="protected") == [
        (None, "B", True)
    ]
    assert rows(law.register_rules, "exempt_up_to", register="green_leader") == [("orange",)]
    assert rows(law.register_rules, "exempt_up_to", register="strategic") == [("red",)]


def test_how_orders_are_checked_where_no_line_says_so(tmp_path: Path) -> None:
    ways = """\
verification:
  - {of: stop, how: {zh: 查电, en: power}, clause: v, evidence: {status: reported, confidence: high, source: seen}}
  - {of: load_cut, how: {zh: 查料, en: feed}, clause: v2, evidence: {status: unknown, source: seen}}
ladder:
"""
    write_pack(tmp_path, "general.yaml", "ladder:\n", ways)

    physics = resolve_law(LawChoice(pack="small", on=date(2024, 1, 1)), tmp_path).physics

    columns = ("industry", "process", "can_stop", "verification", "verification_en", "status", "clause")
    assert physics.select(columns).rows()[0] == (
        None,
        None,
        None,
        "查电；查料",
        "power; feed",
        "unknown",
        "v; v2",
    )
