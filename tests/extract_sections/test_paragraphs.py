"""Joining wrapped lines: paragraph ends, list items, spaces, figures cut at the edge."""

from __future__ import annotations

import pytest

from extract.sections.find import find_reports
from extract.sections.forms import load_forms
from extract.sections.layout import Layout, read_items
from extract.sections.list_marks import ListState
from extract.thai.words import first_word
from raingan.model.records import Document, Kind, Line, Page
from tests.extract_sections.made import LIBRARY, TREES, Report, Style, clusters, document, print_report

FORMS = load_forms()

# Advances of a proportional face in points; marks take none.
NARROW, WIDE, SPACE = 4.6, 7.4, 2.8


def advance(text: str) -> float:
    return sum(
        SPACE if letter == " " else WIDE if letter[0] in "ณญฌฒฐฎฏmwMW" else NARROW if letter[0] in "เาะi.,1l" else 6.0
        for letter in clusters(text)
    )


def broken(text: str, room: float, mode: str) -> list[str]:
    """Break a paragraph at spaces, between words, or anywhere, so that each line fits into `room` points."""
    if mode == "character":
        parts = clusters(text)
    else:
        parts = []
        for token in text.split(" "):
            parts.append(" ")
            while token and mode == "word":
                word = first_word(token)
                parts.append(word)
                token = token[len(word) :]
            parts.append(token)
        parts = parts[1:]
    rows = [""]
    for part in parts:
        if rows[-1].strip() and part.strip() and advance((rows[-1] + part).rstrip()) > room:
            rows.append("")
        rows[-1] += part if rows[-1] or part != " " else ""
    return [row.strip() for row in rows if row.strip()]


def page_of(paragraphs: list[str], mode: str, room: float, gap: float = 0.0) -> Document:
    """A PDF page: an edge-to-edge column, lines 14 points apart, `gap` more between paragraphs."""
    lines, top = [], 40.0
    for text in paragraphs:
        for row in broken(text, room, mode):
            lines.append(
                Line(row, 1, box=(50.0, top, 50.0 + advance(row), top + 11.0), edges=(50.0, 50.0 + room), size=10.0)
            )
            top += 14.0
        top += gap
    return Document(Kind.PDF, "made/1", (Page(1, tuple(lines), width=595.0, height=842.0),))


def squeezed(text: str) -> str:
    return "".join(text.split())


UNWRAPPED = Style(width=None)


@pytest.mark.parametrize("mode", ["word", "space", "character"])
@pytest.mark.parametrize("room", [330.0, 415.0, 470.0, 500.0])
def test_proportional_lines(mode: str, room: float) -> None:
    lines = print_report(LIBRARY, UNWRAPPED)
    (report,) = find_reports(page_of(lines, mode, room), FORMS)
    wrong = 0
    for key, expected in LIBRARY.items():
        field = report.get(key)
        assert field is not None
        if key == "level":
            assert field.option == expected
            continue
        assert isinstance(expected, list)
        assert squeezed("".join(field.paragraphs)) == squeezed("".join(expected)), key
        wrong += len(field.paragraphs) != len(expected)
    assert wrong <= 1  # a last line may be full by chance


@pytest.mark.parametrize("mode", ["word", "space", "character"])
def test_gaps_between_paragraphs_decide(mode: str) -> None:
    report_in = {**LIBRARY, "quarters.3": ["งดให้บริการชั่วคราว", "ผู้ดูแลทำความสะอาด", "ประชาชนขอยืมหนังสือทางไปรษณีย์"]}
    (report,) = find_reports(page_of(print_report(report_in, UNWRAPPED), mode, 415.0, gap=7.0), FORMS)
    field = report.get("quarters.3")
    assert field is not None and list(field.paragraphs) == report_in["quarters.3"]


@pytest.mark.parametrize("width", range(84, 124, 4))
@pytest.mark.parametrize("report_in", [LIBRARY, TREES])
def test_text_broken_anywhere_comes_back_exactly(width: int, report_in: Report) -> None:
    """Characters, figures and all; only a space that fell on the edge may be lost."""
    (report,) = find_reports(document(print_report(report_in, Style(width, "character"))), FORMS)
    for key, expected in report_in.items():
        field = report.get(key)
        if key == "level" or field is None:
            continue
        assert isinstance(expected, list)
        assert squeezed("".join(field.paragraphs)) == squeezed("".join(expected))
        added = " ".join(field.paragraphs).count(" ") - " ".join(expected).count(" ")
        assert -2 <= added <= 1, (key, field.paragraphs)


