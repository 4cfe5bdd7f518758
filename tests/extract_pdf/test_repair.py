"""Damaged text layers: what is drawn is right, what the file says of it is not."""

from __future__ import annotations

import pytest

from extract.reading.pdf import read as reader
from extract.reading.pdf import read_pdf
from extract.thai.letters import ill_formed
from raingan.model.records import Limits, Line, Page, PageState, Source
from tests.extract_pdf.pdfmade import File, Glyph, glyphs

SAMPLE = "น้ำใจของผู้ให้ที่ทำงานนี้ ปีที่ผ่านมา ๒๕๖๔ และ 2564"
PROSE = "การดำเนินงานของสำนักงานเขต มีผู้เข้าร่วมกิจกรรมจำนวน 125 คน ตั้งแต่วันที่ 5 มีนาคม 2564"


def page_of(file: File) -> Page:
    return read_pdf(Source("made.pdf", file.save(), ""), Limits()).pages[0]


def line_of(shown: list[Glyph]) -> Line:
    """The line that a page of sound prose and one line of damaged glyphs gives."""
    file = File()
    page = file.page()
    page.text(60, 740, PROSE)
    page.text(60, 700, shown)
    lines = page_of(file).lines
    assert lines[0].text == PROSE
    assert len(lines) == 2
    return lines[1]


def said(text: str, **says: str | None) -> list[Glyph]:
    """Glyphs of a text of which some kinds say something else."""
    return [(says.get(kind, character), kind) for character, kind in glyphs(text)]


def replaced(text: str, table: dict[str, str | None]) -> list[Glyph]:
    """Glyphs of a text of which some characters are said to be others."""
    return [(table.get(character, character), kind) for character, kind in glyphs(text)]  # type: ignore[arg-type]


def test_a_sound_layer_is_read_as_it_is() -> None:
    line = line_of(glyphs(SAMPLE))
    assert line.text == SAMPLE
    assert (line.raw, line.repairs) == (None, ())


def test_private_use_glyphs() -> None:
    line = line_of(replaced(SAMPLE, {"\u0e49": "\uf70b", "\u0e48": "\uf70a", "\u0e35": "\uf702", "\u0e31": "\uf710"}))
    assert line.text == SAMPLE
    assert line.repairs == ("private-use",)
    assert line.raw is not None and "\uf70b" in line.raw


def test_tones_in_the_places_of_latin_letters() -> None:
    line = line_of(replaced(SAMPLE, {"\u0e48": "\u00c9", "\u0e49": "\u00ca"}))
    assert line.text == SAMPLE
    assert line.repairs == ("latin-tone",)


def test_a_latin_letter_on_the_line_stays() -> None:
    text = "ร้าน CAFÉ และ Élan ของเขต"
    assert line_of(glyphs(text)).text == text


@pytest.mark.parametrize("says", [" ", None])
def test_a_lost_nikhahit_is_known_by_its_ink(says: str | None) -> None:
    shown: list[Glyph] = []
    for character, kind in glyphs("กำหนดทำน้ำคำ"):
        if kind == "am":
            # Nikhahit before the tone, as fonts draw it, then the upright of the aa.
            tone = shown.pop() if shown[-1][1] == "tone" else None
            shown += [(says, "nikhahit"), *([tone] if tone else []), ("\u0e32", "aa")]
        else:
            shown.append((character, kind))
    line = line_of(shown)
    assert line.text == "กำหนดทำน้ำคำ"
    assert line.repairs == ("nikhahit",)


@pytest.mark.parametrize("text", ["กำหนดทำน้ำคำในงานมาตรฐาน", "น้ำ"])
def test_a_layer_that_says_am_for_aa_and_lost_the_nikhahit(text: str) -> None:
    shown: list[Glyph] = []
    for character, kind in glyphs(text):
        if kind == "am":
            tone = shown.pop() if shown[-1][1] == "tone" else None
            shown += [(" ", "nikhahit"), *([tone] if tone else []), ("\u0e33", "aa")]
        else:
            shown.append(("\u0e33" if kind == "aa" else character, kind))
    line = line_of(shown)
    assert line.text == text
    assert line.repairs == ("nikhahit", "sara-am")


