"""Labels and values that stand apart on one line, without rules: rows stay whole, columns of prose stay columns."""

from __future__ import annotations

from itertools import count

import pytest

from extract.page.glyphs import Glyph
from extract.page.pieces import RuledLines, lines_of
from extract.page.rows import Base, Row

SIZE = 10.0
LEADING = 14.0
WIDE = 0.5  # type sizes that a letter takes

Part = tuple[float, str]
"""Where a text begins, points, and what it says."""


def read(*lines: tuple[float, list[Part]]) -> list[str]:
    """Return what is read of lines given by the number of leadings from the top."""
    index = count()
    rows = []
    for at, parts in lines:
        y = 100.0 + at * LEADING
        bases = []
        for x, text in parts:
            for letter in text:
                number = next(index)
                glyph = Glyph(letter, x, y, x, y - 5.0, x + WIDE * SIZE, y, SIZE, number, number, letter)
                bases.append(Base(glyph, letter))
                x += WIDE * SIZE
        rows.append(Row(y, SIZE, bases))
    return [line.text for line in lines_of(rows, RuledLines((), ()), 1)[0]]


TREES = [
    ("ต้นไม้ที่ได้รับ", "๑๓๐ ต้น"),
    ("ต้นไม้ที่ปลูกแล้ว", "๘๙ ต้น"),
    ("ต้นไม้ที่เหลือ", "๔๑ ต้น"),
    ("ต้นไม้ที่ตาย", "๓ ต้น"),
    ("รวมทั้งสิ้น", "๙๔ ต้น"),
]
WHOLE = [text for row in TREES for text in row]


def tabbed(begins: int = 0, stop: float = 300.0) -> list[tuple[float, list[Part]]]:
    return [(begins + at, [(60.0, label), (stop, value)]) for at, (label, value) in enumerate(TREES)]


def test_each_figure_stays_with_the_label_on_its_line() -> None:
    assert read(*tabbed()) == WHOLE
    heading = (0.0, [(60.0, "สรุปผลการปลูกต้นไม้ประจำเดือน")])
    assert read(heading, *tabbed(1)) == [heading[1][0][1], *WHOLE]


def test_a_heading_between_rows_is_no_part_of_the_row_above() -> None:
    lines = [*tabbed()[:2], (2.0, [(60.0, "ข. ส่วนที่สอง")]), *((at + 1, parts) for at, parts in tabbed()[2:])]
    assert read(*lines) == [*WHOLE[:4], "ข. ส่วนที่สอง", *WHOLE[4:]]


@pytest.mark.parametrize(
    ("letters", "below", "goes_on"), [(17, 1.0, True), (15, 1.0, False), (17, 1.9 / 1.4, True), (17, 2.1 / 1.4, False)]
)
def test_a_label_that_fills_its_column_goes_on_below(letters: int, below: float, goes_on: bool) -> None:
    # The widest label has 20 letters: 0.8 of it is 16.
    label, more = "ก" * letters, "ขยายความ"
    lines = [(0.0, [(60.0, "น" * 20), (300.0, "๑")]), *((at + 1, parts) for at, parts in tabbed()[:3])]
    lines += [
        (4.0, [(60.0, label), (300.0, "๗๗")]),
        (4.0 + below, [(60.0, more)]),
        (8.0, [(60.0, "สุดท้าย"), (300.0, "๘๘")]),
    ]
    own = [label, more, "๗๗"] if goes_on else [label, "๗๗", more]
    assert read(*lines)[8:11] == own


def test_a_value_goes_on_below_until_another_label_comes() -> None:
    lines = [*tabbed(), (5.0, [(300.0, "บรรทัดที่สอง")]), (6.0, [(60.0, "หัวข้ออื่น")]), (7.0, [(300.0, "ลายมือชื่อ")])]
    assert read(*lines) == [*WHOLE, "บรรทัดที่สอง", "หัวข้ออื่น", "ลายมือชื่อ"]


def test_labels_in_the_middle_of_their_values_stand_before_them() -> None:
    lines: list[tuple[float, list[Part]]] = []
    expected = []
    for row in range(5):
        at = 4.0 * row
        lines += [(at, [(300.0, f"ค่า {row} ก")]), (at + 1, [(60.0, f"หัวข้อ {row}"), (300.0, f"ค่า {row} ข")])]
        lines += [(at + 2, [(300.0, f"ค่า {row} ค")])]
        expected += [f"หัวข้อ {row}", f"ค่า {row} ก", f"ค่า {row} ข", f"ค่า {row} ค"]
    assert read(*lines) == expected


def test_rows_set_close_are_parted_though_another_label_stands_between_two_lines() -> None:
    between = [(7.0, [(300.0, "ค่าบน")]), (7.5, [(60.0, "หัวข้อกลาง")]), (8.0, [(300.0, "ค่าล่าง")])]
    assert read(*tabbed(), *between) == [*WHOLE, "หัวข้อกลาง", "ค่าบน", "ค่าล่าง"]


def prose(gutter: float, letters: int) -> list[str]:
    """Two columns; the gutter in type sizes, and the letters of a line."""
    right = 60.0 + letters * WIDE * SIZE + gutter * SIZE
    return read(*((at, [(60.0, "ก" * letters), (right, "ข" * letters)]) for at in range(5)))


@pytest.mark.parametrize(
    ("gutter", "letters", "columns"),
    [(2.0, 40, True), (2.9, 40, True), (3.1, 40, False), (2.0, 19, True), (2.0, 17, False)],
)
def test_columns_of_prose_are_read_one_after_the_other(gutter: float, letters: int, columns: bool) -> None:
    lines = ["ก" * letters, "ข" * letters]
    assert prose(gutter, letters) == ([*lines[:1] * 5, *lines[1:] * 5] if columns else lines * 5)


def test_wide_rows_that_begin_with_numbers_are_no_columns_of_prose() -> None:
    rows = [[(60.0, f"๑.{at} " + "ก" * 36), (280.0, "ข" * 40)] for at in range(5)]
    assert read(*enumerate(rows)) == [text for row in rows for _, text in row]
