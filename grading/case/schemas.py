"""The tables of a case folder: one class per table, one attribute per column.

`metadata` carries the Chinese header, accepted synonyms and the unit; the reader, the header page of
the docs and `lantian init` all use the same declaration. Bounds are physical or formal, never legal.
A nullable column may be left blank: blank means "not known" and stays null all the way.
"""

from typing import Any

import dataframely as dy

from grading.case.listed_sources import measure_column, reduction_column


def _head(zh: str, *synonyms: str, unit: str = "") -> dict[str, Any]:
    return {"zh": zh, "synonyms": synonyms, "unit": unit}


def _enterprise_id(*, is_key: bool = False) -> dy.String:
    """Return the column that says which enterprise a row is about."""
    head = _head("统一社会信用代码", "企业编号", "信用代码", "社会信用代码", "Unified social credit code")
    return dy.String(primary_key=is_key, metadata=head)


def _unit_id() -> dy.String:
    """Return the column that says which production line a row is about."""
    return dy.String(metadata=_head("生产线编号", "工序编号", "产线编号"))


def _county(*more: str) -> dy.String:
    """Return the column of the county a row lies in."""
    return dy.String(metadata=_head("县区", "所属县区", "县(市、区)", "区县", *more))


class Traced(dy.Schema):
    """Where an accepted row came from."""

    source_file = dy.String()
    source_sheet = dy.String()
    source_row = dy.Int64(min=1)


class Enterprises(Traced):
    """One row per enterprise."""

    enterprise_id = _enterprise_id(is_key=True)
    name = dy.String(metadata=_head("企业名称", "单位名称", "企业", "Enterprise name"))
    county = _county("县")
    park = dy.String(nullable=True, metadata=_head("园区", "工业园区", "所属园区"))
    industry = dy.String(metadata=_head("行业类型", "重点行业类型", "行业", "所属行业", "Type of industry"))
    subtype = dy.String(nullable=True, metadata=_head("行业子类", "子类", "行业细分"))
    lon = dy.Float64(nullable=True, min=73, max=136, metadata=_head("经度", "中心经度", unit="deg"))
    lat = dy.Float64(nullable=True, min=3, max=54, metadata=_head("纬度", "中心纬度", unit="deg"))
    annual_output_value_wan = dy.Float64(nullable=True, min=0, metadata=_head("年产值", "工业总产值", unit="万元"))
    value_added_wan = dy.Float64(nullable=True, min=0, metadata=_head("年增加值", "工业增加值", unit="万元"))
    employees = dy.Int64(nullable=True, min=0, metadata=_head("职工人数", "从业人数", "员工数", unit="人"))
    permit_no = dy.String(
        nullable=True, metadata=_head("排污许可证编号", "许可证编号", "排污许可证号", "Discharge permit")
    )
    applied_on = dy.Date(nullable=True, metadata=_head("申报日期", "绩效申报日期"))
    status = dy.Enum(
        ["operating", "long_idle", "seasonal"],
        metadata=_head("生产状态", "企业状态", "状态", "State of the enterprise"),
    )
    approved_grade = dy.String(nullable=True, metadata=_head("批准等级", "绩效等级", "认定等级"))
    approved_on = dy.Date(nullable=True, metadata=_head("批准日期", "认定日期"))
    approved_by = dy.String(nullable=True, metadata=_head("批准单位", "认定单位"))
    approved_until = dy.Date(nullable=True, metadata=_head("等级有效期至", "批准有效期至", "绩效等级有效期至"))
    is_small_micro = dy.Bool(nullable=True, metadata=_head("是否小微涉气", "小微", "是否小微"))
    contact = dy.String(nullable=True, metadata=_head("联系人"))
    phone = dy.String(nullable=True, metadata=_head("联系电话", "电话"))


