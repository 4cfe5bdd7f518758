"""Tables with a row for each indicator."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page, Problem, RawReport

Rows = Sequence[Sequence[str]]

_HEAD: Rows = (
    ("สรุปผลตัวชี้วัด ปีงบประมาณ พ.ศ. 2566",),
    ("หน่วยงาน : สำนักงานเขตทุ่งฟ้า",),
    ("ลำดับ", "ตัวชี้วัด", "หน่วยนับ", "น้ำหนัก", "ค่าเป้าหมาย", "ผลการดำเนินงาน", "", "", "", "คะแนน"),
    ("", "", "", "", "", "ไตรมาส 1", "ไตรมาสที่ 2", "ไตรมาส ๓", "ไตรมาส 4", ""),
)
_FIRST = ("1", "จำนวนบ่อดักไขมันที่ติดตั้ง", "บ่อ", "20", "40", "4", "12", "30", "44", "5")
_SECOND = ("2", "ร้อยละของตลาดที่ผ่านเกณฑ์", "ร้อยละ", "10", "75", "-", "", "60", "81.25", "5")


def reports(
    rows: Rows, told: dict[tuple[int, int], str] | None = None, kind: Kind = Kind.XLSX
) -> tuple[RawReport, ...]:
    lines = [
        Line(
            text, 1, cell=(1, row, column), told=(Problem(told[row, column]),) if (row, column) in (told or {}) else ()
        )
        for row, texts in enumerate(rows, start=1)
        for column, text in enumerate(texts, start=1)
        if text
    ]
    return find_reports(Document(kind, "t", (Page(1, tuple(lines)),)), load_forms())


def values(report: RawReport) -> dict[str, str]:
    return {field.key: " ".join(field.paragraphs) for field in report.fields}


def test_each_row_is_a_report_with_its_own_cells() -> None:
    first, second = reports([*_HEAD, _FIRST, _SECOND])
    assert values(first) == {
        "fiscal_year": "2566",
        "agency": "สำนักงานเขตทุ่งฟ้า",
        "indicator_number": "1",
        "indicator_name": "จำนวนบ่อดักไขมันที่ติดตั้ง",
        "target": "40",
        "quarter_results.1.value": "4",
        "quarter_results.2.value": "12",
        "quarter_results.3.value": "30",
        "quarter_results.4.value": "44",
    }
    target = first.get("target")
    assert target is not None and target.unit == "บ่อ"
    # A blank cell or a dash takes nothing from its neighbour.
    assert "quarter_results.2.value" not in values(second)
    assert values(second)["quarter_results.3.value"] == "60"


def test_columns_without_a_place_are_told_with_what_they_hold() -> None:
    first, _ = reports([*_HEAD, _FIRST, _SECOND])
    assert [(flag.code, flag.values["text"]) for flag in first.flags] == [("columns-left-out", "น้ำหนัก: 20, คะแนน: 5")]


def test_groups_and_sums_are_no_indicators_and_a_row_without_a_name_is_told() -> None:
    nameless = ("", "", "", "", "9", "", "", "", "7", "")
    group, total = ("มิติที่ 1 ประสิทธิผล",), ("", "รวม", "", "30", "115", "", "", "", "", "5")
    found = reports([*_HEAD, group, _FIRST, nameless, _SECOND, total])
    assert [values(report)["indicator_number"] for report in found] == ["1", "2"]
    assert [flag.code for flag in found[0].flags] == ["columns-left-out", "row-without-name"]
    assert found[0].flags[1].values["text"] == "9 7"


def test_what_is_told_of_a_cell_is_a_flag_of_its_field() -> None:
    first, _ = reports([*_HEAD, _FIRST, _SECOND], {(5, 5): "struck-out", (5, 4): "note-here"})
    assert [(flag.code, flag.field) for flag in first.flags][:2] == [("note-here", "file"), ("struck-out", "target")]


def test_a_plan_by_quarters_is_no_result() -> None:
    head = [list(row) for row in _HEAD]
    head[2][4], head[2][5] = "ผลการดำเนินงาน", "เป้าหมาย"
    first, _ = reports([*head, _FIRST, _SECOND])
    assert values(first)["actual"] == "40"
    assert not any(key.startswith("quarter") for key in values(first))


def test_a_head_over_figure_and_unit_gives_both() -> None:
    head = (("ตัวชี้วัด", "เป้าหมาย", "", "ผลการดำเนินงาน", ""), ("", "จำนวน", "หน่วยนับ", "จำนวน", "ร้อยละ"))
    (report,) = reports([*head, ("จำนวนบ่อ", "40", "บ่อ", "44", "110")])
    assert (values(report)["target"], values(report)["actual"]) == ("40", "44")
    target = report.get("target")
    assert target is not None and target.unit == "บ่อ"
    assert [flag.values["text"] for flag in report.flags] == ["ร้อยละ: 110"]


def test_a_long_text_of_a_quarter_is_its_prose() -> None:
    row = [*_FIRST[:5], "สำรวจตลาด", "ติดตั้ง 12 บ่อ " + "และตรวจบ่อเดิมทุกแห่ง" * 4, "30", "44", "5"]
    (first,) = reports([*_HEAD, row])
    assert {"quarters.1", "quarters.2", "quarter_results.3.value"} <= values(first).keys()


@pytest.mark.parametrize(
    "head",
    [
        ("ตัวชี้วัด", "ผู้รับผิดชอบ", "หมายเหตุ"),  # no figure
        ("โครงการ", "เป้าหมาย", "ผลงาน"),  # no indicator
        ("ตัวชี้วัด", "เป้าหมาย"),  # two columns
    ],
)
def test_other_tables_have_no_reports(head: Sequence[str]) -> None:
    assert reports([head, ["จำนวนบ่อ", "40", "44"][: len(head)]]) == ()


@pytest.mark.parametrize(("kind", "count"), [(Kind.ODS, 2), (Kind.TEXT, 2), (Kind.DOCX, 0), (Kind.PDF, 0)])
def test_tables_of_plans_and_minutes_are_no_reports(kind: Kind, count: int) -> None:
    assert len(reports([*_HEAD, _FIRST, _SECOND], kind=kind)) == count


def test_three_columns_are_enough() -> None:
    (report,) = reports([("ตัวชี้วัด", "เป้าหมาย ปี 2566", "ผลงานที่ทำได้"), ("จำนวนบ่อ", "40", "44")])
    assert values(report) == {"indicator_name": "จำนวนบ่อ", "target": "40", "actual": "44"}


def test_two_columns_of_one_meaning_are_told() -> None:
    (report,) = reports([("ตัวชี้วัด", "เป้าหมาย ปี 2565", "เป้าหมาย ปี 2566"), ("จำนวนบ่อ", "40", "44")])
    assert [(flag.code, flag.field, flag.values["text"]) for flag in report.flags] == [
        ("value-ambiguous", "target", "40, 44")
    ]


def test_a_column_of_years_is_each_row_s_own_and_a_blank_in_it_takes_no_other() -> None:
    above = ("ตัวชี้วัดย้อนหลัง ปีงบประมาณ พ.ศ. 2566",)
    head = ("ปีงบประมาณ", "หน่วยงาน", "ตัวชี้วัด", "เป้าหมาย", "ผลงาน")
    rows = [("๒๕๖๔", "", "จำนวนบ่อดักไขมัน", "40", "44"), ("", "", "จำนวนตลาดสด", "5", "6")]
    assert [values(report).get("fiscal_year") for report in reports([above, head, *rows])] == ["๒๕๖๔", None]
    assert not any(report.flags for report in reports([above, head, *rows]))


@pytest.mark.parametrize("year", ["85", "2,566", "2400.5"])
def test_a_column_with_a_cell_that_is_no_year_gives_nobody_a_year(year: str) -> None:
    head = ("ลำดับ", "ตัวชี้วัด", "เป้าหมาย", "ผลงาน", "ปีงบประมาณ")
    rows = [("1", "จำนวนบ่อดักไขมัน", "40", "44", "2565"), ("2", "จำนวนตลาดสด", "5", "6", year)]
    for report in reports([head, *rows]):
        assert "fiscal_year" not in values(report)
        assert [flag.code for flag in report.flags] == ["columns-left-out"]


def test_a_note_below_a_table_is_no_cell_of_its_years() -> None:
    rows = [("ปี พ.ศ. 2565", "จำนวนบ่อดักไขมัน", "40", "44"), ("หมายเหตุ : ข้อมูล ณ สิ้นปี",)]
    (report,) = reports([("ปี", "ตัวชี้วัด", "เป้าหมาย", "ผลงาน"), *rows])
    assert values(report)["fiscal_year"] == "ปี พ.ศ. 2565"
