"""The web page of one indicator: pasted, saved, with blank cells, several in one file."""

from __future__ import annotations

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page, RawReport
from tests.extract_sections.made import document

FORMS = load_forms()
HEAD = ["รายละเอียดตัวชี้วัด", "Back Home"]
TOP = [
    "3.2 ร้อยละของถนนที่ซ่อมแล้วเสร็จ : 5111-0042",
    "ค่าเป้าหมาย ร้อยละ : 80.0000",
    "ผลงานที่ทำได้ ร้อยละ : 1,402.5000",
    "ประเภทตัวชี้วัด : ตัวชี้วัดงานประจำ",
    "(ตัวชี้วัดระดับผลผลิต (output))",
    "0",
    "รายละเอียดตัวชี้วัดฯ : พิมพ์ข้อมูล",
]
TABLE = ["ผลงานเทียบกับเป้าหมายรายไตรมาส", "ไตรมาสที่ (1 - 4)", "*ผลงาน* (ร้อยละ)", "*ผลประเมินตัวชี้วัด* (* 2.1 / 2.2 *)"]
CELLS = [
    "1",
    "25.00",
    "100",
    "100 / 100",
    "2",
    "50.00",
    "100",
    "0 / 0",
    "3",
    "75.00",
    "90",
    "80 / 90",
    "4",
    "1,402.50",
    "100",
    "0 / 0",
]
PROSE = [
    "รายงานผลฯ ไตรมาสที่ 1",
    "1. สำรวจถนน 12 สาย",
    "2. ค่าเป้าหมาย : ซ่อม 3 สาย",
    "รายงานผลฯ ไตรมาสที่ 2",
    "ซ่อมแล้ว 6 สาย ตามรายงานผลฯ ไตรมาสที่ 1",
    "รายงานผลฯ ไตรมาสที่ 3",
    "-",
    "รายงานผลฯ ไตรมาสที่ 4",
    "ซ่อมครบ",
    "** สรุปผลการดำเนินงาน **",
    "ครบตามแผน",
    "นิยาม หรือความหมายของตัวชี้วัด",
    "ถนน หมายถึง ทางที่อยู่ในความดูแลของเขต",
]


def found(lines: list[str]) -> tuple[RawReport, ...]:
    return find_reports(document(lines), FORMS)


def values(report: RawReport) -> dict[str, tuple[str, ...]]:
    return {field.key: field.paragraphs for field in report.fields}


@pytest.mark.parametrize("head", [HEAD, HEAD[1:], HEAD[:1], [], ["หน้าหลัก", "ออกจากระบบ", *HEAD]])
def test_the_page(head: list[str]) -> None:
    (report,) = found(head + TOP + TABLE + CELLS + PROSE)
    got = values(report)
    assert report.form == "bma-web" and report.missing == ()
    assert got["indicator_name"] == ("3.2 ร้อยละของถนนที่ซ่อมแล้วเสร็จ",)
    assert got["indicator_code"] == ("5111-0042",)
    assert got["target"] == ("80.0000",) and got["actual"] == ("1,402.5000",)
    target, level = report.get("target"), report.get("level")
    assert target is not None and target.unit == "ร้อยละ"
    assert level is not None and level.option == "output"
    assert got["indicator_type"] == ("ตัวชี้วัดงานประจำ",)
    assert got["quarters.1"] == ("1. สำรวจถนน 12 สาย", "2. ค่าเป้าหมาย : ซ่อม 3 สาย")
    assert got["quarters.3"] == ()
    assert got["year_summary"] == ("ครบตามแผน",)
    assert got["definition"] == ("ถนน หมายถึง ทางที่อยู่ในความดูแลของเขต",)
    assert got["quarter_results.1.value"] == ("25.00",)
    assert got["quarter_results.3.assessment"] == ("90",)
    assert got["quarter_results.3.scores"] == ("80 / 90",)
    assert got["quarter_results.4.value"] == ("1,402.50",)
    result = report.get("quarter_results.2.value")
    assert result is not None and result.unit == "ร้อยละ"


@pytest.mark.parametrize(
    "cells, expected",
    [
        (["1", "25.00", "2", "50.00", "3", "75.00", "4", "100.00"], {"1.value": "25.00", "4.value": "100.00"}),
        (
            ["1", "2", "100", "2", "3", "100", "3", "4", "100", "4", "4", "100"],
            {"1.value": "2", "2.value": "3", "3.value": "4", "4.value": "4", "4.assessment": "100"},
        ),
        (
            ["1", "1", "1", "1 / 1", "2", "2", "2", "2 / 2", "3", "3", "3", "3 / 3", "4", "4", "4", "4 / 4"],
            {"1.assessment": "1", "2.value": "2", "4.scores": "4 / 4"},
        ),
        (
            ["1 25.00 100 100 / 100", "2 57.50 100 0 / 0", "3 56.66", "4 0.00 0 0 / 0"],
            {"2.value": "57.50", "3.value": "56.66", "4.assessment": "0", "4.scores": "0 / 0"},
        ),
        (["1", "๒๕.๐๐", "2", "50.00"], {"1.value": "๒๕.๐๐", "2.value": "50.00"}),
        (["1", "0 / 0", "2", "0 / 0", "3", "4"], {"1.scores": "0 / 0", "2.scores": "0 / 0"}),
        ([], {}),
    ],
)
def test_cells_on_lines_of_their_own(cells: list[str], expected: dict[str, str]) -> None:
    (report,) = found(HEAD + TOP + TABLE + cells + PROSE)
    got = {
        key.removeprefix("quarter_results."): text[0]
        for key, text in values(report).items()
        if key.startswith("quarter_results.")
    }
    assert {key: got.get(key) for key in expected} == expected
    assert all(text in " ".join(cells) for text in got.values())
    assert bool(got) == bool(expected)