class Units(Traced):
    """One row per production line or process."""

    unit_id = dy.String(
        primary_key=True, metadata=_head("生产线编号", "工序编号", "生产线/工序编号", "产线编号", "Line number")
    )
    enterprise_id = _enterprise_id()
    name = dy.String(nullable=True, metadata=_head("生产线名称", "产线名称", "Line name"))
    industry = dy.String(nullable=True, metadata=_head("行业类型", "生产线行业", "Type of industry"))
    subtype = dy.String(nullable=True, metadata=_head("行业子类", "子类"))
    process = dy.String(metadata=_head("工序", "生产工序", "工艺"))
    product = dy.String(nullable=True, metadata=_head("产品", "主要产品"))
    status = dy.Enum(["operating", "idle"], metadata=_head("运行状态", "状态", "生产线状态", "State of the line"))
    capacity_eia_t_per_day = dy.Float64(nullable=True, min=0, metadata=_head("环评产能", "EIA capacity", unit="t/d"))
    capacity_permit_t_per_day = dy.Float64(
        nullable=True, min=0, metadata=_head("许可产能", "排污许可产能", "Permitted capacity", unit="t/d")
    )
    output_last_year_t_per_day = dy.Float64(
        nullable=True,
        min=0,
        metadata=_head("上年实际产量", "上年实际日产量", "上年度实际产量", "Actual output of last year", unit="t/d"),
    )
    so2_kg_per_day = dy.Float64(
        nullable=True,
        min=0,
        metadata=_head("SO2", "二氧化硫", "SO2排放量", "二氧化硫排放量", "SO2 emission", unit="kg/d"),
    )
    nox_kg_per_day = dy.Float64(
        nullable=True,
        min=0,
        metadata=_head("NOx", "氮氧化物", "NOx排放量", "氮氧化物排放量", "NOx emission", unit="kg/d"),
    )
    pm_kg_per_day = dy.Float64(
        nullable=True, min=0, metadata=_head("PM", "颗粒物", "PM排放量", "颗粒物排放量", "PM emission", unit="kg/d")
    )
    vocs_kg_per_day = dy.Float64(
        nullable=True,
        min=0,
        metadata=_head("VOCs", "挥发性有机物", "VOCs排放量", "挥发性有机物排放量", "VOC", "VOCs emission", unit="kg/d"),
    )
    operating_days_per_year = dy.Float64(
        nullable=True, min=1, max=366, metadata=_head("年运行天数", "年生产天数", unit="d/a")
    )
    can_stop = dy.Bool(nullable=True, metadata=_head("能否停产", "是否可停", "可停产"))
    min_load = dy.Float64(nullable=True, min=0, max=1, metadata=_head("最低负荷", "最小负荷", unit="1"))
    restart_cost_wan = dy.Float64(nullable=True, min=0, metadata=_head("重启成本", "复产成本", unit="万元"))
    cut_off_hours = dy.Float64(nullable=True, min=0, metadata=_head("停产所需时间", "停机时间", unit="h"))
    oven_height_m = dy.Float64(nullable=True, min=0, max=12, metadata=_head("炭化室高度", unit="m"))
    value_share = dy.Float64(nullable=True, min=0, max=1, metadata=_head("产值占比", "增加值占比", unit="1"))
    approved_grade = dy.String(nullable=True, metadata=_head("生产线批准等级", "生产线绩效等级", "Grade of the line"))
    approved_on = dy.Date(nullable=True, metadata=_head("生产线批准日期"))
    approved_by = dy.String(nullable=True, metadata=_head("生产线批准单位"))
    approved_until = dy.Date(nullable=True, metadata=_head("生产线等级有效期至"))
    verification = dy.String(nullable=True, metadata=_head("核查方式", "监控方式", "Way of checking"))


class Evidence(Traced):
    """One row per fact about an enterprise or unit."""

    subject_id = dy.String(metadata=_head("对象编号", "主体编号", "企业或生产线编号"))
    indicator = dy.String(metadata=_head("指标", "指标编号", "差异化指标"))
    value = dy.String(metadata=_head("指标值", "数值", "值"))
    unit = dy.String(nullable=True, metadata=_head("单位", "计量单位"))
    source = dy.Enum(
        ["permit", "monitoring", "credit", "disclosure", "site_check", "self_report", "third_party"],
        metadata=_head("来源", "证据来源"),
    )
    provider = dy.String(nullable=True, metadata=_head("提供单位", "出具单位"))
    observed_on = dy.Date(nullable=True, metadata=_head("取证日期", "监测日期"))
    document = dy.String(nullable=True, metadata=_head("文件", "佐证材料", "文件编号"))


class Penalties(Traced):
    """One row per decision."""

    enterprise_id = _enterprise_id()
    decided_on = dy.Date(metadata=_head("处罚日期", "决定日期", "处罚决定日期"))
    kind = dy.String(metadata=_head("违法类型", "处罚类型", "处罚事由"))
    amount_wan = dy.Float64(nullable=True, min=0, metadata=_head("罚款金额", "处罚金额", unit="万元"))
    rectified_on = dy.Date(nullable=True, metadata=_head("整改完成日期", "整改日期"))
    credit_repaired_on = dy.Date(nullable=True, metadata=_head("信用修复日期"))
    severity = dy.Enum(["minor", "general", "serious"], nullable=True, metadata=_head("违法情节", "情节", "严重程度"))
    rectify_by = dy.Date(nullable=True, metadata=_head("整改期限", "责令改正期限"))


class Registers(Traced):
    """One row per exemption or status."""

    enterprise_id = _enterprise_id()
    register = dy.Enum(
        ["protected", "positive_list", "leading", "project", "strategic", "export", "green_leader"],
        metadata=_head("名录", "名录类型", "清单类型"),
    )
    basis = dy.String(nullable=True, metadata=_head("依据", "豁免依据", "认定依据"))
    scope = dy.String(nullable=True, metadata=_head("范围", "保障范围"))
    quota_share = dy.Float64(nullable=True, min=0, max=1, metadata=_head("保障负荷", "保障产量占比", unit="1"))
    valid_from = dy.Date(nullable=True, metadata=_head("生效日期", "有效期起"))
    valid_to = dy.Date(nullable=True, metadata=_head("失效日期", "有效期止"))


