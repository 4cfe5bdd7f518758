"""OpenDocument sheets: cells as they show, with all their decimals."""

from __future__ import annotations

import pytest

from raingan.model.errors import InputError
from raingan.model.records import Kind, Limits, Line
from tests.extract_odf.made import odf, style
from tests.extract_readers.made import read_bytes
from tests.extract_sheets.made import cells

_STYLES = (
    style("Cut", 'style:text-line-through-style="solid"', family="table-cell")
    + style("CutT", 'style:text-line-through-style="solid"')
    + '<style:style style:name="Off" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def sheet(*rows: str, more: str = "", columns: str = "") -> str:
    return f"<table:table {more}>{columns}{''.join(rows)}</table:table>"


def row(*inside: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(inside)}</table:table-row>"


def cell(text: str, more: str = "", inside: str = "") -> str:
    return f"<table:table-cell {more}>{inside}<text:p>{text}</text:p></table:table-cell>"


def number(value: str, shown: str, kind: str = "float") -> str:
    return cell(shown, f'office:value-type="{kind}" office:value="{value}"')


def pages(*sheets: str) -> list[tuple[Line, ...]]:
    document = read_bytes(odf("spreadsheet", "".join(sheets), _STYLES), "x.ods")
    assert document.kind is Kind.ODS
    return [page.lines for page in document.pages]


def told(lines: tuple[Line, ...]) -> list[tuple[str, ...]]:
    return [(problem.code, *problem.values.values()) for line in lines for problem in line.told]


def test_numbers_are_as_shown_but_for_decimals_that_the_format_hides() -> None:
    (lines,) = pages(
        sheet(
            row(number("1250", "1,250 บ่อ"), number("85.5", "86"), number("0.855", "85.5%", "percentage")),
            row(number("0.8551", "86%", "percentage"), number("1250.5", "๑,๒๕๑"), number("44", "๔๔")),
        )
    )
    assert list(cells(lines).values()) == ["1,250 บ่อ", "85.5", "85.5%", "85.51%", "1,250.5", "๔๔"]


def test_a_year_that_cannot_be_is_a_buddhist_one() -> None:
    def day(value: str, shown: str) -> str:
        return cell(shown, f'office:value-type="date" office:date-value="{value}"')

    (lines,) = pages(sheet(row(day("2021-03-20", "20 มี.ค. 64"), day("2564-03-20", "20/03/07"))))
    assert list(cells(lines).values()) == ["20 มี.ค. 64", "20/3/2564"]
    assert told(lines) == [("date-cell-era", "2564", "2564")]


def test_repeated_and_covered_cells_keep_the_columns() -> None:
    covered = "<table:covered-table-cell/>"
    gap = '<table:table-cell table:number-columns-repeated="3"/>'
    empty = row('<table:table-cell table:number-columns-repeated="16384"/>', more='table:number-rows-repeated="9"')
    last = row("<table:table-cell/>", more='table:number-rows-repeated="1048000"')
    (lines,) = pages(sheet(row(cell("ก"), covered, gap, cell("ข")), empty, row(cell("ค")), last))
    assert cells(lines) == {(1, 1): "ก", (1, 6): "ข", (11, 1): "ค"}


def test_struck_and_hidden_cells_comments_and_formulas_are_told() -> None:
    comment = "<office:annotation><text:p>ที่ถูก 71</text:p></office:annotation>"
    hidden = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    lines, second = pages(
        sheet(
            row(cell("ก", inside=comment), cell("ลับ 1")),
            row(cell("61", 'table:style-name="Cut"')),
            row(cell('<text:span text:style-name="CutT">61</text:span>74')),
            row(cell("ลับ 2"), more='table:visibility="filter"'),
            row('<table:table-cell table:formula="of:=1/0"/>'),
            row(cell("#DIV/0!", 'table:formula="of:=1/0"')),
            columns=hidden,
        ),
        sheet(row(cell("ลับ 3")), more='table:style-name="Off" table:name="ซ่อน"'),
        sheet(row(cell("ข"))),
        sheet(row(cell("ลับ 4")), more='table:style-name="Off" table:name="ท้าย"'),
    )
    assert cells(lines) == {(1, 1): "ก", (3, 1): "74"}
    assert told(lines) == [
        ("note-here", "ที่ถูก 71"),
        ("hidden-text", "ลับ 1"),
        ("struck-out", "61"),
        ("struck-out", "61"),
        ("hidden-text", "ลับ 2"),
        ("formula-without-value", "A5"),
        ("formula-without-value", "A6"),
    ]
    assert told(second) == [("hidden-text", "ซ่อน"), ("hidden-text", "ท้าย")]


def test_a_sheet_that_repeats_for_ever_ends() -> None:
    many = row(*[cell("x", 'table:number-columns-repeated="16384"')] * 5, more='table:number-rows-repeated="1048576"')
    data = odf("spreadsheet", sheet(*[many] * 30))
    with pytest.raises(InputError) as refused:
        read_bytes(data, "x.ods", Limits(text_chars=3_000))
    assert refused.value.code == "too-large"


def test_broken_files_end_with_a_reason() -> None:
    data = odf("spreadsheet", sheet(row(cell("ก"))))
    for broken in (data.replace(b"content.xml", b"c0ntent.xml"), odf("spreadsheet", "<table:table>")):
        with pytest.raises(InputError) as refused:
            read_bytes(broken, "x.ods")
        assert refused.value.code == "broken-file"
