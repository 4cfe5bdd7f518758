"""Figures that a line end cuts: a year is put together, what may be one figure is told, what is two stays."""

from __future__ import annotations

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page

FORMS = load_forms()


def second_quarter(first: str, second: str) -> tuple[tuple[str, ...], list[str]]:
    """The paragraphs of a quarter that is set in two lines, and what is told of it."""
    texts = [
        "1. ชื่อตัวชี้วัด : 3. จำนวนเรือนเพาะชำ",
        "5. เป้าหมาย : 8 (แห่ง)",
        ": ผลงานที่ทำได้ = 9 (แห่ง)",
        "6. รายงานผลการดำเนินงาน (รายไตรมาส) :",
        "(6.1) ไตรมาสที่ 1 : เตรียมดิน",
        f"(6.2) ไตรมาสที่ 2 : {first}",
        second,
        "(6.3) ไตรมาสที่ 3 : ลงกล้า",
    ]
    lines = tuple(Line(text, 1) for text in texts)
    (report,) = find_reports(Document(Kind.TEXT, "made/1", (Page(1, lines),)), FORMS)
    field = report.get("quarters.2")
    assert field is not None
    return field.paragraphs, [flag.code for flag in field.flags]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("รดน้ำถึงวันที่ 5 มีนาคม 256", "6 ทุกแปลง", "รดน้ำถึงวันที่ 5 มีนาคม 2566 ทุกแปลง"),
        ("รดน้ำถึง ๕ มี.ค. ๒๕๖", "๖ ทุกแปลง", "รดน้ำถึง ๕ มี.ค. ๒๕๖๖ ทุกแปลง"),
        ("ตามแผนปี 256", "6 ทุกแปลง", "ตามแผนปี 2566 ทุกแปลง"),
    ],
)
def test_a_year_is_put_together(first: str, second: str, joined: str) -> None:
    assert second_quarter(first, second) == ((joined,), [])


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("แจกกล้าไม้ให้ชุมชน จำนวน 34", "2 ต้น จากทั้งหมด", True),
        ("กล้าไม้รอดคิดเป็นร้อยละ 85.", "50 ของทั้งหมด", True),
        ("แจกกล้าไม้ให้ชุมชน จำนวน 34", "2 แจกปุ๋ย", False),
        ("แจกกล้าไม้ตามแผนปี 2566", "3 แห่ง ครบแล้ว", False),
        ("แจกกล้าไม้ 12 คน", "3 รุ่น", False),
        ("ตามแผนปี 256", "6. แจกปุ๋ย", False),
    ],
)
def test_what_may_be_one_figure_is_told(first: str, second: str, told: bool) -> None:
    assert ("figure-wrapped" in second_quarter(first, second)[1]) is told