class Overrides(Traced):
    """One row per planner's pin: lock a unit to a measure at a level, exempt it, or forbid more."""

    unit_id = _unit_id()
    level = dy.Enum(["yellow", "orange", "red", "all"], metadata=_head("预警级别", "级别"))
    measure = dy.String(metadata=_head("措施", "指定措施"))
    reason = dy.String(metadata=_head("理由", "原因"))
    by = dy.String(metadata=_head("经办人", "决定人"))


class Measures(Traced):
    """One row per unit and bureau-supplied measure; replaces the default menu of that unit.

    Removed shares are of the unit's emission on an operating day.
    """

    unit_id = _unit_id()
    measure_id = dy.String(metadata=_head("措施编号"))
    name = dy.String(metadata=_head("措施名称"))
    severity = dy.Int64(min=1, metadata=_head("力度次序"))
    so2_removed_share = dy.Float64(min=0, max=1, metadata=_head("SO2削减比例", unit="1"))
    nox_removed_share = dy.Float64(min=0, max=1, metadata=_head("NOx削减比例", unit="1"))
    pm_removed_share = dy.Float64(min=0, max=1, metadata=_head("PM削减比例", unit="1"))
    vocs_removed_share = dy.Float64(min=0, max=1, metadata=_head("VOCs削减比例", unit="1"))
    loss_cny_per_day = dy.Float64(min=0, metadata=_head("日损失", unit="元/d"))


class Listed(Traced):
    """What each level asks of an entry of another list, and what that brings there (kg/d)."""

    yellow_measure = measure_column("yellow")
    yellow_so2_kg_per_day = reduction_column("yellow", "so2")
    yellow_nox_kg_per_day = reduction_column("yellow", "nox")
    yellow_pm_kg_per_day = reduction_column("yellow", "pm")
    yellow_vocs_kg_per_day = reduction_column("yellow", "vocs")
    orange_measure = measure_column("orange")
    orange_so2_kg_per_day = reduction_column("orange", "so2")
    orange_nox_kg_per_day = reduction_column("orange", "nox")
    orange_pm_kg_per_day = reduction_column("orange", "pm")
    orange_vocs_kg_per_day = reduction_column("orange", "vocs")
    red_measure = measure_column("red")
    red_so2_kg_per_day = reduction_column("red", "so2")
    red_nox_kg_per_day = reduction_column("red", "nox")
    red_pm_kg_per_day = reduction_column("red", "pm")
    red_vocs_kg_per_day = reduction_column("red", "vocs")


class MobileList(Listed):
    """One row per fleet, user of heavy vehicles or park of machines on the mobile list (移动源清单)."""

    name = dy.String(metadata=_head("用车单位", "车辆使用单位", "移动源单位", "Fleet or user"))
    county = _county()
    category = dy.String(metadata=_head("车辆或机械类型", "车辆类型", "机械类型", "Kind of vehicle or machine"))
    emission_stage = dy.String(nullable=True, metadata=_head("排放阶段", "排放标准阶段"))
    vehicles = dy.Int64(
        nullable=True, min=0, metadata=_head("车辆或机械数量", "车辆数量", "机械数量", "Vehicles or machines")
    )


class DustList(Listed):
    """One row per construction site, yard or road on the dust list (扬尘源清单)."""

    name = dy.String(metadata=_head("工地或场所名称", "工地名称", "扬尘源名称", "场所名称", "Site"))
    county = _county()
    category = dy.String(metadata=_head("扬尘源类型", "工地类型", "Kind of source"))
    operator = dy.String(nullable=True, metadata=_head("责任单位", "施工单位", "Responsible body"))
    area_m2 = dy.Float64(nullable=True, min=0, metadata=_head("占地面积(m2)", "施工面积(m2)", "面积(m2)", "Area (m2)"))
    stage = dy.String(nullable=True, metadata=_head("施工阶段", "Stage of the works"))


class Rejected(dy.Schema):
    """One row per fault; the shape of `rejected.csv`."""

    file = dy.String()
    sheet = dy.String()
    row = dy.Int64(min=0)
    column = dy.String()
    value = dy.String()
    rule = dy.String()
    severity = dy.String()
    message = dy.String()
    repair = dy.String()


TABLES: dict[str, type[dy.Schema]] = {
    "enterprises": Enterprises,
    "units": Units,
    "evidence": Evidence,
    "penalties": Penalties,
    "registers": Registers,
    "overrides": Overrides,
    "measures": Measures,
    "mobile_list": MobileList,
    "dust_list": DustList,
}
REQUIRED_TABLES: tuple[str, ...] = ("enterprises", "units")