def test_nameless_marks_are_no_nikhahit_where_tones_are_nameless_too() -> None:
    """A font that lost its tones must not turn "ป่า" into "ปำ": that would be another word, and well-formed."""
    line = line_of(replaced("ต้นไม้ที่ปลูกในป่า", {"\u0e48": None, "\u0e49": None}))
    assert "\u0e33" not in line.text
    assert line.text.count("\ufffd") == 4


def test_am_in_pieces() -> None:
    shown = [*glyphs("น"), ("\u0e4d", "nikhahit"), ("\u0e49", "tone"), ("\u0e32", "aa"), *glyphs("ใจ")]
    assert line_of(shown).text == "น้ำใจ"


def test_every_mark_twice() -> None:
    shown = [glyph for glyph in glyphs("ปีที่ผ่านมานี้") for _ in range(2 if glyph[1] in ("above", "tone") else 1)]
    assert line_of(shown).text == "ปีที่ผ่านมานี้"


@pytest.mark.parametrize(("wrong", "kind"), [("\u0e33", "aa"), ("\u0e32", "am")])
def test_aa_and_am_are_told_apart_by_height(wrong: str, kind: str) -> None:
    text = "มาตรฐานการทำงานตามคำขอ"
    line = line_of(said(text, **{kind: wrong}))
    assert line.text == text
    assert line.repairs == ("sara-am",)


def test_marks_drawn_after_their_line() -> None:
    file = File()
    page = file.page()
    x = 60.0
    late: list[tuple[float, Glyph]] = []
    for glyph in glyphs("หน้าที่ของเจ้าหน้าที่"):
        if glyph[1] == "tone":
            late.append((x, glyph))
        else:
            x = page.text(x, 700, [glyph])
    for pen, glyph in late:
        page.text(pen, 700, [glyph])
    assert [line.text for line in page_of(file).lines] == ["หน้าที่ของเจ้าหน้าที่"]


def test_marks_before_their_letters() -> None:
    file = File()
    page = file.page()
    page.text(60, 740, "ข้อความที่อยู่ก่อนหน้านี้")
    page.text(67.2, 700, [("\u0e31", "above")])  # its ink lies over the letter that follows in the file
    page.text(60, 700, glyphs("วนนี้"))
    assert [line.text for line in page_of(file).lines] == ["ข้อความที่อยู่ก่อนหน้านี้", "วันนี้"]


def test_a_cluster_said_beside_its_glyphs() -> None:
    """Browsers say a cluster's text (ActualText) and draw its glyphs: PDFium gives both."""
    file = File()
    page = file.page()
    pen = 60.0
    for cluster in ("ตั", "ว", "ชี้", "วั", "ด", "ที่", "ตั้", "ง"):
        actual = cluster if len(cluster) > 1 else None
        pen = page.text(pen, 700, cluster[:1], actual=actual)
        for mark in cluster[1:]:
            pen = page.text(pen, 700, mark, actual=actual)
    assert [line.text for line in page_of(file).lines] == ["ตัวชี้วัดที่ตั้ง"]


def test_letters_drawn_twice_for_bold() -> None:
    file = File()
    page = file.page()
    for shift in (0.0, 0.3):
        page.text(60 + shift, 700, "หัวข้อหนา")
    assert [line.text for line in page_of(file).lines] == ["หัวข้อหนา"]


def test_room_within_a_word_is_no_space_and_room_between_words_is() -> None:
    file = File()
    page = file.page()
    pen = page.text(60, 700, "สำ")
    pen = page.text(pen + 0.6, 700, "นักงาน")
    page.text(pen + 4.0, 700, "เขต")
    assert [line.text for line in page_of(file).lines] == ["สำนักงาน เขต"]


