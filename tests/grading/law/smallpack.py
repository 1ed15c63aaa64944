"""A complete pack of a few lines, and one edit of it."""

from pathlib import Path

FILES: dict[str, str] = {
    "pack.yaml": """\
id: small
title: {zh: 小规则包, en: Small pack}
document: 测试〔2020〕1号
authority: 测试
in_force_from: 2020-07-01
in_force_to: 2026-12-31
sources:
  seen: {title: Seen, kind: secondary}
""",
    "general.yaml": """\
industries:
  - id: kilns
    number: 1
    title: {zh: 窑业, en: Kilns}
    scheme: ABCD
    evidence: {status: reported, confidence: high, source: seen}
  - id: other
    is_outside: true
    title: {zh: 其他行业, en: Other}
    scheme: ABCD
    evidence: {status: unknown, source: seen}
ladder:
  - clause: general
    evidence: {status: unverified, confidence: low, source: seen}
    grades:
      D: {yellow: stop, orange: stop, red: stop}
""",
    "common/office.yaml": """\
indicators:
  - id: archive
    dimension: management
    title: {zh: 档案, en: Archive}
    scope: enterprise
    quantity: archive
    operator: all_of
    clause: c2
    evidence: {status: reported, confidence: high, source: seen}
    effort: document
    requirement: {A: [one, two], B: =A, C: [one], D: floor, B-: unknown}
""",
    "industries/kilns.yaml": """\
industry: kilns
include:
  office: []
processes:
  - id: kiln
    title: {zh: 窑, en: Kiln}
indicators:
  - id: dust
    dimension: emission_limit
    title: {zh: 颗粒物, en: Dust}
    scope: unit
    process: kiln
    quantity: pm_concentration
    unit: mg/m3
    operator: le
    clause: c1
    evidence: {status: reported, confidence: high, source: seen}
    effort: equipment
    requirement:
      A: 10
      B: {number: 20, evidence: {status: unverified, confidence: low, source: seen}}
      C: {unknown: 20-30}
      D: floor
ladder:
  - clause: own
    evidence: {status: reported, confidence: high, source: seen}
    grades:
      B:
        yellow: none
        orange: {kind: load_cut, share: 0.2}
        red: stop
""",
    "vetoes.yaml": """\
vetoes:
  - kind: excess
    title: {zh: 超标, en: Excess}
    cap: C
    look_back_days: 365
    minor_and_rectified_is_spared: true
    clause: v
    evidence: {status: reported, confidence: high, source: seen}
""",
    "registers.yaml": """\
registers:
  - register: protected
    exempt_up_to: null
    needs_grade: B
    uses_quota: true
    clause: r
    evidence: {status: reported, confidence: high, source: seen}
""",
    "vocabulary.yaml": """\
choices:
  - {id: one, zh: 批复, en: approval, synonyms: [批文]}
  - {id: two, zh: 验收, en: acceptance}
  - {id: three, zh: 竣工批复, en: final approval, falls_under: [one]}
""",
    "physics.yaml": """\
rows:
  - industry: kilns
    process: kiln
    can_stop: true
    min_load: {between: [0.6, 0.8], planned_with: 0.8, because: cautious}
    emission_elasticity: null
    clause: p
    evidence: {status: unverified, confidence: estimate, source: seen}
""",
}


def write_pack(folder: Path, file: str = "", old: str = "", new: str = "") -> Path:
    """Write the small pack into `folder`/small, with `old` replaced by `new` in one file."""
    root = folder / "small"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert name != file or not old or text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new) if name == file and old else text, encoding="utf-8")
    if file and not old:
        (root / file).write_text(new, encoding="utf-8")
    return root