def quarter(*lines: str, width: int = 60) -> list[str]:
    """Paragraphs of quarter 1 that holds these lines; other sections show how wide the text is."""
    filler = "ก" * (width - 3) + " " + "ข" * 20
    report_in: Report = {**TREES, "definition": [filler] * 3, "calculation": [filler] * 3}
    printed = print_report(report_in, Style(width))
    at = next(at for at, line in enumerate(printed) if line.startswith("(6.1)"))
    (report,) = find_reports(
        document([*printed[:at], f"(6.1) ไตรมาสที่ 1 : {lines[0]}", *lines[1:], *printed[at + 1 :]]), FORMS
    )
    field = report.get("quarters.1")
    assert field is not None
    return list(field.paragraphs)


@pytest.mark.parametrize(
    "lines",
    [
        ("1. ก่อน", "2. หลัง"),
        ("1) ก่อน", "2) หลัง"),
        ("(1) ก่อน", "(2) หลัง"),
        ("๑. ก่อน", "๒. หลัง"),
        ("- ก่อน", "- หลัง"),
        ("• ก่อน", "• หลัง"),
        ("ก. ก่อน", "ข. หลัง"),
        ("1. งานหลัก", "1.1 งานย่อย", "1.2 งานย่อยต่อ", "2. งานรอง"),
        ("1. งานหลัก", "- รายการ", "- รายการ", "2. งานรอง"),
        ("4. งานที่สี่", "5. งานที่ห้า"),
        ("1.ติดกัน", "2.ติดกัน"),
    ],
)
def test_list_items_stay_apart(lines: tuple[str, ...]) -> None:
    assert quarter(*lines) == list(lines)


LONG = "ข้อความยาวจนสุดขอบหน้ากระดาษพอดีไม่มีที่เหลือสำหรับคำใดได้อีกเลย"


@pytest.mark.parametrize(
    "end, begin, expected",
    [
        ("รวม", "62 คน", "รวม 62 คน"),
        ("ร้อยละ", "3.48 ของแผน", "ร้อยละ 3.48 ของแผน"),
        ("วันที่ 14", "ม.ค. 62", "วันที่ 14 ม.ค. 62"),
        ("เดือน ม.ค.", "62 เป็นต้นไป", "เดือน ม.ค. 62 เป็นต้นไป"),
        ("เวลา 22.00", "น. ทุกวัน", "เวลา 22.00 น. ทุกวัน"),
        ("(ตุลาคม 2558", "- กันยายน 2559)", "(ตุลาคม 2558 - กันยายน 2559)"),
        ("ตามคำสั่งสำนักงานเขต", "ที่ 9/2564 ลงวันที่ 12 มกราคม 2564", "ตามคำสั่งสำนักงานเขต ที่ 9/2564 ลงวันที่ 12 มกราคม 2564"),
    ],
)
def test_figures_at_the_beginning_of_a_line_are_no_list_items(end: str, begin: str, expected: str) -> None:
    (paragraph,) = quarter(f"1. {LONG} {end}", begin, width=70)
    assert paragraph.endswith(expected)


@pytest.mark.parametrize(
    "end, begin, expected",
    [
        ("งบประมาณ 12,5", "00 บาท", "งบประมาณ 12,500 บาท"),
        ("พ.ศ. 256", "4 ต่อไป", "พ.ศ. 2564 ต่อไป"),
        ("คำสั่งที่ 31/25", "63 ลงวันที่ 1", "คำสั่งที่ 31/2563 ลงวันที่ 1"),
        ("ร้อยละ 2", "3.48 ของแผน", "ร้อยละ 23.48 ของแผน"),
        ("ร้อยละ 23.", "48 ของแผน", "ร้อยละ 23.48 ของแผน"),
        ("เมื่อ ม.ค", ". 62 ครบ", "เมื่อ ม.ค. 62 ครบ"),
        ("โดยเจ้าหน้", "าที่ทุกคน", "โดยเจ้าหน้าที่ทุกคน"),
        ("และอื่น ", "ๆ ฯลฯ", "และอื่น ๆ ฯลฯ"),
        ("ผักผลไม้ ฯ", "ลฯ ทุกชนิด", "ผักผลไม้ ฯลฯ ทุกชนิด"),
    ],
)
def test_cut_anywhere(end: str, begin: str, expected: str) -> None:
    """In text that was broken at a fixed number of characters."""
    assert cut_anywhere(end, begin).endswith(expected)


