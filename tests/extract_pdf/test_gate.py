"""What cannot be repaired is not passed on, and what can be read is never refused."""

from __future__ import annotations

import random

import pytest

from extract.reading.pdf import read_pdf
from raingan.model.records import Limits, Page, PageState, Source
from tests.extract_pdf.pdfmade import File, Glyph, glyphs

PROSE = (
    "สำนักงานเขตได้จัดประชุมคณะกรรมการเพื่อพิจารณาแนวทาง",
    "การดูแลผู้สูงอายุและเด็กในชุมชน โดยมีผู้แทนจากโรงเรียน",
    "และศูนย์บริการสาธารณสุขเข้าร่วมจำนวน 42 คน ที่ประชุม",
    "เห็นชอบให้เปิดรับสมัครอาสาสมัครตั้งแต่เดือนหน้าเป็นต้นไป",
)


def page_of(rows: list[str] | list[list[Glyph]], picture: bool = False, mode: int = 0) -> Page:
    file = File(picture=picture)
    page = file.page()
    if picture:
        page.draw("595 0 0 842 0 0 cm /Im0 Do")
    for at, row in enumerate(rows):
        page.text(50, 780 - 18 * at, row, mode=mode)
    return read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0]


def shuffled(text: str, seed: int) -> list[Glyph]:
    """Glyphs through a font that takes every consonant for another one."""
    letters = [chr(code) for code in range(0x0E01, 0x0E2F)]
    others = letters[:]
    random.Random(seed).shuffle(others)
    table = dict(zip(letters, others, strict=True))
    return [(table.get(says or "", says), kind) for says, kind in glyphs(text)]


@pytest.mark.parametrize("seed", range(5))
def test_a_font_that_takes_letters_for_others(seed: int) -> None:
    page = page_of([shuffled(row, seed) for row in PROSE * 3])
    assert (page.state, page.reason, page.lines) == (PageState.NEEDS_OCR, "not-thai-words", ())


@pytest.mark.parametrize(
    "noise",
    [
        [chr(code) for code in range(0xC0, 0x180)],
        [chr(code) for code in range(0xE100, 0xE180)],
        ["\ufffd"],
        [None],
    ],
    ids=["latin", "private", "replacement", "none"],
)
def test_a_font_without_thai_codes(noise: list[str | None]) -> None:
    rows = [[(noise[ord(says or " ") % len(noise)], kind) for says, kind in glyphs(row)] for row in PROSE * 3]
    page = page_of(rows)
    assert page.state is PageState.NEEDS_OCR
    assert page.lines == ()


@pytest.mark.parametrize(
    "rows",
    [
        list(PROSE),
        ["หน้า 3"],
        ["ก. นางสาวฐิติกาญจน์ ณัฐวุฒิพงศ์", "ข. นายอัครพงศ์ เจริญรัตน์"],
        ["1,250.00 4,800 12.50 % 3/2564"] * 20,
        ["(a) 12 34 56 78", "- - - - -", "= 100 x 5 / 2"],
        ["The committee met twice and approved the plan of the district."] * 12,
        ["Le comité s'est réuni à Genève, où l'été fut très agréable."] * 12,
        ["ลาดพร้าว บางกะปิ สะพานสูง คันนายาว บึงกุ่ม วังทองหลาง"] * 3,
    ],
    ids=["prose", "short", "names", "numbers", "signs", "english", "french", "districts"],
)
def test_good_pages_are_never_refused(rows: list[str]) -> None:
    page = page_of(rows)
    assert (page.state, page.reason) == (PageState.TEXT, None)
    assert [line.text for line in (*page.lines, *page.margins)] == rows


def test_a_picture_is_not_blank() -> None:
    page = page_of([], picture=True)
    assert (page.state, page.reason) == (PageState.NEEDS_OCR, "picture")


def test_a_picture_with_a_stamp_is_a_picture() -> None:
    assert page_of(["ฉบับที่ 2"], picture=True).reason == "picture"


def test_a_picture_behind_a_page_of_text_is_a_ground() -> None:
    assert page_of(list(PROSE), picture=True).state is PageState.TEXT


def test_an_invisible_layer_over_a_picture_is_not_believed() -> None:
    page = page_of(list(PROSE), picture=True, mode=3)
    assert (page.state, page.reason) == (PageState.NEEDS_OCR, "layer-not-believed")


def test_rules_and_frames_alone_are_blank() -> None:
    file = File()
    page = file.page()
    page.rectangle(40, 40, 555, 800)
    for y in range(100, 800, 50):
        page.draw(f"0.5 w 40 {y} m 555 {y} l S")
    assert read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0].state is PageState.BLANK


def test_letters_drawn_as_outlines_are_a_picture() -> None:
    file = File()
    page = file.page()
    for at in range(100):
        x, y = 50 + at % 20 * 14, 700 - at // 20 * 20
        page.draw(f"{x} {y} m {x + 5} {y + 9} {x + 6} {y + 3} {x + 9} {y + 8} c {x} {y + 9} {x + 1} {y} {x} {y} c f")
    assert read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0].reason == "picture"
