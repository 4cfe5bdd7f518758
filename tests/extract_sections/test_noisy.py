"""Sections of lines read from pictures: damaged headings are found, and doubts go with the text that they belong to."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from extract.sections.doubts import doubts_in
from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page, RawReport, ReadToken

ROOT = Path(__file__).parents[2]
FORMS = load_forms()

PRINT = """\
ประจำปีงบประมาณ พ.ศ. ๒๕๖๔
หน่วยงาน : สำนักงานเขตบางรัก
๑. ชื่อตัวชี้วัด : ๒.๑ ร้อยละของสวนริมคลอง
๒. ระดับความสำเร็จ : ☑ ผลผลิต (Output) ☐ ผลลัพธ์ (Outcome)
ประเด็นยุทธศา : ด้านที่ ๕ - เมืองน่าอยู่
----- ย่อย : ๕.๒ - เมืองสะอาด
เป้าประสงค์ที่ : ๕.๒.๑ คนเมืองมีสวน
๓. คำนิยาม :
:: สวน หมายถึง พื้นที่ปลูกต้นไม้
๔. วิธีการคำนวณ :
:: จำนวนสวนที่ปลูก หารด้วยจำนวนสวนทั้งหมด
๕. เป้าหมาย : ๘๐ (ร้อยละ) : ผลงานที่ทำได้ = ๘๒.๕๐ (ร้อยละ)
๖. รายงานผลการดำเนินงาน (รายไตรมาส) :
(๖.๑) ไตรมาสที่ ๑ :
:: สำรวจสวน ๒๔ แห่ง
(๖.๒) ไตรมาสที่ ๒ :
:: อบรม ๖๐ คน
(๖.๓) ไตรมาสที่ ๓ :
:: ปลูกสวน ๑๒ แห่ง
(๖.๔) ไตรมาสที่ ๔ :
:: เก็บผล ๓๓ แห่ง
(๖.๕) สรุปผลการดำเนินงาน (ปลายปีงบประมาณ) :
:: ปลูกได้ ๓๓ แปลง
๗. ปัจจัยสนับสนุนการดำเนินงาน :
:: ประชาชนร่วมมือ
๘. อุปสรรคต่อการดำเนินงาน :
:: ฝนตก
๙. หลักฐานอ้างอิง :
:: ภาพถ่าย
"""


def made(text: str, confidence: float | None = 0.97) -> Document:
    lines = tuple(Line(line, 1, confidence=confidence) for line in text.splitlines())
    return Document(Kind.IMAGE, "made/1", (Page(1, lines),))


def keys(document: Document) -> list[str]:
    (report,) = find_reports(document, FORMS)
    return [field.key for field in report.fields]


def one(document: Document) -> RawReport:
    (report,) = find_reports(document, FORMS)
    return report


DAMAGES = [
    ("(๖.๑) ไตรมาสที่ ๑ :", "(๖.๑) ไตรมาสที่ ๓ :"),
    ("(๖.๓) ไตรมาสที่ ๓ :", "(๖.๑) ไตรมาสที่ ๓ :"),
    ("(๖.๔) ไตรมาสที่ ๔ :", "(๖.l) ไตรมาสที่ ๔ :"),
    ("(๖.๔) ไตรมาสที่ ๔ :", "(๖.๔) ไตรมาสที ๕"),
    ("(๖.๒) ไตรมาสที่ ๒ :", "๖.๒) ไตร มวสที่ ๒ ."),
    ("----- ย่อย :", "--น-- ย่อย :"),
    ("----- ย่อย :", "----- ย้อย ;"),
    ("เป้าประสงค์ที่ :", "เป้าประสงค์ที่ "),
    ("๓. คำนิยาม :", "๘. คำนิยวม"),
    ("๔. วิธีการคำนวณ :", "๔. วิถีการคำนวน ."),
    ("๕. เป้าหมาย :", "๕. เม้าหมาย ."),
    (": ผลงานที่ทำได้ =", ": ผลงวนที่หำได้ ="),
    ("๗. ปัจจัยสนับสนุนการดำเนินงาน :", "ปังจัยสนันสนุนการดำเนินงาม :"),
    ("หน่วยงาน :", "หน่วยงาน "),
    ("ประจำปีงบประมาณ พ.ศ. ๒๕๖๔", "ประจำปึงบประมวณ พ.ศ. ๒๕๖๔"),
    ("๙. หลักฐานอ้างอิง :", "๙, หลักฐาบอ้างอิง :"),
]


@pytest.mark.parametrize(("printed", "read"), DAMAGES, ids=[item[1] for item in DAMAGES])
def test_a_heading_is_found_in_spite_of_misreadings(printed: str, read: str) -> None:
    assert printed in PRINT
    whole, damaged = one(made(PRINT)), one(made(PRINT.replace(printed, read)))
    assert [field.key for field in damaged.fields] == [field.key for field in whole.fields]
    for field in whole.fields:
        if field.key != "fiscal_year":
            assert damaged.get(field.key).paragraphs == field.paragraphs, field.key  # type: ignore[union-attr]


def test_prose_that_looks_like_a_heading_stays_prose() -> None:
    prose = ":: สำรวจสวน ๒๔ แห่ง\n๕. เป้าหมายของปีหน้าคือ ๙๐ แห่ง\nเป้าหมายรวม ๑๐๐ แห่ง\nหน่วยงานอื่นร่วมด้วย"
    document = made(PRINT.replace(":: สำรวจสวน ๒๔ แห่ง", prose))
    report = one(document)
    assert keys(document) == keys(made(PRINT))
    assert "เป้าหมายรวม" in " ".join(report.get("quarters.1").paragraphs)  # type: ignore[union-attr]


def test_text_is_found_as_before() -> None:
    """Looser matching is for pictures: in text the same damage is another word."""
    damaged = PRINT.replace("(๖.๑) ไตรมาสที่ ๑ :", "(๖.๑) ไตรมาสที่ ๓ :")
    assert "quarters.1" not in keys(made(damaged, None))


def noisy_module() -> object:
    sys.path.insert(0, str(ROOT / "tests" / "extract_scan"))
    try:
        import noisy
    finally:
        sys.path.pop(0)
    return noisy


def test_headings_of_noisy_samples_are_found() -> None:
    """Report prints with one character in a hundred confused: nearly all headings, and all reports."""
    noisy = noisy_module()
    whole = one(made(PRINT))
    found = expected = 0
    for seed in range(20):
        document, _ = noisy.scanned(made(PRINT), 0.01, 0.005, seed)  # type: ignore[attr-defined]
        report = one(document)
        wanted = {field.key for field in whole.fields}
        expected += len(wanted)
        found += len(wanted & {field.key for field in report.fields})
    assert found >= 0.99 * expected, (found, expected)


def token(text: str, confidence: float = 0.9) -> ReadToken:
    return ReadToken(text, confidence, (), 1, None, b"p")


def with_tokens(text: str, tokens: dict[str, tuple[ReadToken, ...]], doubtful: dict[str, str]) -> Document:
    lines = []
    for line in text.splitlines():
        own = next((found for part, found in tokens.items() if part in line), ())
        words = tuple(word for part, word in doubtful.items() if part in line)
        lines.append(Line(line, 1, confidence=0.9, tokens=own, doubtful=words))
    return Document(Kind.IMAGE, "made/1", (Page(1, tuple(lines)),))


def test_figures_go_with_the_value_in_which_they_stand() -> None:
    tokens = {
        "๒๕๖๔": (token("๒๕๖๔"),),
        "ชื่อตัวชี้วัด": (token("๑"), token("๒.๑")),
        "เป้าหมาย :": (token("๕"), token("๘๐"), token("๘๒.๕๐")),
        "ไตรมาสที่ ๑": (token("๖.๑"), token("๑")),
        "สำรวจ": (token("๒๔"),),
        "ระดับความสำเร็จ": (token("๒"), token("☑"), token("☐")),
    }
    report = one(with_tokens(PRINT, tokens, {"ฝนตก": "ฝนตก", "ภาพถ่าย": "ภาพถ่าย"}))
    held = {field.key: [item.text for item in field.tokens] for field in report.fields if field.tokens}
    assert held == {
        "fiscal_year": ["๒๕๖๔"],
        "indicator_name": ["๒.๑"],
        "level": ["☑", "☐"],
        "target": ["๘๐"],
        "actual": ["๘๒.๕๐"],
        "quarters.1": ["๒๔"],
    }
    assert {field.key: field.doubtful for field in report.fields if field.doubtful} == {
        "obstacles": ("ฝนตก",),
        "evidence": ("ภาพถ่าย",),
    }


def test_all_figures_of_prose_are_kept_in_order() -> None:
    text = PRINT.replace(":: อบรม ๖๐ คน", ":: อบรม ๖๐ คน\nและ ๖๐ คน ใน ๓ วัน")
    tokens = {":: อบรม": (token("๖๐", 0.5),), "และ ๖๐": (token("๖๐", 0.6), token("๓", 0.7))}
    field = one(with_tokens(text, tokens, {})).get("quarters.2")
    assert field is not None and [item.confidence for item in field.tokens] == [0.5, 0.6, 0.7]


def test_a_title_in_the_margin_keeps_its_figures() -> None:
    document = made(PRINT.split("\n", 1)[1])
    margin = Line("ประจำปีงบประมาณ พ.ศ. ๒๕๖๔", 1, confidence=0.8, tokens=(token("๒๕๖๔"),))
    page = dataclasses.replace(document.pages[0], margins=(margin,))
    field = one(dataclasses.replace(document, pages=(page,))).get("fiscal_year")
    assert field is not None and [item.text for item in field.tokens] == ["๒๕๖๔"] and field.confidence == 0.8


def test_confidence_of_a_field_is_the_mean_of_its_lines() -> None:
    first = Line("ก" * 30, 1, confidence=1.0)
    second = Line("ข" * 10, 1, confidence=0.6)
    pieces = [(line, line.text, 0, line.text) for line in (first, second)]
    assert doubts_in(pieces).confidence == 0.9
    assert doubts_in([(Line("ก", 1), "ก", 0, "ก")]) == ((), (), None)


def test_a_token_that_the_line_lost_is_not_lost() -> None:
    line = Line("อบรม คน", 1, confidence=0.9, tokens=(token("๖๐"),))
    assert doubts_in([(line, line.text, 0, line.text)]).tokens == line.tokens