@pytest.mark.parametrize(
    ("end", "begin", "free", "expected"),
    [
        # A letter would have had room: a space stood there, that was dropped at the edge.
        ("แนะ", "นกบิน", 0, "แนะนกบิน"),
        ("แนะ", "นกบิน", 1, "แนะ นกบิน"),
        # A letter with sara am takes two places.
        ("แนะ", "นำประชาชน", 1, "แนะนำประชาชน"),
        ("แนะ", "นำประชาชน", 2, "แนะ นำประชาชน"),
        ("แนะ", "น้ำประชาชน", 1, "แนะน้ำประชาชน"),
        # What never has a space before it has none, whatever the room.
        ("ครบ", ") ไป", 1, "ครบ) ไป"),
        ("ครบ (", "ทุก) ไป", 1, "ครบ (ทุก) ไป"),
        ("ครบ", ": ไป", 0, "ครบ : ไป"),
        ("ครบ", "... ไป", 0, "ครบ ... ไป"),
        ("ครบ", ". ไป", 1, "ครบ. ไป"),
    ],
)
def test_a_space_at_the_edge_is_known_by_the_room_before_it(end: str, begin: str, free: int, expected: str) -> None:
    assert cut_anywhere(end, begin, free).endswith(expected)


def cut_anywhere(end: str, begin: str, free: int = 0) -> str:
    """Return the paragraph of a line that ends so, with room for `free` letters, and of the next."""
    width = 60
    body = "งานดูแลสวนสาธารณะให้ร่มรื่นและปลอดภัยตลอดทั้งปีโดยอาสาสมัครในพื้นที่ทุกแห่งและประชาชนทั่วไปที่สนใจเข้าร่วม"
    report_in: Report = {**TREES, "definition": [body * 4], "calculation": [body * 4], "quarters.1": []}
    printed = print_report(report_in, Style(width, "character"))
    at = next(at for at, line in enumerate(printed) if line.startswith("(6.1)"))
    head = "(6.1) ไตรมาสที่ 1 : "
    fill = clusters("งาน" * 40)[: width - free - len(clusters(head + " " + end))]
    first = f"{head}{''.join(fill)} {end}".rstrip()
    (report,) = find_reports(document([*printed[:at], first, begin, *printed[at + 1 :]]), FORMS)
    field = report.get("quarters.1")
    assert field is not None and len(field.paragraphs) == 1
    return field.paragraphs[0]


@pytest.mark.parametrize(
    "end, begin, expected, repaired",
    [
        ("1,5", "00 (ต้น)", "1,500 (ต้น)", True),
        ("ร้อยละ 2", "3.48", "ร้อยละ 23.48", True),
        ("ร้อยละ 23.", "48", "ร้อยละ 23.48", True),
        ("1,500", "(ต้น)", "1,500 (ต้น)", False),
        ("ร้อยละ", "23.48", "ร้อยละ 23.48", False),
    ],
)
def test_a_target_whose_figure_was_put_together_over_a_line_end_is_flagged(
    end: str, begin: str, expected: str, repaired: bool
) -> None:
    width = 60
    body = "งานดูแลสวนสาธารณะให้ร่มรื่นและปลอดภัยตลอดทั้งปีโดยอาสาสมัครในพื้นที่ทุกแห่งและประชาชนทั่วไปที่สนใจเข้าร่วม"
    printed = print_report({**TREES, "definition": [body * 4], "calculation": [body * 4]}, Style(width, "character"))
    at = next(at for at, line in enumerate(printed) if line.startswith("5. "))
    head = "5. เป้าหมาย : "
    fill = clusters("งาน" * 40)[: width - len(clusters(head + " " + end))]
    first = f"{head}{''.join(fill)} {end}"
    (report,) = find_reports(document([*printed[:at], first, begin, *printed[at + 1 :]]), FORMS)
    target = report.get("target")
    assert target is not None and target.paragraphs[0].endswith(expected)
    flags = [(flag.code, flag.field, flag.values["raw"].endswith(f"{end}\n{begin}")) for flag in target.flags]
    assert flags == ([("figure-repaired", "target.value", True)] if repaired else [])


