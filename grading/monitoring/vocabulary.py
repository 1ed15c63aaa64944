"""The words of hourly files and outlet lists: headers, units, flags and marks, in both languages."""

import re
from collections.abc import Mapping

from grading.case.headers import normal

BRACKETED = re.compile(r"^(?P<base>.*?)[(\[](?:单位[:]?)?(?P<unit>[^()\[\]]*)[)\]]$")
POLLUTANT_WORDS: dict[str, tuple[str, ...]] = {
    "so2": ("SO2", "二氧化硫"),
    "nox": ("NOx", "氮氧化物"),
    "pm": ("PM", "颗粒物", "烟尘", "粉尘"),
    "vocs": ("VOCs", "NMHC", "非甲烷总烃", "挥发性有机物"),
}
# What a wide file writes behind the name of a pollutant. Converted values are recognised so that they are never
# taken for measured ones; they are worked out again.
FIELD_WORDS: dict[str, tuple[str, ...]] = {
    "measured_mg_m3": ("", "浓度", "实测", "实测浓度", "实测值", "measured", "measured_mg_m3"),
    "converted": ("折算", "折算浓度", "折算值", "converted", "corrected_mg_m3"),
    "flag": ("标记", "数据标记", "状态", "数据状态", "flag"),
    "valid_minutes": ("有效分钟", "有效分钟数", "valid_minutes"),
}
COMMON_WORDS: dict[str, tuple[str, ...]] = {
    "outlet_id": ("outlet_id", "outlet", "排口编号", "排放口编号", "排口", "监测点编号", "MN"),
    "pollutant": ("pollutant", "污染物", "监测因子", "因子", "污染物名称"),
    "time": ("time", "时间", "监测时间", "数据时间", "采集时间", "datetime"),
    "started_at": ("started_at", "start_time", "开始时间", "起始时间"),
    "ended_at": ("ended_at", "end_time", "结束时间", "截止时间"),
    "date": ("date", "日期", "监测日期"),
    "hour": ("hour", "小时", "时", "时段"),
    "measured_mg_m3": ("measured_mg_m3", "浓度", "实测浓度", "实测值", "value"),
    "converted": ("corrected_mg_m3", "折算浓度", "折算值"),
    "o2_percent": ("o2_percent", "O2", "氧含量", "含氧量", "烟气含氧量", "氧气含量"),
    "flow_m3_per_h": ("flow_m3_per_h", "flow", "标干流量", "标况流量", "烟气流量", "废气流量", "流量"),
    "valid_minutes": ("valid_minutes", "有效分钟", "有效分钟数", "有效数据分钟数"),
    "flag": ("flag", "标记", "数据标记", "设备标记", "数据状态"),
    "source_state": ("source_state", "工况", "工况标记", "生产状态", "污染源状态"),
    "is_in_conflict": ("is_in_conflict",),
}
OUTLET_WORDS: dict[str, tuple[str, ...]] = {
    "outlet_id": COMMON_WORDS["outlet_id"],
    "unit_id": ("unit_id", "生产线编号", "工序编号", "产线编号"),
    "enterprise_id": ("enterprise_id", "统一社会信用代码", "企业编号", "信用代码"),
    "process": ("process", "工序", "生产工序"),
    "name": ("name", "排口名称", "排放口名称"),
    "reference_o2_percent": ("reference_o2_percent", "基准氧含量", "基准含氧量", "基准氧"),
    "pollutants": ("pollutants", "监测因子", "污染物"),
    **{
        f"{pollutant}_limit_mg_m3": (f"{pollutant}_limit_mg_m3", *(f"{word}限值" for word in words))
        for pollutant, words in POLLUTANT_WORDS.items()
    },
}
METER_WORDS: dict[str, tuple[str, ...]] = {
    "meter_id": ("meter_id", "meter", "电表编号", "电表号", "表号", "计量点编号", "用电监控点编号"),
    "unit_id": OUTLET_WORDS["unit_id"],
    "role": ("role", "用途", "电表用途", "计量对象", "用电类别", "设施类型"),
    "interval_minutes": ("interval_minutes", "计量间隔", "采集间隔", "采集周期"),
}
# A reading (示数) is recognised so that it is never taken for what was used.
POWER_WORDS: dict[str, tuple[str, ...]] = {
    "meter_id": METER_WORDS["meter_id"],
    "time": (*COMMON_WORDS["time"], "计量时间"),
    **{name: COMMON_WORDS[name] for name in ("started_at", "ended_at", "date", "hour")},
    "kwh": ("kwh", "energy_kwh", "energy", "电量", "用电量", "有功电量", "有功电能", "耗电量"),
    "reading": ("reading", "示数", "表码", "表底", "正向有功总", "正向有功总示数", "电能示值"),
}
FACTOR_WORDS: dict[str, tuple[str, ...]] = {
    "unit_id": OUTLET_WORDS["unit_id"],
    "industry": ("industry", "行业类型", "适用行业", "行业"),
    "subtype": ("subtype", "行业子类", "子类"),
    "process": ("process", "工序", "生产工序", "适用工序"),
    "product": ("product", "产品", "产品名称"),
    "fuel": ("fuel", "燃料", "燃料类型"),
    "pollutant": ("pollutant", "污染物", "污染物名称"),
    "emission_factor": ("emission_factor", "排污系数", "排放系数"),
    "generation_factor": ("generation_factor", "产污系数", "产生系数"),
    "factor_unit": ("factor_unit", "系数单位"),
    "activity": ("activity", "活动水平", "活动水平指标"),
    "activity_unit": ("activity_unit", "活动水平单位"),
    "activity_per_day": ("activity_per_day", "日活动水平", "运行日活动水平"),
    "removal_share": ("removal_share", "去除效率", "治理效率", "综合去除效率"),
    "document": ("document", "来源文件", "依据文件", "出处"),
    "clause": ("clause", "条款", "表号"),
    "issued_on": ("issued_on", "文件日期", "发布日期"),
    "evidence_status": ("evidence_status", "依据状态", "核实状态"),
}
CONTROL_WORDS: dict[str, tuple[str, ...]] = {
    "outlet_id": COMMON_WORDS["outlet_id"],
    "pollutant": COMMON_WORDS["pollutant"],
    "started_at": (*COMMON_WORDS["started_at"], "失控开始时间"),
    "ended_at": (*COMMON_WORDS["ended_at"], "失控结束时间"),
}
# A table of measures that might be paid for (`lantian rank measures`).
MEASURE_WORDS: dict[str, tuple[str, ...]] = {
    "candidate": ("candidate", "方案编号", "方案", "措施编号"),
    "name": ("name", "方案名称", "措施名称"),
    "subject_id": ("subject_id", "对象编号", *OUTLET_WORDS["unit_id"], *OUTLET_WORDS["enterprise_id"]),
    "grade": ("grade", "达到等级", "等级"),
    "list": ("list", "清单", "其他清单"),
    "level": ("level", "预警级别", "级别"),
    "cost_cny_per_season": ("cost_cny_per_season", "费用", "每季费用", "全季费用"),
    **{f"{name}_kg_per_day": (f"{name}_kg_per_day", *words) for name, words in POLLUTANT_WORDS.items()},
}
LEVEL_WORDS = {"黄色": "yellow", "橙色": "orange", "红色": "red", "yellow": "yellow", "orange": "orange", "red": "red"}
UNITS: dict[str, dict[str, float]] = {
    "mg_m3": {"mg/m3": 1.0, "mg/nm3": 1.0, "毫克/立方米": 1.0, "ug/m3": 1e-3, "μg/m3": 1e-3, "µg/m3": 1e-3,
              "g/m3": 1e3},
    "percent": {"%": 1.0, "%vol": 1.0, "vol%": 1.0, "percent": 1.0},
    "m3_per_h": {
        "m3/h": 1.0, "nm3/h": 1.0, "立方米/小时": 1.0, "千m3/h": 1e3, "万m3/h": 1e4, "万nm3/h": 1e4, "m3/s": 3600.0,
        "nm3/s": 3600.0,
    },
    "kg_per_day": {"kg/d": 1.0, "kg/天": 1.0, "千克/日": 1.0, "千克/天": 1.0, "t/d": 1e3, "吨/日": 1e3, "吨/天": 1e3},
    "t_per_day": {"t/d": 1.0, "吨/日": 1.0, "吨/天": 1.0, "万t/d": 1e4, "万吨/日": 1e4, "万吨/天": 1e4},
    "t_per_year": {"t/a": 1.0, "吨/年": 1.0, "t/年": 1.0, "kg/a": 1e-3, "千克/年": 1e-3, "kg/年": 1e-3},
    "kwh": {
        "kwh": 1.0, "千瓦时": 1.0, "度": 1.0, "mwh": 1e3, "兆瓦时": 1e3, "万kwh": 1e4, "万千瓦时": 1e4, "万度": 1e4,
    },
    "minutes": {"min": 1.0, "分钟": 1.0, "分": 1.0},
    "share": {"1": 1.0, "%": 0.01},
    "cny_per_season": {"元": 1.0, "元/季": 1.0, "cny": 1.0, "cny/season": 1.0, "万元": 1e4, "万元/季": 1e4},
}  # fmt: skip
_FLAGS = {
    "N": "n 正常",
    "F": "f 停运 排放源停运",
    "S": "s 手工 手工输入",
    "D": "d 故障 设备故障",
    "M": "m 维护 维护调试",
    "C": "c 校准",
    "B": "b 通讯异常 通信异常",
    "T": "t 超量程 超上限 超测上限",
}
_SOURCES = {
    "running": "running 正常 运行 正常运行",
    "start_up": "start_up 启炉 启机 烘炉 启动",
    "shutdown": "shutdown 停炉 停机",
    "malfunction": "malfunction 故障 事故 故障或事故",
    "stopped": "stopped 停运 停产",
}
FLAG_WORDS: dict[str, str] = {word: flag for flag, words in _FLAGS.items() for word in words.split()}
SOURCE_WORDS: dict[str, str] = {word: state for state, words in _SOURCES.items() for word in words.split()}
_ROLES = {
    "production": "production 生产 生产设施 生产设备 生产用电 产污设施",
    "treatment": "treatment 治理 治理设施 治污 治污设施 治污用电 污染治理设施",
    "total": "total 总 总表 总用电 全厂",
}
ROLE_WORDS: dict[str, str] = {word: role for role, words in _ROLES.items() for word in words.split()}
ACTIVITY_WORDS: dict[str, str] = {
    **dict.fromkeys(("output", "产品产量", "产量"), "output"),
    **dict.fromkeys(("raw_material", "原料用量", "原辅料用量"), "raw_material"),
    **dict.fromkeys(("fuel", "燃料用量", "燃料消耗量"), "fuel"),
}
EVIDENCE_WORDS: dict[str, str] = {
    **dict.fromkeys(("verified", "已核实"), "verified"),
    **dict.fromkeys(("reported", "转引"), "reported"),
    **dict.fromkeys(("unverified", "未核实"), "unverified"),
    **dict.fromkeys(("unknown", "不详"), "unknown"),
}
# What loggers write where there is no number; -9 and its longer kin are no concentration.
NO_NUMBER = ("-9", "-9.0", "-99", "-99.0", "-999", "-999.0", "-9999", "-9999.0", "NAN", "#N/A", "***", "NULL")


