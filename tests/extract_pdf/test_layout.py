"""Where lines stand: cells, columns, edges, tick boxes, raised figures, turned type, rotated pages."""

from __future__ import annotations

import math

import pytest

from extract.reading.pdf import read_pdf
from raingan.model.records import Limits, Page, Source
from tests.extract_pdf.pdfmade import File

PROSE = "การดำเนินงานของสำนักงานเขต มีผู้เข้าร่วมกิจกรรมจำนวน 125 คน"


def first_page(file: File) -> Page:
    return read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0]


def texts(file: File) -> list[str]:
    return [line.text for line in first_page(file).lines]


@pytest.mark.parametrize("drawn_as", ["strokes", "fills", "rectangles"])
def test_a_ruled_table_is_read_cell_by_cell(drawn_as: str) -> None:
    file = File()
    page = file.page()
    ys, xs = (700, 640, 600), (50, 130, 400)
    if drawn_as == "strokes":
        for y in ys:
            page.draw(f"0.5 w {xs[0]} {y} m {xs[-1]} {y} l S")
        for x in xs:
            page.draw(f"0.5 w {x} {ys[0]} m {x} {ys[-1]} l S")
    elif drawn_as == "fills":
        for y in ys:
            page.draw(f"{xs[0]} {y} {xs[-1] - xs[0]} 0.7 re f")
        for x in xs:
            page.draw(f"{x} {ys[-1]} 0.7 {ys[0] - ys[-1]} re f")
    else:
        for top, bottom in ((700, 640), (640, 600)):
            for left, right in ((50, 130), (130, 400)):
                page.rectangle(left, bottom, right, top)
    # A label of two lines stands in the middle of its value's three.
    page.text(55, 672, "ชื่อของ")
    page.text(55, 656, "รายการ :")
    for at, value in enumerate(("บรรทัดแรก", "บรรทัดที่สอง", "บรรทัดที่สาม")):
        page.text(135, 682 - 16 * at, value)
    page.text(55, 615, "ผลงาน :")
    page.text(135, 615, "11.00 (ชมรม)")
    page.text(50, 570, "ข้อความใต้ตาราง")
    lines = first_page(file).lines
    assert [(line.text, line.cell) for line in lines] == [
        ("ชื่อของ", (1, 1, 1)),
        ("รายการ :", (1, 1, 1)),
        ("บรรทัดแรก", (1, 1, 2)),
        ("บรรทัดที่สอง", (1, 1, 2)),
        ("บรรทัดที่สาม", (1, 1, 2)),
        ("ผลงาน :", (1, 2, 1)),
        ("11.00 (ชมรม)", (1, 2, 2)),
        ("ข้อความใต้ตาราง", None),
    ]
    assert lines[2].edges == pytest.approx((130, 400), abs=1.5)


def test_boxes_count_from_the_top_left() -> None:
    file = File()
    file.page().text(100, 742, "กขค", size=10)
    line = first_page(file).lines[0]
    assert line.box is not None
    assert line.box[0] == pytest.approx(100, abs=1)
    assert line.box[1] < 100 < line.box[3]
    assert line.size == pytest.approx(10)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_rotated_page_is_read_as_it_is_shown(turns: int) -> None:
    file = File()
    page = file.page(width=600, height=800, entries=f"/Rotate {90 * turns}")
    angle = math.radians(90 * turns)
    direction = (round(math.cos(angle)), round(math.sin(angle)))
    # The place 100 from the left and 50 from the top of what is shown.
    place = {0: (100, 750), 1: (50, 100), 2: (500, 50), 3: (550, 700)}[turns]
    page.text(*place, "น้ำใจที่ให้", turned=direction)
    shown = first_page(file)
    assert (shown.width, shown.height) == ((800, 600) if turns % 2 else (600, 800))
    assert [line.text for line in shown.lines] == ["น้ำใจที่ให้"]
    box = shown.lines[0].box
    assert box is not None
    assert box[0] == pytest.approx(100, abs=1.5)
    assert box[1] < 50 < box[3]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_what_a_turned_page_says_beside_its_glyphs_is_read_once(turns: int) -> None:
    """PDFium cuts the box of such a glyph into slices from left to right, which then lie on a turned page."""
    file = File()
    page = file.page(width=600, height=800, entries=f"/Rotate {90 * turns}")
    angle = math.radians(90 * turns)
    direction = (round(math.cos(angle)), round(math.sin(angle)))
    x, y = {1: (50, 100), 2: (500, 50), 3: (550, 700)}[turns]
    for letter, actual in (("ก", "กี่"), ("น", "นำ"), ("ด", "ดี")):
        page.text(x, y, letter, turned=direction, actual=actual)
        x, y = x + 7.2 * direction[0], y + 7.2 * direction[1]
    assert [line.text for line in first_page(file).lines] == ["กี่นำดี"]


def test_a_crop_box_moves_the_origin() -> None:
    file = File()
    file.page(entries="/CropBox [100 100 500 700]").text(150, 650, "น้ำใจที่ให้")
    shown = first_page(file)
    assert (shown.width, shown.height) == (400, 600)
    box = shown.lines[0].box
    assert box is not None
    assert box[0] == pytest.approx(50, abs=1.5)
    assert box[1] < 50 < box[3]


