"""Letters that are set apart make no words of one letter, raised tones and letters called marks come out right."""

from __future__ import annotations

import re

import pytest

from extract.reading.pdf import read_pdf
from raingan.model.records import Limits, Page, PageState, Source
from tests.extract_pdf.pdfmade import File, glyphs, width
from tests.extract_pdf.pdfmade import Page as Made

PROSE = [
    "เขตมีผู้เข้าร่วมกิจกรรม 125 คน และปลูกต้นไม้ 346 ต้น",
    "การดำเนินงานของฝ่าย ในวันที่ 5 มีนาคม 2564",
    "งานหลักของสำนักงาน 90 งาน",
]
SPREAD = "งานหลัก 342 หลัง จาก 1,400 หลัง"
SIZE = 12.0
CLUSTER = re.compile("[\u0e40-\u0e44]|.[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*", re.DOTALL)


def page_of(file: File) -> Page:
    return read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0]


def set_apart(page: Made, y: float, text: str, room: float, spaces: bool = True) -> None:
    """Set each letter with its marks alone, with room (type sizes) between."""
    x = 40.0
    for cluster in CLUSTER.findall(text):
        if cluster != " " or spaces:
            page.text(x, y, cluster, size=SIZE)
        x += width(glyphs(cluster), SIZE) + room * SIZE


@pytest.mark.parametrize("whole_page", [False, True])
@pytest.mark.parametrize("spaces", [False, True], ids=["room", "drawn"])
@pytest.mark.parametrize("room", [0.1, 0.14, 0.2, 0.45])
def test_letters_set_apart_are_words(room: float, spaces: bool, whole_page: bool) -> None:
    file = File()
    page = file.page(width=900)
    for at, line in enumerate(PROSE):
        set_apart(page, 740 - 20 * at, line, room if whole_page else 0.0, spaces)
    set_apart(page, 640, SPREAD, room, spaces)
    assert [line.text for line in page_of(file).lines] == [*PROSE, SPREAD]


@pytest.mark.parametrize(("room", "parts"), [(0.12, False), (0.3, True)])
def test_room_alone_is_a_space_where_other_letters_stand_close(room: float, parts: bool) -> None:
    file = File()
    page = file.page()
    for at, line in enumerate(PROSE):
        page.text(40, 740 - 20 * at, line)
    x = page.text(40, 640, "งานของ")
    page.text(x + room * SIZE, 640, "ฝ่าย")
    assert page_of(file).lines[-1].text == ("งานของ ฝ่าย" if parts else "งานของฝ่าย")


@pytest.mark.parametrize(("left", "right"), [("งานใ", "นเขต"), ("มาตรฐ", "านของเขต")])
def test_no_word_ends_before_its_vowel(left: str, right: str) -> None:
    file = File()
    page = file.page()
    x = page.text(40, 740, left)
    page.text(x + 0.3 * SIZE, 740, right)
    assert [line.text for line in page_of(file).lines] == [left + right]


def test_tones_over_vowels_drawn_as_objects_of_their_own() -> None:
    file = File()
    page = file.page()
    for at, line in enumerate(PROSE):
        page.text(40, 740 - 20 * at, line)
    x, late = 40.0, None
    for cluster in CLUSTER.findall("พื้นที่สีเขียวที่นี่"):
        tone = next((mark for mark in cluster[2:] if "\u0e48" <= mark <= "\u0e4b"), "")
        x = page.text(x, 640, cluster.replace(tone, "") if tone else cluster)
        if late:
            page.text(*late)
        late = (x + 0.3, 640 + 0.2 * SIZE, tone) if tone else None
    if late:
        page.text(*late)
    assert page_of(file).lines[-1].text == "พื้นที่สีเขียวที่นี่"


@pytest.mark.parametrize(
    ("text", "letter", "known"),
    [("ตรวจสอบเอกสารของเขต และติดตามผลตลอดปี", "ต", True), ("กก ตต", "ต", False)],
)
def test_a_letter_that_is_called_a_mark_is_told_by_words(text: str, letter: str, known: bool) -> None:
    file = File()
    page = file.page()
    for at, line in enumerate(["งานสวนและงานคลองของฝ่ายโยธา", "ห้องสมุดเปิดบริการวันหยุดและช่วงเย็น"]):
        page.text(40, 740 - 20 * at, line)
    page.text(40, 640, [("\u0e34" if character == letter else character, kind) for character, kind in glyphs(text)])
    shown = page_of(file)
    if known:
        assert shown.lines[-1].text == text
        assert shown.lines[-1].repairs == ("letter-as-mark",)
    else:
        assert (shown.state, shown.reason) == (PageState.NEEDS_OCR, "ill-formed")
