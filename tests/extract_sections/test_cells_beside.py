"""Labels in a table's cells: the cell beside is the value, without a colon; label, figure and unit in three cells."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from raingan.model.records import Document, Kind, Line, Page, RawReport

_ROWS: tuple[tuple[str, ...], ...] = (
    ("ประจำปีงบประมาณ พ.ศ.", "2564"),
    ("หน่วยงาน", "สำนักงานเขตทุ่งฟ้า"),
    ("ชื่อตัวชี้วัด", "จำนวนบ่อดักไขมันที่ติดตั้ง"),
    ("ระดับความสำเร็จ", "☑ ผลผลิต (Output)"),
    ("เป้าประสงค์ที่", "๓.๑.๒ คลองใสสะอาด"),
    ("คำนิยาม", "บ่อในตลาด"),
    ("วิธีการคำนวณ", "นับ"),
    ("เป้าหมาย", "40", "บ่อ"),
    ("ผลงานที่ทำได้", "บ่อ", "44"),
    ("ไตรมาสที่ 1", "สำรวจตลาด 9 แห่ง"),
    ("อุปสรรคต่อการดำเนินงาน",),
    ("หลักฐานอ้างอิง", "ภาพถ่าย"),
)


def _report(rows: Sequence[Sequence[str]], columns: Sequence[int] = (1, 2, 3)) -> RawReport:
    lines = [
        Line(text, 1, paragraph_end=True, cell=(1, row, columns[place]))
        for row, cells in enumerate(rows, start=1)
        for place, text in enumerate(cells)
    ]
    (report,) = find_reports(Document(Kind.TEXT, "t", (Page(1, tuple(lines)),)), load_forms())
    return report


def _text(report: RawReport, key: str) -> str | None:
    field = report.get(key)
    return None if field is None else " ".join(field.paragraphs)


def test_the_cell_beside_a_label_is_its_value() -> None:
    report = _report(_ROWS)
    assert _text(report, "agency") == "สำนักงานเขตทุ่งฟ้า"
    assert _text(report, "strategy.goal") == "๓.๑.๒ คลองใสสะอาด"
    assert _text(report, "obstacles") == ""


def test_figure_and_unit_in_cells_of_one_row_are_one_measure_in_either_order() -> None:
    report = _report(_ROWS)
    assert (_text(report, "target"), _text(report, "actual")) == ("40 บ่อ", "บ่อ 44")


def test_two_figures_in_a_row_are_not_one() -> None:
    rows = [*_ROWS[:7], ("เป้าหมาย", "40", "38"), *_ROWS[8:]]
    assert _text(_report(rows), "target") == "40"


@pytest.mark.parametrize(
    "row",
    [
        ("หน่วยงาน", "อุปสรรคต่อการดำเนินงาน"),  # the head of a table
        ("หน่วยงานอื่นที่ร่วมงาน", "สำนักงานเขตทุ่งฟ้า"),
    ],
)
def test_what_is_no_label_with_a_value_names_no_agency(row: tuple[str, ...]) -> None:
    assert _text(_report([_ROWS[0], row, *_ROWS[2:]]), "agency") is None


def test_a_label_in_the_last_column_has_no_cell_beside() -> None:
    rows = [("บันทึก", "หน่วยงาน"), *_ROWS[2:]]
    assert _text(_report(rows), "agency") is None


def test_a_label_wrapped_in_its_cell_is_one() -> None:
    lines = [Line(text, 1, cell=(1, 1, 1)) for text in ("ปัญหาอุปสรรคต่อ", "การดำเนินงาน")]
    lines.append(Line("ฝนตกหนัก", 1, cell=(1, 1, 2)))
    rest = [Line(cells[0] + " : " + cells[-1], 1) for cells in _ROWS if cells[0] != "อุปสรรคต่อการดำเนินงาน"]
    (report,) = find_reports(Document(Kind.TEXT, "t", (Page(1, (*rest, *lines)),)), load_forms())
    assert _text(report, "obstacles") == "ฝนตกหนัก"
