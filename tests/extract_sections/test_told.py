"""What readers told of a line is a flag of the field that the line stands in."""

from __future__ import annotations

import dataclasses

from extract.page.told import with_told
from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page, Problem

_LINES = (
    "ประจำปีงบประมาณ พ.ศ. 2564",
    "1. ชื่อตัวชี้วัด : จำนวนบ่อดักไขมันที่ติดตั้ง",
    "2. ระดับความสำเร็จ : ☑ ผลผลิต (Output)",
    "3. คำนิยาม : บ่อในตลาด",
    "4. วิธีการคำนวณ : นับ",
    "5. เป้าหมาย : 40 (บ่อ)",
    ": ผลงานที่ทำได้ = 44 (บ่อ)",
    "6. รายงานผลการดำเนินงาน (รายไตรมาส) :",
    "(6.1) ไตรมาสที่ 1 : สำรวจ",
    "ตลาด 9 แห่ง",
    "(6.2) ไตรมาสที่ 2 :",
    "(6.3) ไตรมาสที่ 3 : ติดตั้ง 30 บ่อ",
)


def _flags(told: dict[int, str]) -> list[tuple[str, str]]:
    lines = [
        dataclasses.replace(Line(text, 1), told=(Problem(told[at]),) if at in told else ())
        for at, text in enumerate(_LINES)
    ]
    (report,) = find_reports(Document(Kind.TEXT, "t", (Page(1, tuple(lines)),)), load_forms())
    return [(flag.code, flag.field) for flag in report.flags]


def test_it_stands_on_the_field_of_the_line() -> None:
    assert _flags({5: "struck-out", 6: "note-here"}) == [("struck-out", "target"), ("note-here", "actual")]


def test_lines_of_prose_are_of_their_section_and_an_empty_section_has_its_heading() -> None:
    assert _flags({9: "struck-out", 10: "part-not-read"}) == [
        ("struck-out", "quarters.1"),
        ("part-not-read", "quarters.2"),
    ]


def test_ink_that_was_not_read_counts_where_a_section_is_empty() -> None:
    """A seal beside the text of a section says nothing."""
    assert _flags({0: "ink-unread", 9: "ink-unread", 10: "ink-unread"}) == [("ink-unread", "quarters.2")]


def test_above_the_first_heading_it_is_of_the_file() -> None:
    lines = [Line("บันทึกข้อความ", 1, told=(Problem("struck-out"),)), *(Line(text, 1) for text in _LINES)]
    (report,) = find_reports(Document(Kind.TEXT, "t", (Page(1, tuple(lines)),)), load_forms())
    assert [(flag.code, flag.field) for flag in report.flags] == [("struck-out", "file")]


def test_what_stands_alone_goes_to_the_line_before_and_at_the_top_to_the_first() -> None:
    first, second, third = (Problem(code) for code in ("a", "b", "c"))
    lines = with_told([first, Line("ก", 1), second, third, Line("ข", 1)])
    assert [line.told for line in lines] == [(first, second, third), ()]