def test_cp874_read_as_latin_1() -> None:
    text = "ประเด็นการพัฒนา ผู้สูงอายุ"
    mangled = text.encode("cp874").decode("latin-1")
    shown: list[Glyph] = [(says, kind) for says, (_, kind) in zip(mangled, glyphs(text), strict=True)]
    assert line_of(shown).text == text


@pytest.mark.parametrize(
    "text",
    [
        "An English sentence, with naïve café words - and (brackets) 12.50 %",
        "ตัวเลข 1,234.50 และ ๕๖๗ (ร้อยละ 12) 5/2564",
        "ฯลฯ ต่าง ๆ พ.ศ. ๒๕๖๔ เม.ย. - มิ.ย.",
        "สิทธิ์ พันธุ์ ศรีสุวรรณ์ ก็ เป็น เกาะ เปี๊ยะ ฤๅษี",
    ],
)
def test_nothing_sound_is_changed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert line_of(glyphs(text)).text == text
    monkeypatch.setattr(reader, "words_of", lambda *_: None)
    assert line_of(glyphs(text)).text == text


@pytest.mark.parametrize("damage", [{}, {"\u0e49": "\uf70b"}, {"\u0e4c": "\uf70e", "\u0e48": "\uf713"}])
def test_the_short_way_reads_like_the_long_one(damage: dict[str, str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    file = File()
    page = file.page()
    page.rectangle(50, 500, 300, 620)
    page.draw("0.7 w 120 500 m 120 620 l S 50 560 m 300 560 l S")
    for y, label, value in ((600, "ชื่อ :", "น้ำใจ ที่ให้"), (540, "ผล :", "12.50 (ร้อยละ)")):
        page.text(55, y, replaced(label, damage))
        page.text(125, y, replaced(value, damage))
    for row in range(12):
        page.text(60, 460 - 16 * row, replaced(f"{row + 1}. ผู้รับผิดชอบรายงาน จัดทำเมื่อวันที่ {row + 1} มี.ค. 64 สิทธิ์", damage))
    seen: list[int] = []
    short = reader.words_of

    def counted(*arguments: object) -> object:
        found = short(*arguments)  # type: ignore[arg-type]
        seen.append(found is not None)
        return found

    monkeypatch.setattr(reader, "words_of", counted)
    lines = page_of(file).lines
    assert seen == [True]
    monkeypatch.setattr(reader, "words_of", lambda *_: None)
    careful = page_of(file).lines
    assert [(line.text, line.cell, line.size, line.repairs) for line in lines] == [
        (line.text, line.cell, line.size, line.repairs) for line in careful
    ]
    for line, other in zip(lines, careful, strict=True):
        assert line.box is not None and other.box is not None
        assert all(abs(one - two) < 2.0 for one, two in zip(line.box, other.box, strict=True))


def test_a_page_beyond_repair_is_not_passed_on() -> None:
    """Marks that the file puts on the wrong letters, everywhere, with no ink to tell where they belong."""
    file = File()
    page = file.page()
    for row in range(20):
        page.text(60, 780 - 20 * row, [(says, "letter") for says in "กา้รดํ เนนิกจิ์์กรรมตาม็แผน"])
    read = page_of(file)
    assert read.state is PageState.NEEDS_OCR
    assert read.reason == "ill-formed"
    assert read.lines == ()


def test_what_is_read_is_well_formed() -> None:
    file = File()
    page = file.page()
    table: dict[str, str | None] = {"\u0e49": "\u00ca", "\u0e35": "\uf702", "\u0e4c": None}
    for row in range(10):
        page.text(60, 780 - 20 * row, replaced(SAMPLE + " สิทธิประโยชน์", table))
    text = "\n".join(line.text for line in page_of(file).lines)
    assert ill_formed(text) == 0
    assert text.count("น้ำใจของผู้ให้") == 10