@pytest.mark.parametrize(("end", "begin", "split"), [("ดูแลโรงเรี", "ยนทุกแห่ง", True), ("ดูแลโรง", "เรียนทุกแห่ง", False)])
def test_a_line_that_ends_early_goes_on_only_where_it_ends_inside_a_word(end: str, begin: str, split: bool) -> None:
    """What stands before the seam may be a word of its own, though the next line would make a longer one of it."""
    assert quarter(end, begin) == ([end + begin] if split else [end, begin])


@pytest.mark.parametrize(("wrapped", "tells"), [(3, True), (2, False)])
def test_an_early_end_in_a_list_tells_where_most_of_its_lines_are_full(wrapped: int, tells: bool) -> None:
    """Three lines that a machine wrapped weigh one that ends early: below it a paragraph begins, else it goes on."""
    items = [line for number in range(1, wrapped + 1) for line in (f"{number}. {'ก' * 57}", "ต่อจากบรรทัดบน")]
    found = quarter(*items, f"{wrapped + 1}. จบเร็ว", "อีกบรรทัด")
    assert found[-1] == ("อีกบรรทัด" if tells else f"{wrapped + 1}. จบเร็ว อีกบรรทัด")
    assert len(found) == wrapped + 1 + tells


@pytest.mark.parametrize(
    ("indents", "apart"), [((0.0, 2.4), False), ((0.0, 2.6), True), ((1.4, 4.0), True), ((1.6, 4.0), False)]
)
def test_a_line_set_in_below_a_full_one_begins_a_paragraph(indents: tuple[float, float], apart: bool) -> None:
    """In letters: the line before stands at the left end, or nearly."""
    filler = "ก" * 57 + " " + "ข" * 20
    printed = print_report({**TREES, "definition": [filler] * 3, "calculation": [filler] * 3}, Style(60))
    at = next(at for at, line in enumerate(printed) if line.startswith("(6.1)")) + 1
    texts = [*printed[:at], "ค" * round(60 - indents[0]), "ง" * 30, *printed[at:]]
    set_in = dict(zip((at, at + 1), indents, strict=True))
    lines = []
    for number, text in enumerate(texts):
        left, top = 50.0 + 6.0 * set_in.get(number, 0.0), 40.0 + 14.0 * number
        box = (left, top, left + 6.0 * len(clusters(text)), top + 11.0)
        lines.append(Line(text, 1, box=box, edges=(50.0, 410.0), size=10.0))
    document_in = Document(Kind.PDF, "made/1", (Page(1, tuple(lines), width=595.0, height=2000.0),))
    (report,) = find_reports(document_in, FORMS)
    field = report.get("quarters.1")
    assert field is not None
    assert any(paragraph.startswith("ง") for paragraph in field.paragraphs) is apart, field.paragraphs


def test_repairs_are_told_and_the_text_as_read_is_kept() -> None:
    lines = [Line(text, 1) for text in print_report(TREES)]
    at = next(at for at, line in enumerate(lines) if line.text.startswith("5. "))
    lines[at] = Line("5. เป้าหมาย : 1,500 (ต้น)", 1, raw="5. เปาหมาย : 1,S00 (ตน)", repairs=("private-use", "nikhahit"))
    (report,) = find_reports(Document(Kind.PDF, "made/1", (Page(1, tuple(lines)),)), FORMS)
    target = report.get("target")
    assert target is not None
    assert target.text == "1,S00 (ตน)"
    flags = {flag.code: flag for flag in target.flags}
    assert flags["text-repaired"].values == {"repairs": "private-use, nikhahit"}
    assert flags["figure-repaired"].field == "target.value"