def kind_of(attribute: str) -> str | None:
    """Return which units a column may carry; None for text."""
    endings = {
        "_mg_m3": "mg_m3",
        "_percent": "percent",
        "_m3_per_h": "m3_per_h",
        "_minutes": "minutes",
        "kwh": "kwh",
        "_kg_per_day": "kg_per_day",
        "_t_per_day": "t_per_day",
        "_t_per_year": "t_per_year",
        "_share": "share",
        "_cny_per_season": "cny_per_season",
    }
    return next((kind for ending, kind in endings.items() if attribute.endswith(ending)), None)


def meter_names() -> Mapping[str, tuple[str, str]]:
    """Return normalised header -> (attribute, "") for lists of meters."""
    return {normal(word): (name, "") for name, words in METER_WORDS.items() for word in words}


def measure_names() -> Mapping[str, tuple[str, str]]:
    """Return normalised header -> (attribute, "") for tables of measures."""
    return {normal(word): (name, "") for name, words in MEASURE_WORDS.items() for word in words}


def power_names() -> Mapping[str, tuple[str, str]]:
    """Return normalised header -> (attribute, "") for files of metered intervals."""
    return {normal(word): (name, "") for name, words in POWER_WORDS.items() for word in words}


def factor_names() -> Mapping[str, tuple[str, str]]:
    """Return normalised header -> (attribute, "") for tables of emission factors."""
    return {normal(word): (name, "") for name, words in FACTOR_WORDS.items() for word in words}