def test_cells_of_a_saved_page_keep_their_columns() -> None:
    rows = [
        ["ไตรมาสที่ (1 - 4)", "*ผลงาน* (ร้อยละ)", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)"],
        ["1", "", "100", ""],
        ["2", "50", "", "0 / 0"],
    ]
    lines = [Line(text, 1, paragraph_end=True) for text in HEAD + TOP + TABLE[:1]]
    lines += [
        Line(text, 1, paragraph_end=True, cell=(1, row, column))
        for row, cells in enumerate(rows, 1)
        for column, text in enumerate(cells, 1)
        if text
    ]
    lines += [Line(text, 1, paragraph_end=True) for text in PROSE]
    (report,) = find_reports(Document(Kind.HTML, "made/1", (Page(1, tuple(lines)),)), FORMS)
    got = values(report)
    assert got["quarter_results.1.assessment"] == ("100",)
    assert "quarter_results.1.value" not in got
    assert got["quarter_results.2.value"] == ("50",)
    assert got["quarter_results.2.scores"] == ("0 / 0",)


def test_rows_of_a_table_that_goes_on_over_a_page_are_counted_anew() -> None:
    rows = [["1", "25"], ["2", "50"], ["3", "75"], ["4", "90"]]
    lines = [Line(text, 1, paragraph_end=True) for text in HEAD + TOP + TABLE]
    parts = [
        tuple(
            Line(text, page, paragraph_end=True, cell=(1, row, column))
            for row, cells in enumerate(rows[2 * page - 2 : 2 * page], 1)
            for column, text in enumerate(cells, 1)
        )
        for page in (1, 2)
    ]
    after = tuple(Line(text, 2, paragraph_end=True) for text in PROSE)
    pages = (Page(1, (*lines, *parts[0])), Page(2, (*parts[1], *after)))
    (report,) = find_reports(Document(Kind.PDF, "made/1", pages), FORMS)
    got = values(report)
    assert [got[f"quarter_results.{quarter}.value"] for quarter, _ in rows] == [(value,) for _, value in rows]


def test_assessment_lines_fill_blank_cells_and_differences_are_flagged() -> None:
    lines = [
        "*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 1:",
        "*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 2: 4.50",
        "*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 3: 5",
    ]
    (report,) = found(HEAD + TOP + lines + TABLE + ["1", "25", "2", "50", "3", "75", "4"] + PROSE)
    assert values(report)["quarter_results.2.assessment"] == ("4.50",)
    assert "quarter_results.1.assessment" not in values(report)
    (report,) = found(HEAD + TOP + lines + TABLE + CELLS + PROSE)
    cell = report.get("quarter_results.2.assessment")
    assert cell is not None and cell.paragraphs == ("100",)
    assert [(flag.code, flag.values) for flag in cell.flags] == [
        ("value-ambiguous", {"text": "4.50, 100", "value": "100"})
    ]


@pytest.mark.parametrize(("between", "whole"), [(0, True), (4, True), (5, False)])
def test_a_name_takes_up_to_six_lines_with_its_code(between: int, whole: bool) -> None:
    first = "มิติที่ 3 (3.2) จำนวนครั้งของการประชุมคณะกรรมการ"
    middle = [f"ส่วนที่ต่อ {'กขคง'[number % 4] * 20}" for number in range(between)]
    (report,) = found([*HEAD, first, *middle, "ติดตามงานซ่อมถนน : 5111-0043", *TOP[1:], *PROSE])
    (name,) = values(report)["indicator_name"]
    assert name.startswith("มิติที่ 3") is whole and name.endswith("ติดตามงานซ่อมถนน")


def test_two_pages_and_a_wrapped_name() -> None:
    second = ["มิติที่ 3 (3.2) จำนวนครั้งของการประชุมคณะกรรมการ", "ติดตามงานซ่อมถนน : 5111-0043", *TOP[1:]]
    first, other = found(HEAD + TOP + PROSE + HEAD + second + PROSE[:6])
    assert values(first)["definition"] == ("ถนน หมายถึง ทางที่อยู่ในความดูแลของเขต",)
    assert values(other)["indicator_code"] == ("5111-0043",)
    assert values(other)["indicator_name"] == ("มิติที่ 3 (3.2) จำนวนครั้งของการประชุมคณะกรรมการ ติดตามงานซ่อมถนน",)
    assert other.missing == ("quarters.4", "year_summary", "definition")


@pytest.mark.parametrize("mark", ["", "*", ": ", "- "])
def test_the_unit_of_a_label_ends_at_the_colon_behind_it(mark: str) -> None:
    top = [TOP[0], f"{mark}ค่าเป้าหมาย ร้อยละ : 80.0000", *TOP[2:]]
    (report,) = found(HEAD + top + PROSE)
    target = report.get("target")
    assert target is not None and (target.unit, target.paragraphs) == ("ร้อยละ", ("80.0000",))


def test_words_around_the_target() -> None:
    top = [TOP[0], "ค่าเป้าหมาย ลดลงร้อยละ : 5 จากปีที่ผ่านมา", *TOP[2:]]
    (report,) = found(HEAD + top + PROSE)
    target = report.get("target")
    assert target is not None and (target.unit, target.paragraphs) == ("ลดลงร้อยละ", ("5 จากปีที่ผ่านมา",))