@pytest.mark.parametrize(
    "goal, cut, kept",
    [
        ("๔.๑.๒ ประชาชนเข้าถึงแหล่งเรียนรู้ใกล้บ้าน", False, "๔.๑.๒ ประชาชนเข้าถึงแหล่งเรียนรู้ใกล้บ้าน"),
        ("๔.๑.๒ ประชาชนเข้าถึงแหล่งเรียนรู้ใก", True, "๔.๑.๒ ประชาชนเข้าถึงแหล่งเรียนรู้ใก"),
        ("๔.๑.๒ ประชาชนเข้าถึง...", True, "๔.๑.๒ ประชาชนเข้าถึง"),
        ("๔.๑.๒ ประชาชนเข้าถึง…", True, "๔.๑.๒ ประชาชนเข้าถึง"),
        ("๔.๑.๒ ประชาชนเข้าถึงแหล่งเรียนรู้%", True, "๔.๑.๒ ประชาชนเข้าถึงแหล่งเรียนรู้"),
        ("๔.๑.๒ ประชาชนเข้าถึงร้อยละ 80%", False, "๔.๑.๒ ประชาชนเข้าถึงร้อยละ 80%"),
    ],
)
def test_values_cut_by_the_page(goal: str, cut: bool, kept: str) -> None:
    (report,) = find_reports(document(print_report({**LIBRARY, "strategy.goal": [goal]}, Style(120))), FORMS)
    field = report.get("strategy.goal")
    assert field is not None and field.paragraphs == (kept,)
    assert ("text-cut" in [flag.code for flag in field.flags]) == cut


def test_boxes_and_pages_of_fields() -> None:
    lines = print_report(LIBRARY, UNWRAPPED)
    document_in = page_of(lines, "word", 415.0)
    (report,) = find_reports(document_in, FORMS)
    field = report.get("quarters.2")
    assert field is not None and field.page == 1 and field.box is not None
    own = [line for line in document_in.pages[0].lines if line.box and field.box[1] <= line.box[1] < field.box[3]]
    assert squeezed(field.text) in squeezed("".join(line.text for line in own))


def test_list_marks_need_their_order() -> None:
    state = ListState()
    assert state.mark("1. ก", None, False, False)
    assert state.mark("2. ข", "1. ก", True, False)
    assert not state.mark("7. ค", "2. ข", True, False)
    assert not state.mark("2.5 ล้านบาท", "2. ข", True, False)
    assert state.mark("3. ง", "2. ข", True, False)
    assert not state.mark("น. ทุกวัน", "3. ง", True, False)
    assert not state.mark("", "3. ง", True, False)


@pytest.mark.parametrize(("codes", "columns", "by_codes"), [(2, 0, True), (1, 0, False), (4, 1, True), (3, 1, False)])
def test_plain_lines_are_measured_as_their_ends_tell(codes: int, columns: int, by_codes: bool) -> None:
    """Some programs count signs above and below letters when they break lines; most break at a column."""
    edge, marked, plain = "ก" * 30, "กิ" * 20, ["ก" * 30, "ขขข"]
    lines = [edge, edge, *[marked, "ขขข"] * codes, *plain * columns]
    items = read_items(Document(Kind.TEXT, "made/1", (Page(1, tuple(Line(line, 1) for line in lines)),)))
    begins = frozenset({1, *(at for at, line in enumerate(lines) if line in (edge, marked))})
    assert Layout(items, begins).is_full(2, "ขขข") is by_codes


@pytest.mark.parametrize("by_codes", [True, False])
@pytest.mark.parametrize("room", [70, 80, 90])
def test_lines_broken_at_spaces_come_back_by_either_measure(room: int, by_codes: bool) -> None:
    text = "ที่ประชุมมีมติ ให้ซื้อถังขยะ 46 ใบ และกรวยยาง 120 อัน ภายในวันที่ 14 ธันวาคม 2562 กับผ้าใบ 30 ผืน ณ คลังเก่า " * 4
    rows: list[str] = []
    for line in print_report({**TREES, "quarters.1": [text.strip()], "quarters.4": [text.strip()]}, UNWRAPPED):
        rows.append("")
        for piece in line.split():
            tried = f"{rows[-1]} {piece}".strip()
            if (len(tried) if by_codes else len(clusters(tried))) <= room:
                rows[-1] = tried
            else:
                rows.append(piece)
    (report,) = find_reports(document(rows), FORMS)
    fields = [report.get("quarters.1"), report.get("quarters.4")]
    assert [field and list(field.paragraphs) for field in fields] == [[text.strip()]] * 2
