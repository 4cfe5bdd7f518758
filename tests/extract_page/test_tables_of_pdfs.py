"""Tables as PDFs draw them: in one path, as thin rectangles, dotted, filled, turned, over pages."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from extract.page.carried import with_tables_carried
from extract.reading.pdf import read_pdf
from raingan.model.codec import pack, unpack
from raingan.model.records import Document, Limits, Line, Page, Source, Table
from tests.extract_pdf.pdfmade import File
from tests.extract_pdf.pdfmade import Page as MadePage

XS, YS = (50, 130, 230, 330), (700, 670, 640)  # y from the bottom, as in the file


def read(file: File) -> Document:
    return read_pdf(Source("made.pdf", file.save(), ""), Limits())


def only_page(file: File) -> Page:
    (page,) = read(file).pages
    return page


def cells(page: Page) -> list[tuple[str, tuple[int, int, int] | None]]:
    return [(line.text, line.cell) for line in page.lines]


def spans(table: Table) -> list[tuple[int, int, int, int]]:
    return [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in table.cells]


def rules(xs: tuple[float, ...] = XS, ys: tuple[float, ...] = YS) -> list[tuple[float, float, float, float]]:
    """Both ends of every rule of a plain table."""
    return [(x, ys[0], x, ys[-1]) for x in xs] + [(xs[0], y, xs[-1], y) for y in ys]


def letters(page: MadePage, xs: tuple[float, ...] = XS, ys: tuple[float, ...] = YS) -> None:
    """A letter in every cell of a plain table: a, b, c ..."""
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            page.text(xs[column] + 6, ys[row] - 20, "abcdefghijkl"[row * (len(xs) - 1) + column])


PLAIN = [
    (letter, (1, row, column)) for letter, row, column in zip("abcdef", (1, 1, 1, 2, 2, 2), (1, 2, 3) * 2, strict=True)
]


def dots(x0: float, y0: float, x1: float, y1: float) -> str:
    count = int(max(abs(x1 - x0), abs(y1 - y0)) // 1.5)
    return " ".join(
        f"{x0 + (x1 - x0) * at / count:.2f} {y0 + (y1 - y0) * at / count:.2f} 0.75 0.75 re" for at in range(count + 1)
    )


@pytest.mark.parametrize("drawn_as", ["one path", "filled path", "dash pattern", "dots", "thick", "double", "cells"])
def test_rules_of_every_kind_make_the_same_cells(drawn_as: str) -> None:
    file = File()
    page = file.page()
    lines = " ".join(f"{x0} {y0} m {x1} {y1} l" for x0, y0, x1, y1 in rules())
    thin = " ".join(f"{x0} {y0} {max(x1 - x0, 0.6)} {min(y1 - y0, -0.6)} re" for x0, y0, x1, y1 in rules())
    if drawn_as == "one path":
        page.draw(f"0.5 w {lines} S")
    elif drawn_as == "filled path":
        page.draw(f"{thin} f")
    elif drawn_as == "dash pattern":
        page.draw(f"[3 2] 0 d 0.5 w {lines} S")
    elif drawn_as == "dots":
        page.draw(" f ".join(dots(*rule) for rule in rules()) + " f")
    elif drawn_as == "thick":
        for x0, y0, x1, y1 in rules():
            page.draw(f"2.5 w {x0} {y0} m {x1} {y1} l S")
    elif drawn_as == "double":
        for apart in (0, 1.6):
            for x0, y0, x1, y1 in rules():
                page.draw(f"0.5 w {x0 + apart} {y0 - apart} m {x1 + apart} {y1 - apart} l S")
    else:
        for left, right in pairwise(XS):
            for top, bottom in pairwise(YS):
                page.draw(f"0.8 g {left} {bottom} {right - left} {top - bottom} re f")
                page.rectangle(left, bottom, right, top)
    letters(page)
    shown = only_page(file)
    assert cells(shown) == PLAIN
    assert [spans(table) for table in shown.tables] == [[(r, c, 1, 1) for r in (1, 2) for c in (1, 2, 3)]]
    left, top, right, bottom = shown.tables[0].box
    assert abs(left - 50) < 2 and abs(top - 142) < 2 and abs(right - 330) < 2 and abs(bottom - 202) < 2


def test_narrow_cells_drawn_as_boxes_are_cells_and_tick_boxes_are_none() -> None:
    file = File()
    page = file.page()
    page.text(50, 760, "before the table")
    for at in range(5):
        page.rectangle(50 + 20 * at, 670, 70 + 20 * at, 700)
        page.text(56 + 20 * at, 680, "abcde"[at])
    page.rectangle(50, 600, 62, 612)
    page.text(66, 601, "ticked")
    shown = only_page(file)
    assert [cell for _, cell in cells(shown)][1:6] == [(1, 1, at) for at in range(1, 6)]
    assert len(shown.tables) == 1


def test_a_slanted_line_is_no_box() -> None:
    file = File()
    page = file.page()
    page.draw("0.5 w 50 700 m 330 640 l S")
    letters(page)
    assert only_page(file).tables == ()


def test_a_chart_of_curves_is_no_table() -> None:
    file = File()
    page = file.page()
    page.draw("0.5 w 50 640 m 120 700 200 600 330 690 c 330 650 l 300 640 260 660 50 640 c S")
    letters(page)
    assert only_page(file).tables == ()


def test_head_cells_over_several_columns_and_rows() -> None:
    file = File()
    page = file.page()
    for x, top in ((50, 700), (130, 700), (230, 670), (330, 700)):
        page.draw(f"0.5 w {x} {top} m {x} 610 l S")
    for y, left in ((700, 50), (670, 130), (640, 50), (610, 50)):
        page.draw(f"0.5 w {left} {y} m 330 {y} l S")
    page.text(56, 650, "name")
    page.text(136, 680, "wide")
    page.text(136, 650, "low")
    page.text(236, 650, "high")
    for x, text in ((56, "x"), (136, "1"), (236, "2")):
        page.text(x, 620, text)
    shown = only_page(file)
    assert cells(shown) == [
        ("name", (1, 1, 1)),
        ("wide", (1, 1, 2)),
        ("low", (1, 2, 2)),
        ("high", (1, 2, 3)),
        ("x", (1, 3, 1)),
        ("1", (1, 3, 2)),
        ("2", (1, 3, 3)),
    ]
    assert spans(shown.tables[0])[:2] == [(1, 1, 2, 1), (1, 2, 1, 2)]


def test_tables_beside_each_other_are_read_one_after_the_other() -> None:
    file = File()
    page = file.page()
    right = (360.0, 420.0, 480.0)
    for xs, ys in ((XS, YS), (right, (700.0, 680.0, 660.0, 640.0))):
        for x0, y0, x1, y1 in rules(xs, ys):
            page.draw(f"0.5 w {x0} {y0} m {x1} {y1} l S")
        for row in range(len(ys) - 1):
            page.text(xs[0] + 4, ys[row] - 16, f"{xs[0]:.0f}-{row}")
            page.text(xs[1] + 4, ys[row] - 16, f"{row}")
    assert cells(only_page(file)) == [
        ("50-0", (1, 1, 1)),
        ("0", (1, 1, 2)),
        ("50-1", (1, 2, 1)),
        ("1", (1, 2, 2)),
        ("360-0", (2, 1, 1)),
        ("0", (2, 1, 2)),
        ("360-1", (2, 2, 1)),
        ("1", (2, 2, 2)),
        ("360-2", (2, 3, 1)),
        ("2", (2, 3, 2)),
    ]


def test_columns_are_counted_table_by_table() -> None:
    file = File()
    page = file.page()
    below = (50.0, 90.0, 200.0, 330.0)
    for xs, ys in ((XS, YS), (below, (600.0, 570.0))):
        for x0, y0, x1, y1 in rules(xs, ys):
            page.draw(f"0.5 w {x0} {y0} m {x1} {y1} l S")
        letters(page, xs, ys)
    page.text(50, 620, "between")
    shown = only_page(file)
    assert cells(shown) == [*PLAIN, ("between", None), *((text, (2, 1, at)) for at, text in enumerate("abc", 1))]


def test_a_page_frame_leaves_text_free_and_its_table_apart() -> None:
    file = File()
    page = file.page()
    page.rectangle(30, 30, 560, 810)
    page.text(50, 780, "title of the page")
    for x0, y0, x1, y1 in rules():
        page.draw(f"0.5 w {x0} {y0} m {x1} {y1} l S")
    letters(page)
    page.text(50, 600, "text below the table")
    assert cells(only_page(file)) == [("title of the page", None), *PLAIN, ("text below the table", None)]


def test_fill_in_lines_are_no_table() -> None:
    file = File()
    page = file.page()
    for at in range(6):
        page.text(50, 700 - 30 * at, "name of somebody")
        page.draw(f"[1 1] 0 d 0.5 w 160 {698 - 30 * at} m 330 {698 - 30 * at} l S")
        page.draw(f"{dots(350, 698 - 30 * at, 450, 698 - 30 * at)} f")
    shown = only_page(file)
    assert shown.tables == () and [cell for _, cell in cells(shown)] == [None] * 6


@pytest.mark.parametrize(("left", "right", "table_rows"), [(50, 250, 3), (30, 330, 2)])
def test_dots_part_rows_where_they_go_from_side_to_side_and_are_written_on_where_not(
    left: int, right: int, table_rows: int
) -> None:
    file = File()
    page = file.page()
    for x in (50, 150, 250):
        page.draw(f"0.5 w {x} 700 m {x} 610 l S")
    for y in (700, 670, 610):
        page.draw(f"0.5 w 50 {y} m 250 {y} l S")
    for x in range(left, right, 5):  # each dash a path of its own
        page.draw(f"0.5 w {x} 640 m {x + 3} 640 l S")
    for y, row in ((680, "ab"), (650, "cd"), (620, "ef")):
        page.text(56, y, row[0])
        page.text(156, y, row[1])
    (table,) = only_page(file).tables
    assert max(cell.row for cell in table.cells) == table_rows


@pytest.mark.parametrize(("x", "unsure"), [(120, False), (58, True)])
def test_a_rule_through_a_word_is_told(x: int, unsure: bool) -> None:
    file = File()
    page = file.page()
    for at in (50, x, 250):
        page.draw(f"0.5 w {at} 700 m {at} 640 l S")
    for y in (700, 670, 640):
        page.draw(f"0.5 w 50 {y} m 250 {y} l S")
    page.text(53, 680, "wide")
    page.text(156, 650, "b")
    document = read(file)
    assert [table.unsure for table in document.pages[0].tables] == [unsure]
    assert [problem.code for problem in document.problems] == ["table-unsure"] * unsure


def test_a_turned_page_has_the_same_table() -> None:
    file = File()
    page = file.page(entries="/Rotate 90")
    # Drawn upright as the reader sees it: x to the right is y upwards in the file.
    for x0, y0, x1, y1 in rules((50, 130, 230), (100, 140, 180)):
        page.draw(f"0.5 w {y0} {x0} m {y1} {x1} l S")
    for row, y in enumerate((125, 165)):
        for column, x in enumerate((56, 136)):
            page.text(y, x, f"{row}{column}", turned=(0.0, 1.0))
    shown = only_page(file)
    assert cells(shown) == [("00", (1, 1, 1)), ("01", (1, 1, 2)), ("10", (1, 2, 1)), ("11", (1, 2, 2))]


def two_pages(second: tuple[float, ...] = XS, between: str = "", head: bool = False) -> Document:
    file = File()
    for number, xs in enumerate((XS, second)):
        page = file.page()
        ys = (150.0, 120.0, 90.0) if number == 0 else (780.0, 750.0, 720.0)
        for x0, y0, x1, y1 in rules(xs, ys):
            page.draw(f"0.5 w {x0} {y0} m {x1} {y1} l S")
        letters(page, xs, ys)
        if number == 0:
            page.text(50, 400, "text before the table")
            page.text(50, 60, between)
        if number == 1:
            page.text(50, 500, "text behind the table")
            page.text(50, 800, "a title" if head else "")
    return read(file)


def test_a_table_over_two_pages_is_continued() -> None:
    document = two_pages()
    assert [[table.continues for table in page.tables] for page in document.pages] == [[False], [True]]
    assert [text for text, cell in cells(document.pages[1]) if cell] == list("abcdef")


@pytest.mark.parametrize(
    "options",
    [{"second": (50, 150, 230, 330)}, {"second": (50, 330, 340)}, {"between": "text below"}, {"head": True}],
    ids=["other columns", "other width", "text below", "a title above"],
)
def test_another_table_is_not(options: dict[str, Any]) -> None:
    assert not any(table.continues for page in two_pages(**options).pages for table in page.tables)


def test_columns_of_a_part_are_counted_as_in_the_whole() -> None:
    document = two_pages((50, 230, 330))
    (table,) = document.pages[1].tables
    assert table.continues and spans(table)[:2] == [(1, 1, 1, 2), (1, 3, 1, 1)]
    assert cells(document.pages[1])[:2] == [("a", (1, 1, 1)), ("b", (1, 1, 3))]


def test_a_sheet_that_lies_a_little_aside_continues_too() -> None:
    first, second = two_pages().pages
    for shift, continues in ((11.0, True), (13.0, False)):
        (table,) = second.tables
        moved = [
            dataclasses.replace(cell, box=(cell.box[0] + shift, cell.box[1], cell.box[2] + shift, cell.box[3]))
            for cell in table.cells
        ]
        page = dataclasses.replace(second, tables=(dataclasses.replace(table, cells=tuple(moved), continues=False),))
        assert with_tables_carried([first, page])[1].tables[0].continues is continues


def test_pages_that_do_not_follow_each_other_continue_nothing() -> None:
    first, second = two_pages().pages
    fresh = dataclasses.replace(second, number=3, tables=(dataclasses.replace(second.tables[0], continues=False),))
    assert not with_tables_carried([first, fresh])[1].tables[0].continues


def test_tables_are_packed_with_their_pages() -> None:
    document = two_pages()
    assert unpack(Document, pack(document)) == document


def test_a_line_knows_its_cell() -> None:
    for page in two_pages().pages:
        placed = {(table.number, cell.row, cell.column): cell.box for table in page.tables for cell in table.cells}
        lines = [line for line in page.lines if line.cell is not None]
        assert len(lines) == 6
        assert all(inside(line, placed[line.cell]) for line in lines if line.cell)


def inside(line: Line, box: tuple[float, float, float, float]) -> bool:
    assert line.box is not None
    return box[0] <= line.box[0] and line.box[2] <= box[2] and box[1] <= line.box[1] + 3 and line.box[3] <= box[3] + 3


def halfway(row: int) -> File:
    """A table of two columns whose middle rule ends halfway through the second; text in that row of it, or none."""
    file = File()
    page = file.page()
    page.text(50, 760, "before the table")
    for x in (50, 150, 250):
        page.draw(f"0.5 w {x} 700 m {x} 640 l S")
    for y, right in ((700, 250), (670, 210), (640, 250)):
        page.draw(f"0.5 w 50 {y} m {right} {y} l S")
    page.text(56, 680, "a")
    page.text(56, 650, "b")
    if row:
        page.text(156, 680, "c")
    return file


@pytest.mark.parametrize("row", [0, 1])
def test_a_table_whose_rules_leave_cells_open_is_told(row: int) -> None:
    document = read(halfway(row))
    assert [table.unsure for table in document.pages[0].tables] == [bool(row)]
    told = [(problem.code, problem.page, dict(problem.values)) for problem in document.problems]
    assert told == ([("table-unsure", 1, {"table": "1"})] if row else [])


def test_whole_rules_need_no_second_opinion() -> None:
    """It takes 0.12 s to import: no file with plain tables pays for it."""
    sample = Path(__file__).parent.parent.parent / "samples" / "dengue.pdf"
    code = "import sys; from pathlib import Path; from extract.reading.pdf import read_pdf\n"
    code += "from raingan.model.records import Limits, Source\n"
    code += f"read = read_pdf(Source('a', Path({str(sample)!r}).read_bytes(), ''), Limits())\n"
    code += "print(len(read.pages[0].tables), 'pdfplumber' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=sample.parent.parent
    )
    assert run.stdout.split() == ["2", "False"]
