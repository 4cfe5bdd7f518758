"""Workbooks: cells as a print would show them, and what is told of them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from extract.reading.sheets.lines import MOST_ROWS
from extract.reading.sheets.values import date_text, number_text
from extract.sections.forms import load_forms
from raingan.model.errors import InputError
from raingan.model.records import Kind, Limits, Problem, Report, Source
from raingan.pipeline import process
from raingan.settings import Settings
from tests.extract_readers.made import read_bytes
from tests.extract_sheets.made import REPORT, cells, read, saved, sheet_of


def report_of(data: bytes, name: str = "x.xlsx") -> Report:
    _, (report,) = process(Source(name, data, "0" * 64), load_forms(), Settings())
    return report


def told(problems: tuple[Problem, ...]) -> list[tuple[str, ...]]:
    return [(problem.code, *problem.values.values()) for problem in problems]


def test_a_report_as_a_sheet_is_read_like_any_other() -> None:
    report = report_of(saved(sheet_of(REPORT)[0]))
    assert (report.agency, report.fiscal_year, report.indicator_number) == ("สำนักงานเขตทุ่งฟ้า", 2564, "3")
    assert (report.target.value, report.target.unit, report.actual.value) == (40, "บ่อ", 44)
    assert report.quarters["1"] == "สำรวจ\nตลาด 9 แห่ง"
    assert report.obstacles is None
    assert report.pages is None


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1250, "General", "1250"),
        (1250, "#,##0", "1,250"),
        (1250.5, "#,##0", "1,250.5"),
        (0.1 + 0.2, "General", "0.3"),
        (0.855, "0%", "85.5%"),
        (0.29, "0.00%", "29%"),
        (-0.5, "0%;[Red]-0%", "-50%"),
        (44, '0" บ่อ"', "44 บ่อ"),
        (44, '#,##0\\ "บ่อ"', "44 บ่อ"),
        (44, '"ประมาณ "0', "ประมาณ 44"),
        (1250, "[$-D000000]#,##0", "๑,๒๕๐"),
        (1250, "t#,##0", "๑,๒๕๐"),
        (44, "_-* #,##0.00_-;-* #,##0.00_-", "44"),
        (44275, "@", "44275"),
        (1e40, "General", "1E+40"),
    ],
)
def test_numbers_are_written_with_what_their_format_means(value: float, code: str, text: str) -> None:
    assert number_text(value, code) == text


@pytest.mark.parametrize(
    ("value", "code", "text", "is_told"),
    [
        (date(2021, 3, 20), "d/mm/yyyy", "20/3/2021", False),
        (date(2021, 3, 20), "[$-1070000]d/mm/yyyy", "20/3/2564", False),
        (date(2021, 3, 20), "[$-D07041E]d mmmm yyyy;@", "20/3/2564", False),
        (date(2021, 3, 20), "d mmm bbbb", "20/3/2564", False),
        (date(2399, 3, 20), "yyyy", "20/3/2399", False),
        (date(2400, 3, 20), "yyyy", "20/3/2400", True),
        (date(2564, 3, 20), "d/mm/yyyy", "20/3/2564", True),
        (date(2564, 3, 20), "d/mm/bbbb", "20/3/2564", True),
        (date(3107, 3, 20), "d/mm/bbbb", "20/3/2564", True),
        (datetime(2021, 3, 20, 13, 30), "d/m/yyyy h:mm", "20/3/2021 13:30", False),
        (datetime(2021, 3, 20), "d/m/yyyy h:mm", "20/3/2021", False),
        (time(13, 30), "h:mm", "13:30", False),
    ],
)
def test_days_are_written_in_the_era_that_is_shown(value: Any, code: str, text: str, is_told: bool) -> None:
    written, problems = date_text(value, code)
    assert (written, [problem.code for problem in problems]) == (text, ["date-cell-era"] if is_told else [])


def test_cells_have_their_places_and_lines() -> None:
    book, sheet = sheet_of([("ก", None, "ข"), (), ("ค\nง", True, 0.5)])
    sheet["C3"].number_format = "0%"
    document = read(saved(book))
    assert document.kind is Kind.XLSX
    assert cells(document.pages[0].lines) == {(1, 1): "ก", (1, 3): "ข", (3, 1): "ค\nง", (3, 2): "TRUE", (3, 3): "50%"}


def test_struck_cells_and_parts_are_left_out_and_told() -> None:
    book, sheet = sheet_of([("ผล", 61, "x")])
    sheet["B1"].font = Font(strike=True)
    sheet["C1"] = CellRichText(TextBlock(InlineFont(strike=True), "61.25"), TextBlock(InlineFont(), "74.50"))
    first, second = read(saved(book)).pages[0].lines
    assert (first.text, second.text) == ("ผล", "74.50")
    assert (told(first.told), told(second.told)) == ([("struck-out", "61")], [("struck-out", "61.25")])


def test_hidden_rows_columns_and_sheets_are_told_and_not_read() -> None:
    book, sheet = sheet_of([("ก", "ลับ 1"), ("ลับ 2", None), ("ข", None)])
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[2].hidden = True
    for name, state in (("ซ่อน", "hidden"), ("ซ่อนมาก", "veryHidden")):
        other = book.create_sheet(name)
        other["A1"] = "ลับ 3"
        other.sheet_state = state
    book.create_sheet("สอง")["A1"] = "ค"
    pages = read(saved(book)).pages
    assert [[line.text for line in page.lines] for page in pages] == [["ก", "ข"], ["ค"]]
    assert told(pages[0].lines[0].told) == [
        ("hidden-text", "ซ่อน"),
        ("hidden-text", "ซ่อนมาก"),
        ("hidden-text", "ลับ 1"),
        ("hidden-text", "ลับ 2"),
    ]


def test_comments_and_formulas_without_a_value_are_told_at_their_cell() -> None:
    book, sheet = sheet_of([("ผล", 61), ("รวม", "=B1*2")])
    sheet["B1"].comment = Comment("ที่ถูก 71", "ผู้ตรวจ")
    lines = read(saved(book)).pages[0].lines
    assert [(line.text, told(line.told)) for line in lines] == [
        ("ผล", []),
        ("61", [("note-here", "ที่ถูก 71")]),
        ("รวม", [("formula-without-value", "B2")]),
    ]


def _with_part(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if name == part else content)
    return stream.getvalue()


def test_kept_values_of_formulas_are_read_and_errors_told() -> None:
    data = saved(sheet_of([("ผล", "=1+1", "=1/0")])[0])
    sheet = "xl/worksheets/sheet1.xml"
    data = _with_part(data, sheet, b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    data = _with_part(data, sheet, b'<c r="C1"><f>1/0</f><v />', b'<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v>')
    _, second = read(data).pages[0].lines
    assert (second.text, told(second.told)) == ("2", [("formula-without-value", "C1")])


_OLD = Path(__file__).with_name("data") / "report.xls"


def test_an_old_workbook_tells_the_same() -> None:
    document = read(_OLD.read_bytes(), "x.xls")
    assert document.kind is Kind.XLS
    lines = document.pages[0].lines
    found = cells(lines)
    assert found[(8, 2)] == "85.5%"
    assert found[(11, 2)] == "20/3/2564"
    assert (13, 2) not in found and (14, 1) not in found
    codes = [code for line in lines for code, *_ in told(line.told)]
    assert codes == ["hidden-text", "note-here", "date-cell-era", "struck-out", "hidden-text"]


@pytest.mark.parametrize("name", ["x.xlsx", "x.xls"])
def test_broken_workbooks_end_with_a_reason(name: str) -> None:
    data = _OLD.read_bytes() if name == "x.xls" else saved(sheet_of(REPORT)[0])
    for cut in (600, len(data) // 2, len(data) - 600):
        try:
            read_bytes(data[:cut], name)
        except InputError as error:
            assert error.code in ("broken-file", "password")


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    data = _with_part(saved(sheet_of([("ก",)])[0]), "xl/worksheets/sheet1.xml", b"<worksheet", bomb + b"<worksheet")
    with pytest.raises(InputError) as refused:
        read(data)
    assert refused.value.code == "broken-file"


def test_a_sheet_of_more_rows_than_anybody_reports_is_refused_and_one_row_less_is_read() -> None:
    row = '<row r="{}"><c r="A{}"><v>1</v></c></row>'
    data = saved(sheet_of([("ก",)])[0])

    def of(count: int) -> bytes:
        rows = "".join(row.format(number, number) for number in range(2, count + 1))
        return _with_part(data, "xl/worksheets/sheet1.xml", b"</sheetData>", rows.encode() + b"</sheetData>")

    assert len(read(of(MOST_ROWS)).pages[0].lines) == MOST_ROWS
    with pytest.raises(InputError) as refused:
        read(of(MOST_ROWS + 1))
    assert (refused.value.code, refused.value.values["what"]) == ("too-large", "rows")


def test_a_cell_far_away_costs_nothing() -> None:
    book, sheet = sheet_of([("ก",)])
    sheet["XFD1048576"] = "ข"
    assert cells(read(saved(book)).pages[0].lines) == {(1, 1): "ก", (1_048_576, 16_384): "ข"}


def test_characters_are_counted() -> None:
    with pytest.raises(InputError) as refused:
        read_bytes(saved(sheet_of([("ก" * 50,)] * 10)[0]), "x.xlsx", Limits(text_chars=400))
    assert refused.value.code == "too-large"