def test_a_page_of_turned_type_is_read_turned() -> None:
    file = File()
    page = file.page()
    for row in range(4):
        page.text(100 + 20 * row, 60, f"{row + 1}. {PROSE}", turned=(0, 1))
    shown = first_page(file)
    assert [line.text for line in shown.lines] == [f"{row + 1}. {PROSE}" for row in range(4)]
    assert (shown.width, shown.height) == (842, 595)


@pytest.mark.parametrize("degrees", [45, 90, 270])
def test_a_watermark_is_kept_apart(degrees: int) -> None:
    file = File()
    page = file.page()
    angle = math.radians(degrees)
    page.text(200, 600, "สำเนา", size=40, turned=(round(math.cos(angle), 4), round(math.sin(angle), 4)))
    for row in range(8):
        page.text(60, 700 - 20 * row, PROSE)
    shown = first_page(file)
    assert [line.text for line in shown.lines] == [PROSE] * 8
    assert [line.text for line in shown.margins] == ["สำเนา"]


def test_raised_figures_do_not_lengthen_others() -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    pen = page.text(60, 700, "เนื้อที่ 250 ม")
    pen = page.text(pen, 705, "2", size=7)
    pen = page.text(pen, 700, " จำนวน 20")
    pen = page.text(pen, 705, "1", size=7)
    page.text(pen, 700, " แห่ง")
    assert texts(file) == [PROSE, "เนื้อที่ 250 ม² จำนวน 20¹ แห่ง"]


def test_columns_of_labels_and_values_without_rules() -> None:
    file = File()
    page = file.page()
    rows = [(f"หัวข้อที่ {at} :", f"ค่าของหัวข้อที่ {at} ในปีนี้") for at in range(1, 7)]
    for at, (label, value) in enumerate(rows):
        page.text(50, 760 - 22 * at, label)
        page.text(220, 760 - 22 * at, value)
    lines = first_page(file).lines
    assert [line.text for line in lines] == [text for row in rows for text in row]
    cells = [line.cell for line in lines if line.cell]
    assert [cell[2] for cell in cells] == [1, 2] * 6
    assert len({cell[:2] for cell in cells}) == 6


def test_a_wide_gap_alone_does_not_cut_a_line() -> None:
    file = File()
    page = file.page()
    page.text(60, 760, PROSE)
    page.text(60, 740, "ลงชื่อ")
    page.text(300, 740, "ตำแหน่ง")
    page.text(60, 720, PROSE)
    assert texts(file) == [PROSE, "ลงชื่อ ตำแหน่ง", PROSE]


SQUARE = "{x} 698 9 9 re"
CHECK = "{x} 702 m {a} 699 l {b} 707 l"


def mark(operators: str, x: float) -> str:
    return operators.format(x=x, a=x + 3, b=x + 9)


@pytest.mark.parametrize(
    ("empty", "ticked"),
    [
        (f"{SQUARE} S", f"{SQUARE} S {CHECK} S"),
        (f"1 g {SQUARE} f 0 G {SQUARE} S", f"1 g {SQUARE} f 0 G {SQUARE} S {CHECK} S"),
        (f"{SQUARE} S", f"{SQUARE} S 0 g {{x}} 698 9 9 re f"),
        (f"{SQUARE} S", f"0 0 1 rg {SQUARE} f 1 G {CHECK} S"),
    ],
    ids=["path", "ground", "filled", "coloured"],
)
def test_drawn_tick_boxes(empty: str, ticked: str) -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    page.text(60, 700, "ระดับ :")
    page.draw(mark(empty, 120))
    page.text(132, 700, "ผลผลิต")
    page.draw(mark(ticked, 200))
    page.text(212, 700, "ผลลัพธ์")
    assert texts(file)[1].replace(" ", "") == "ระดับ:☐ผลผลิต☑ผลลัพธ์"


@pytest.mark.parametrize("sign", ["X", "\u2713", "\uf0fc"])
def test_a_letter_in_a_drawn_box_ticks_it(sign: str) -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    for x, shown in ((60, ""), (140, sign)):
        page.draw(mark(f"{SQUARE} S", x))
        if shown:
            page.text(x + 1, 699.5, [(shown, "letter")], size=9)
        page.text(x + 14, 700, "ตัวเลือก")
    assert texts(file)[1].replace(" ", "") == "☐ตัวเลือก☑ตัวเลือก"


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("\u2611 ได้ \u2610 ไม่ได้", "☑ ได้ ☐ ไม่ได้"),
        ("\uf0fe ได้ \uf0a8 ไม่ได้", "☑ ได้ ☐ ไม่ได้"),
        ("(/) ได้ ( ) ไม่ได้", "(/) ได้ ( ) ไม่ได้"),
    ],
)
def test_tick_boxes_of_fonts(shown: str, read: str) -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    page.text(60, 700, shown)
    assert texts(file)[1] == read


def test_bullets_and_patterns_are_no_tick_boxes() -> None:
    file = File()
    page = file.page()
    page.draw("0 g 60 701 5 5 re f")  # a solid square before a line
    page.text(70, 700, PROSE)
    for row in range(30):
        for column in range(30):
            page.draw(f"{50 + 12 * column} {50 + 12 * row} 8 8 re S")
    page.text(60, 100, PROSE)
    assert texts(file) == [PROSE, PROSE]
