"""A required section with nothing behind its label is told; one that says that it has nothing is not."""

from __future__ import annotations

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page

FORMS = load_forms()
LINES = [
    "1. ชื่อตัวชี้วัด : 3. จำนวนเรือนเพาะชำ",
    "5. เป้าหมาย : 8 (แห่ง)",
    ": ผลงานที่ทำได้ = 9 (แห่ง)",
    "6. รายงานผลการดำเนินงาน (รายไตรมาส) :",
    "(6.1) ไตรมาสที่ 1 : เตรียมดิน",
    "(6.2) ไตรมาสที่ 2 :{}",
    "(6.3) ไตรมาสที่ 3 : ลงกล้า",
]


def empty_sections(behind: str, confidence: float | None = None) -> list[str]:
    lines = tuple(Line(text.replace("{}", behind), 1, paragraph_end=True, confidence=confidence) for text in LINES)
    (report,) = find_reports(Document(Kind.TEXT, "made/1", (Page(1, lines),)), FORMS)
    return [flag.field for field in report.fields for flag in field.flags if flag.code == "section-empty"]


@pytest.mark.parametrize("behind", ["", " ", " ..........", " ……"])
def test_nothing_behind_the_label(behind: str) -> None:
    assert empty_sections(behind) == ["quarters.2"]


@pytest.mark.parametrize("behind", [" -", " ::", " :: -", " ไม่มีข้อความ", " รดน้ำ"])
def test_a_mark_for_nothing_or_words(behind: str) -> None:
    assert empty_sections(behind) == []


def test_a_mark_may_be_lost_in_a_picture() -> None:
    assert empty_sections("", confidence=0.9) == []
