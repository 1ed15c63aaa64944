"""The words a list uses for closed choices, in both languages, and the names of the files.

Order matters: the first word of each choice is the one an error message shows.
"""

from collections.abc import Mapping

CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("enterprises", "status"): {
        "operating": "正常生产 正常 在产 生产 运行 营业",
        "long_idle": "长期停产 停产 停业 长期停运",
        "seasonal": "季节性 季节性生产 季节性停产",
    },
    ("units", "status"): {
        "operating": "运行 正常 在用 正常运行 正常生产 在产",
        "idle": "停运 停用 闲置 停产 长期停产 备用",
    },
    ("evidence", "source"): {
        "permit": "排污许可 排污许可证 许可证",
        "monitoring": "自动监控 自动监测 在线监测 在线监控",
        "credit": "信用 信用评价 环保信用",
        "disclosure": "信息公开 环境信息公开",
        "site_check": "现场核查 现场检查",
        "self_report": "企业自报 企业申报 自报",
        "third_party": "第三方报告 第三方检测 第三方",
    },
    ("penalties", "severity"): {
        "minor": "轻微 情节轻微 较轻",
        "general": "一般 情节一般",
        "serious": "严重 情节严重 特别严重",
    },
    ("registers", "register"): {
        "protected": "保障类 民生豁免 保障类企业 民生保障",
        "positive_list": "正面清单 监督执法正面清单",
        "leading": "引领性 引领性企业",
        "project": "重点工程 重点建设项目 重点项目",
        "strategic": "战略性新兴产业 战略性产业",
        "export": "外贸 外贸企业 出口",
        "green_leader": "绿色标杆 绿色标杆企业",
    },
    ("overrides", "level"): {
        "yellow": "黄色 黄色预警 黄",
        "orange": "橙色 橙色预警 橙",
        "red": "红色 红色预警 红",
        "all": "全部 所有 各级",
    },
}

ENGLISH: dict[tuple[str, str], dict[str, str]] = {
    ("enterprises", "status"): {"in operation": "operating", "long idle": "long_idle", "seasonal": "seasonal"},
    ("units", "status"): {"running": "operating", "out of use": "idle"},
}
"""The words of the English list, so that it goes back in as it came out."""

FILE_NAMES: dict[str, tuple[str, ...]] = {
    "enterprises": ("enterprises", "enterprise", "企业", "企业清单", "企业信息"),
    "units": ("units", "unit", "生产线", "工序", "生产线清单", "产线"),
    "evidence": ("evidence", "证据", "佐证", "佐证材料"),
    "penalties": ("penalties", "penalty", "处罚", "行政处罚"),
    "registers": ("registers", "register", "名录", "豁免名录"),
    "overrides": ("overrides", "override", "调整", "人工调整"),
    "measures": ("measures", "measure", "措施", "措施清单"),
    "mobile_list": ("mobile_list", "mobile", "移动源", "移动源清单"),
    "dust_list": ("dust_list", "dust", "扬尘源", "扬尘源清单"),
}
# Lists of the four platforms; they are read by `grading.platforms`, not as tables of the bureau.
PLATFORM_NAMES: dict[str, tuple[str, ...]] = {
    "outlets": ("outlets", "outlet", "排放口", "排口", "排放口清单", "排口清单"),
    "out_of_control": ("out_of_control", "失控", "失控时段", "数据失控时段"),
    "meters": ("meters", "meter", "电表", "电表清单", "用电监控点"),
    "permits": ("permits", "permit", "排污许可", "排污许可证", "许可证"),
    "permit_reports": ("permit_reports", "permit_report", "执行报告", "许可执行报告", "排污许可执行报告"),
    "disclosures": ("disclosures", "disclosure", "信息公开", "环境信息披露", "环境信息公开"),
    "factors": ("factors", "factor", "emission_factors", "排放系数", "排污系数", "产排污系数"),
    "credit": ("credit", "信用", "信用评价", "环保信用评价", "企业环境信用"),
}
COMBINED_NAMES = ("case", "清单", "案卷")


def is_of_platform(name: str) -> bool:
    """Return whether a file name stands for a list of a platform."""
    folded = name.strip().lower()
    return any(folded in names for names in PLATFORM_NAMES.values())


def words_of(table: str, attribute: str) -> Mapping[str, str]:
    """Return word -> choice for one column: Chinese words, then the choice's own name."""
    choices = CHOICES[(table, attribute)]
    chinese = {word: choice for choice, words in choices.items() for word in words.split()}
    return chinese | {choice: choice for choice in choices} | ENGLISH.get((table, attribute), {})


def table_of(name: str) -> str | None:
    """Return the table a file or sheet name stands for, or None."""
    folded = name.strip().lower()
    return next((table for table, names in FILE_NAMES.items() if folded in names), None)