def control_names() -> Mapping[str, tuple[str, str]]:
    """Return normalised header -> (attribute, "") for lists of out-of-control periods."""
    return {normal(word): (name, "") for name, words in CONTROL_WORDS.items() for word in words}


def hour_names() -> Mapping[str, tuple[str, str]]:
    """Return normalised header -> (attribute, pollutant) for hourly files; the pollutant is "" for common columns."""
    common = {normal(word): (name, "") for name, words in COMMON_WORDS.items() for word in words}
    wide = {
        normal(pollutant_word + field_word): (field, pollutant)
        for pollutant, pollutant_words in POLLUTANT_WORDS.items()
        for field, field_words in FIELD_WORDS.items()
        for pollutant_word in pollutant_words
        for field_word in field_words
    }
    return wide | common


def outlet_names() -> Mapping[str, tuple[str, str]]:
    """Return normalised header -> (attribute, "") for outlet lists."""
    return {normal(word): (name, "") for name, words in OUTLET_WORDS.items() for word in words}


def split_unit(header: str) -> tuple[str, str]:
    """Return the normalised name and the unit text of a header; the unit is "" when none is written."""
    text = normal(header.replace("³", "3").replace("㎎", "mg").replace("％", "%"))
    bracketed = BRACKETED.match(text)
    return (bracketed["base"], bracketed["unit"]) if bracketed else (text, "")
