"""A small case folder with the files of the four platforms: two sinter stacks, each with a month of hours."""

from datetime import datetime, timedelta
from pathlib import Path

TOML = """[city]
name = "测试市"
season = "2026-2027"
id_scheme = "local"

[law]
pack = "cn-2020-340"
on = {on}

[society]
unit = "kg/d"

[society.sectors]
"工业" = {{ so2 = 1000.0, nox = 1000.0, pm = 1000.0, vocs = 1000.0 }}

[targets]
yellow = {{ nox = 0.1 }}
orange = {{ nox = 0.2 }}
red = {{ nox = 0.3 }}
"""
ENTERPRISES = """企业编号,企业名称,县区,行业类型,生产状态
E1,甲钢,东区,长流程联合钢铁,正常生产
E2,乙钢,东区,长流程联合钢铁,正常生产
"""
UNITS = """生产线编号,企业编号,工序,状态,NOx(kg/d),许可产能(t/d),年运行天数
U1,E1,烧结,运行,200,1000,330
U2,E2,烧结,运行,200,1000,330
"""
OUTLETS = """排口编号,生产线编号,企业编号,排口名称,基准氧含量(%),NOx限值(mg/m3)
DA001,U1,E1,烧结机头,16,50
DA002,U2,E2,烧结机头,16,50
"""
EVIDENCE = """对象编号,指标,指标值,单位,来源,取证日期
U1,烧结机头氮氧化物,40,mg/m3,企业自报,2026-06-20
U2,烧结机头氮氧化物,40,mg/m3,企业自报,2026-06-20
"""


def hours_of(marks: str, over: int = 0, first: datetime = datetime(2026, 6, 1)) -> str:
    """Return a month of an outlet as a wide file: each mark an hour, blank an hour not reported, `over` hours at 60."""
    rows = ["结束时间,NOx实测浓度(mg/m3),氧含量(%),标干流量(m3/h),数据标记"]
    normal = 0
    for at, mark in enumerate(marks):
        if mark == " ":
            continue
        end = first + timedelta(hours=at + 1)
        stamp = f"{end - timedelta(days=1):%Y-%m-%d} 24:00" if end.hour == 0 else f"{end:%Y-%m-%d %H}:00"
        normal += mark == "N"
        value = 60.0 if mark == "N" and normal <= over else 40.0 + at % 5
        rows.append(f"{stamp},{value},16,100000,{mark}")
    return "\n".join(rows) + "\n"


def write_case(folder: Path, on: str = "2026-07-10", **files: str) -> Path:
    """Write the case; `files` are further files by name; `cems_` or `power_` in front of a name puts it in there."""
    tables = {"enterprises": ENTERPRISES, "units": UNITS, **files}
    (folder / "cems").mkdir(parents=True)
    if any(name.startswith("power_") for name in files):
        (folder / "power").mkdir()
    (folder / "case.toml").write_text(TOML.format(on=on), encoding="utf-8")
    for name, text in tables.items():
        inside, _, stem = name.partition("_")
        place = folder / inside / stem if inside in ("cems", "power") else folder / name
        place.with_suffix(".csv").write_text(text, encoding="utf-8")
    return folder
