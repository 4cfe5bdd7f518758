"""What was typed a little above its label's line, notes in the margin, and two sizes of type on one line."""

from __future__ import annotations

import pytest

from extract.reading.pdf import read_pdf
from raingan.model.records import Limits, Page, Source
from tests.extract_pdf.pdfmade import File, glyphs

PROSE = "การดำเนินงานของสำนักงานเขต มีผู้เข้าร่วมกิจกรรมจำนวน 125 คน"
SIZE = 12.0


def first_page(file: File) -> Page:
    return read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0]


def texts(file: File) -> list[str]:
    return [line.text.strip() for line in first_page(file).lines]


@pytest.mark.parametrize(
    ("over", "label", "gap", "joined"),
    [
        (0.35, "ไตรมาสที่ 4 :", 80.0, True),
        (0.58, "ไตรมาสที่ 4 :", 80.0, True),
        (0.62, "ไตรมาสที่ 4 :", 80.0, False),
        (-0.4, "ไตรมาสที่ 4 :", 80.0, True),
        (0.4, "ไตรมาสที่ 4", 2.9 * SIZE, True),
        (0.4, "ไตรมาสที่ 4", 3.2 * SIZE, False),
    ],
)
def test_an_answer_typed_above_its_label(over: float, label: str, gap: float, joined: bool) -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    pen = page.text(60, 700, label, size=SIZE)
    # The ink of a letter begins 0.05 in, and that of a colon ends 0.09 before its advance.
    page.text(pen + gap - 0.1 * SIZE, 700 + over * SIZE, "คัดแยก 342 หลัง", size=SIZE)
    page.text(60, 670, PROSE)
    answer = "คัดแยก 342 หลัง"
    between = [f"{label} {answer}"] if joined else [answer, label]
    assert texts(file) == [PROSE, *between, PROSE]


@pytest.mark.parametrize(("below", "own"), [(1.2, True), (0.95, False)])
def test_a_label_between_two_lines_of_its_value_is_no_line_of_either(below: float, own: bool) -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    page.text(60, 700, "หัวข้อ :", size=SIZE)
    page.text(200, 700 + 0.5 * SIZE, "ค่าบรรทัดบน", size=SIZE)
    page.text(200, 700 - below * SIZE, "ค่าบรรทัดล่าง", size=SIZE)
    assert ("หัวข้อ : ค่าบรรทัดบน" in texts(file)) is own


def noted(x: float) -> Page:
    file = File()
    page = file.page()
    for row in range(6):
        page.text(60, 740 - 20 * row, PROSE, size=10)
    page.rectangle(x, 668, x + 110, 694)
    page.text(x + 4, 683, "หมายเหตุ ผลงาน", size=8)
    page.text(x + 4, 672, "1,108 ครัวเรือน", size=8)
    return first_page(file)


def test_a_boxed_note_in_the_margin_is_kept_apart() -> None:
    page = noted(440)
    assert [line.text for line in page.lines] == [PROSE] * 6
    assert [line.text for line in page.margins] == ["หมายเหตุ ผลงาน", "1,108 ครัวเรือน"]


def test_a_box_within_the_text_is_none() -> None:
    page = noted(300)
    assert not page.margins
    assert "1,108 ครัวเรือน" in [line.text for line in page.lines]


def test_small_figures_beside_a_line_are_no_raised_ones() -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    pen = page.text(60, 700, "เป้าหมายของปี", size=12)
    page.text(pen + 60, 702.5, "1,108 หลัง", size=8)
    assert texts(file) == [PROSE, "เป้าหมายของปี 1,108 หลัง"]


@pytest.mark.parametrize(("digit", "read"), [("1", "¹"), ("๑", "¹")])
def test_a_raised_mark_is_no_digit_of_the_figure(digit: str, read: str) -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    pen = page.text(60, 700, "คัดแยก ๓๔๒")
    pen = page.text(pen, 705, digit, size=7)
    page.text(pen, 700, " หลัง")
    assert texts(file) == [PROSE, f"คัดแยก ๓๔๒{read} หลัง"]


def test_letters_of_a_smaller_size_behind_a_large_label_keep_their_words_together() -> None:
    file = File()
    page = file.page(width=900)
    for row, number in enumerate(("310", "420", "275")):
        page.text(60, 740 - 30 * row, f"ไตรมาสที่ {row + 1} :", size=12)
        page.text(220, 740 - 30 * row, f"ตามคำสั่งของสำนักงานเขต จำนวน {number} แห่ง", size=7)
    assert [text.split(" : ")[-1] for text in texts(file)] == [
        f"ตามคำสั่งของสำนักงานเขต จำนวน {number} แห่ง" for number in ("310", "420", "275")
    ]


def test_a_soft_hyphen_is_a_hyphen_where_it_is_drawn() -> None:
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    page.text(60, 700, [("\u00ad" if sign == "-" else sign, kind) for sign, kind in glyphs("วันที่ 7-11")])
    assert texts(file)[1].endswith("7-11")
